//! Servers of others for one test each: PostgreSQL and Redis, from Debian's packages.

mod postgresql;
mod redis;

pub(crate) use self::postgresql::Postgresql;
pub(crate) use self::redis::Redis;
