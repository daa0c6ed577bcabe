//! Log lines as JSON: one flat object each.
//!
//! Written here because `tracing_subscriber`'s own format keeps what the request's span says, its id
//! first of all, in an object of its own.

use std::fmt::{self, Debug};

use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

const SERVICE: &str = env!("CARGO_PKG_NAME");

/// Names that would be a value and an object at once where dots are taken for levels.
const RENAMED: [(&str, &str); 1] = [("error", "error.message")];

/// One line: when, how grave, from where, then the fields of the event and of its spans.
pub(super) struct JsonLine;

impl<S> FormatEvent<S, JsonFields> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        let (level, target) = (event.metadata().level(), event.metadata().target());
        write!(writer, "\",\"level\":\"{level}\",\"service.name\":\"{SERVICE}\"")?;
        write!(writer, ",\"target\":\"{target}\"")?;
        JsonFields.format_fields(writer.by_ref(), event)?;
        for span in context.event_scope().into_iter().flatten() {
            if let Some(fields) = span.extensions().get::<FormattedFields<JsonFields>>() {
                writer.write_str(fields.as_str())?;
            }
        }
        writer.write_str("}\n")
    }
}

/// Fields as members of an object, each with a comma before it.
pub(super) struct JsonFields;

impl<'a> FormatFields<'a> for JsonFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'a>, fields: R) -> fmt::Result {
        let mut members = Members { writer, written: Ok(()) };
        fields.record(&mut members);
        members.written
    }
}

struct Members<'a> {
    writer: Writer<'a>,
    written: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        let renamed = RENAMED.iter().find(|(name, _)| *name == field.name());
        let name = renamed.map_or(field.name(), |(_, name)| name);
        let value = serde_json::to_string(value).map_err(|_| fmt::Error);
        let write = |value: String| write!(self.writer, ",\"{name}\":{value}");
        self.written = self.written.and(value).and_then(write);
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Kept {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn lines(log: impl FnOnce()) -> Vec<Value> {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(kept.clone())
            .fmt_fields(JsonFields)
            .event_format(JsonLine)
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_is_one_flat_object_with_what_its_spans_say() {
        let lines = lines(|| {
            let nothing: Option<&str> = None;
            let outer =
                tracing::error_span!("outer", request.id = "r1", trace_id = nothing).entered();
            let inner = tracing::error_span!("inner", n = tracing::field::Empty).entered();
            inner.record("n", 7);
            tracing::warn!(target: "a::b", { http.route = "/x", ok = true, ratio = 0.5 }, "said {}", 1);
            drop((inner, outer));
            tracing::info!("alone");
        });
        let [first, second] = lines.as_slice() else { panic!("{lines:?}") };
        for (name, value) in [
            ("level", json!("WARN")),
            ("service.name", json!("sekisho-server")),
            ("target", json!("a::b")),
            ("message", json!("said 1")),
            ("http.route", json!("/x")),
            ("ok", json!(true)),
            ("ratio", json!(0.5)),
            ("request.id", json!("r1")),
            ("n", json!(7)),
        ] {
            assert_eq!(first[name], value, "{name}");
        }
        assert_eq!(first.as_object().unwrap().len(), 10, "{first}");
        assert!(first["timestamp"].as_str().unwrap().ends_with('Z'), "{first}");
        assert_eq!(second.as_object().unwrap().len(), 5, "{second}");
    }

    #[test]
    fn whatever_a_value_holds_the_line_is_json() {
        let strange = "a\"b\\c\nd\u{0}e\u{7f}f\u{1b}[31m";
        let lines = lines(|| {
            let error = io::Error::other(strange);
            tracing::error!(%error, text = strange, shown = ?strange, none = f64::NAN, "{strange}");
        });
        assert_eq!(lines[0]["text"], strange);
        assert_eq!(lines[0]["message"], strange);
        assert_eq!(lines[0]["error.message"], strange);
        assert_eq!(lines[0]["shown"], format!("{strange:?}"));
        assert_eq!(lines[0]["none"], Value::Null);
    }
}
