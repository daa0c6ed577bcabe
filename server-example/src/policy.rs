//! The account policy: which fields may change, how many attempts there are, who gets messages.
//!
//! One shape for the table `[policy]` of the operator's file and for dev mode's `PATCH /dev/policy`.

use std::fmt::Display;
use std::ops::RangeInclusive;

use sekisho::password::Forbidden;
use sekisho::{CodePolicy, FailurePolicy, Identifier, Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::operation::{OperationError, OperationPolicy, Operations};

/// The policy in force. The defaults are the contract's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct AccountPolicy {
    /// Whether the Account API answers at all.
    pub(crate) enabled: bool,
    pub(crate) fields: Fields,
    pub(crate) lockout: Lockout,
    pub(crate) code: Codes,
    /// Addresses (`ana@example.com`) and domains (`@example.com`) that no user may take.
    pub(crate) email_blocklist: Vec<String>,
    /// If not empty, the only addresses and domains that a user may take.
    pub(crate) email_allowlist: Vec<String>,
    /// Whether a user may take an address such as `ana+shop@example.com`.
    pub(crate) email_subaddressing: bool,
    /// Words that no new password may contain, of 4 characters or more.
    pub(crate) password_words: Vec<String>,
    pub(crate) providers: Providers,
    /// What users approve one by one, by the operation's `type`.
    pub(crate) operations: Operations,
}

/// What a user may do with each field of their account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fields {
    pub(crate) email: Access,
    pub(crate) phone: Access,
    pub(crate) password: Access,
}

/// Access to one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Access {
    /// Neither shown nor changed.
    Off,
    /// Shown, not changed.
    ReadOnly,
    /// Shown and changed.
    #[default]
    Edit,
}

/// When failures block a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[expect(clippy::struct_field_names, reason = "the contract names it so")]
pub(crate) struct Lockout {
    /// The failure within an hour that blocks.
    pub(crate) max_attempts: u32,
    /// How long the block lasts, in minutes.
    pub(crate) lockout_minutes: u32,
    /// Failures after which a session verifies no more for a day; 0 for no such limit.
    pub(crate) session_max_attempts: u32,
}

/// How long a code is good and how often it may be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Codes {
    /// Seconds.
    pub(crate) expiration_duration: u64,
    /// Wrong codes for one message.
    pub(crate) max_retry_attempts: u32,
}

/// Which channels deliver codes. A channel that is on still needs a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Providers {
    pub(crate) email: bool,
    pub(crate) sms: bool,
}

/// Why an address may not become a user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressRefusal {
    /// It is blocklisted, or not on the allowlist.
    NotAllowed,
    /// It is a subaddress, and those are switched off.
    Subaddress,
}

