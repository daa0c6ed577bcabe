//! Stores: where counters are kept, and the built-in table of users.

mod counter_store;
mod error;
mod migrations;
mod opened;
mod postgresql;
mod redis;
mod settings;
mod sqlite;
#[cfg(test)]
mod tests;
mod timed;

pub(crate) use counter_store::CounterStore;
pub(crate) use error::StoreError;
pub(crate) use opened::{OpenStoreError, Opening, Stores};
pub(crate) use postgresql::PostgresqlStore;
pub(crate) use settings::{CountersArgs, DatabaseArgs, StoreSettings, StoreSettingsError};
pub(crate) use sqlite::{SqliteStore, look_at};
pub(crate) use timed::Timed;
