//! The answers of an operation: one response for each status, with an example for each code.

use std::collections::BTreeMap;
use std::iter;

use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, StatusCode};
use serde_json::Value;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{
    Header, Ref, RefOr, Response, ResponseBuilder, Responses, ResponsesBuilder, Schema,
};

use super::failure::Failure;
use super::operation::{Operation, Success};
use super::schema::{self, text};
use crate::http::Problem;

/// The success, and the failures by their status. `allow` is what a wrong method is told.
pub(super) fn responses(operation: &Operation, allow: &str) -> Responses {
    let required = operation.body.map(|body| (body.schema)().required).unwrap_or_default();
    let mut by_status = BTreeMap::<StatusCode, Vec<(Failure, Problem)>>::new();
    for failure in operation.failures.iter().copied().flatten() {
        let problem = failure.example(&required);
        by_status.entry(problem.status()).or_default().push((*failure, problem));
    }
    let failures = by_status.iter().map(|(status, failures)| {
        let response = failed(failures);
        let response = match *status {
            StatusCode::METHOD_NOT_ALLOWED => response.header(ALLOW.as_str(), allowed(allow)),
            _ => response,
        };
        (*status, response.build())
    });
    iter::once((operation.success.status, succeeded(&operation.success)))
        .chain(failures)
        .fold(ResponsesBuilder::new(), |all, (status, one)| all.response(status.as_str(), one))
        .build()
}

fn succeeded(success: &Success) -> Response {
    let response = ResponseBuilder::new().description(success.description);
    let Some(component) = success.body else { return response.build() };
    let schema = Ref::from_schema_name(component.name);
    let content = ContentBuilder::new().schema(Some(schema)).example(Some((component.example)()));
    response.content("application/json", content.build()).build()
}

fn failed(failures: &[(Failure, Problem)]) -> ResponseBuilder {
    let lines: Vec<_> = failures.iter().map(|(failure, problem)| line(*failure, problem)).collect();
    let examples = failures.iter().map(|(_, problem)| {
        let example = ExampleBuilder::new().summary(problem.message());
        (problem.code().unwrap_or("no_code"), example.value(Some(problem.body())).build())
    });
    let content = ContentBuilder::new().schema(Some(one_of_these(failures)));
    let response = ResponseBuilder::new()
        .description(lines.join("\n"))
        .content("application/json", content.examples_from_iter(examples).build());
    [RETRY_AFTER, WWW_AUTHENTICATE].into_iter().fold(response, |response, name| {
        match header(&name, failures) {
            Some(header) => response.header(name.as_str(), header),
            None => response,
        }
    })
}

fn line(failure: Failure, problem: &Problem) -> String {
    let code = problem.code().map(|code| format!("`{code}`: ")).unwrap_or_default();
    let advice = failure.advice().map(|advice| format!(" {advice}")).unwrap_or_default();
    format!("- {code}{}{advice}", problem.message())
}

/// A problem with one of these codes.
fn one_of_these(failures: &[(Failure, Problem)]) -> RefOr<Schema> {
    let problem = Ref::from_schema_name(schema::PROBLEM.name);
    let codes: Vec<_> = failures.iter().filter_map(|(_, problem)| problem.code()).collect();
    if codes.is_empty() {
        return problem.into();
    }
    let code = text().enum_values(Some(codes));
    let with_code = ObjectBuilder::new().property("code", code).required("code");
    Schema::from(AllOfBuilder::new().item(problem).item(with_code).build()).into()
}

/// A header that some of the problems come with; required where all of them do.
fn header(name: &HeaderName, failures: &[(Failure, Problem)]) -> Option<Header> {
    let values: Vec<_> = failures
        .iter()
        .filter_map(|(_, problem)| {
            let value = problem.headers().get(name)?.to_str().ok()?.to_owned();
            Some((problem.code().unwrap_or("no_code"), value))
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let always = values.len() == failures.len();
    let (schema, description) = if *name == RETRY_AFTER {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        (seconds, "Seconds to wait before the same request can succeed.")
    } else {
        (text(), "What to authenticate with (RFC 6750), or how to verify (RFC 9470).")
    };
    let header = HeaderBuilder::new().schema(Some(schema)).description(Some(description));
    let examples = values.into_iter().map(|(code, value)| {
        let value = value.parse::<u64>().map_or_else(|_| Value::from(value), Value::from);
        (code, ExampleBuilder::new().value(Some(value)).build())
    });
    Some(header.examples_from_iter(examples).extensions(Some(required(always))).build())
}

fn allowed(methods: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(text()))
        .description(Some("The methods of this path."))
        .example(Some(methods.into()))
        .extensions(Some(required(true)))
        .build()
}

/// `required`, which the library's header has no field for.
fn required(required: bool) -> Extensions {
    Extensions::from_iter([("required", required)])
}
