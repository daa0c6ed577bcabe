//! Whether a comparison tells by its time how much of a secret was right, and a password check whether there
//! is a password.

use std::error::Error;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base64ct::{Base64UrlUnpadded, Encoding};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sekisho::password::StoredHash;
use sekisho::token::{CHALLENGE_PREFIX, RECORD_PREFIX};
use sekisho::{
    Binding, CodeCheck, CodeSend, CounterOp, Entropy, ErrorCode, Identifier, KeyRing, Password,
    PasswordCheck, PasswordPolicy, Policy, Purpose, Step, Subject, Timestamp, VerificationRecord,
    Verifier,
};
use sha2::Sha256;

use crate::welch::{Measurements, THRESHOLD};

/// Measurements of each class.
const SAMPLES: usize = 1_000_000;
const PASSWORD_SAMPLES: usize = 1_500;

/// What the classes' medians may be apart, for passwords.
const MAX_APART: f64 = 0.02;

/// The secrets of a ring, and the time.
const COUNTERS: [u8; 32] = *b"fedcba9876543210fedcba9876543210";
const SECRET: [u8; 32] = *b"0123456789abcdef0123456789abcdef";
const KEY_ID: &str = "0a0b0c0d";
const NOW: u64 = 1_764_000_000;
const MAC_BYTES: usize = 32;
const CODE_TAG_BYTES: usize = 18;

type Outcome<T> = Result<T, Box<dyn Error>>;

pub(crate) fn measure(_target: &Path) -> Outcome<String> {
    let parts = Parts::new()?;
    let mut table = format!(
        "## Constant time: first byte wrong against last byte wrong, {SAMPLES} measurements each\n\n\
         | compared | median ns, first | median ns, last | t, below {THRESHOLD} if constant |\n\
         | --- | ---: | ---: | ---: |\n"
    );
    for (what, measurements) in [
        ("the MAC of a record", parts.record_mac()?),
        ("the MAC of a challenge", parts.challenge_mac()?),
        ("the tag of a code", parts.code()?),
        ("control: 32 bytes, until one differs", control()),
    ] {
        let [first, last] = measurements.medians();
        writeln!(table, "| {what} | {first:.0} | {last:.0} | {:.1} |", measurements.t().abs())?;
    }
    table.push_str(&parts.passwords()?);
    Ok(table)
}

/// Lets two classes take turns in an order drawn at random.
fn interleave(
    samples: usize,
    mut nanoseconds: impl FnMut(usize) -> Outcome<f64>,
) -> Outcome<Measurements> {
    let mut measurements = Measurements::default();
    let mut drawn = [0; 4096];
    for _ in 0..(2 * samples).div_ceil(drawn.len()) {
        getrandom::fill(&mut drawn).map_err(|error| error.to_string())?;
        for byte in drawn {
            let class = usize::from(byte & 1);
            let took = nanoseconds(class)?;
            if let Some(of_class) = measurements.classes.get_mut(class) {
                of_class.push(took);
            }
        }
    }
    Ok(measurements)
}

fn time<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = black_box(work());
    (start.elapsed().as_secs_f64() * 1e9, done)
}

/// A comparison that stops at the first difference, to show that such a one is seen.
fn control() -> Measurements {
    let secret = [7_u8; MAC_BYTES];
    let guesses = [0, MAC_BYTES - 1].map(|at| flipped(&secret, at));
    interleave(SAMPLES, |class| {
        let guess = guesses.get(class).ok_or("no class")?;
        Ok(time(|| secret.iter().zip(guess).all(|(one, other)| black_box(one) == black_box(other)))
            .0)
    })
    .unwrap_or_default()
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0x55;
    }
    bytes
}

struct Parts {
    keys: KeyRing,
    verifier: Verifier,
    binding: Binding,
    to: Identifier,
    now: Timestamp,
    challenge: String,
    code: String,
}

impl Parts {
    fn new() -> Outcome<Self> {
        let now = Timestamp::from_unix_seconds(NOW)?;
        let [counters, secret] =
            [COUNTERS, SECRET].map(|key| Base64UrlUnpadded::encode_string(&key));
        let from = NOW - 1000;
        let ring = format!("sekisho_keys_1.production.{counters}.{KEY_ID}:{secret}:{from}:-");
        let keys = KeyRing::parse(&ring)?;
        let verifier = Verifier::new(keys.clone(), Policy::default())?;
        let binding = Binding::to_subject(Subject::parse("user-1")?);
        let to = Identifier::email("ana@example.com")?;
        let purpose = Purpose::of_code(&to, std::slice::from_ref(&to), None);
        let send = CodeSend { binding: binding.clone(), to: to.clone(), purpose };
        let sent = drive(verifier.send_code(send, now, Entropy::from_bytes(SECRET)?))?;
        let (challenge, code) = (sent.challenge.token, sent.code.as_str().to_owned());
        Ok(Self { keys, verifier, binding, to, now, challenge, code })
    }

    fn record_mac(&self) -> Outcome<Measurements> {
        let check = self.code_check(&self.challenge);
        let token = drive(self.verifier.check_code(check, self.now))?.record.token;
        VerificationRecord::open(&token, &self.keys, self.now)?;
        let tokens = wrong_macs(&token, RECORD_PREFIX)?;
        interleave(SAMPLES, |class| {
            // The same place in memory for both.
            let token = tokens.get(class).ok_or("no class")?.clone();
            let (took, opened) = time(|| VerificationRecord::open(&token, &self.keys, self.now));
            refused(opened.err(), ErrorCode::RecordNotFound)?;
            Ok(took)
        })
    }

