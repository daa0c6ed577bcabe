//! `BLAKE2b` (RFC 7693) as Argon2 uses it.

use blake2::Blake2bVarCore;
use blake2::digest::array::Array;
use blake2::digest::block_api::{UpdateCore, VariableOutputCore};
use blake2::digest::block_buffer::LazyBuffer;
use zeroize::{Zeroize, Zeroizing};

use super::{Input, Variant, Version};

const DIGEST_BYTES: usize = 64;

/// H₀, the hash of everything (RFC 9106 §3.2, step 1).
pub(super) fn initial_hash(input: &Input<'_>, tag_bytes: usize) -> Option<[u8; DIGEST_BYTES]> {
    let version: u32 = match input.version {
        Version::V0x10 => 0x10,
        Version::V0x13 => 0x13,
    };
    let variant = input.variant.to_number();
    let (cost, tag_bytes) = (input.cost, u32::try_from(tag_bytes).ok()?);
    let numbers = [cost.p, tag_bytes, cost.m_kib, cost.t, version, variant].map(u32::to_le_bytes);
    let Input { password, salt, secret, data, .. } = *input;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).ok().map(u32::to_le_bytes);
    let mut hash = [0; DIGEST_BYTES];
    let inputs: [&[u8]; 9] = [
        numbers.as_flattened(),
        &length(password)?,
        password,
        &length(salt)?,
        salt,
        &length(secret)?,
        secret,
        &length(data)?,
        data,
    ];
    digest(&inputs, &mut hash)?;
    Some(hash)
}

/// H′, of any length (RFC 9106 §3.3).
pub(super) fn variable_hash(inputs: &[&[u8]], mut out: &mut [u8]) -> Option<()> {
    let length = u32::try_from(out.len()).ok()?.to_le_bytes();
    let mut all: [&[u8]; 4] = [&length, &[], &[], &[]];
    all.iter_mut().skip(1).zip(inputs).for_each(|(place, input)| *place = input);
    if out.len() <= DIGEST_BYTES {
        return digest(&all, out);
    }
    let mut link = Zeroizing::new([0; DIGEST_BYTES]);
    digest(&all, &mut *link)?;
    while out.len() > DIGEST_BYTES {
        let (half, rest) = out.split_at_mut(DIGEST_BYTES / 2);
        half.copy_from_slice(link.get(..DIGEST_BYTES / 2)?);
        out = rest;
        let before = *link;
        digest(&[&before], link.get_mut(..out.len().min(DIGEST_BYTES))?)?;
    }
    out.copy_from_slice(link.get(..out.len())?);
    Some(())
}

/// A digest of 1 to 64 bytes.
fn digest(inputs: &[&[u8]], out: &mut [u8]) -> Option<()> {
    let mut hasher = Blake2bVarCore::new(out.len()).ok()?;
    let mut buffer = LazyBuffer::default();
    for input in inputs {
        buffer.digest_blocks(input, |blocks| hasher.update_blocks(blocks));
    }
    let mut whole = Array::default();
    hasher.finalize_variable_core(&mut buffer, &mut whole);
    out.iter_mut().zip(&whole).for_each(|(to, byte)| *to = *byte);
    whole.zeroize();
    Some(())
}

impl Variant {
    pub(super) const fn to_number(self) -> u32 {
        match self {
            Self::Argon2d => 0,
            Self::Argon2i => 1,
            Self::Argon2id => 2,
        }
    }
}
