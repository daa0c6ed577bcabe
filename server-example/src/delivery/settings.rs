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
use super::{Delivery, Outbox};

/// The secret that requests to the SMS webhook are signed with.
pub(crate) const SMS_SECRET: &str = "SEKISHO_SMS_SECRET";

const SMTP_URL_HELP: &str = "\
The mail server: smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST?tls=required for \
STARTTLS. In the environment the password is out of sight";

/// How codes get to users.
#[derive(Args)]
pub(crate) struct DeliveryArgs {
    #[arg(long, env = "SEKISHO_SMTP_URL", value_name = "URL", hide_env_values = true)]
    #[arg(help = SMTP_URL_HELP)]
    pub(crate) smtp_url: Option<String>,

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
    #[error("--sms-secret-file and SEKISHO_SMS_SECRET are two answers to one question: give one")]
    TwoSmsSecrets,
    #[error("--origin-domain {0:?} must be a domain and nothing else, such as login.example.com")]
    OriginDomain(String),
    #[error("{setting} {path}: {cause}")]
    File { setting: &'static str, path: PathBuf, cause: std::io::Error },
    #[error(transparent)]
    Smtp(#[from] SmtpSettingsError),
    #[error(transparent)]
    Sms(#[from] SmsSettingsError),
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Delivery {
    /// What the settings describe; `sms_secret` is the one of the environment.
    pub(crate) fn new(
        args: DeliveryArgs,
        sms_secret: Option<Zeroizing<String>>,
    ) -> Result<Self, DeliverySettingsError> {
        let smtp = smtp(args.smtp_url, args.mail_from, args.smtp_ca_file)?;
        let sms = sms(args.sms_url, args.sms_secret_file, sms_secret)?;
        let origin = args.origin_domain.map(origin_domain).transpose()?;
        let (folder, code_in_subject) = (args.templates_folder, args.code_in_subject);
        let templates = Templates::load(TextSettings { folder, origin, code_in_subject })?;
        Ok(Self { templates, smtp, sms, outbox: None })
    }

    /// Keeps everything to be looked at, and needs no provider.
    pub(crate) fn with_outbox(self) -> Self {
        Self { outbox: Some(Outbox::default()), ..self }
    }
}

fn smtp(
    url: Option<String>,
    from: Option<String>,
    authorities: Option<PathBuf>,
) -> Result<Option<Smtp>, DeliverySettingsError> {
    let (url, from) = match (url, from) {
        (Some(url), Some(from)) => (Zeroizing::new(url), from),
        (None, None) if authorities.is_some() => return Err(DeliverySettingsError::UselessCa),
        (None, None) => return Ok(None),
        (Some(_), None) => return Err(DeliverySettingsError::HalfOfSmtp("--mail-from")),
        (None, Some(_)) => return Err(DeliverySettingsError::HalfOfSmtp("--smtp-url")),
    };
    let authorities = authorities.map(read_authorities).transpose()?;
    Ok(Some(Smtp::new(&SmtpSettings { url, from, authorities })?))
}

fn sms(
    url: Option<String>,
    file: Option<PathBuf>,
    secret: Option<Zeroizing<String>>,
) -> Result<Option<Sms>, DeliverySettingsError> {
    const FILE: &str = "--sms-secret-file";
    let (secret, secret_setting) = match (file, secret) {
        (Some(_), Some(_)) => return Err(DeliverySettingsError::TwoSmsSecrets),
        (Some(path), None) => (Some(read_secret(FILE, &path)?), FILE),
        (None, secret) => (secret, SMS_SECRET),
    };
    match (url.map(Zeroizing::new), secret) {
        (Some(url), Some(secret)) => {
            Ok(Some(Sms::new(&SmsSettings { url, secret, secret_setting })?))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(DeliverySettingsError::HalfOfSms("the secret")),
        (None, Some(_)) => Err(DeliverySettingsError::HalfOfSms("--sms-url")),
    }
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

fn read_secret(
    setting: &'static str,
    path: &Path,
) -> Result<Zeroizing<String>, DeliverySettingsError> {
    let failed = |cause| DeliverySettingsError::File { setting, path: path.to_owned(), cause };
    fs::read_to_string(path).map(Zeroizing::new).map_err(failed)
}
