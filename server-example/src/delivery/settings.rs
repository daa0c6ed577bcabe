//! Settings of delivery, from the command line and the environment.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::BoolishValueParser;
use zeroize::Zeroizing;

use super::origin::OriginDomain;
use super::sms::{Sms, SmsSettings, SmsSettingsError};
use super::smtp::{Authorities, Smtp, SmtpSettings, SmtpSettingsError};
use super::template::{TemplateError, Templates, TextSettings};
use super::{Delivery, Outbox, PublicUrl};
use crate::secret::{self, SMS_SECRET, Secret, SecretError};

const SMTP_URL_HELP: &str = "\
The mail server: smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST?tls=required for \
STARTTLS. In the environment the password is out of sight";

/// How codes get to users.
#[derive(Args)]
pub(crate) struct DeliveryArgs {
    #[arg(long, env = "SEKISHO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    #[arg(help = SMTP_URL_HELP)]
    pub(crate) smtp_url: Option<String>,

    /// A file with the URL of the mail server, instead of the URL itself.
    #[arg(long, env = "SEKISHO_SMTP_URL_FILE", value_name = "FILE")]
    pub(crate) smtp_url_file: Option<PathBuf>,

    /// Certificates in PEM of authorities that the mail server may be certified by, beside those
    /// that the system trusts.
    #[arg(long, env = "SEKISHO_SMTP_CA_FILE", value_name = "FILE")]
    pub(crate) smtp_ca_file: Option<PathBuf>,

    /// Whom mail is from: an address, or a name with one: 'Example <no-reply@example.com>'.
    #[arg(long, env = "SEKISHO_MAIL_FROM", value_name = "MAILBOX")]
    pub(crate) mail_from: Option<String>,

    /// The HTTPS URL of a webhook of yours that hands text messages to your SMS provider. Requests
    /// are signed by Standard Webhooks; docs/delivery.md says what is in them.
    #[arg(long, env = "SEKISHO_SMS_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) sms_url: Option<String>,

    /// A file with the URL of the webhook, instead of the URL itself.
    #[arg(long, env = "SEKISHO_SMS_URL_FILE", value_name = "FILE")]
    pub(crate) sms_url_file: Option<PathBuf>,

    /// The file of the webhook's secret, `whsec_…`.
    #[arg(long, env = "SEKISHO_SMS_SECRET_FILE", value_name = "FILE")]
    pub(crate) sms_secret_file: Option<PathBuf>,

    /// A folder with templates of your own, which replace the built-in ones or add languages.
    /// docs/delivery.md says how they are named.
    #[arg(long, env = "SEKISHO_TEMPLATES_FOLDER", value_name = "FOLDER")]
    pub(crate) templates_folder: Option<PathBuf>,

    /// The domain of the site where codes are entered, such as login.example.com. Messages then end
    /// with a line by which phones fill the code in there and nowhere else.
    #[arg(long, env = "SEKISHO_ORIGIN_DOMAIN", value_name = "DOMAIN")]
    pub(crate) origin_domain: Option<String>,

    /// Where users reach this server's own pages, such as `https://account.example.com`. Mail then has a
    /// link by which whoever has not asked for a code makes it void.
    #[arg(long, env = "SEKISHO_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// Lets subjects of mail hold the code: they show on locked screens.
    #[arg(long, env = "SEKISHO_CODE_IN_SUBJECT", value_parser = BoolishValueParser::new())]
    pub(crate) code_in_subject: bool,
}

