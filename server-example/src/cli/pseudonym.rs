//! `pseudonym`: what the audit log calls somebody.

use clap::{Args, ValueEnum};
use sekisho::{Identifier, Pseudonym, Session, Subject};

use super::{CommandError, KeyArgs};
use crate::config::{self, KEYS_NEEDED};
use crate::terminal;

#[derive(Args)]
pub(super) struct PseudonymArgs {
    #[command(flatten)]
    keys: KeyArgs,
    /// What the value is.
    kind: Kind,
    /// The user's id, as access tokens have it in `sub`; the session's, as in `sid`; the e-mail
    /// address; the phone number, digits only.
    value: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    User,
    Session,
    Email,
    Phone,
}

pub(super) fn print(args: PseudonymArgs) -> Result<(), CommandError> {
    let missing = || CommandError::Refused(KEYS_NEEDED.to_owned());
    let ring = config::keys(args.keys)?.ok_or_else(missing)?.ring;
    let value = args.value.as_str();
    terminal::line(match args.kind {
        Kind::User => Pseudonym::of_subject(&ring, &Subject::parse(value)?),
        Kind::Session => Pseudonym::of_session(&ring, &Session::parse(value)?),
        Kind::Email => Pseudonym::of_identifier(&ring, &Identifier::email(value)?),
        Kind::Phone => Pseudonym::of_identifier(&ring, &Identifier::phone(value)?),
    });
    Ok(())
}
