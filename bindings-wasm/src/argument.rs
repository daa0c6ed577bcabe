//! Arguments as they come from JavaScript.
//!
//! A call's arguments cross as one sequence of bytes, each with its length before it: values of
//! JavaScript that cross one by one take more code than any flow.

use alloc::vec::Vec;
use core::ops::Not;

use sekisho::password::StoredHash;
use sekisho::{
    Alphabet, Binding, CodePolicy, Entropy, Error, ErrorCode, FailurePolicy, Identifier, Method,
    Operation, Password, PasswordPolicy, Policy, Purpose, Requirement, SendPolicy, Session,
    Subject, Timestamp,
};

/// Whole numbers up to this one are exact.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What is left of a call's arguments. What is missing is undefined.
pub(crate) struct Arguments<'a> {
    rest: &'a [u8],
}

impl<'a> Arguments<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// A text. The empty one, which no rule takes, for what is none.
    pub(crate) fn text(&mut self) -> &'a str {
        self.text_if_any().unwrap_or_default()
    }

    pub(crate) fn text_if_any(&mut self) -> Option<&'a str> {
        self.next().map(|bytes| str::from_utf8(bytes).unwrap_or_default())
    }

    pub(crate) fn is_true(&mut self) -> bool {
        self.next() == Some(&[1])
    }

    /// A number of the policy. What is none is above every bound.
    pub(crate) fn number_or<T: TryFrom<u64> + Bounded>(&mut self, default: T) -> T {
        self.number_if_any().map_or(default, |number| T::try_from(number).unwrap_or(T::MAX))
    }

    pub(crate) fn number_if_any(&mut self) -> Option<u64> {
        self.next().map(|bytes| whole(bytes).unwrap_or(u64::MAX))
    }

    /// Seconds of a requirement: what is none must not become so many that all pass.
    fn seconds_if_any(&mut self) -> Result<Option<u64>, Error> {
        let Some(bytes) = self.next() else { return Ok(None) };
        whole(bytes).map(Some).ok_or(ErrorCode::RequirementInvalid.into())
    }

    /// The numbers up to the end; `None` where one is none.
    pub(crate) fn numbers(&mut self) -> Option<Vec<u64>> {
        let mut numbers = Vec::new();
        while !self.is_at_end() {
            numbers.push(whole(self.next()?)?);
        }
        Some(numbers)
    }

    /// A Unix time in seconds.
    pub(crate) fn time(&mut self) -> Result<Timestamp, Error> {
        Timestamp::from_unix_seconds(self.number_if_any().unwrap_or(u64::MAX))
    }

    /// Bytes. None, which no rule takes, for what is none.
    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        self.next().unwrap_or_default()
    }

    pub(crate) fn random<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.bytes().try_into().map_err(|_| ErrorCode::EntropyUnusable.into())
    }

    pub(crate) fn entropy(&mut self) -> Result<Entropy, Error> {
        Entropy::from_bytes(self.random()?)
    }

    /// Subject, session, operation.
    pub(crate) fn binding(&mut self) -> Result<Binding, Error> {
        Ok(Binding {
            subject: Subject::parse(self.text())?,
            session: self.text_if_any().map(Session::parse).transpose()?,
            operation: self.text_if_any().map(Operation::from_json).transpose()?,
        })
    }

    /// An e-mail address and its lower case, or a phone number and nothing.
    pub(crate) fn identifier(&mut self) -> Result<Identifier, Error> {
        let value = self.text();
        match self.text_if_any() {
            Some(lower_case) => Identifier::email_from_forms(value, lower_case),
            None => Identifier::phone(value),
        }
    }

    pub(crate) fn purpose_if_any(&mut self) -> Result<Option<Purpose>, Error> {
        let Some(word) = self.text_if_any() else { return Ok(None) };
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == word);
        purpose.map(Some).ok_or(ErrorCode::RequirementInvalid.into())
    }

    pub(crate) fn purpose(&mut self) -> Result<Purpose, Error> {
        self.purpose_if_any()?.ok_or(ErrorCode::RequirementInvalid.into())
    }

    /// Purpose, greatest age, whether of the same session, whether for single use; how many methods,
    /// and these; identifier or nothing. What is undefined is as for a permission by any method.
    pub(crate) fn requirement(&mut self) -> Result<Requirement, Error> {
        let any = Requirement::permission();
        Ok(Requirement {
            purpose: self.purpose_if_any()?.unwrap_or(any.purpose),
            max_age: self.seconds_if_any()?,
            same_session: self.is_true(),
            single_use: self.is_true(),
            methods: match self.number_if_any() {
                Some(count) => (0..count).map(|_| self.method()).collect::<Result<_, _>>()?,
                None => any.methods,
            },
            identifier: self.is_at_end().not().then(|| self.identifier()).transpose()?,
        })
    }

    /// Record lifetime; code length, whether it is base32, lifetime, tries; failure limit, window,
    /// block, session limit; send limit, window.
    pub(crate) fn policy(&mut self) -> Policy {
        let Policy { record_lifetime, code, failures, sends } = Policy::default();
        Policy {
            record_lifetime: self.number_or(record_lifetime),
            code: CodePolicy {
                length: self.number_or(code.length),
                alphabet: if self.is_true() { Alphabet::Base32 } else { code.alphabet },
                lifetime: self.number_or(code.lifetime),
                max_tries: self.number_or(code.max_tries),
            },
            failures: FailurePolicy {
                limit: self.number_or(failures.limit),
                window: self.number_or(failures.window),
                block: self.number_or(failures.block),
                session_limit: self.number_or(failures.session_limit),
            },
            sends: SendPolicy {
                limit: self.number_or(sends.limit),
                window: self.number_or(sends.window),
            },
        }
    }

    /// A password and its NFKC form.
    pub(crate) fn password(&mut self) -> Result<Password, Error> {
        Password::from_forms(self.text(), self.text())
    }

    /// How the user proves who they are.
    pub(crate) fn method(&mut self) -> Result<Method, Error> {
        let word = self.text();
        let method = Method::ALL.into_iter().find(|method| method.as_str() == word);
        method.ok_or(ErrorCode::RequirementInvalid.into())
    }

    pub(crate) fn stored_hash(
        &mut self,
        policy: &PasswordPolicy,
    ) -> Result<Option<StoredHash>, Error> {
        self.text_if_any().map(|text| StoredHash::parse(text, policy)).transpose()
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next one, if it is not undefined: that has a length beyond all that there is.
    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (argument, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(argument)
    }
}

/// A whole number; `None` for what is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "a number that it changes is none"
)]
fn whole(bytes: &[u8]) -> Option<u64> {
    let number = f64::from_le_bytes(bytes.try_into().ok()?);
    let whole = number as u64;
    (whole as f64 == number && number <= MAX_SAFE_INTEGER).then_some(whole)
}

/// A number with a greatest one.
pub(crate) trait Bounded {
    const MAX: Self;
}

macro_rules! bounded {
    ($($type:ty)+) => { $(impl Bounded for $type { const MAX: Self = Self::MAX; })+ };
}
bounded!(u8 u32 u64);
