//! The bodies of requests and answers.

use sekisho::identifier::{MAX_EMAIL_CHARS, MAX_PHONE_DIGITS};
use sekisho::password::Rejection;
use sekisho::{Method, Password, Purpose};
use serde_json::{Value, json};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, Object, ObjectBuilder, OneOfBuilder,
    SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr, Schema};

use crate::demo;
use crate::http::Problem;

/// A named schema with an example.
pub(crate) struct Component {
    pub(super) name: &'static str,
    pub(super) schema: fn() -> Object,
    pub(super) example: fn() -> Value,
    /// Fields that are objects: a form writes them in brackets.
    pub(super) nested: &'static [&'static str],
}

/// Every one there is.
pub(super) const COMPONENTS: [&Component; 13] = [
    &CURRENT_PASSWORD,
    &NEW_PASSWORD,
    &CODE_TO_SEND,
    &CODE_TO_CHECK,
    &CODE_TO_RESEND,
    &REVOCATION,
    &APPROVAL,
    &NEW_EMAIL,
    &NEW_PHONE,
    &ISSUED,
    &VERIFIED,
    &ACCOUNT,
    &PROBLEM,
];

/// What the example of dev mode has beside them.
pub(super) const OF_EXAMPLE: [&Component; 2] = [&TRANSFER, &TRANSFER_MADE];

/// The beginnings of two tokens, in ASCII as a header must be.
pub(super) const RECORD: &str = "sekisho_r1_TR3mQAEBAQBpJIEAAGkkg1go";
const CHALLENGE: &str = "sekisho_c1_TR3mQAEBAQBpJIEAAGkkg1go";
const EXPIRES_AT: &str = "2026-08-31T12:10:00.000Z";

/// The body of a password check.
pub(crate) const CURRENT_PASSWORD: Component = Component {
    name: "CurrentPassword",
    schema: || {
        let password = password().max_length(Some(Password::MAX_BYTES));
        for_operation(object([("password", password)])).build()
    },
    example: || json!({ "password": demo::PASSWORD }),
    nested: &[],
};

/// The body of a password change.
pub(crate) const NEW_PASSWORD: Component = Component {
    name: "NewPassword",
    schema: || object([("password", password())]).build(),
    example: || json!({ "password": "another horse, the same barrier" }),
    nested: &[],
};

/// The body of a send.
pub(crate) const CODE_TO_SEND: Component = Component {
    name: "CodeToSend",
    schema: || {
        let asked = [Purpose::UserPermissionValidation, Purpose::BindMfa].map(Purpose::as_str);
        let template = text().enum_values(Some(asked)).description(Some(
            "The purpose of the code, where it goes to an address or number of the user. \
             `UserPermissionValidation` if it is left out. A record of another purpose gives no \
             permission.",
        ));
        let object = ObjectBuilder::new()
            .property("identifier", identifier())
            .required("identifier")
            .property("templateType", template);
        for_operation(object).build()
    },
    example: || json!({ "identifier": { "type": "email", "value": demo::EMAIL } }),
    nested: &["identifier"],
};

/// The body of a code check.
pub(crate) const CODE_TO_CHECK: Component = Component {
    name: "CodeToCheck",
    schema: || {
        let id = id("The `verificationRecordId` that the send answered with.");
        let code = text().description(Some(
            "What the user typed. Spaces, hyphens and full-width digits are forgiven.",
        ));
        ObjectBuilder::new()
            .property("identifier", identifier())
            .required("identifier")
            .property("verificationId", id)
            .required("verificationId")
            .property("code", code)
            .required("code")
            .build()
    },
    example: || {
        json!({
            "identifier": { "type": "email", "value": demo::EMAIL },
            "verificationId": CHALLENGE,
            "code": "012345",
        })
    },
    nested: &["identifier"],
};

/// The body of a send of the same code.
pub(crate) const CODE_TO_RESEND: Component = Component {
    name: "CodeToResend",
    schema: || {
        let id = id("The `verificationRecordId` that the first send answered with.");
        ObjectBuilder::new()
            .property("verificationId", id)
            .required("verificationId")
            .property("identifier", identifier())
            .property("operation", operation())
            .build()
    },
    example: || json!({ "verificationId": CHALLENGE }),
    nested: &["identifier"],
};

/// The body of a revocation by link.
pub(crate) const REVOCATION: Component = Component {
    name: "Revocation",
    schema: || object([("revocation", id("What stands behind `#` in the link."))]).build(),
    example: || json!({ "revocation": "sekisho_x1_TR3mQAQAaSSBAABpJINY" }),
    nested: &[],
};

/// The body of a transfer.
pub(crate) const TRANSFER: Component = Component {
    name: "Transfer",
    schema: || transfer().build(),
    example: || json!({ "amount": "120.00", "currency": "EUR", "payee": "Ana" }),
    nested: &[],
};

