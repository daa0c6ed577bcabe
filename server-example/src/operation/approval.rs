//! An operation that a user is asked to approve, as a request names it.

use std::collections::BTreeMap;

use sekisho::message::MessageTemplate;
use sekisho::{Binding, ErrorCode, Operation};
use serde_json::{Map, Value};

use super::policy::{DEFAULT_LANGUAGE, OperationPolicy, Operations};
use crate::delivery::{AcceptLanguage, Locale};

/// An operation of a known type, with what is demanded for it and what its user reads.
pub(crate) struct Approval {
    pub(crate) operation: Operation,
    /// As the client wrote it.
    pub(crate) facts: Map<String, Value>,
    pub(crate) policy: OperationPolicy,
    /// The sentence that shows it, by language; the default first.
    sentences: Vec<(Locale, String)>,
}

/// The longest operation, as JSON without needless spaces. Nobody reads more, and making a large one
/// canonical takes a processor's time that no budget counts.
const MAX_OPERATION_BYTES: usize = 4096;

/// Why a user cannot be asked to approve it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApprovalError {
    /// It has no type, or one that the operator does not know.
    #[error("the operation is of no known type")]
    Unknown,
    /// It has two meanings, or cannot be shown.
    #[error(transparent)]
    Refused(#[from] sekisho::Error),
}

impl Approval {
    /// The operation of these facts. Whether it can be shown is looked at in every language there is.
    ///
    /// # Errors
    /// [`ApprovalError`].
    pub(crate) fn of(
        facts: Map<String, Value>,
        operations: &Operations,
    ) -> Result<Self, ApprovalError> {
        let policy = facts.get("type").and_then(Value::as_str).and_then(|of| operations.get(of));
        let policy = policy.ok_or(ApprovalError::Unknown)?.clone();
        let value = Value::Object(facts);
        let text = value.to_string();
        if text.len() > MAX_OPERATION_BYTES {
            return Err(sekisho::Error::from(ErrorCode::OperationInvalid).into());
        }
        let operation = Operation::from_value(&value)?;
        let sentences = sentences(&policy.message, &text)?;
        let Value::Object(facts) = value else { return Err(ApprovalError::Unknown) };
        Ok(Self { operation, facts, policy, sentences })
    }

    /// The binding of a record for it: of the request's user and session, and of the operation itself
    /// where its policy says so.
    pub(crate) fn bound(&self, binding: Binding) -> Binding {
        Binding { operation: self.policy.bound.then_some(self.operation), ..binding }
    }

    /// The sentence in the language that is asked for.
    pub(crate) fn sentence(&self, languages: &AcceptLanguage) -> &str {
        let locales: Vec<Locale> =
            self.sentences.iter().map(|(locale, _)| locale.clone()).collect();
        let chosen = languages.choose(&locales);
        let sentence = self.sentences.iter().find(|(locale, _)| Some(locale) == chosen);
        sentence.or_else(|| self.sentences.first()).map_or("", |(_, sentence)| sentence)
    }
}

fn sentences(
    messages: &BTreeMap<String, String>,
    operation: &str,
) -> Result<Vec<(Locale, String)>, sekisho::Error> {
    let mut sentences = Vec::new();
    for (language, template) in messages {
        let sentence = MessageTemplate::parse(template)?.render(operation)?;
        if let Some(locale) = Locale::parse(language) {
            sentences.push((locale, sentence));
        }
    }
    sentences.sort_by_key(|(locale, _)| locale.as_str() != DEFAULT_LANGUAGE);
    Ok(sentences)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn approval(facts: &Value) -> Result<Approval, ApprovalError> {
        let Value::Object(facts) = facts.clone() else { panic!("no object") };
        Approval::of(facts, &[OperationPolicy::transfer()].into())
    }

    fn asking_for(language: &str) -> AcceptLanguage {
        AcceptLanguage::parse([language].into_iter())
    }

    #[test]
    fn what_is_read_is_what_is_approved() {
        let facts =
            json!({ "type": "transfer", "amount": "120.00", "currency": "EUR", "payee": "Ana" });
        let shown = approval(&facts).unwrap();
        assert_eq!(shown.sentence(&asking_for("de, fr")), "Transfer 120.00 EUR to Ana");
        assert_eq!(shown.sentence(&asking_for("ja-JP")), "Ana に 120.00 EUR を送金");
        for (field, value) in [("amount", "120.01"), ("payee", "Eve"), ("reference", "x")] {
            let mut other = facts.clone();
            other[field] = value.into();
            assert_ne!(approval(&other).unwrap().operation, shown.operation, "{field}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_not_approved() {
        let rows = [
            (json!({}), None),
            (json!({ "type": "payout" }), None),
            (json!({ "type": 5 }), None),
            (json!({ "type": "transfer" }), Some(ErrorCode::OperationNotDisplayable)),
            (
                json!({ "type": "transfer", "amount": "1", "currency": "EUR", "payee": "Ana\nEve" }),
                Some(ErrorCode::OperationNotDisplayable),
            ),
            (
                json!({ "type": "transfer", "amount": 9_007_199_254_740_993_u64, "currency": "EUR",
                    "payee": "Ana" }),
                Some(ErrorCode::OperationInvalid),
            ),
        ];
        for (facts, code) in rows {
            match (approval(&facts).map(|_| ()), code) {
                (Err(ApprovalError::Unknown), None) => {}
                (Err(ApprovalError::Refused(error)), Some(code)) => assert_eq!(error.code(), code),
                (other, _) => panic!("{facts}: {other:?}"),
            }
        }
    }
}
