//! Any text as a key ring. What is read is written as it stood there, and rotates and retires.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho::{Entropy, KeyRing};
use sekisho_fuzz::now;

fuzz_target!(|text: &str| {
    let Ok(ring) = KeyRing::parse(text) else { return };
    assert_eq!(*ring.to_text(), text);
    for key in ring.keys() {
        let _ = ring.retire(key.id, now());
    }
    let mut bytes = [7; 32];
    bytes[0] = 1;
    let entropy = Entropy::from_bytes(bytes).unwrap();
    if let Ok(rotated) = ring.rotate(now(), now(), &entropy) {
        let read = KeyRing::parse(&rotated.to_text()).unwrap();
        assert_eq!(*read.to_text(), *rotated.to_text());
        assert!(read.seals_with(now()).is_ok());
    }
});
