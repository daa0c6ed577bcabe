//! An operation as it is documented: a method of a path.

use axum::http::StatusCode;
use axum::http::header::ACCEPT_LANGUAGE;
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
    /// What the access token needs.
    pub(crate) scopes: &'static [&'static str],
    pub(crate) header: Option<RequestHeader>,
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
}

/// The groups that operations are shown in.
#[derive(Clone, Copy)]
pub(crate) enum Tag {
    Verification,
    MyAccount,
}

impl Operation {
    /// `allow` is what a wrong method is told.
    pub(super) fn document(&self, allow: &str) -> path::Operation {
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .tag(self.tag.as_str())
            .summary(Some(self.summary))
            .description(Some(self.description))
            .security(SecurityRequirement::new(ACCESS_TOKEN, self.scopes.iter().copied()))
            .request_body(self.body.map(request_body))
            .responses(responses(self, allow));
        if let Some(header) = self.header {
            operation = operation.parameter(header.document());
        }
        operation.build()
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
        };
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(text()))
            .example(Some(example.into()))
            .build()
    }
}

impl Tag {
    pub(super) const ALL: [Self; 2] = [Self::Verification, Self::MyAccount];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "Verification",
            Self::MyAccount => "My account",
        }
    }

    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Verification => "Getting a record.",
            Self::MyAccount => "The user's own account, changed with a record.",
        }
    }
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
