//! Arguments as they come from JavaScript.
//!
//! A call's arguments cross as one array: a parameter of each takes five times the code.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::{Array, Uint8Array};
use sekisho::password::StoredHash;
use sekisho::{
    Alphabet, Binding, CodePolicy, Entropy, Error, ErrorCode, FailurePolicy, Identifier, Method,
    Operation, Password, PasswordPolicy, Policy, Purpose, Requirement, SendPolicy, Session,
    Subject, Timestamp,
};
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

/// Whole numbers up to this one are exact.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What is left of a call's arguments. What is missing is undefined.
pub(crate) struct Arguments<'a> {
    array: &'a Array,
    next: u32,
}

impl<'a> Arguments<'a> {
    pub(crate) const fn new(array: &'a Array) -> Self {
        Self { array, next: 0 }
    }

    /// A text. The empty one, which no rule takes, for what is none.
    pub(crate) fn text(&mut self) -> Zeroizing<String> {
        self.text_if_any().unwrap_or_default()
    }

    pub(crate) fn text_if_any(&mut self) -> Option<Zeroizing<String>> {
        let value = self.next()?;
        Some(Zeroizing::new(value.as_string().unwrap_or_default()))
    }

    pub(crate) fn is_true(&mut self) -> bool {
        self.next().is_some_and(|value| value.is_truthy())
    }

    /// A number of the policy. What is none is above every bound.
    pub(crate) fn number_or<T: TryFrom<u64> + Bounded>(&mut self, default: T) -> T {
        let parsed = |value: JsValue| T::try_from(whole(value.as_f64()?)?).ok();
        self.next().map_or(default, |value| parsed(value).unwrap_or(T::MAX))
    }

    pub(crate) fn number_if_any(&mut self) -> Option<u64> {
        self.next().map(|value| value.as_f64().and_then(whole).unwrap_or(u64::MAX))
    }

    /// A Unix time in seconds.
    pub(crate) fn time(&mut self) -> Result<Timestamp, Error> {
        Timestamp::from_unix_seconds(self.number_if_any().unwrap_or(u64::MAX))
    }

    pub(crate) fn bytes_if_any(&mut self) -> Option<Vec<u8>> {
        self.next().map(|value| Uint8Array::new(&value).to_vec())
    }

    /// Randomness of the platform, or the bytes that a test gives.
    pub(crate) fn random<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        let is_filled = match self.bytes_if_any() {
            Some(given) => given.try_into().map(|given| bytes = given).is_ok(),
            None => getrandom::fill(&mut bytes).is_ok(),
        };
        if is_filled { Ok(bytes) } else { Err(ErrorCode::EntropyUnusable.into()) }
    }

    pub(crate) fn entropy(&mut self) -> Result<Entropy, Error> {
        Entropy::from_bytes(self.random()?)
    }

    /// Subject, session, operation.
    pub(crate) fn binding(&mut self) -> Result<Binding, Error> {
        Ok(Binding {
            subject: Subject::parse(&self.text())?,
            session: self.text_if_any().map(|id| Session::parse(&id)).transpose()?,
            operation: self.text_if_any().map(|json| Operation::from_json(&json)).transpose()?,
        })
    }

    /// An e-mail address and its lower case, or a phone number and nothing.
    pub(crate) fn identifier(&mut self) -> Result<Identifier, Error> {
        let value = self.text();
        match self.text_if_any() {
            Some(lower_case) => Identifier::email_from_forms(&value, &lower_case),
            None => Identifier::phone(&value),
        }
    }

    pub(crate) fn purpose_if_any(&mut self) -> Result<Option<Purpose>, Error> {
        let Some(word) = self.text_if_any() else { return Ok(None) };
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == *word);
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
            max_age: self.number_if_any(),
            same_session: self.is_true(),
            single_use: self.is_true(),
            methods: match self.number_if_any() {
                Some(count) => {
                    (0..count).map(|_| method(&self.text())).collect::<Result<_, _>>()?
                }
                None => any.methods,
            },
            identifier: if self.is_at_end() { None } else { Some(self.identifier()?) },
        })
    }

    /// Record lifetime; code length, whether it is base32, lifetime, tries; failure limit, window,
    /// block; send limit, window.
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
            },
            sends: SendPolicy {
                limit: self.number_or(sends.limit),
                window: self.number_or(sends.window),
            },
        }
    }

    /// A password and its NFKC form.
    pub(crate) fn password(&mut self) -> Result<Password, Error> {
        Password::from_forms(&self.text(), &self.text())
    }

    pub(crate) fn stored_hash(
        &mut self,
        policy: &PasswordPolicy,
    ) -> Result<Option<StoredHash>, Error> {
        self.text_if_any().map(|text| StoredHash::parse(&text, policy)).transpose()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.next >= self.array.length()
    }

    /// The next one, if it is not undefined.
    fn next(&mut self) -> Option<JsValue> {
        let value = self.array.get(self.next);
        self.next += 1;
        Some(value).filter(|value| !value.is_undefined())
    }
}

fn method(word: &str) -> Result<Method, Error> {
    let method = Method::ALL.into_iter().find(|method| method.as_str() == word);
    method.ok_or(ErrorCode::RequirementInvalid.into())
}

/// A whole number; `None` for what is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "a number that it changes is none"
)]
pub(crate) fn whole(number: f64) -> Option<u64> {
    let whole = number as u64;
    (to_number(whole) == number && number <= MAX_SAFE_INTEGER).then_some(whole)
}

/// A number with a greatest one.
pub(crate) trait Bounded {
    const MAX: Self;
}

macro_rules! bounded {
    ($($type:ty)+) => { $(impl Bounded for $type { const MAX: Self = Self::MAX; })+ };
}
bounded!(u8 u32 u64);

/// Numbers of the rules are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "no such number is as large")]
pub(crate) fn to_number(number: u64) -> f64 {
    number as f64
}
