//! `requirement.json`: what an operation demands, and how it is told.

use serde_json::{Value, json};

use crate::document::{Document, error, ok};
use crate::keyring::ring;
use crate::record::{EMAIL, METHODS, NOW, PHONE, Record, identifier};
use crate::reference::entropy;

const PERMISSION: &str = "UserPermissionValidation";
const PAYMENT: &str = r#"{"amount":"120.00","to":"DE89370400440532013000"}"#;
const HEAD: &str = "Bearer error=\"insufficient_user_authentication\", error_description=\"A fresh verification of the user is required\"";

pub(crate) fn document() -> Document {
    Document::new(
        "requirement",
        "Requirements: written as a WWW-Authenticate challenge (RFC 9470), read from one, and held \
         against records. Ages are seconds.",
    )
    .section("to_challenge", to_challenge())
    .section("from_challenge", from_challenge())
    .section("check", check())
}

fn to_challenge() -> Vec<Value> {
    let case = |id: &str, methods: &[&str], max_age: Option<u64>, rest: &str| {
        json!({
            "id": id, "methods": methods, "max_age": max_age,
            "expect": ok(format!("{HEAD}{rest}").into()),
        })
    };
    let all = ", acr_values=\"urn:sekisho:password urn:sekisho:email_code urn:sekisho:phone_code\"";
    vec![
        case("to-challenge-any-method", &METHODS, None, all),
        case(
            "to-challenge-any-method-of-five-minutes",
            &METHODS,
            Some(300),
            &format!("{all}, max_age=\"300\""),
        ),
        case("to-challenge-password", &["password"], None, ", acr_values=\"urn:sekisho:password\""),
        case(
            "to-challenge-in-the-order-given",
            &["phone_code", "password"],
            Some(0),
            ", acr_values=\"urn:sekisho:phone_code urn:sekisho:password\", max_age=\"0\"",
        ),
        case("to-challenge-no-method-is-enough", &[], None, ", acr_values=\"\""),
        case(
            "to-challenge-greatest-age",
            &["email_code"],
            Some(u64::MAX >> 11),
            ", acr_values=\"urn:sekisho:email_code\", max_age=\"9007199254740991\"",
        ),
    ]
}

fn from_challenge() -> Vec<Value> {
    let readable = readable().into_iter().map(|(id, text, methods, max_age)| {
        let expect = ok(json!({ "methods": methods, "max_age": max_age }));
        json!({ "id": format!("from-challenge-{id}"), "text": text, "expect": expect })
    });
    let refused = REFUSED.iter().map(|(id, text)| {
        let expect = error("requirement_invalid");
        json!({ "id": format!("from-challenge-{id}"), "text": text, "expect": expect })
    });
    readable.chain(refused).collect()
}

