//! The API document (OpenAPI 3.1), written from the routes, the operations beside their handlers
//! and the problems that these answer with.

mod failure;
mod operation;
mod response;
pub(super) mod schema;

use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ComponentsBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    PathItem, Paths, PathsBuilder, Server,
};

pub(super) use self::failure::{BODY, EVERY_PATH, FIRST_PARTY, Failure, OPEN_PATH};
use self::operation::ACCESS_TOKEN;
pub(super) use self::operation::{Operation, RequestHeader, Success, Tag};
use self::schema::Component;
use super::endpoint::Endpoint;
use super::{Problem, contract, example};
use crate::app::App;

const DESCRIPTION: &str = "\
A signed-in user proves once more who they are, by password or by a one-time code, and gets a \
*verification record*: a token that allows a risky change of the account for ten minutes.

1. Get a record: `POST /api/verifications/password`, or send a code and check it.
2. Show it: the header `logto-verification-id` of `/api/my-account/…`.

A new e-mail address or phone number is proved by a code sent to it: such a record goes into the body \
field `newIdentifierVerificationRecordId`, and gives no permission.

**Errors** have one shape, `Problem`. Switch on `code`, which is stable; `message` is for people. The \
access token is looked at before the body, and the body before anything else. Below each status are all \
its codes. Be ready for others: treat one you do not know by its status.

**Bodies** are JSON or forms (nested fields in brackets: `identifier[type]=email`), at most 64 KiB. \
Unknown fields are ignored. Paths may end with a slash.

**Browsers** may call from any origin (CORS), without cookies; every header of an answer is exposed.";

/// The document as it is served.
static JSON: LazyLock<Option<Bytes>> = LazyLock::new(|| written(&document()));

/// The same in dev mode.
static DEV_JSON: LazyLock<Option<Bytes>> = LazyLock::new(|| written(&document_in_dev_mode()));

fn written(document: &OpenApi) -> Option<Bytes> {
    let written = document.to_json();
    written.inspect_err(|error| tracing::error!(%error, "no API document")).ok().map(Bytes::from)
}

/// `GET /openapi.json`.
pub(super) async fn show(State(app): State<Arc<App>>) -> Response {
    let json = if app.dev.is_some() { &DEV_JSON } else { &JSON };
    match &**json {
        Some(json) => ([(CONTENT_TYPE, "application/json")], json.clone()).into_response(),
        None => Problem::unexpected().into_response(),
    }
}

/// The document of every path of the contract.
pub(crate) fn document() -> OpenApi {
    of(contract(), &[Tag::Verification, Tag::MyAccount], &schema::COMPONENTS)
}

/// The same with the example of dev mode.
pub(crate) fn document_in_dev_mode() -> OpenApi {
    let endpoints = contract().into_iter().chain(example()).collect();
    let components = [&schema::COMPONENTS[..], &schema::OF_EXAMPLE].concat();
    of(endpoints, &[Tag::Verification, Tag::MyAccount, Tag::Example], &components)
}

fn of(endpoints: Vec<Endpoint>, tags: &[Tag], schemas: &[&Component]) -> OpenApi {
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new("/")]))
        .tags(Some(tags.iter().map(|tag| {
            TagBuilder::new().name(tag.as_str()).description(Some(tag.description())).build()
        })))
        .paths(paths(endpoints))
        .components(Some(components(schemas)))
        .build()
}

fn info() -> Info {
    let license = env!("CARGO_PKG_LICENSE");
    InfoBuilder::new()
        .title("Account API: security verification")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(LicenseBuilder::new().name(license).identifier(Some(license)).build()))
        .build()
}

fn paths(endpoints: Vec<Endpoint>) -> Paths {
    let paths = endpoints.into_iter().fold(PathsBuilder::new(), |paths, endpoint| {
        let allow = allow(&endpoint);
        let item =
            endpoint.operations.iter().fold(PathItem::builder(), |item, (method, operation)| {
                item.operation(method.clone(), operation.document(endpoint.path, &allow))
            });
        paths.path(endpoint.path, item.build())
    });
    paths.build()
}

/// What `Allow` says at the path (RFC 9110 §10.2.1).
fn allow(endpoint: &Endpoint) -> String {
    use utoipa::openapi::HttpMethod as M;
    let names = endpoint.operations.iter().map(|(method, _)| match method {
        M::Get => "GET,HEAD",
        M::Post => "POST",
        M::Delete => "DELETE",
        M::Put => "PUT",
        M::Patch => "PATCH",
        M::Head => "HEAD",
        M::Options => "OPTIONS",
        M::Trace => "TRACE",
    });
    names.collect::<Vec<_>>().join(",")
}

fn components(schemas: &[&Component]) -> Components {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT, or opaque")
        .description(Some(
            "An access token of the OpenID issuer, for this API's audience. The scopes that an \
             operation needs stand beside it.",
        ))
        .build();
    schemas
        .iter()
        .fold(ComponentsBuilder::new(), |components, component| {
            components.schema(component.name, component.document())
        })
        .security_scheme(ACCESS_TOKEN, SecurityScheme::Http(token))
        .build()
}

#[cfg(test)]
mod tests {
    use sekisho::ErrorCode;

    use super::*;

    #[test]
    fn every_code_of_the_core_that_a_client_can_see_is_in_it() {
        let document = document().to_json().unwrap();
        for code in ErrorCode::ALL.iter().filter(|code| code.as_str().contains('.')) {
            assert!(document.contains(&format!("\"{code}\":{{")), "no example of {code}");
        }
    }
}
