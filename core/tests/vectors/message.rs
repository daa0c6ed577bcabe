//! `message.json`.

use sekisho::message::MessageTemplate;
use serde_json::json;

use crate::case::{assert_sections, each, outcome};

#[test]
fn sections() {
    assert_sections("message", &["render", "field"]);
}

#[test]
fn render() {
    each("message", "render", |case| {
        let template = MessageTemplate::parse(case.text("template"));
        outcome(template.and_then(|template| template.render(case.text("operation"))))
    });
}

#[test]
fn field() {
    let template = MessageTemplate::parse("To {payee}.").unwrap();
    assert!(template.fields().eq(["payee"]));
    each("message", "field", |case| {
        outcome(template.render(&json!({ "payee": case.text("value") }).to_string()))
    });
}