fn readable() -> Vec<(&'static str, String, Vec<&'static str>, Option<u64>)> {
    let all = METHODS.to_vec();
    let short = |rest: &str| format!("Bearer error=\"insufficient_user_authentication\"{rest}");
    vec![
        ("with-a-second-scheme", short(", max_age=\"5\", Basic realm=\"shop\""), METHODS.to_vec(), Some(5)),
        ("with-a-scheme-before", format!("DPoP algs=\"ES256\", {HEAD}, max_age=5"), METHODS.to_vec(), Some(5)),
        ("with-a-bare-scheme-before", format!("Negotiate, {HEAD}"), METHODS.to_vec(), None),
        ("with-token68-before", format!("Negotiate YII+/b==, {HEAD}"), METHODS.to_vec(), None),
        ("with-a-bare-scheme-after", short(", Negotiate"), METHODS.to_vec(), None),
        ("own", format!("{HEAD}, acr_values=\"urn:sekisho:password\", max_age=\"300\""), vec!["password"], Some(300)),
        ("error-alone", short(""), all.clone(), None),
        ("age-alone", short(", max_age=60"), all.clone(), Some(60)),
        ("age-zero", short(", max_age=\"0\""), all.clone(), Some(0)),
        ("age-with-leading-zeros", short(", max_age=\"007\""), all.clone(), Some(7)),
        ("rfc9470-example", "Bearer error=\"insufficient_user_authentication\", error_description=\"More recent authentication is required\", max_age=\"5\"".to_owned(), all.clone(), Some(5)),
        ("two-methods", short(", acr_values=\"urn:sekisho:email_code urn:sekisho:password\""), vec!["password", "email_code"], None),
        ("method-twice", short(", acr_values=\"urn:sekisho:password urn:sekisho:password\""), vec!["password"], None),
        ("methods-of-others-too", short(", acr_values=\"phr urn:sekisho:phone_code myACR\""), vec!["phone_code"], None),
        ("scheme-in-small-letters", short("").replace("Bearer", "bearer"), all.clone(), None),
        ("scheme-in-capitals", short("").replace("Bearer", "BEARER"), all.clone(), None),
        ("names-in-capitals", "Bearer ERROR=\"insufficient_user_authentication\", Max_Age=\"9\"".to_owned(), all.clone(), Some(9)),
        ("error-unquoted", "Bearer error=insufficient_user_authentication".to_owned(), all.clone(), None),
        ("unknown-parameters", short(", realm=\"shop\", scope=\"openid profile\", resource_metadata=\"https://example.com/a,b=c\""), all.clone(), None),
        ("escapes-in-quotes", short(", error_description=\"say \\\"who\\\" \\\\ max_age=1\", max_age=\"4\""), all.clone(), Some(4)),
        ("escaped-letters", "Bearer error=\"insufficient\\_user\\_authentication\"".to_owned(), all.clone(), None),
        ("comma-in-quotes", short(", error_description=\"a, max_age=1, b\""), all.clone(), None),
        ("order-turned", "Bearer max_age=\"8\", error=\"insufficient_user_authentication\"".to_owned(), all.clone(), Some(8)),
        ("without-spaces", "Bearer error=\"insufficient_user_authentication\",max_age=\"8\"".to_owned(), all.clone(), Some(8)),
        ("with-much-space", "  Bearer   error = \"insufficient_user_authentication\" ,\t max_age =\t\"8\"  ".to_owned(), all.clone(), Some(8)),
        ("empty-list-elements", "Bearer , error=\"insufficient_user_authentication\",, max_age=8,".to_owned(), all.clone(), Some(8)),
        ("greatest-age", short(", max_age=\"9007199254740991\""), all, Some(u64::MAX >> 11)),
    ]
}

