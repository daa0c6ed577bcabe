//! `keyring.json`: the ring's text, its keys over time, and what is derived from them.

use serde_json::{Value, json};

use crate::document::{Document, error, hex, ok};
use crate::record::NOW;
use crate::reference::{Key, Ring, base64url, entropy};

pub(crate) fn document() -> Document {
    Document::new(
        "keyring",
        "Key rings: reading the text form, making, rotating and retiring, which key seals when, \
         the keys derived for each purpose, and the pseudonyms made with one of them. Times are Unix seconds; entropy, secrets and \
         derived keys are hexadecimal.",
    )
    .section("parse", parse_cases())
    .section("generate", generate_cases())
    .section("rotate", rotate_cases())
    .section("retire", retire_cases())
    .section("seals_with", seals_cases())
    .section("derive", derive_cases())
    .section("pseudonym", pseudonym_cases())
}

/// The ring of most vectors.
pub(crate) fn ring() -> Ring {
    Ring::generate("production", NOW - 86_400, &entropy("ring"))
}

/// The same, with a second key that seals from [`NOW`] on.
pub(crate) fn rotated() -> Ring {
    ring().rotate(NOW, NOW - 3_600, &entropy("ring, rotated"))
}

fn parse_cases() -> Vec<Value> {
    let mut cases = readable();
    cases.extend(malformed());
    cases.extend(weak());
    cases.extend(repeated());
    cases
}

fn readable() -> Vec<Value> {
    let retired = rotated().retire(0, NOW + 600);
    let full = (1..16).fold(ring(), |ring, n| ring.rotate(NOW + n, NOW, &entropy(&format!("{n}"))));
    let eight_distinct = with_secret(std::array::from_fn(|n| u8::try_from(n % 8).unwrap_or(0)));
    let latest = Ring { keys: vec![Key { seals_from: (1 << 40) - 1, ..key() }], ..ring() };
    [
        ("one-key", ring()),
        ("two-keys", rotated()),
        ("one-of-two-retired", retired),
        ("development", ring().copied_to("development")),
        ("sixteen-keys", full),
        ("secret-of-eight-distinct-bytes", eight_distinct),
        ("latest-time", latest),
        ("from-the-beginning", Ring { keys: vec![Key { seals_from: 0, ..key() }], ..ring() }),
    ]
    .map(|(id, ring)| case(id, &ring.to_text(), ok(listed(&ring))))
    .to_vec()
}

