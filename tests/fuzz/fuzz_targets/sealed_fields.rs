//! Any fields under a MAC that is right: what lies behind the MAC's check. The first byte says whether
//! as a record or as a challenge; the key id is put in.
#![no_main]

use std::sync::LazyLock;

use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sekisho_fuzz::RING;
use sha2::Sha256;

struct Kind {
    prefix: &'static str,
    key: [u8; 32],
}

static RECORD: LazyLock<Kind> =
    LazyLock::new(|| Kind { prefix: "sekisho_r1_", key: derived("record") });
static CHALLENGE: LazyLock<Kind> =
    LazyLock::new(|| Kind { prefix: "sekisho_c1_", key: derived("challenge") });
const KEY_ID: [u8; 4] = [0x4d, 0x1d, 0xe6, 0x40];

fuzz_target!(|input: &[u8]| {
    let Some((first, fields)) = input.split_first() else { return };
    let kind = if first % 2 == 0 { &*RECORD } else { &*CHALLENGE };
    let mut bytes = fields.to_vec();
    if let Some(id) = bytes.get_mut(..4) {
        id.copy_from_slice(&KEY_ID);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&kind.key).unwrap();
    mac.update(&bytes);
    bytes.extend_from_slice(&mac.finalize().into_bytes());
    sekisho_fuzz::open(&format!("{}{}", kind.prefix, Base64UrlUnpadded::encode_string(&bytes)));
});

/// As `docs/token-format.md` has it.
fn derived(purpose: &str) -> [u8; 32] {
    let secret = RING.rsplit('.').next().unwrap().split(':').nth(1).unwrap();
    let secret = Base64UrlUnpadded::decode_vec(secret).unwrap();
    let mut key = [0; 32];
    let info = format!("sekisho/v1/production/{purpose}");
    Hkdf::<Sha256>::new(None, &secret).expand(info.as_bytes(), &mut key).unwrap();
    key
}
