//! The example of a protected operation: a transfer of money. It moves none, and is in dev mode alone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use sekisho::ErrorCode;
use serde_json::{Map, Value};

use super::Refusal;
use super::answer::{Answer, ok};
use super::approval::require_approval;
use super::authentication::Caller;
use super::body::Fields;
use super::openapi::{
    BODY, EVERY_PATH, FIRST_PARTY, Failure, Operation, RequestHeader, Success, Tag, schema,
};
use crate::app::App;
use crate::operation::{Approval, TRANSFER};

/// The operation of [`make_transfer`].
pub(crate) const MAKE_TRANSFER: Operation = Operation {
    id: "makeTransfer",
    tag: Tag::Example,
    summary: "Transfer money",
    description: "The example of an operation that its user must have approved: it moves no money. \
                  Without a fitting record it answers with what is demanded, the operation as it is to \
                  be approved, and a handle to go on with: send both with the request for a \
                  verification, then repeat this one with the record.",
    scopes: &["openid"],
    headers: &[RequestHeader::Records, RequestHeader::IdempotencyKey],
    body: Some(&schema::TRANSFER),
    success: Success {
        status: StatusCode::CREATED,
        description: "The transfer is made; the same one again under the same `Idempotency-Key`.",
        body: Some(&schema::TRANSFER_MADE),
    },
    failures: &[
        EVERY_PATH,
        BODY,
        FIRST_PARTY,
        &[
            Failure::Approval(ErrorCode::PermissionDenied),
            Failure::Approval(ErrorCode::RecordOperationMismatch),
            Failure::Approval(ErrorCode::RecordSessionMismatch),
            Failure::Approval(ErrorCode::RecordMethodNotAllowed),
            Failure::Approval(ErrorCode::RecordTooOld),
            Failure::Refused(Refusal::EnrolmentRequired),
            Failure::Refused(Refusal::SessionRequired),
            Failure::Core(ErrorCode::RecordUsed),
            Failure::Core(ErrorCode::OperationNotDisplayable),
        ],
    ],
};

/// `POST /api/transfers`.
pub(crate) async fn make_transfer(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    mut body: Fields,
) -> Answer {
    let Some(mut transfer) = read(&mut body) else { return Err(body.problem()) };
    caller.require_first_party()?;
    let user = caller.active_user(&app).await?;
    let mut facts = transfer.clone();
    facts.insert("type".to_owned(), TRANSFER.into());
    let approval = Approval::of(facts, &caller.rules.policy.operations)?;
    let accepted = require_approval(&app, &caller, &user, &approval, &headers).await?;
    // The same for the same use of the record, so that a repetition is answered as the first was.
    let id: String = accepted.record.id().to_text().chars().take(16).collect();
    transfer.insert("id".to_owned(), id.into());
    Ok(ok(StatusCode::CREATED, &transfer))
}

fn read(body: &mut Fields) -> Option<Map<String, Value>> {
    let amount = body.checked("amount", is_amount, "must be an amount such as \"120.00\", above 0");
    let currency = body.checked("currency", is_currency, "must be three capital letters");
    let payee = body.checked("payee", |text| within(text, 1..=70), "must have 1 to 70 characters");
    let at_most_140 = |text: &str| within(text, 1..=140);
    let reference = body.checked_if_any("reference", at_most_140, "must have 1 to 140 characters");
    let mut facts = Map::new();
    for (name, value) in [("amount", amount?), ("currency", currency?), ("payee", payee?)] {
        facts.insert(name.to_owned(), value.into());
    }
    if let Some(reference) = reference? {
        facts.insert("reference".to_owned(), reference.into());
    }
    Some(facts)
}

/// Up to twelve digits without needless zeros, and up to two decimals.
fn is_amount(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "00"));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = whole == "0" || !whole.starts_with('0');
    let in_bounds = (1..=12).contains(&whole.len()) && (1..=2).contains(&decimals.len());
    let is_above_0 = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    is_digits(whole) && is_digits(decimals) && is_plain && in_bounds && is_above_0
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn within(text: &str, bounds: std::ops::RangeInclusive<usize>) -> bool {
    bounds.contains(&text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_one_spelling_to_the_cent() {
        for amount in ["120.00", "0.01", "1", "1.5", "999999999999.99"] {
            assert!(is_amount(amount), "{amount}");
        }
        for amount in [
            "",
            "0",
            "0.00",
            ".5",
            "5.",
            "1.234",
            "-1",
            "+1",
            "01",
            "00.10",
            "1,50",
            "1e3",
            " 1",
            "1000000000000",
            "１２",
        ] {
            assert!(!is_amount(amount), "{amount}");
        }
    }
}