/// The answer of a transfer.
pub(crate) const TRANSFER_MADE: Component = Component {
    name: "TransferMade",
    schema: || transfer().property("id", text()).required("id").build(),
    example: || json!({ "id": "b1bdba5b9a4df3ce", "amount": "120.00", "currency": "EUR", "payee": "Ana" }),
    nested: &[],
};

/// What a client goes on with where an operation is not approved.
pub(crate) const APPROVAL: Component = Component {
    name: "ApprovalRequired",
    schema: || {
        let flag =
            |what: &str| ObjectBuilder::new().schema_type(Type::Boolean).description(Some(what));
        let methods = text().enum_values(Some(Method::ALL.map(Method::as_str)));
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let requirement = ObjectBuilder::new()
            .property("methods", ArrayBuilder::new().items(methods))
            .required("methods")
            .property("match", text().enum_values(Some(["any", "all"])))
            .required("match")
            .property("maxAge", seconds.description(Some("Seconds since the verification.")))
            .property("bound", flag("The record is for this operation alone."))
            .required("bound")
            .property("singleUse", flag("The record is used up."))
            .required("singleUse")
            .property("sameSession", flag("Only a record of this very session."))
            .required("sameSession");
        let handle = text().description(Some(
            "Goes as `resumeHandle` with the request for a verification, beside the `operation`.",
        ));
        let date_time = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new()
            .property("requirement", requirement)
            .required("requirement")
            .property("operation", operation())
            .required("operation")
            .property("resumeHandle", handle)
            .required("resumeHandle")
            .property("expiresAt", text().format(Some(date_time)))
            .required("expiresAt")
            .build()
    },
    example: || {
        json!({
            "requirement": {
                "methods": ["password", "email_code", "phone_code"],
                "match": "any",
                "maxAge": 300,
                "bound": true,
                "singleUse": true,
                "sameSession": false,
            },
            "operation": {
                "type": "transfer", "amount": "120.00", "currency": "EUR", "payee": "Ana",
            },
            "resumeHandle": "sekisho_h1_TR3mQAMHAGkkgQAAaSSDWA",
            "expiresAt": EXPIRES_AT,
        })
    },
    nested: &[],
};

/// The body of an e-mail change.
pub(crate) const NEW_EMAIL: Component = Component {
    name: "NewEmail",
    schema: || object([("email", email()), (PROOF, proof())]).build(),
    example: || json!({ "email": "ana@example.org", PROOF: RECORD }),
    nested: &[],
};

/// The body of a phone change.
pub(crate) const NEW_PHONE: Component = Component {
    name: "NewPhone",
    schema: || object([("phone", phone()), (PROOF, proof())]).build(),
    example: || json!({ "phone": "819012345678", PROOF: RECORD }),
    nested: &[],
};

/// The body field of a new-identifier record.
pub(crate) const PROOF: &str = "newIdentifierVerificationRecordId";

/// The answer of a password check or a send.
pub(crate) const ISSUED: Component = Component {
    name: "IssuedRecord",
    schema: || {
        let id = text().description(Some("An opaque token."));
        let date_time = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        let end = text().format(Some(date_time)).description(Some(
            "When the record ends, in UTC with milliseconds. The code of a message may end earlier: its \
             message says when.",
        ));
        object([("verificationRecordId", id), ("expiresAt", end)]).build()
    },
    example: || json!({ "verificationRecordId": RECORD, "expiresAt": EXPIRES_AT }),
    nested: &[],
};

/// The answer of a code check.
pub(crate) const VERIFIED: Component = Component {
    name: "VerifiedRecord",
    schema: || {
        let id = text().description(Some(
            "The record to show from now on. It ends when the answer to the send said.",
        ));
        object([("verificationRecordId", id)]).build()
    },
    example: || json!({ "verificationRecordId": RECORD }),
    nested: &[],
};

/// The answer of the account.
pub(crate) const ACCOUNT: Component = Component {
    name: "Account",
    schema: || {
        let flag = || ObjectBuilder::new().schema_type(Type::Boolean);
        let security = "Whether there is a password, an e-mail address or a phone number.";
        ObjectBuilder::new()
            .property("id", text())
            .required("id")
            .property("username", nullable(Type::String))
            .property("name", nullable(Type::String))
            .property("primaryEmail", nullable(Type::String))
            .property("primaryPhone", nullable(Type::String).description(Some("Digits.")))
            .property("hasPassword", flag())
            .property("hasSecurityVerificationMethod", flag().description(Some(security)))
            .required("hasSecurityVerificationMethod")
            .property("createdAt", milliseconds(ObjectBuilder::new().schema_type(Type::Integer)))
            .property("updatedAt", milliseconds(ObjectBuilder::new().schema_type(Type::Integer)))
            .property("lastSignInAt", milliseconds(nullable(Type::Integer)))
            .build()
    },
    example: || {
        json!({
            "id": "0f1e2d3c4b5a6978",
            "username": "ana",
            "name": null,
            "primaryEmail": "ana@example.com",
            "primaryPhone": null,
            "hasPassword": true,
            "hasSecurityVerificationMethod": true,
            "createdAt": 1_764_000_000_000_u64,
            "updatedAt": 1_764_000_000_000_u64,
            "lastSignInAt": null,
        })
    },
    nested: &[],
};

