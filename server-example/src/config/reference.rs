//! The table of all settings, as Markdown.

use std::fmt::Write;

use clap::{Arg, Command};

use super::file::options;
use crate::policy::AccountPolicy;
use crate::secret;

const INTRODUCTION: &str = "\
# Settings

`sekisho-server config reference` writes this page. A setting is an option of `serve`, a variable of
the environment, or a key of the file that `--config-file` names, and counts in that order. The file is
TOML; its keys are the options' names without the dashes, and the account policy is its table
`[policy]`. `sekisho-server config check` takes what `serve` takes and tells what is in force and where
it comes from, secrets masked. What is not known stops the start, in each of the three places. A setting
and the one that names a file with it (`smtp-url`, `smtp-url-file`) are two answers to one question,
wherever they stand. Paths are relative to the folder that the server is started in.

```toml
database = \"/var/lib/sekisho/sekisho.db\"
keys-file = \"/var/lib/sekisho/sekisho.keys\"
access-token-issuer = \"https://id.example.com\"
access-token-audience = \"https://account.example.com\"
first-party-clients = [\"web\", \"app\"]
smtp-url-file = \"/run/secrets/smtp-url\"
mail-from = \"Example <no-reply@example.com>\"

[policy]
emailBlocklist = [\"@mailinator.com\"]
code.expirationDuration = 300
```
";

const SECRETS: &str = "
## Secrets

These are in the environment alone: a command line is there for everybody on the machine to read. Each
can also be in a file, which the option of the same name with `-file` names.

| variable | what it is |
| --- | --- |
";

const POLICY: &str = "
## Policy

What may change, how many attempts there are, who gets messages. The table `[policy]` of the file has
what shall differ from the defaults.

| key | default | what it is |
| --- | --- | --- |
";

/// What each value of the policy is, by its dotted name.
const POLICY_VALUES: [(&str, &str); 15] = [
    ("enabled", "Whether the Account API answers at all."),
    ("fields.email", "What users may do with their e-mail address: `Edit`, `ReadOnly` or `Off`."),
    ("fields.phone", "Likewise the phone number."),
    ("fields.password", "Likewise the password."),
    ("lockout.maxAttempts", "The failed attempt within an hour that blocks a user, 1 to 10000."),
    ("lockout.lockoutMinutes", "How long the block lasts, 1 to 43200 minutes."),
    (
        "lockout.sessionMaxAttempts",
        "Failed attempts after which a session verifies no more for a day, 1 to 10000; 0 for no such \
         limit. Below `lockout.maxAttempts`, whoever has stolen a session cannot block its user, who \
         goes on in another. Only for access tokens with a `sid`.",
    ),
    ("code.expirationDuration", "How long a code is good, 60 to 3600 seconds."),
    ("code.maxRetryAttempts", "How often one message's code may be wrong, 1 to 100."),
    (
        "emailBlocklist",
        "Addresses (`ana@example.com`) and domains (`@example.com`, its subdomains not included) that \
         no user may take.",
    ),
    ("emailAllowlist", "If not empty, the only addresses and domains that a user may take."),
    ("emailSubaddressing", "Whether a user may take an address such as `ana+shop@example.com`."),
    (
        "passwordWords",
        "Words that no new password may contain, such as your service's name: at least 4 \
         characters each, in whatever case.",
    ),
    ("providers.email", "Whether codes are sent by e-mail."),
    ("providers.sms", "Whether codes are sent by text message."),
];

const OPERATIONS: &str = "
## Operations

What users approve one by one: a transfer, a new payee. A client names the operation in its request for a
verification, and the record is good for that very one. The table `[policy.operations.TYPE]` says what an
operation demands whose member `type` is TYPE; other types are refused.

```toml
[policy.operations.transfer]
methods = [\"password\", \"email_code\", \"phone_code\"]
match = \"any\"        # or \"all\": a record by each of the methods
maxAgeSeconds = 300    # by default as long as the record lives
bound = true           # the record is for this operation alone
singleUse = true       # and for one execution of it
sameSession = false    # true: only in the session that verified, by the token's sid; 403 without one

[policy.operations.transfer.message]
en = \"Transfer {amount} {currency} to {payee}\"
ja = \"{payee} に {amount} {currency} を送金\"
```

But for `methods` and `message` the values above are the defaults, and there is no greatest age. The
message is what the user reads before approving, in mail, text messages and pages. It has fields of the
operation in braces, `{payee.name}` for one within another. `en` is for whoever asks for none of the
others. An operation that lacks such a field, or has line ends, invisible characters or more than 256 bytes
in it, is refused; so is one of more than 4096 bytes.

The server verifies; what is approved your services execute, and there the record is held against the
demands: [approving a payment](guides/approve-a-payment.md). Of these `methods`, `bound` and `sameSession`
count when the verification is asked for, too: nobody is sent a code that helps nothing. In dev mode
`POST /api/transfers` is such a service, which demands all of them. With `bound = false` the record is one
for everything, the change of the password included, whatever the message said.
";

/// The page.
pub(crate) fn write(serve: &Command) -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Options\n\n| option | variable | default | what it is |\n");
    page.push_str("| --- | --- | --- | --- |\n");
    for option in options(serve) {
        write_row(&mut page, &option_cells(option));
    }
    page.push_str(SECRETS);
    for (variable, what) in secret::VARIABLES {
        write_row(&mut page, &[code(variable), what.to_owned()]);
    }
    page.push_str(POLICY);
    for (name, default) in AccountPolicy::default().values() {
        let what = POLICY_VALUES.iter().find(|(known, _)| *known == name);
        let what = what.map_or_else(String::new, |(_, what)| (*what).to_owned());
        write_row(&mut page, &[code(&name), code(&default.to_string()), what]);
    }
    page + OPERATIONS
}

fn option_cells(option: &Arg) -> [String; 4] {
    let long = option.get_long().unwrap_or_default();
    let value = option.get_value_names().filter(|_| option.get_action().takes_values());
    let value =
        value.and_then(|names| names.first()).map_or(String::new(), |name| format!(" {name}"));
    let variable = option.get_env().map_or(String::new(), |name| code(&name.to_string_lossy()));
    let default = option.get_default_values().first();
    let default = default.map_or(String::new(), |value| code(&value.to_string_lossy()));
    let help = option.get_long_help().or(option.get_help());
    let help = help.map_or(String::new(), ToString::to_string);
    [code(&format!("--{long}{value}")), variable, default, help]
}

fn write_row(page: &mut String, cells: &[String]) {
    let cells: Vec<_> =
        cells.iter().map(|cell| cell.replace('\n', " ").replace('|', "\\|")).collect();
    // Writing to a string does not fail.
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_the_policy_is_explained() {
        let values = AccountPolicy::default().values();
        let names: Vec<_> = values.iter().map(|(name, _)| name.as_str()).collect();
        let explained: Vec<_> = POLICY_VALUES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), explained.len());
        for name in names {
            assert!(explained.contains(&name), "{name}");
        }
    }
}