const REFUSED: [(&str, &str); 37] = [
    ("empty", ""),
    ("scheme-alone", "Bearer"),
    ("scheme-and-space", "Bearer "),
    ("no-error", "Bearer max_age=\"5\""),
    ("other-scheme", "DPoP error=\"insufficient_user_authentication\""),
    ("no-scheme", "error=\"insufficient_user_authentication\""),
    ("scheme-run-together", "Bearererror=\"insufficient_user_authentication\""),
    ("scheme-not-ascii", "B\u{435}arer error=\"insufficient_user_authentication\""),
    ("other-error", "Bearer error=\"invalid_token\""),
    ("error-in-capitals", "Bearer error=\"Insufficient_User_Authentication\""),
    ("error-with-space", "Bearer error=\"insufficient_user_authentication \""),
    ("error-empty", "Bearer error=\"\""),
    ("error-without-value", "Bearer error"),
    ("error-value-missing", "Bearer error="),
    (
        "error-twice",
        "Bearer error=\"insufficient_user_authentication\", error=\"insufficient_user_authentication\"",
    ),
    (
        "error-twice-in-other-capitals",
        "Bearer error=\"insufficient_user_authentication\", Error=\"invalid_token\"",
    ),
    (
        "age-twice",
        "Bearer error=\"insufficient_user_authentication\", max_age=\"5\", max_age=\"500\"",
    ),
    (
        "methods-twice",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:sekisho:password\", acr_values=\"urn:sekisho:email_code\"",
    ),
    (
        "methods-of-others-alone",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"phr phrh\"",
    ),
    (
        "methods-unknown",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:sekisho:passkey\"",
    ),
    (
        "methods-in-capitals",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"urn:sekisho:PASSWORD\"",
    ),
    ("methods-empty", "Bearer error=\"insufficient_user_authentication\", acr_values=\"\""),
    (
        "methods-without-prefix",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"password\"",
    ),
    ("age-empty", "Bearer error=\"insufficient_user_authentication\", max_age=\"\""),
    ("age-negative", "Bearer error=\"insufficient_user_authentication\", max_age=\"-1\""),
    ("age-with-sign", "Bearer error=\"insufficient_user_authentication\", max_age=\"+5\""),
    ("age-with-fraction", "Bearer error=\"insufficient_user_authentication\", max_age=\"5.0\""),
    ("age-with-unit", "Bearer error=\"insufficient_user_authentication\", max_age=\"5s\""),
    ("age-with-space", "Bearer error=\"insufficient_user_authentication\", max_age=\" 5\""),
    (
        "age-beyond-64-bits",
        "Bearer error=\"insufficient_user_authentication\", max_age=\"18446744073709551616\"",
    ),
    ("quote-not-closed", "Bearer error=\"insufficient_user_authentication"),
    ("quote-ends-in-escape", "Bearer error=\"insufficient_user_authentication\\"),
    ("text-after-quote", "Bearer error=\"insufficient_user_authentication\"x"),
    ("no-comma-between", "Bearer error=\"insufficient_user_authentication\" max_age=\"5\""),
    (
        "error-of-another-scheme",
        "Bearer realm=\"shop\", DPoP error=\"insufficient_user_authentication\"",
    ),
    ("a-scheme-without-comma", "Basic Bearer error=\"insufficient_user_authentication\""),
    ("token68", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
];

/// What is held against a record, beginning with a permission that any of its own meets.
struct Demand {
    methods: Vec<&'static str>,
    purpose: &'static str,
    max_age: Option<u64>,
    same_session: bool,
    identifier: Option<(&'static str, &'static str)>,
    subject: &'static str,
    session: Option<&'static str>,
    operation: Option<&'static str>,
    now: u64,
}

fn demand() -> Demand {
    Demand {
        methods: METHODS.to_vec(),
        purpose: PERMISSION,
        max_age: None,
        same_session: false,
        identifier: None,
        subject: "user-1",
        session: None,
        operation: None,
        now: NOW + 30,
    }
}

fn check() -> Vec<Value> {
    let mut cases = binding_cases();
    cases.extend(demand_cases());
    cases
}

fn binding_cases() -> Vec<Value> {
    let plain = by_password();
    let in_session = Record { session: Some("session-1"), ..plain.clone() };
    let for_payment = Record { operation: Some(PAYMENT), ..plain.clone() };
    let (session, operation) =
        (error("record_session_mismatch"), error("record_operation_mismatch"));
    let met = || ok(Value::Null);
    let same_payment = "{\"to\": \"DE89370400440532013000\", \"amount\": \"120.00\"}";
    let other_payment = r#"{"amount":"999.00","to":"DE89370400440532013000"}"#;
    vec![
        case("check-plain", &plain, demand(), met()),
        case(
            "check-of-another-user",
            &plain,
            Demand { subject: "user-2", ..demand() },
            error("verification_record.not_found"),
        ),
        case(
            "check-of-a-user-in-capitals",
            &plain,
            Demand { subject: "USER-1", ..demand() },
            error("verification_record.not_found"),
        ),
        case(
            "check-plain-in-a-session",
            &plain,
            Demand { session: Some("session-1"), ..demand() },
            met(),
        ),
        case(
            "check-in-its-session",
            &in_session,
            Demand { session: Some("session-1"), ..demand() },
            met(),
        ),
        case(
            "check-in-another-session",
            &in_session,
            Demand { session: Some("session-2"), ..demand() },
            session.clone(),
        ),
        case("check-of-a-session-outside-of-any", &in_session, demand(), session.clone()),
        case(
            "check-same-session",
            &in_session,
            Demand { session: Some("session-1"), same_session: true, ..demand() },
            met(),
        ),
        case(
            "check-same-session-of-a-plain-record",
            &plain,
            Demand { session: Some("session-1"), same_session: true, ..demand() },
            session.clone(),
        ),
        case(
            "check-same-session-where-there-is-none",
            &plain,
            Demand { same_session: true, ..demand() },
            error("requirement_invalid"),
        ),
        case(
            "check-its-operation",
            &for_payment,
            Demand { operation: Some(PAYMENT), ..demand() },
            met(),
        ),
        case(
            "check-its-operation-spelt-otherwise",
            &for_payment,
            Demand { operation: Some(same_payment), ..demand() },
            met(),
        ),
        case(
            "check-another-operation",
            &for_payment,
            Demand { operation: Some(other_payment), ..demand() },
            operation.clone(),
        ),
        case("check-no-operation", &for_payment, demand(), operation.clone()),
        case(
            "check-an-operation-by-a-plain-record",
            &plain,
            Demand { operation: Some(PAYMENT), ..demand() },
            operation,
        ),
        case(
            "check-another-session-before-another-operation",
            &Record { operation: Some(PAYMENT), ..in_session.clone() },
            demand(),
            session,
        ),
        case(
            "check-another-user-before-all-else",
            &Record { operation: Some(PAYMENT), ..in_session },
            Demand { subject: "user-2", methods: vec![], max_age: Some(0), ..demand() },
            error("verification_record.not_found"),
        ),
    ]
}

fn demand_cases() -> Vec<Value> {
    let password = by_password();
    let email = Record::by_code(&entropy("requirement"), EMAIL, PERMISSION);
    let phone = Record::by_code(&entropy("requirement"), PHONE, PERMISSION);
    let new = Record::by_code(&entropy("requirement"), EMAIL, "BindNewIdentifier");
    let factor = Record::by_code(&entropy("requirement"), EMAIL, "BindMfa");
    let methods = |methods: &[&'static str]| Demand { methods: methods.to_vec(), ..demand() };
    let aged = |max_age, now| Demand { max_age: Some(max_age), now, ..demand() };
    let owner = |identifier| Demand {
        methods: vec!["email_code"],
        purpose: "BindNewIdentifier",
        identifier: Some(identifier),
        ..demand()
    };
    let met = || ok(Value::Null);
    let not_allowed = || error("record_method_not_allowed");
    let too_old = || error("record_too_old");
    vec![
        case("check-email-code", &email, demand(), met()),
        case("check-phone-code", &phone, demand(), met()),
        case("check-password-only", &password, methods(&["password"]), met()),
        case("check-password-only-by-email-code", &email, methods(&["password"]), not_allowed()),
        case(
            "check-codes-only-by-password",
            &password,
            methods(&["email_code", "phone_code"]),
            not_allowed(),
        ),
        case("check-no-method-is-enough", &password, methods(&[]), not_allowed()),
        case("check-permission-by-a-new-identifier", &new, demand(), not_allowed()),
        case("check-permission-by-a-second-factor", &factor, demand(), not_allowed()),
        case("check-new-identifier", &new, owner(EMAIL), met()),
        case(
            "check-new-identifier-of-another-value",
            &new,
            owner(("email", "eve@example.com")),
            error("verification_record.not_found"),
        ),
        case(
            "check-new-identifier-in-other-capitals",
            &new,
            owner(("email", "Ana@example.com")),
            error("verification_record.not_found"),
        ),
        case("check-new-identifier-by-a-permission", &email, owner(EMAIL), not_allowed()),
        case("check-new-identifier-by-password", &password, owner(EMAIL), not_allowed()),
        case(
            "check-identifier-of-a-password",
            &password,
            Demand { identifier: Some(EMAIL), ..demand() },
            error("verification_record.not_found"),
        ),
        case("check-at-its-greatest-age", &password, aged(30, NOW + 30), met()),
        case("check-a-second-too-old", &password, aged(30, NOW + 31), too_old()),
        case("check-age-zero-at-once", &password, aged(0, NOW), met()),
        case("check-age-zero-a-second-later", &password, aged(0, NOW + 1), too_old()),
        case("check-age-by-a-clock-behind", &password, aged(0, NOW - 5), met()),
        case(
            "check-method-before-age",
            &password,
            Demand { methods: vec!["email_code"], max_age: Some(0), ..demand() },
            not_allowed(),
        ),
    ]
}

fn by_password() -> Record {
    Record::by_password(&entropy("requirement"))
}

fn case(id: &str, record: &Record, demand: Demand, expect: Value) -> Value {
    json!({
        "id": id,
        "ring": ring().to_text(),
        "now": demand.now,
        "token": record.token(&ring(), NOW),
        "subject": demand.subject,
        "session": demand.session,
        "operation": demand.operation,
        "requirement": {
            "methods": demand.methods,
            "purpose": demand.purpose,
            "max_age": demand.max_age,
            "same_session": demand.same_session,
            "identifier": demand.identifier.map(identifier),
            "single_use": false,
        },
        "expect": expect,
    })
}