fn malformed() -> Vec<Value> {
    let text = ring().to_text();
    let key_text = key().to_text();
    let head = text.trim_end_matches(&key_text);
    let [id, secret, from] =
        [key().id_text(), base64url(&key().secret), key().seals_from.to_string()];
    let digest_secret = base64url(&ring().digest_secret);
    let full = (1..17).fold(ring(), |ring, n| ring.rotate(NOW + n, NOW, &entropy(&format!("{n}"))));
    let cases = [
        ("empty", String::new()),
        ("prefix-alone", "sekisho_keys_1".to_owned()),
        ("not-a-ring", "correct horse battery staple".to_owned()),
        ("other-version", text.replace("keys_1", "keys_2")),
        ("no-environment", format!("sekisho_keys_1.{digest_secret}.{key_text}")),
        ("unknown-environment", text.replace("production", "staging")),
        ("environment-in-capitals", text.replace("production", "Production")),
        ("no-key", head.trim_end_matches('.').to_owned()),
        ("empty-key", head.to_owned()),
        ("dot-at-the-end", format!("{text}.")),
        ("space-before", format!(" {text}")),
        ("line-end-after", format!("{text}\n")),
        ("quoted", format!("\"{text}\"")),
        ("key-id-in-capitals", format!("{head}ABCDEF01:{secret}:{from}:-")),
        ("key-id-empty", format!("{head}:{secret}:{from}:-")),
        ("key-id-of-seven-digits", format!("{head}1234567:{secret}:{from}:-")),
        ("key-id-of-nine-digits", format!("{head}123456789:{secret}:{from}:-")),
        ("key-id-with-sign", format!("{head}+1234567:{secret}:{from}:-")),
        ("key-id-not-hexadecimal", format!("{head}1234567g:{secret}:{from}:-")),
        ("key-without-end", format!("{head}{id}:{secret}:{from}")),
        ("key-without-times", format!("{head}{id}:{secret}")),
        ("key-with-a-fifth-part", format!("{text}:-")),
        ("time-empty", format!("{head}{id}:{secret}::-")),
        ("time-with-leading-zero", format!("{head}{id}:{secret}:0{from}:-")),
        ("time-with-sign", format!("{head}{id}:{secret}:+{from}:-")),
        ("time-negative", format!("{head}{id}:{secret}:-1:-")),
        ("time-with-fraction", format!("{head}{id}:{secret}:{from}.5:-")),
        ("time-of-2-to-the-40", format!("{head}{id}:{secret}:1099511627776:-")),
        ("time-beyond-64-bits", format!("{head}{id}:{secret}:18446744073709551616:-")),
        ("end-empty", format!("{head}{id}:{secret}:{from}:")),
        ("end-a-word", format!("{head}{id}:{secret}:{from}:never")),
        (
            "secret-of-33-bytes",
            format!("{head}{id}:{}:{from}:-", base64url(&[&key().secret[..], &[7]].concat())),
        ),
        ("secret-padded", format!("{head}{id}:{secret}=:{from}:-")),
        ("secret-with-spare-bits", format!("{head}{id}:{}:{from}:-", with_spare_bits(&secret))),
        ("secret-with-space", format!("{head}{id}: {secret}:{from}:-")),
        ("secret-in-standard-alphabet", format!("{head}{id}:+/{}:{from}:-", "A".repeat(41))),
        (
            "digest-secret-with-spare-bits",
            text.replace(&digest_secret, &with_spare_bits(&digest_secret)),
        ),
        ("seventeen-keys", full.to_text()),
    ];
    cases.iter().map(|(id, text)| case(id, text, error("key_ring_malformed"))).collect()
}

fn weak() -> Vec<Value> {
    let secret = base64url(&key().secret);
    let with_text = |text: &str| ring().to_text().replace(&secret, text);
    let digest_secret = base64url(&ring().digest_secret);
    let seven: [u8; 32] = std::array::from_fn(|n| u8::try_from(n % 7).unwrap_or(0));
    let cases = [
        ("secret-empty", with_text("")),
        (
            "secret-of-16-bytes",
            with_text(&base64url(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])),
        ),
        ("secret-of-31-bytes", with_text(&base64url(key().secret.get(1..).unwrap_or_default()))),
        ("secret-of-zeros", with_text(&base64url(&[0; 32]))),
        ("secret-of-one-byte-repeated", with_text(&base64url(&[0xa5; 32]))),
        ("secret-of-a-word-repeated", with_text(&base64url(b"changemechangemechangemechangeme"))),
        ("secret-of-seven-distinct-bytes", with_text(&base64url(&seven))),
        ("digest-secret-empty", ring().to_text().replace(&digest_secret, "")),
        ("digest-secret-of-zeros", ring().to_text().replace(&digest_secret, &base64url(&[0; 32]))),
    ];
    cases.iter().map(|(id, text)| case(id, text, error("key_weak"))).collect()
}

fn repeated() -> Vec<Value> {
    let two = rotated();
    let [first, second] =
        [two.keys.first(), two.keys.last()].map(|key| *key.unwrap_or(&key_of_zeros()));
    let with_keys = |keys: Vec<Key>| Ring { keys, ..ring() }.to_text();
    let cases = [
        ("id-twice", with_keys(vec![first, Key { id: first.id, ..second }])),
        ("secret-twice", with_keys(vec![first, Key { secret: first.secret, ..second }])),
        ("key-twice", with_keys(vec![first, first])),
        ("digest-secret-as-key", with_keys(vec![Key { secret: ring().digest_secret, ..first }])),
        (
            "digest-secret-as-last-key",
            with_keys(vec![first, Key { secret: ring().digest_secret, ..second }]),
        ),
    ];
    cases.iter().map(|(id, text)| case(id, text, error("key_repeated"))).collect()
}

