//! What the server tells of itself: logs, audit events and metrics. `docs/observability.md` lists
//! them.

mod audit;
mod json;
mod log;
mod metrics;
mod process;
mod verdict;

pub(crate) use audit::{Decision, Pending};
pub(crate) use log::LogArgs;
pub(crate) use metrics::{Metrics, PoolMetrics, Taken};
pub(crate) use process::max_descriptors;
pub(crate) use verdict::Verdict;