/// The answer of everything that fails.
pub(crate) const PROBLEM: Component = Component {
    name: "Problem",
    schema: || {
        let code = text().description(Some("Stable. Only an unexpected failure has none."));
        let message = text().description(Some("For people, in English."));
        let data = OneOfBuilder::new()
            .item(supported_types())
            .item(rejections())
            .item(enrolment())
            .item(Ref::from_schema_name(APPROVAL.name));
        let details = text().description(Some("What is wrong with the request, for developers."));
        ObjectBuilder::new()
            .property("code", code)
            .property("message", message)
            .required("message")
            .property("data", data.description(Some("More about this `code`.")))
            .property("details", details)
            .build()
    },
    example: || Problem::unexpected().body(),
    nested: &[],
};

impl Component {
    pub(super) fn document(&self) -> RefOr<Schema> {
        Schema::Object((self.schema)()).into()
    }
}

/// Any string.
pub(super) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// An object of these fields, all of which are required.
fn object<const N: usize>(fields: [(&str, impl Into<RefOr<Schema>>); N]) -> ObjectBuilder {
    fields.into_iter().fold(ObjectBuilder::new(), |object, (name, field)| {
        object.property(name, field).required(name)
    })
}

fn password() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Password))).min_length(Some(1))
}

fn identifier() -> Schema {
    let of =
        |kind: &str, value| object([("type", text().enum_values(Some([kind]))), ("value", value)]);
    OneOfBuilder::new().item(of("email", email())).item(of("phone", phone())).build().into()
}

fn email() -> ObjectBuilder {
    let must = "`something@something.something`, the domain in ASCII, without `<>,;:\"()[]\\`.";
    let local = r#"[^@\s<>,;:"()\[\]\\\x00-\x1f\x7f-\x9f]+"#;
    let label = r"[!#-'*+\-/-9=?A-Z^-~]+";
    let pattern = format!(r"^{local}@{label}(\.{label})+$");
    text().max_length(Some(MAX_EMAIL_CHARS)).pattern(Some(pattern)).description(Some(must))
}

fn phone() -> ObjectBuilder {
    let pattern = format!("^[0-9]{{1,{MAX_PHONE_DIGITS}}}$");
    text().pattern(Some(pattern)).description(Some("Digits only, the country code first."))
}

fn proof() -> ObjectBuilder {
    id("The record of a code that was sent to this very value.")
}

fn id(description: &str) -> ObjectBuilder {
    text().pattern(Some(NO_CONTROL_CHARACTERS)).description(Some(description))
}

const NO_CONTROL_CHARACTERS: &str = r"^[^\x00-\x1f\x7f-\x9f]+$";

fn nullable(of: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([of, Type::Null]))
}

fn milliseconds(object: ObjectBuilder) -> ObjectBuilder {
    object.description(Some("Milliseconds since 1970."))
}

/// The same with what a verification can be asked for.
fn for_operation(object: ObjectBuilder) -> ObjectBuilder {
    let handle = id("The handle of the answer that the operation was refused with.");
    object.property("operation", operation()).property("resumeHandle", handle)
}

fn operation() -> ObjectBuilder {
    ObjectBuilder::new()
        .property("type", text().description(Some("One that the operator knows.")))
        .required("type")
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .description(Some(
            "What the user approves. The record is good for exactly these members and values.",
        ))
}

fn transfer() -> ObjectBuilder {
    let amount =
        text().pattern(Some(r"^([1-9][0-9]{0,11}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$"));
    ObjectBuilder::new()
        .property("amount", amount.description(Some("Above 0.")))
        .required("amount")
        .property("currency", text().pattern(Some("^[A-Z]{3}$")))
        .required("currency")
        .property("payee", text().min_length(Some(1)).max_length(Some(70)))
        .required("payee")
        .property("reference", text().min_length(Some(1)).max_length(Some(140)))
}

fn enrolment() -> Object {
    let list = |words: [&str; 3]| ArrayBuilder::new().items(text().enum_values(Some(words)));
    let methods = list(Method::ALL.map(Method::as_str));
    object([("methods", methods), ("enrol", list(["password", "email", "phone"]))]).build()
}

fn supported_types() -> Object {
    object([("supportedTypes", ArrayBuilder::new().items(text()))]).build()
}

fn rejections() -> Schema {
    let code = text().enum_values(Some(Rejection::ALL.iter().map(|rejection| rejection.as_str())));
    ArrayBuilder::new().items(object([("code", code)])).build().into()
}