fn generate_cases() -> Vec<Value> {
    [("generate-production", "production"), ("generate-development", "development")]
        .map(|(id, environment)| {
            let entropy = entropy(id);
            let ring = Ring::generate(environment, NOW, &entropy);
            json!({
                "id": id, "environment": environment, "now": NOW, "entropy": hex(&entropy),
                "expect": ok(ring.to_text().into()),
            })
        })
        .to_vec()
}

fn rotate_cases() -> Vec<Value> {
    let with_retired = rotated().retire(0, NOW + 600);
    let full = (1..16).fold(ring(), |ring, n| ring.rotate(NOW + n, NOW, &entropy(&format!("{n}"))));
    let new = entropy("rotate");
    let rotate = |id: &str, ring: &Ring, seals_from: u64, now: u64| {
        let expect = ok(ring.rotate(seals_from, now, &new).to_text().into());
        rotation(id, ring, [seals_from, now], &new, &expect)
    };
    vec![
        rotate("rotate-at-once", &ring(), NOW, NOW),
        rotate("rotate-in-an-hour", &ring(), NOW + 3600, NOW),
        rotate("rotate-keeps-a-key-until-it-is-retired", &with_retired, NOW + 599, NOW + 599),
        rotate("rotate-drops-a-retired-key", &with_retired, NOW + 600, NOW + 600),
        rotation("rotate-a-full-ring", &full, [NOW; 2], &new, &error("key_ring_full")),
        rotation(
            "rotate-with-entropy-used-before",
            &ring(),
            [NOW; 2],
            &entropy("ring"),
            &error("key_repeated"),
        ),
    ]
}

fn rotation(
    id: &str,
    ring: &Ring,
    [seals_from, now]: [u64; 2],
    entropy: &[u8; 32],
    expect: &Value,
) -> Value {
    json!({
        "id": id, "ring": ring.to_text(), "seals_from": seals_from, "now": now,
        "entropy": hex(entropy), "expect": expect,
    })
}

fn retire_cases() -> Vec<Value> {
    let [old, new] = [ring().sealing_key(NOW).id_text(), rotated().sealing_key(NOW).id_text()];
    let retire = |id: &str, ring: &Ring, key: &str, at: u64, expect: Value| json!({ "id": id, "ring": ring.to_text(), "key": key, "at": at, "expect": expect });
    let retired = |at| ok(rotated().retire(0, at).to_text().into());
    vec![
        retire("retire-the-older-key", &rotated(), &old, NOW + 600, retired(NOW + 600)),
        retire("retire-when-the-newer-begins", &rotated(), &old, NOW, retired(NOW)),
        retire(
            "retire-before-the-newer-begins",
            &rotated(),
            &old,
            NOW - 1,
            error("key_still_seals"),
        ),
        retire("retire-the-only-key", &ring(), &old, NOW, error("key_still_seals")),
        retire(
            "retire-the-newer-key",
            &rotated(),
            &new,
            NOW,
            ok(rotated().retire(1, NOW).to_text().into()),
        ),
        retire("retire-a-key-of-another-ring", &ring(), &new, NOW, error("key_unknown")),
        retire("retire-a-key-by-a-malformed-id", &ring(), "12", NOW, error("key_ring_malformed")),
    ]
}

fn seals_cases() -> Vec<Value> {
    let [old, new] = [ring().sealing_key(NOW).id_text(), rotated().sealing_key(NOW).id_text()];
    let ended = Ring { keys: vec![Key { opens_until: Some(NOW), ..key() }], ..ring() };
    let newer_ended = rotated().retire(1, NOW + 600);
    let from = key().seals_from;
    let twins = rotated().rotate(NOW, NOW - 60, &entropy("ring, a twin"));
    let last = twins.keys.last().map_or_else(String::new, Key::id_text);
    [
        ("seals-from-its-first-second", ring(), from, ok(old.clone().into())),
        ("seals-not-before", ring(), from - 1, error("key_none_seals")),
        ("seals-until-the-newer-begins", rotated(), NOW - 1, ok(old.clone().into())),
        ("seals-newer-from-its-first-second", rotated(), NOW, ok(new.clone().into())),
        ("seals-until-retired", ended.clone(), NOW - 1, ok(old.clone().into())),
        ("seals-nothing-once-retired", ended, NOW, error("key_none_seals")),
        ("seals-the-last-of-equals", twins, NOW, ok(last.into())),
        ("seals-newer-until-retired", newer_ended.clone(), NOW + 599, ok(new.into())),
        ("seals-older-again-once-the-newer-is-retired", newer_ended, NOW + 600, ok(old.into())),
    ]
    .map(|(id, ring, now, expect)| {
        json!({ "id": id, "ring": ring.to_text(), "now": now, "expect": expect })
    })
    .to_vec()
}

