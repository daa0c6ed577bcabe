//! The log: lines on standard error.

use std::io::{self, IsTerminal};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::audit;
use super::json::{JsonFields, JsonLine};

/// What triggers and functions of the users' database say, which may quote addresses and numbers.
const NOTICES: &str = "sqlx::postgres::notice";

/// What is logged and how.
#[derive(Args)]
pub(crate) struct LogArgs {
    /// How much is logged, to standard error: error, warn, info, debug. Audit events are written at
    /// each of them; off silences them, too.
    #[arg(long, env = "SEKISHO_LOG_LEVEL", default_value = "info", global = true)]
    #[arg(value_parser = log_level())]
    log_level: LevelFilter,

    /// How log lines look: for people, or as one JSON object a line, for what collects them.
    #[arg(long, env = "SEKISHO_LOG_FORMAT", default_value = "human", global = true)]
    log_format: LogFormat,
}

/// The words for it, and nothing that `LevelFilter` takes beside them, such as nothing for `error`.
fn log_level() -> impl TypedValueParser<Value = LevelFilter> {
    PossibleValuesParser::new(["error", "warn", "info", "debug", "off"])
        .try_map(|word| word.parse())
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Human,
    Json,
}

impl LogArgs {
    /// Begins to log.
    pub(crate) fn start(&self) {
        let lines = fmt::layer()
            .with_writer(io::stderr)
            // They would be told on the same standard error, and where it takes nothing that is a
            // panic: a full disk under the log would end every request.
            .log_internal_errors(false);
        let lines = match self.log_format {
            LogFormat::Human => lines.with_ansi(io::stderr().is_terminal()).boxed(),
            LogFormat::Json => lines.fmt_fields(JsonFields).event_format(JsonLine).boxed(),
        };
        tracing_subscriber::registry().with(lines).with(self.filter()).init();
    }

    fn filter(&self) -> Targets {
        let of_audit = match self.log_level {
            LevelFilter::OFF => LevelFilter::OFF,
            level => level.max(LevelFilter::INFO),
        };
        Targets::new()
            .with_default(self.log_level)
            .with_target(audit::TARGET, of_audit)
            .with_target(NOTICES, LevelFilter::OFF)
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn audit_events_are_written_at_every_level_but_off() {
        for (log_level, is_written) in [
            (LevelFilter::OFF, false),
            (LevelFilter::ERROR, true),
            (LevelFilter::INFO, true),
            (LevelFilter::DEBUG, true),
        ] {
            let filter = LogArgs { log_level, log_format: LogFormat::Human }.filter();
            assert_eq!(filter.would_enable(audit::TARGET, &Level::INFO), is_written, "{log_level}");
            let of_others = filter.would_enable("sekisho_server::http", &Level::INFO);
            assert_eq!(of_others, log_level >= LevelFilter::INFO, "{log_level}");
            assert!(!filter.would_enable(NOTICES, &Level::WARN), "{log_level}");
        }
    }
}