/// Why a policy cannot be put in force.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyError {
    #[error("{field} is {value}, but it must be {bounds}")]
    OutOfBounds { field: &'static str, value: u64, bounds: String },
    #[error(
        "passwordWords: {word:?} has fewer than {min} characters, which are in many passwords by chance",
        min = Forbidden::MIN_WORD_CHARACTERS
    )]
    WordTooShort { number: usize, word: String },
    #[error("{field}: {entry:?} is neither an address nor a domain (example.com; no wildcards)")]
    ListEntry { field: &'static str, number: usize, entry: String },
    #[error(transparent)]
    Operation(#[from] OperationError),
    #[error("{0}")]
    Refused(#[from] sekisho::Error),
}

impl PolicyError {
    /// The keys that lead to what is wrong, and of an entry its number in the list.
    pub(crate) fn path(&self) -> Vec<String> {
        let of = |field: &str| field.split('.').map(str::to_owned).collect::<Vec<_>>();
        match self {
            Self::OutOfBounds { field, .. } => of(field),
            Self::WordTooShort { number, .. } => of(&format!("passwordWords.{number}")),
            Self::ListEntry { field, number, .. } => of(&format!("{field}.{number}")),
            Self::Operation(error) => error.path(),
            Self::Refused(_) => Vec::new(),
        }
    }
}

impl AccountPolicy {
    /// That of dev mode: with an operation to try out.
    pub(crate) fn of_dev_mode() -> Self {
        Self { operations: [OperationPolicy::transfer()].into(), ..Self::default() }
    }

    /// Every value by its dotted name, such as `lockout.maxAttempts`.
    pub(crate) fn values(&self) -> Vec<(String, Value)> {
        let mut values = Vec::new();
        collect_values("", json!(self), &mut values);
        values
    }

    /// The rules' numbers.
    ///
    /// # Errors
    /// [`PolicyError`] names the first value that is outside its bounds.
    pub(crate) fn to_core(&self) -> Result<Policy, PolicyError> {
        let Codes { expiration_duration: lifetime, max_retry_attempts: max_tries } = self.code;
        let Lockout { max_attempts: limit, lockout_minutes, session_max_attempts } = self.lockout;
        within("lockout.maxAttempts", limit, &FailurePolicy::LIMIT_BOUNDS)?;
        within("lockout.lockoutMinutes", u64::from(lockout_minutes), &lockout_minutes_bounds())?;
        let session_limits = FailurePolicy::SESSION_LIMIT_BOUNDS;
        within("lockout.sessionMaxAttempts", session_max_attempts, &session_limits)?;
        within("code.expirationDuration", lifetime, &CodePolicy::LIFETIME_BOUNDS)?;
        within("code.maxRetryAttempts", max_tries, &CodePolicy::MAX_TRIES_BOUNDS)?;
        self.check_words()?;
        check_list("emailBlocklist", &self.email_blocklist)?;
        check_list("emailAllowlist", &self.email_allowlist)?;
        self.operations.iter().try_for_each(|(name, operation)| operation.check(name))?;
        let block = u64::from(lockout_minutes) * SECONDS_PER_MINUTE;
        Ok(Policy {
            code: CodePolicy { lifetime, max_tries, ..CodePolicy::default() },
            failures: FailurePolicy {
                limit,
                block,
                session_limit: session_max_attempts,
                ..FailurePolicy::default()
            },
            ..Policy::default()
        })
    }

    /// Refuses a word that would not be looked for.
    fn check_words(&self) -> Result<(), PolicyError> {
        let mut words = self.password_words.iter().enumerate();
        match words.find(|(_, word)| !Forbidden::is_sought(word)) {
            Some((number, word)) => Err(PolicyError::WordTooShort { number, word: word.clone() }),
            None => Ok(()),
        }
    }

    /// Whether the identifier may become a user's own. Phone numbers always may.
    pub(crate) fn admit_new(&self, identifier: &Identifier) -> Result<(), AddressRefusal> {
        let Identifier::Email(_) = identifier else { return Ok(()) };
        let address = identifier.canonical();
        let is_on = |list: &[String]| list.iter().any(|entry| names(entry, &address));
        let unlisted = !self.email_allowlist.is_empty() && !is_on(&self.email_allowlist);
        if is_on(&self.email_blocklist) || unlisted {
            return Err(AddressRefusal::NotAllowed);
        }
        let local = address.split_once('@').map_or("", |(local, _)| local);
        if local.contains('+') && !self.email_subaddressing {
            return Err(AddressRefusal::Subaddress);
        }
        Ok(())
    }
}

impl Default for AccountPolicy {
    fn default() -> Self {
        Self {
            enabled: true,
            fields: Fields::default(),
            lockout: Lockout::default(),
            code: Codes::default(),
            email_blocklist: Vec::new(),
            email_allowlist: Vec::new(),
            email_subaddressing: true,
            password_words: Vec::new(),
            providers: Providers::default(),
            operations: Operations::default(),
        }
    }
}

impl Default for Lockout {
    fn default() -> Self {
        let FailurePolicy { limit, block, session_limit, .. } = FailurePolicy::default();
        let lockout_minutes = u32::try_from(block / SECONDS_PER_MINUTE).unwrap_or(60);
        Self { max_attempts: limit, lockout_minutes, session_max_attempts: session_limit }
    }
}

impl Default for Codes {
    fn default() -> Self {
        let CodePolicy { lifetime, max_tries, .. } = CodePolicy::default();
        Self { expiration_duration: lifetime, max_retry_attempts: max_tries }
    }
}

impl Default for Providers {
    fn default() -> Self {
        Self { email: true, sms: true }
    }
}

fn collect_values(name: &str, value: Value, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let dotted = if name.is_empty() { field } else { format!("{name}.{field}") };
                collect_values(&dotted, value, into);
            }
        }
        value => into.push((name.to_owned(), value)),
    }
}

const SECONDS_PER_MINUTE: u64 = 60;

fn lockout_minutes_bounds() -> RangeInclusive<u64> {
    let seconds = FailurePolicy::BLOCK_BOUNDS;
    seconds.start() / SECONDS_PER_MINUTE..=seconds.end() / SECONDS_PER_MINUTE
}

