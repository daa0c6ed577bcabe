//! The implementation's API document, where it serves one (`/openapi.json`, OpenAPI 3.1). Every
//! answer of the whole suite is held against it, and by the end every answer in it has been seen.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Completion, Trial};
use reqwest::Method;
use serde_json::Value;

use crate::client::{Api, Reply};
use crate::openapi::{Answer, Fields, JSON, OpenApi, codes};
use crate::paths::operations;
use crate::revoke::{LINK_PATH, REVOKE_PATH};

/// Headers that a document must tell of: they say what to do next.
const TELLING_HEADERS: [&str; 3] = ["allow", "retry-after", "www-authenticate"];

/// Answers that this suite cannot bring about, at any path.
const OUT_OF_REACH: [(u16, &str, &str); 5] = [
    (500, "", "nobody knows how to bring an unexpected failure about"),
    (503, "service.unavailable", "neither store nor issuer can be taken away in dev mode"),
    (400, "connector.general", "the outbox of dev mode takes every message"),
    (429, "connector.rate_limit_exceeded", "the outbox of dev mode takes every message"),
    (
        422,
        "session.email_blocklist.email_subaddressing_not_allowed",
        "the control surface has no switch for it",
    ),
];

/// A document, and which of its answers have been seen.
pub(crate) struct Document {
    openapi: OpenApi,
    seen: Mutex<BTreeSet<Answer>>,
}

/// What was asked: the body only where it was JSON.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

pub(crate) fn trials(api: &Arc<Api>, is_whole_run: bool) -> Vec<Trial> {
    let all_seen = move |document: &Document| {
        if !is_whole_run {
            return Completion::ignored_with("only a run of every row sees every answer");
        }
        let unseen = document.unseen();
        assert!(unseen.is_empty(), "in the document, but never seen:\n{}", unseen.join("\n"));
        Completion::Completed
    };
    vec![
        trial(api, "document::has_every_operation", has_every_operation),
        trial(api, "document::every_answer_in_it_was_seen", all_seen),
    ]
}

fn has_every_operation(document: &Document) -> Completion {
    let operations = operations().into_iter().map(|operation| (operation.path, operation.method));
    let expected: BTreeSet<_> = operations
        .chain([(LINK_PATH, Method::POST)])
        .map(|(path, method)| {
            let path = if path == REVOKE_PATH { "/api/verifications/{id}" } else { path };
            (path.to_owned(), method.as_str().to_ascii_lowercase())
        })
        .collect();
    let documented: BTreeSet<_> = document.openapi.operations().collect();
    assert_eq!(documented, expected);
    Completion::Completed
}

fn trial<F>(api: &Arc<Api>, name: &str, test: F) -> Trial
where
    F: FnOnce(&Document) -> Completion + Send + 'static,
{
    let api = Arc::clone(api);
    Trial::ignorable_test(name, move || {
        let skipped = || Completion::ignored_with("the implementation serves no /openapi.json");
        Ok(api.document().map_or_else(skipped, test))
    })
}

impl Document {
    pub(crate) fn new(root: Value) -> Self {
        Self { openapi: OpenApi::new(root), seen: Mutex::default() }
    }

    /// Holds a reply against what the document says. Paths that are not in it are not its business.
    ///
    /// # Errors
    /// What differs, with the path, the status and the code.
    pub(crate) fn hold(&self, asked: &Asked, reply: &Reply) -> Result<(), String> {
        let documented = self.openapi.documented(asked.path.trim_end_matches('/'));
        // A preflight is the Fetch standard's.
        let Some(path) = documented.filter(|_| asked.method != Method::OPTIONS) else {
            return Ok(());
        };
        let path = path.as_str();
        let method = match asked.method {
            Method::HEAD => "get".to_owned(),
            ref other => other.as_str().to_ascii_lowercase(),
        };
        let (answers, is_known) = match self.openapi.follow(&["paths", path, &method]) {
            Some(_) => (vec![method], true),
            // What another method gets stands with each of the path's own.
            None => (self.openapi.methods(path).collect(), reply.status == 405),
        };
        for method in answers {
            let code = reply.code();
            let answer = Answer { path: path.to_owned(), method, status: reply.status, code };
            let held = if is_known {
                self.hold_answer(&answer, asked, reply)
            } else {
                Err(format!("expected 405 for the method {}", asked.method))
            };
            held.map_err(|cause| format!("{answer}: {cause} (so the API document)"))?;
            self.seen.lock().expect("no test holds it").insert(answer);
        }
        Ok(())
    }

    fn hold_answer(&self, answer: &Answer, asked: &Asked, reply: &Reply) -> Result<(), String> {
        let Answer { path, method, .. } = answer;
        let at = ["paths", path, method, "responses", &answer.status.to_string()];
        let (_, response) = self.openapi.follow(&at).ok_or("expected another status")?;
        let response = self.openapi.resolve(response);
        self.hold_headers(response, answer, reply)?;
        if asked.method != Method::HEAD {
            self.hold_body(&at, response, answer, reply)?;
        }
        let at = ["paths", path, method, "requestBody", "content", JSON, "schema"];
        match (reply.status, &asked.body) {
            (200..300, Some(body)) => self
                .openapi
                .hold_schema(&at, body, Fields::More)
                .map_err(|cause| format!("expected a refusal of the request's body: {cause}")),
            _ => Ok(()),
        }
    }