fn derive_cases() -> Vec<Value> {
    [ring(), ring().copied_to("development")]
        .map(|ring| {
            let derive = |secret, purpose| hex(&ring.derive(secret, purpose));
            let keys = ring.keys.iter().map(|key| {
                json!({
                    "kid": key.id_text(),
                    "secret": hex(&key.secret),
                    "record": derive(&key.secret, "record"),
                    "challenge": derive(&key.secret, "challenge"),
                    "code": derive(&key.secret, "code"),
                })
            });
            json!({
                "id": format!("derive-{}", ring.environment),
                "ring": ring.to_text(),
                "expect": ok(json!({
                    "digest_secret": hex(&ring.digest_secret),
                    "digest": derive(&ring.digest_secret, "digest"),
                    "counter": derive(&ring.digest_secret, "counter"),
                    "pseudonym": derive(&ring.digest_secret, "pseudonym"),
                    "keys": keys.collect::<Vec<_>>(),
                })),
            })
        })
        .to_vec()
}

fn pseudonym_cases() -> Vec<Value> {
    let (ring, rotated, development) = (ring(), rotated(), ring().copied_to("development"));
    [
        ("pseudonym-of-subject", &ring, "subject", "user-1", "user-1"),
        ("pseudonym-after-a-rotation", &rotated, "subject", "user-1", "user-1"),
        ("pseudonym-of-development", &development, "subject", "user-1", "user-1"),
        ("pseudonym-of-another-subject", &ring, "subject", "User-1", "User-1"),
        ("pseudonym-of-session", &ring, "session", "user-1", "user-1"),
        ("pseudonym-of-email", &ring, "email", "ana@example.com", "ana@example.com"),
        ("pseudonym-of-email-in-capitals", &ring, "email", "Ana@Example.com", "ana@example.com"),
        ("pseudonym-of-phone", &ring, "phone", "819012345678", "819012345678"),
    ]
    .map(|(id, ring, r#type, value, canonical)| {
        let expect = ok(ring.pseudonym(r#type, canonical).into());
        json!({ "id": id, "ring": ring.to_text(), "type": r#type, "value": value, "expect": expect })
    })
    .to_vec()
}

fn case(id: &str, text: &str, expect: Value) -> Value {
    json!({ "id": id, "text": text, "expect": expect })
}

fn listed(ring: &Ring) -> Value {
    let keys = ring.keys.iter().map(|key| {
        json!({ "kid": key.id_text(), "seals_from": key.seals_from, "opens_until": key.opens_until })
    });
    json!({ "environment": ring.environment, "keys": keys.collect::<Vec<_>>() })
}

fn key() -> Key {
    ring().sealing_key(NOW)
}

fn key_of_zeros() -> Key {
    Key { id: [0; 4], secret: [0; 32], seals_from: 0, opens_until: None }
}

fn with_secret(secret: [u8; 32]) -> Ring {
    Ring { keys: vec![Key { secret, ..key() }], ..ring() }
}

/// The same 32 bytes in another spelling: the last character's two spare bits are set.
fn with_spare_bits(text: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut characters: Vec<char> = text.chars().collect();
    if let Some(last) = characters.last_mut() {
        let place = ALPHABET.find(*last).unwrap_or_default();
        *last = ALPHABET.chars().nth(place + 1).unwrap_or('A');
    }
    characters.into_iter().collect()
}
