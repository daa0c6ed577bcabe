//! An operation as it is documented: a method of a path.

use axum::http::StatusCode;
use axum::http::header::ACCEPT_LANGUAGE;
use sekisho::context::MAX_CONTEXT_BYTES;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::encoding::EncodingBuilder;
use utoipa::openapi::path::{
    OperationBuilder, Parameter, ParameterBuilder, ParameterIn, ParameterStyle,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::{Ref, Required, SecurityRequirement, path};

use super::failure::Failure;
use super::response::responses;
use super::schema::{Component, RECORD, text};
use crate::http::approval::IDEMPOTENCY_KEY;
use crate::http::my_account::RECORD_HEADER;

/// The name of the security scheme.
pub(super) const ACCESS_TOKEN: &str = "accessToken";

/// What stands beside a handler for its client's developer.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    /// Unique, for generated clients.
    pub(crate) id: &'static str,
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    /// What the access token needs; without any, none is needed.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) headers: &'static [RequestHeader],
    pub(crate) body: Option<&'static Component>,
    pub(crate) success: Success,
    /// Every problem that it answers with.
    pub(crate) failures: &'static [&'static [Failure]],
}

/// The answer of an operation that succeeds.
#[derive(Clone, Copy)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) description: &'static str,
    pub(crate) body: Option<&'static Component>,
}

/// A header that an operation reads, beside `Authorization`.
#[derive(Clone, Copy)]
pub(crate) enum RequestHeader {
    AcceptLanguage,
    Record,
    /// One or several.
    Records,
    IdempotencyKey,
}

/// The groups that operations are shown in.
#[derive(Clone, Copy)]
pub(crate) enum Tag {
    Verification,
    MyAccount,
    Example,
}

impl Operation {
    /// `allow` is what a wrong method of the path is told.
    pub(super) fn document(&self, path: &str, allow: &str) -> path::Operation {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .tag(self.tag.as_str())
            .summary(Some(self.summary))
            .description(Some(self.description))
            .request_body(self.body.map(request_body))
            .responses(responses(self, allow));
        let scopes = self.scopes.iter().copied();
        operation = operation.securities(Some(
            // An empty list says that none is needed.
            (!self.scopes.is_empty()).then(|| SecurityRequirement::new(ACCESS_TOKEN, scopes)),
        ));
        let operation = self
            .headers
            .iter()
            .fold(operation, |operation, header| operation.parameter(header.document()));
        if path.ends_with("{id}") { operation.parameter(id()) } else { operation }.build()
    }
}

impl RequestHeader {
    fn document(self) -> Parameter {
        let (name, description, example) = match self {
            Self::AcceptLanguage => (
                ACCEPT_LANGUAGE.as_str(),
                "The languages of the user, for the message (RFC 9110 §12.5.4).",
                "ja, en;q=0.8",
            ),
            Self::Record => (
                RECORD_HEADER,
                "The verification record: of the password, or of a code sent with the template \
                 `UserPermissionValidation` to an address or number that the user has.",
                RECORD,
            ),
            Self::Records => (
                RECORD_HEADER,
                "The verification record; several with commas, where all methods are demanded.",
                RECORD,
            ),
            Self::IdempotencyKey => (
                IDEMPOTENCY_KEY,
                "Names this one request, in 1 to 256 bytes: repeated under it, it is the same use of \
                 the record.",
                "c0ffee-1",
            ),
        };
        let schema = match self {
            Self::IdempotencyKey => text().min_length(Some(1)).max_length(Some(MAX_CONTEXT_BYTES)),
            Self::AcceptLanguage | Self::Record | Self::Records => text(),
        };
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(schema))
            .example(Some(example.into()))
            .build()
    }
}

impl Tag {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "Verification",
            Self::MyAccount => "My account",
            Self::Example => "Example",
        }
    }

    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Verification => "Getting a record.",
            Self::MyAccount => "The user's own account, changed with a record.",
            Self::Example => "An operation that its user must have approved. In dev mode alone.",
        }
    }
}

/// The parameter of a path.
fn id() -> Parameter {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The `verificationRecordId` of a send or of a verification."))
        .schema(Some(text()))
        .example(Some(RECORD.into()))
        .build()
}

fn request_body(component: &'static Component) -> RequestBody {
    let schema = || Some(Ref::from_schema_name(component.name));
    let json = ContentBuilder::new().schema(schema()).example(Some((component.example)()));
    let mut form = ContentBuilder::new().schema(schema());
    for name in component.nested {
        let brackets = EncodingBuilder::new().style(Some(ParameterStyle::DeepObject));
        form = form.encoding(*name, brackets.explode(Some(true)).build());
    }
    RequestBodyBuilder::new()
        .required(Some(Required::True))
        .content("application/json", json.build())
        .content("application/x-www-form-urlencoded", form.build())
        .build()
}
