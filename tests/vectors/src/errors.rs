//! `errors.json`: the registry of stable error codes, the one list read from `sekisho` itself.

use sekisho::ErrorCode;
use serde_json::json;

use crate::document::Document;

pub(crate) fn document() -> Document {
    let codes = ErrorCode::ALL
        .iter()
        .map(|code| json!({ "code": code.as_str(), "message": code.message() }))
        .collect();
    Document::new(
        "errors",
        "Every error code with its message in English, in the order of the registry. Codes are \
         stable; messages may be reworded.",
    )
    .section("errors", codes)
}
