//! Any text as an e-mail address and as a phone number. What is read keeps its bytes, is one line, and
//! its canonical form is its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::Identifier;

fuzz_target!(|text: &str| {
    for parse in [Identifier::email, Identifier::phone] {
        let Ok(identifier) = parse(text) else { continue };
        assert_eq!(identifier.value(), text);
        assert!(!text.chars().any(|c| c.is_control() || c.is_whitespace()));
        let canonical = identifier.canonical();
        // One that has grown too long by it is none of its own.
        if let Ok(again) = parse(&canonical) {
            assert_eq!(again.canonical(), canonical);
        }
    }
});