/// Why codes cannot be delivered with these settings. Each names its setting.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliverySettingsError {
    #[error("--smtp-url and --mail-from go together: {0} is missing")]
    HalfOfSmtp(&'static str),
    #[error("--smtp-ca-file is of no use without --smtp-url")]
    UselessCa,
    #[error("--sms-url and --sms-secret-file (or SEKISHO_SMS_SECRET) go together: {0} is missing")]
    HalfOfSms(&'static str),
    #[error("--origin-domain {0:?} must be a domain and nothing else, such as login.example.com")]
    OriginDomain(String),
    #[error(
        "--public-url {0:?} must be the scheme and host of an HTTPS URL and nothing else, such as \
         https://account.example.com"
    )]
    PublicUrl(String),
    #[error("{setting} {path}: {cause}")]
    File { setting: &'static str, path: PathBuf, cause: std::io::Error },
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Smtp(#[from] SmtpSettingsError),
    #[error(transparent)]
    Sms(#[from] SmsSettingsError),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Delivery {
    /// What the settings describe.
    pub(crate) fn new(args: DeliveryArgs) -> Result<Self, DeliverySettingsError> {
        let smtp_url =
            url((SMTP_URL, args.smtp_url), ("--smtp-url-file", args.smtp_url_file.as_deref()))?;
        let sms_url =
            url((SMS_URL, args.sms_url), ("--sms-url-file", args.sms_url_file.as_deref()))?;
        let sms_secret =
            secret::of_variable(SMS_SECRET, "--sms-secret-file", args.sms_secret_file.as_deref())?;
        let origin = args.origin_domain.map(origin_domain).transpose()?;
        let public_url = args.public_url.map(public_url).transpose()?;
        let (folder, code_in_subject) = (args.templates_folder, args.code_in_subject);
        let texts = TextSettings { folder, origin, code_in_subject, public_url };
        Ok(Self {
            smtp: smtp(smtp_url, args.mail_from, args.smtp_ca_file)?,
            sms: sms(sms_url, sms_secret)?,
            templates: Templates::load(texts)?,
            outbox: None,
        })
    }

    /// Looks whether messages say what is approved by them.
    ///
    /// # Errors
    /// [`TemplateError::NoOperation`] names the first that does not.
    pub(crate) fn check_operations(&self) -> Result<(), DeliverySettingsError> {
        Ok(self.templates.check_operations()?)
    }

    /// Takes this for where users reach the pages, if nothing else was said.
    pub(crate) fn with_default_public_url(self, url: PublicUrl) -> Self {
        Self { templates: self.templates.with_default_public_url(url), ..self }
    }

    /// Keeps everything to be looked at, and needs no provider.
    pub(crate) fn with_outbox(self, outbox: Outbox) -> Self {
        Self { outbox: Some(outbox), ..self }
    }
}

const SMTP_URL: &str = "--smtp-url";
const SMS_URL: &str = "--sms-url";

/// A URL that may hold a password, from its option or from a file.
fn url(
    (option, outright): (&'static str, Option<String>),
    file: (&'static str, Option<&Path>),
) -> Result<Option<Zeroizing<String>>, SecretError> {
    let secret = secret::choose((option, outright.map(Zeroizing::new)), file)?;
    Ok(secret.map(|secret| secret.text))
}

fn smtp(
    url: Option<Zeroizing<String>>,
    from: Option<String>,
    authorities: Option<PathBuf>,
) -> Result<Option<Smtp>, DeliverySettingsError> {
    let (url, from) = match (url, from) {
        (Some(url), Some(from)) => (url, from),
        (None, None) if authorities.is_some() => return Err(DeliverySettingsError::UselessCa),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(DeliverySettingsError::HalfOfSmtp("--mail-from")),
        (None, Some(_)) => return Err(DeliverySettingsError::HalfOfSmtp(SMTP_URL)),
    };
    let authorities = authorities.map(read_authorities).transpose()?;
    Ok(Some(Smtp::new(&SmtpSettings { url, from, authorities })?))
}

fn sms(
    url: Option<Zeroizing<String>>,
    secret: Option<Secret>,
) -> Result<Option<Sms>, DeliverySettingsError> {
    match (url, secret) {
        (Some(url), Some(Secret { text, setting })) => {
            Ok(Some(Sms::new(&SmsSettings { url, secret: text, secret_setting: setting })?))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(DeliverySettingsError::HalfOfSms("the secret")),
        (None, Some(_)) => Err(DeliverySettingsError::HalfOfSms(SMS_URL)),
    }
}

fn public_url(url: String) -> Result<PublicUrl, DeliverySettingsError> {
    PublicUrl::parse(&url).ok_or(DeliverySettingsError::PublicUrl(url))
}

fn origin_domain(domain: String) -> Result<OriginDomain, DeliverySettingsError> {
    OriginDomain::parse(&domain).ok_or(DeliverySettingsError::OriginDomain(domain))
}

fn read_authorities(path: PathBuf) -> Result<Authorities, DeliverySettingsError> {
    match fs::read(&path) {
        Ok(pem) => Ok(Authorities { path, pem }),
        Err(cause) => Err(DeliverySettingsError::File { setting: "--smtp-ca-file", path, cause }),
    }
}
