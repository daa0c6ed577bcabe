//! Security verification (step-up, re-verification) without I/O: the rules, and nothing else.
//!
//! A user is signed in and wants to do something risky. They prove once more who they are, by
//! password or by a one-time code, and the application gets a *verification record*: a short token
//! bound to the user, the time and, if wanted, the session and the very operation.
//!
//! This crate reads no clock, draws no randomness and stores nothing. Time and entropy are
//! arguments. All the state there is are expiring counters that the host keeps: every flow is a
//! [`Step`] that either is done or asks for counters to be added ([`CounterOp`]), and goes on when
//! it is told their new values.
//!
//! ```
//! use sekisho::{
//!     Binding, CodeCheck, CodeSend, Entropy, Environment, Identifier, KeyRing, Policy,
//!     Presentation, Purpose, Requirement, Subject, Timestamp, Verifier,
//! };
//! # use std::collections::HashMap;
//! # fn main() -> Result<(), sekisho::Error> {
//! # let now = Timestamp::from_unix_seconds(1_764_000_000)?;
//! # let mut byte = 0u8;
//! # let mut random = || { byte += 1; let mut b = [byte; 32]; b[0] = 0; Entropy::from_bytes(b) };
//! // The store: any map that adds. (This one lives too briefly to need the ttl.)
//! let mut counters = HashMap::<String, u64>::new();
//! let mut add = |ops: &[sekisho::CounterOp]| {
//!     let counts = ops.iter().map(|op| {
//!         let count = counters.entry(op.key.to_string()).or_default();
//!         *count = count.saturating_add_signed(op.delta);
//!         *count
//!     });
//!     Ok::<_, sekisho::Error>(counts.collect())
//! };
//!
//! let keys = KeyRing::generate(Environment::Development, now, &random()?)?;
//! let verifier = Verifier::new(keys, Policy::default())?;
//! let binding = Binding::to_subject(Subject::parse("user-1")?);
//! let to = Identifier::phone("447911123456")?;
//!
//! let purpose = Purpose::UserPermissionValidation;
//! let send = CodeSend { binding: binding.clone(), to: to.clone(), purpose };
//! let sent = verifier.send_code(send, now, random()?).drive(&mut add)??;
//! // … the host sends sent.code, the user types it …
//! let check = CodeCheck {
//!     binding: binding.clone(),
//!     to,
//!     challenge: sent.challenge.token,
//!     code: sent.code.as_str().to_owned().into(),
//! };
//! let verified = verifier.check_code(check, now).drive(&mut add)??;
//!
//! let token = verified.record.token;
//! let shown = Presentation { token, binding, idempotency_key: None };
//! verifier.present(shown, &Requirement::permission(), now).drive(&mut add)??;
//! # Ok(())
//! # }
//! ```
//!
//! Rooms: [`keyring`] and [`token`] for keys and the wire format, [`record`] for what a token says,
//! [`context`] and [`identifier`] for what it is bound to, [`code`] and [`password`] for the two
//! ways of proving, [`counter`] and [`flow`] for attempts and the flows themselves,
//! [`requirement`] for what an operation demands, [`error`] for what can go wrong.

#![deny(unsafe_code)]
#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(all(feature = "std", not(test)))]
extern crate std;

mod base64;
mod canonical_json;
mod challenge;
pub mod code;
pub mod context;
pub mod counter;
mod cursor;
mod digest;
mod digits;
mod entropy;
pub mod error;
pub mod flow;
pub mod identifier;
pub mod keyring;
mod mac;
pub mod message;
pub mod password;
mod policy;
mod pseudonym;
pub mod record;
pub mod requirement;
mod resume_handle;
mod revocation;
mod time;
pub mod token;

pub use code::{Alphabet, Code, CodePolicy};
pub use context::{Binding, Operation, Session, Subject};
pub use counter::{CounterKey, CounterOp};
pub use entropy::Entropy;
pub use error::{Error, ErrorCode};
pub use flow::{
    Accepted, CodeCheck, CodeResend, CodeSend, CodeSent, CodeVerified, Counting, Issued, Limits,
    PasswordCheck, PasswordVerified, Presentation, Step, Verifier,
};
pub use identifier::Identifier;
pub use keyring::{Environment, KeyId, KeyRing, KeyTimes};
pub use password::{Password, PasswordPolicy};
pub use policy::{FailurePolicy, Policy, SendPolicy};
pub use pseudonym::Pseudonym;
pub use record::{Method, Purpose, RecordFields, RecordId, VerificationRecord};
pub use requirement::Requirement;
pub use time::{CLOCK_SKEW_SECONDS, Timestamp};