    fn challenge_mac(&self) -> Outcome<Measurements> {
        let tokens = wrong_macs(&self.challenge, CHALLENGE_PREFIX)?;
        self.codes(&tokens, ErrorCode::RecordNotFound)
    }

    /// A challenge is sealed anew with a tag that is not quite that of its code.
    fn code(&self) -> Outcome<Measurements> {
        drive(self.verifier.check_code(self.code_check(&self.challenge), self.now))?;
        let text = self.challenge.strip_prefix(CHALLENGE_PREFIX).ok_or("no challenge")?;
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|error| error.to_string())?;
        let (sealed, _) = bytes.split_at_checked(bytes.len() - MAC_BYTES).ok_or("too short")?;
        let last = sealed.len() - 1;
        let tokens =
            [last + 1 - CODE_TAG_BYTES, last].map(|at| sealed_challenge(flipped(sealed, at)));
        let [first, last] = tokens;
        self.codes(&[first?, last?], ErrorCode::CodeMismatch)
    }

    fn codes(&self, challenges: &[String; 2], expected: ErrorCode) -> Outcome<Measurements> {
        interleave(SAMPLES, |class| {
            let check = self.code_check(challenges.get(class).ok_or("no class")?);
            let (took, checked) = time(|| drive(self.verifier.check_code(check, self.now)));
            refused(checked.err(), expected)?;
            Ok(took)
        })
    }

    fn code_check(&self, challenge: &str) -> CodeCheck {
        CodeCheck {
            binding: self.binding.clone(),
            to: self.to.clone(),
            challenge: challenge.to_owned(),
            code: self.code.clone().into(),
        }
    }

    /// A wrong password of a user who has another, of one who has none and of one nobody knows.
    fn passwords(&self) -> Outcome<String> {
        let policy = Arc::new(PasswordPolicy::default().with_kept_memory(1));
        let right = Password::parse("correct horse, wrong barrier")?;
        let hash = policy.hash(&right, *b"0123456789abcdef")?;
        let mut table = format!(
            "\n{PASSWORD_SAMPLES} wrong passwords of each, medians {:.0} % apart at most:\n\n\
             | user | median µs | apart |\n| --- | ---: | ---: |\n",
            100.0 * MAX_APART
        );
        let has_one = ("user-1", Some(hash.as_str()));
        for (what, other) in
            [("without a password", ("user-1", None)), ("unknown", ("nobody", None))]
        {
            let measurements = interleave(PASSWORD_SAMPLES, |class| {
                let (subject, hash) = if class == 0 { has_one } else { other };
                self.password(&policy, subject, hash)
            })?;
            let [with, without] = measurements.medians();
            let apart = 100.0 * (without / with - 1.0);
            writeln!(table, "| with another password | {:.0} | |", with / 1e3)?;
            writeln!(table, "| {what} | {:.0} | {apart:.2} % |", without / 1e3)?;
        }
        Ok(table)
    }

    fn password(
        &self,
        policy: &Arc<PasswordPolicy>,
        subject: &str,
        hash: Option<&str>,
    ) -> Outcome<f64> {
        let check = PasswordCheck {
            binding: Binding::to_subject(Subject::parse(subject)?),
            password: Password::parse("correct horse, wrong battery")?,
            stored: hash.map(|hash| StoredHash::parse(hash, policy)).transpose()?,
            policy: Arc::clone(policy),
        };
        let entropy = Entropy::from_bytes(SECRET)?;
        let (took, checked) =
            time(|| drive(self.verifier.check_password(check, self.now, entropy)));
        refused(checked.err(), ErrorCode::InvalidCredentials)?;
        Ok(took)
    }
}

/// The token with the first and with the last byte of its MAC changed.
fn wrong_macs(token: &str, prefix: &str) -> Outcome<[String; 2]> {
    let text = token.strip_prefix(prefix).ok_or("another prefix")?;
    let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|error| error.to_string())?;
    let last = bytes.len() - 1;
    let at = [last + 1 - MAC_BYTES, last];
    Ok(at.map(|at| format!("{prefix}{}", Base64UrlUnpadded::encode_string(&flipped(&bytes, at)))))
}

/// As docs/token-format.md has it.
fn sealed_challenge(mut bytes: Vec<u8>) -> Outcome<String> {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &SECRET)
        .expand(b"sekisho/v1/production/challenge", &mut key)
        .map_err(|error| error.to_string())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
    mac.update(&bytes);
    bytes.extend_from_slice(&mac.finalize().into_bytes());
    Ok(format!("{CHALLENGE_PREFIX}{}", Base64UrlUnpadded::encode_string(&bytes)))
}

/// A measurement of anything else would say nothing.
fn refused(error: Option<sekisho::Error>, expected: ErrorCode) -> Outcome<()> {
    match error {
        Some(error) if error.code() == expected => Ok(()),
        other => Err(format!("expected {expected}, got {other:?}").into()),
    }
}

/// Over a store in which everything is counted for the first time.
fn drive<T>(step: Step<T>) -> Result<T, sekisho::Error> {
    let count = |op: &CounterOp| op.delta.max(0).unsigned_abs();
    step.drive(|ops| Ok::<_, sekisho::Error>(ops.iter().map(count).collect()))?
}