fn within<T: Copy + Display + Into<u64> + PartialOrd>(
    field: &'static str,
    value: T,
    bounds: &RangeInclusive<T>,
) -> Result<(), PolicyError> {
    if bounds.contains(&value) {
        return Ok(());
    }
    let bounds = format!("{} to {}", bounds.start(), bounds.end());
    Err(PolicyError::OutOfBounds { field, value: value.into(), bounds })
}

fn check_list(field: &'static str, entries: &[String]) -> Result<(), PolicyError> {
    let is_entry = |entry: &str| {
        let (local, domain) = entry.trim().rsplit_once('@').unwrap_or(("", entry.trim()));
        let local = if local.is_empty() { "any" } else { local };
        let has_wildcard = entry.contains(['*', '?', '%']);
        !has_wildcard && Identifier::email(&format!("{local}@{domain}")).is_ok()
    };
    match entries.iter().enumerate().find(|(_, entry)| !is_entry(entry)) {
        Some((number, entry)) => {
            Err(PolicyError::ListEntry { field, number, entry: entry.clone() })
        }
        None => Ok(()),
    }
}

/// Whether an entry of a list is this address, or its domain.
fn names(entry: &str, address: &str) -> bool {
    let entry = entry.trim().to_lowercase();
    let domain = entry.strip_prefix('@').unwrap_or(&entry);
    let own_domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    entry == address || domain == own_domain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: &AccountPolicy, address: &str) -> Result<(), AddressRefusal> {
        policy.admit_new(&Identifier::email(address).unwrap())
    }

    #[test]
    fn lists_name_addresses_and_domains_without_regard_to_case() {
        let policy = AccountPolicy {
            email_blocklist: vec!["Bad@Example.com".into(), "@spam.test".into()],
            ..AccountPolicy::default()
        };
        assert_eq!(verdict(&policy, "bad@example.COM"), Err(AddressRefusal::NotAllowed));
        assert_eq!(verdict(&policy, "a@SPAM.test"), Err(AddressRefusal::NotAllowed));
        assert_eq!(verdict(&policy, "a@notspam.test"), Ok(()));
        assert_eq!(verdict(&policy, "good@example.com"), Ok(()));
    }

    #[test]
    fn an_allowlist_admits_nobody_else() {
        let policy = AccountPolicy {
            email_allowlist: vec!["@example.com".into()],
            ..AccountPolicy::default()
        };
        assert_eq!(verdict(&policy, "a@example.com"), Ok(()));
        assert_eq!(verdict(&policy, "a@example.org"), Err(AddressRefusal::NotAllowed));
    }

    #[test]
    fn subaddresses_can_be_switched_off() {
        let policy = AccountPolicy { email_subaddressing: false, ..AccountPolicy::default() };
        assert_eq!(verdict(&policy, "a+b@example.com"), Err(AddressRefusal::Subaddress));
        assert_eq!(verdict(&AccountPolicy::default(), "a+b@example.com"), Ok(()));
    }

    #[test]
    fn a_number_out_of_bounds_is_named() {
        let rows = [
            ("lockout", "maxAttempts", 1, 10_000),
            ("lockout", "lockoutMinutes", 1, 43_200),
            ("code", "expirationDuration", 60, 3600),
            ("code", "maxRetryAttempts", 1, 100),
        ];
        for (section, field, least, most) in rows {
            let with = |value: u64| {
                let json = format!("{{\"{section}\": {{\"{field}\": {value}}}}}");
                serde_json::from_str::<AccountPolicy>(&json).unwrap().to_core()
            };
            assert!(with(least).is_ok() && with(most).is_ok(), "{field}");
            for value in [least - 1, most + 1] {
                assert_eq!(
                    with(value).unwrap_err().to_string(),
                    format!("{section}.{field} is {value}, but it must be {least} to {most}"),
                );
            }
        }
    }

    #[test]
    fn the_defaults_are_the_contracts() {
        assert_eq!(AccountPolicy::default().to_core().unwrap(), Policy::default());
        let shown = serde_json::to_value(AccountPolicy::default()).unwrap();
        assert_eq!(shown["lockout"]["maxAttempts"], 100);
        assert_eq!(shown["lockout"]["lockoutMinutes"], 60);
        assert_eq!(shown["code"]["expirationDuration"], 600);
        assert_eq!(shown["code"]["maxRetryAttempts"], 10);
        assert_eq!(shown["fields"]["email"], "Edit");
    }
}
