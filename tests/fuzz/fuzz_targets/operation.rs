//! Any text as an operation. What is read is JSON to serde_json too, and has the digest that its
//! canonicaliser gives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::Operation;
use serde_json::Value;
use sha2::{Digest, Sha256};

fuzz_target!(|text: &str| {
    let Ok(operation) = Operation::from_json(text) else { return };
    let value: Value = serde_json::from_str(text).unwrap();
    let canonical = serde_json_canonicalizer::to_string(&value).unwrap();
    assert_eq!(operation.digest().as_slice(), Sha256::digest(canonical.as_bytes()).as_slice());
    assert_eq!(Operation::from_json(&canonical).unwrap(), operation);
    assert_eq!(Operation::from_value(&value).unwrap(), operation);
});
