//! `sekisho` for Kotlin, Swift and Python, by `UniFFI`: what crosses over, and nothing that decides.
//!
//! Numbers cross signed, since Java cannot call what takes Kotlin's unsigned ones. One below zero is
//! refused like one that is too large.
#![allow(
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "the docs are read in other languages, and what comes from there is owned"
)]

mod argument;
mod buffer;
mod counters;
mod error;
mod flow;
mod identifier;
mod key_ring;
mod message;
mod outcome;
mod password_acceptance;
mod password_policy;
mod policy;
mod request;
mod requirement;
mod resume_handle;
mod verifier;
mod verifier_without_counters;

pub use counters::CounterOp;
pub use error::{ErrorCode, SekishoError, error_codes};
pub use flow::{CodeCheckFlow, CodeSendFlow, EmptyFlow, PasswordCheckFlow, PresentationFlow};
pub use identifier::{Identifier, canonical};
pub use key_ring::{Environment, KeyRing, KeyTimes};
pub use message::render_message;
pub use outcome::{Accepted, CodeSent, Limits, PasswordVerified, SendCancellation, Verified};
pub use password_acceptance::{PasswordAcceptance, PasswordRejection};
pub use password_policy::{PasswordPolicy, Pepper, Verification};
pub use policy::{Alphabet, CodePolicy, FailurePolicy, Policy, SendPolicy};
pub use request::{CodeCheck, CodeResend, CodeSend, PasswordCheck, Presentation};
pub use requirement::{
    AskedVerification, Method, Purpose, Requirement, from_challenge, purpose_of_code, to_challenge,
};
pub use resume_handle::ResumeHandle;
pub use verifier::Verifier;
pub use verifier_without_counters::VerifierWithoutCounters;

uniffi::setup_scaffolding!("sekisho");