    /// A header must be there where it is required, or has an example for the answer's code.
    fn hold_headers(&self, response: &Value, answer: &Answer, reply: &Reply) -> Result<(), String> {
        let documented = response["headers"].as_object().into_iter().flatten();
        for (name, header) in documented.clone() {
            let header = self.openapi.resolve(header);
            let must_be =
                header["required"] == true || header["examples"][&answer.code].is_object();
            if must_be && reply.header(name).is_empty() {
                return Err(format!("expected the header {name}"));
            }
        }
        let is_told = |name: &&str| {
            documented.clone().any(|(known, _)| known.eq_ignore_ascii_case(name))
                || reply.header(name).is_empty()
        };
        match TELLING_HEADERS.iter().find(|name| !is_told(name)) {
            Some(name) => Err(format!("expected no header {name}")),
            None => Ok(()),
        }
    }

    fn hold_body(
        &self,
        at: &[&str],
        response: &Value,
        answer: &Answer,
        reply: &Reply,
    ) -> Result<(), String> {
        if response["content"].get(JSON).is_none() {
            let is_empty = reply.body().is_empty();
            return if is_empty { Ok(()) } else { Err("expected no body".to_owned()) };
        }
        let content_type = reply.header("content-type").to_ascii_lowercase();
        if content_type.split(';').next().unwrap_or_default().trim() != JSON {
            return Err(format!("expected {JSON}"));
        }
        let documented = codes(response);
        if !documented.is_empty() && !documented.contains(&answer.code) {
            return Err(format!("expected one of the codes {documented:?}"));
        }
        let at = [at, &["content", JSON, "schema"]].concat();
        self.openapi
            .hold_schema(&at, &reply.json(), Fields::NoMore)
            .map_err(|cause| format!("expected another body: {cause}"))
    }

    /// What the document promises and nothing has shown.
    fn unseen(&self) -> Vec<String> {
        let seen = self.seen.lock().expect("no test holds it");
        let is_out_of_reach = |Answer { status, code, .. }: &Answer| {
            OUT_OF_REACH.iter().any(|row| (row.0, row.1) == (*status, code.as_str()))
        };
        self.openapi
            .answers()
            .filter(|answer| !seen.contains(answer) && !is_out_of_reach(answer))
            .map(|answer| answer.to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PATH: &str = "/api/thing";

    type Headers = &'static [(&'static str, &'static str)];

    fn document() -> Document {
        let problem = json!({
            "type": "object", "required": ["code"], "properties": { "code": { "type": "string" } },
        });
        let refused = json!({
            "headers": { "Retry-After": { "examples": { "late": {} } } },
            "content": { JSON: {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "examples": { "late": { "value": { "code": "late" } } },
            } },
        });
        let asked = json!({ "content": { JSON: { "schema": { "required": ["a"] } } } });
        let elsewhere = json!({ "headers": { "Location": { "required": true } } });
        let refused_too = json!({ "$ref": "#/components/responses/Refused" });
        let responses = json!({ "204": {}, "409": elsewhere, "429": refused_too });
        Document::new(json!({
            "paths": { PATH: { "post": { "requestBody": asked, "responses": responses } } },
            "components": {
                "schemas": { "Problem": problem },
                "responses": { "Refused": refused },
            },
        }))
    }

    fn held(document: &Document, method: Method, reply: &Reply) -> String {
        let asked = Asked { method, path: PATH.to_owned(), body: Some(json!({ "a": 1 })) };
        document.hold(&asked, reply).err().unwrap_or_default()
    }

    #[test]
    fn an_answer_that_is_in_the_document_has_been_seen() {
        let document = document();
        let all = ["POST /api/thing: 204 ", "POST /api/thing: 409 ", "POST /api/thing: 429 late"];
        assert_eq!(document.unseen(), all);
        assert_eq!(held(&document, Method::POST, &Reply::of(204, &[], "")), "");
        assert_eq!(document.unseen(), all[1..]);
        let headers = [("content-type", JSON), ("retry-after", "1")];
        let late = Reply::of(429, &headers, r#"{"code": "late"}"#);
        assert_eq!(held(&document, Method::POST, &late), "");
        assert_eq!(document.unseen(), all[1..2]);
    }

    #[test]
    fn whatever_differs_from_the_document_is_told() {
        const TYPE: (&str, &str) = ("content-type", JSON);
        const WAIT: (&str, &str) = ("retry-after", "1");
        let rows: [(u16, Headers, &str, &str); 10] = [
            (200, &[], "", "200 : expected another status"),
            (204, &[], "text", "204 : expected no body"),
            (204, &[WAIT], "", "204 : expected no header retry-after"),
            (429, &[TYPE], r#"{"code": "late"}"#, "429 late: expected the header Retry-After"),
            (429, &[WAIT], r#"{"code": "late"}"#, "429 late: expected application/json"),
            (409, &[TYPE], "{}", "409 : expected the header Location"),
            (429, &[TYPE, WAIT], r#"{"code": "lost"}"#, "429 lost: expected one of the codes"),
            (429, &[TYPE, WAIT], "{}", "429 : expected one of the codes"),
            (429, &[TYPE, WAIT], r#"{"code": "late", "b": 1}"#, "429 late: expected another body"),
            (405, &[], "", "405 : expected another status"),
        ];
        for (status, headers, body, told) in rows {
            let told = format!("POST {PATH}: {told}");
            let cause = held(&document(), Method::POST, &Reply::of(status, headers, body));
            assert!(cause.starts_with(&told), "{cause:?} is not {told:?}");
        }
    }

    #[test]
    fn another_method_gets_405() {
        let cause = held(&document(), Method::PUT, &Reply::of(204, &[], ""));
        assert!(cause.contains("expected 405 for the method PUT"), "{cause}");
    }

    #[test]
    fn a_body_that_was_taken_is_one_the_document_allows() {
        let asked =
            Asked { method: Method::POST, path: format!("{PATH}/"), body: Some(json!({ "b": 1 })) };
        let cause = document().hold(&asked, &Reply::of(204, &[], "")).unwrap_err();
        assert!(cause.contains("expected a refusal of the request's body"), "{cause}");
    }
}
