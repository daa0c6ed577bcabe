//! After a check, nothing that was computed on the way is in the memory of the process: not where it
//! was kept for the next check, not where it was freed, not on the stack.
//!
//! The only test of its program, since every other one would leave traces too.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test may stop at what it does not expect, and it reads the memory of its own process"
)]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::mpsc::channel;
use std::thread;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use blake2::{Blake2b512, Digest};
use sekisho::password::{Argon2Cost, HashLimits, StoredHash};
use sekisho::{Password, PasswordPolicy};

const COST: Argon2Cost = Argon2Cost { m_kib: 64, t: 1, p: 1 };
const PASSWORD: &str = "not the password that was hashed";
const SALT: &[u8; 16] = b"sixteen bytes it";
const STORED: &str = "$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBieXRlcyBpdA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Bytes that are searched for.
type Trace = [u8; 16];

/// What is searched for, in memory that cannot be written and is not searched.
static TRACES: [(&str, Trace); 7] = [
    ("the password", *b"not the password"),
    ("the initial hash", *b"\x71\x6e\x28\x05\x70\xf5\x95\x56\x09\xcf\x52\x02\xd6\x3a\xfa\x85"),
    ("the first block", *b"\xe6\xc4\x2a\xc0\xe6\x8a\xf6\x2a\x6c\xe3\x71\x25\x24\x37\x0d\x95"),
    (
        "the block before the last",
        *b"\x5b\x49\x7e\xd3\xc7\xa3\x40\x49\xd9\x41\xcd\x93\x0a\x84\x47\x8f",
    ),
    (
        "what the last block is made of",
        *b"\x70\x85\x2a\xfb\xd0\xb7\xd1\xbd\x9e\x27\x78\x67\x84\xd7\x8b\x71",
    ),
    ("the last block", *b"\xed\xae\x0c\x5b\x6b\x29\xe2\xb9\xa1\xea\x34\xdf\x38\x1d\x38\xca"),
    ("the tag", *b"\xb0\x82\x07\xab\x51\x4a\x22\xbe\x69\x91\x6f\x39\x87\xd0\x20\x07"),
];

#[test]
fn a_check_leaves_no_trace() {
    let policy = PasswordPolicy::new(COST, HashLimits::default()).unwrap().with_kept_memory(1);
    let stored = StoredHash::parse(STORED, &policy).unwrap();
    let (is_checked, wait_for_check) = channel();
    let (end, wait_for_end) = channel::<()>();
    let checking = thread::spawn(move || {
        let password = Password::parse(PASSWORD).unwrap();
        assert!(!policy.verify(&password, Some(&stored)).unwrap().matches);
        drop(password);
        is_checked.send(()).unwrap();
        // Until then its stack is as the check left it, and the policy has its memory.
        wait_for_end.recv().unwrap();
    });
    wait_for_check.recv().unwrap();
    let left = found();
    end.send(()).unwrap();
    checking.join().unwrap();
    assert_eq!(left, [""; 0]);

    let there = by_reference();
    for ((name, trace), (other_name, made)) in TRACES.iter().zip(&there) {
        assert_eq!((name, trace), (other_name, made), "by the crate argon2");
    }
    assert_eq!(found(), TRACES.map(|(name, _)| name), "the search finds what is there");
}

/// The names of those traces that are in memory which can be written.
fn found() -> Vec<&'static str> {
    let memory = File::open("/proc/self/mem").unwrap();
    let mut bytes = Vec::new();
    let mut found = [false; TRACES.len()];
    for (start, end) in writable() {
        bytes.resize(usize::try_from(end - start).unwrap(), 0);
        // Some, as a stack's guard, cannot be read.
        if memory.read_exact_at(&mut bytes, start).is_err() {
            continue;
        }
        for ((_, trace), found) in TRACES.iter().zip(&mut found) {
            *found |= bytes.windows(trace.len()).any(|window| window == trace);
        }
    }
    TRACES.iter().zip(found).filter(|(_, found)| *found).map(|((name, _), _)| *name).collect()
}

/// The parts of memory that can be written, from where to where.
fn writable() -> Vec<(u64, u64)> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let writable = maps.lines().filter_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-').filter(|_| rest.starts_with("rw"))?;
        Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
    });
    writable.collect()
}

/// The traces, by the crate `argon2`.
fn by_reference() -> Vec<(&'static str, Trace)> {
    let Argon2Cost { m_kib, t, p } = COST;
    let params = Params::new(m_kib, t, p, Some(32)).unwrap();
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut memory = vec![Block::new(); argon2.params().block_count()];
    let mut tag = [0; 32];
    argon2
        .hash_password_into_with_memory(PASSWORD.as_bytes(), SALT, &mut tag, &mut memory)
        .unwrap();
    let words: Vec<Vec<u64>> = memory.iter().map(|block| block.as_ref().to_vec()).collect();
    let [before, last] = words.last_chunk().unwrap();
    // RFC 9106, section 3.4.2, for the last block of one lane in the first pass.
    let (j1, area) = (before[0] & 0xffff_ffff, u64::from(m_kib) - 2);
    let back = (area * ((j1 * j1) >> 32)) >> 32;
    let referred = &words[usize::try_from(area - 1 - back).unwrap()];
    let mixed: Vec<u64> = before.iter().zip(referred).map(|(x, y)| x ^ y).collect();
    let permuted: Vec<u64> = mixed.iter().zip(last).map(|(x, y)| x ^ y).collect();
    let hash = initial_hash();
    vec![
        ("the password", start(PASSWORD.as_bytes())),
        ("the initial hash", start(&hash)),
        ("the first block", bytes(&words[0])),
        ("the block before the last", bytes(before)),
        ("what the last block is made of", bytes(&permuted)),
        ("the last block", bytes(last)),
        ("the tag", start(&tag)),
    ]
}

/// RFC 9106, section 3.2, step 1.
fn initial_hash() -> [u8; 64] {
    let Argon2Cost { m_kib, t, p } = COST;
    let mut hash = Blake2b512::new();
    for number in [p, 32, m_kib, t, 0x13, 2] {
        hash.update(number.to_le_bytes());
    }
    for text in [PASSWORD.as_bytes(), SALT, b"", b""] {
        hash.update(u32::try_from(text.len()).unwrap().to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

fn bytes(words: &[u64]) -> Trace {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    start(&bytes)
}

fn start(bytes: &[u8]) -> Trace {
    bytes[..16].try_into().unwrap()
}
