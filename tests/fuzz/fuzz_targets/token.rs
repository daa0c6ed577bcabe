//! Any text as a record or a challenge.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sekisho_fuzz::open(text));
