//! Any text as a `WWW-Authenticate` header (RFC 9470). What is read says the same when it is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::Requirement;

fuzz_target!(|text: &str| {
    let Ok(requirement) = Requirement::from_challenge(text) else { return };
    assert!(!requirement.methods.is_empty());
    let again = Requirement::from_challenge(&requirement.to_challenge());
    assert_eq!(again.unwrap(), requirement);
});
