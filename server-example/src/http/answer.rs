//! Answers: JSON, or nothing at all.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Problem;

/// What a handler ends with.
pub(crate) type Answer = Result<Response, Problem>;

/// A successful answer with a JSON body.
pub(crate) fn ok(status: StatusCode, body: &impl Serialize) -> Response {
    json_response(status, body)
}

/// A successful answer without a body.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Any answer with a JSON body.
pub(super) fn json_response(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(json) => {
            let headers = [(CONTENT_TYPE, "application/json; charset=utf-8")];
            (status, headers, Body::from(json)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
