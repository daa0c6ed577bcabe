//! The PHC string format, in which password hashes are stored
//! (<https://github.com/P-H-C/phc-string-format>).

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::cursor::Fields;
use crate::{Error, ErrorCode, base64, digits};

/// Bytes of a salt: fewer do not make hashes distinct, more add nothing.
const SALT_BYTES: RangeInclusive<usize> = 8..=48;
/// Bytes of a tag. With a shorter one, other passwords would match too.
pub(super) const TAG_BYTES: RangeInclusive<usize> = 16..=64;

/// `$algorithm[$v=version][$name=value,…]$salt$tag`.
pub(super) struct PhcString<'a> {
    pub(super) algorithm: &'a str,
    pub(super) version: Option<u32>,
    pub(super) salt: Vec<u8>,
    pub(super) tag: Vec<u8>,
    params: Option<&'a str>,
}

impl<'a> PhcString<'a> {
    /// Reads a PHC string that has a salt and a tag.
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        let mut fields = Fields::new(text, b'$');
        if !next(&mut fields)?.is_empty() {
            return Err(unreadable());
        }
        let algorithm = next(&mut fields)?;
        let mut field = next(&mut fields)?;
        let version =
            field.strip_prefix("v=").filter(|version| !version.bytes().any(|byte| byte == b','));
        if version.is_some() {
            field = next(&mut fields)?;
        }
        let params = Some(field).filter(|field| field.bytes().any(|byte| byte == b'='));
        if params.is_some() {
            field = next(&mut fields)?;
        }
        let (salt, tag) = (bytes(field, SALT_BYTES)?, bytes(next(&mut fields)?, TAG_BYTES)?);
        if fields.next().is_some() {
            return Err(unreadable());
        }
        let version = version.map(decimal).transpose()?;
        Ok(Self { algorithm, version, salt, tag, params })
    }

    /// The values of the parameters of these names, each there at most once; no other may be there.
    pub(super) fn params<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<&'a str>; N], Error> {
        let mut values = [None; N];
        let Some(params) = self.params else { return Ok(values) };
        for param in Fields::new(params, b',') {
            let mut pair = Fields::new(param, b'=');
            let (name, value) = (next(&mut pair)?, next(&mut pair)?);
            if pair.next().is_some() {
                return Err(unreadable());
            }
            let mut places = names.iter().zip(&mut values);
            match places.find(|(known, _)| **known == name) {
                Some((_, place @ None)) => *place = Some(value),
                _ => return Err(unreadable()),
            }
        }
        Ok(values)
    }
}

/// A number without sign or leading zeros.
pub(super) fn decimal(text: &str) -> Result<u32, Error> {
    let number = digits::parse_strict(text).and_then(|number| number.try_into().ok());
    number.ok_or_else(unreadable)
}

pub(super) fn unreadable() -> Error {
    ErrorCode::PasswordHashInvalid.into()
}

fn next<'a>(fields: &mut Fields<'a>) -> Result<&'a str, Error> {
    fields.next().ok_or_else(unreadable)
}

fn bytes(text: &str, bounds: RangeInclusive<usize>) -> Result<Vec<u8>, Error> {
    let bytes = base64::decode_standard(text).filter(|bytes| bounds.contains(&bytes.len()));
    bytes.ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &str = "AAECAwQFBgc";
    const TAG: &str = "AAECAwQFBgcICQoLDA0ODw";

    #[test]
    fn parameters_are_read_by_name() {
        let read = |params: &str| {
            let text = format!("$a${params}${SALT}${TAG}");
            let phc = PhcString::parse(&text)?;
            let [i, l] = phc.params(["i", "l"])?;
            Ok::<_, Error>([i.map(decimal).transpose()?, l.map(decimal).transpose()?])
        };
        assert_eq!(read("i=7,l=32").unwrap(), [Some(7), Some(32)]);
        assert_eq!(read("l=32,i=7").unwrap(), [Some(7), Some(32)]);
        assert_eq!(read("i=7").unwrap(), [Some(7), None]);
        for params in ["i=7,i=7", "i=7,x=1", "i=", "i=-1", "i=+1", "i=07", "i=4294967296", "i=a"] {
            assert!(read(params).is_err(), "{params}");
        }
    }

    #[test]
    fn what_is_not_there_may_be_missing_but_for_salt_and_tag() {
        for (text, version, has_params) in [
            (format!("$a${SALT}${TAG}"), None, false),
            (format!("$a$v=19${SALT}${TAG}"), Some(19), false),
            (format!("$a$m=1${SALT}${TAG}"), None, true),
            (format!("$a$v=1,m=1${SALT}${TAG}"), None, true),
            (format!("$a$v=19$m=1${SALT}${TAG}"), Some(19), true),
        ] {
            let phc = PhcString::parse(&text).unwrap();
            assert_eq!((phc.algorithm, phc.version), ("a", version), "{text}");
            assert_eq!(phc.params.is_some(), has_params, "{text}");
            assert_eq!((phc.salt.len(), phc.tag.len()), (8, 16), "{text}");
        }
        for text in [
            String::new(),
            "$".into(),
            "$a".into(),
            format!("$a${SALT}"),
            format!("a${SALT}${TAG}"),
            format!("$a$v=19,${SALT}${TAG}$"),
            format!("$a${SALT}${TAG}${TAG}"),
            format!("$a${SALT}=${TAG}"),
            format!("$a${TAG}${SALT}"),
        ] {
            assert!(PhcString::parse(&text).is_err(), "{text}");
        }
    }
}
