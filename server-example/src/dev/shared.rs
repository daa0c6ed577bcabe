//! What servers in dev mode have in common, where their database is PostgreSQL: behind a balancer
//! each answers as any other would.

use sekisho::KeyRing;
use serde_json::json;
use zeroize::Zeroizing;

use super::{DevError, DevSecrets};
use crate::clock::Clock;
use crate::policy::AccountPolicy;
use crate::store::{PostgresqlStore, StoreError};

/// The state that they share.
pub(crate) struct Shared(PostgresqlStore);

impl Shared {
    pub(crate) const fn new(store: PostgresqlStore) -> Self {
        Self(store)
    }

    /// The secrets of whoever came first.
    pub(crate) async fn secrets(&self, own: DevSecrets) -> Result<DevSecrets, DevError> {
        let offer = sqlx::query(OFFER)
            .bind(own.keys.to_text().to_string())
            .bind(own.signing.as_slice())
            .bind(json!(AccountPolicy::of_dev_mode()).to_string());
        self.0.within(offer.execute(self.0.pool())).await?;
        let secrets = sqlx::query_as(SECRETS).fetch_one(self.0.pool());
        let (keys, secret): (String, Vec<u8>) = self.0.within(secrets).await?;
        Ok(DevSecrets { keys: KeyRing::parse(&keys)?, signing: Zeroizing::new(secret) })
    }

    /// How far the clock was moved, in seconds, and the policy as JSON.
    pub(super) async fn state(&self) -> Result<(u64, String), StoreError> {
        let state = sqlx::query_as(STATE).fetch_one(self.0.pool());
        let (advanced, policy): (i64, String) = self.0.within(state).await?;
        Ok((u64::try_from(advanced).unwrap_or(0), policy))
    }

    pub(super) async fn publish(
        &self,
        clock: &Clock,
        policy: &AccountPolicy,
    ) -> Result<(), StoreError> {
        let advanced = i64::try_from(clock.advanced()).unwrap_or(i64::MAX);
        let publish = sqlx::query(PUBLISH).bind(advanced).bind(json!(policy).to_string());
        self.0.within(publish.execute(self.0.pool())).await.map(|_| ())
    }
}

const OFFER: &str = "
    INSERT INTO dev_state (keys, signing_secret, policy) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING";

const SECRETS: &str = "SELECT keys, signing_secret FROM dev_state";

const STATE: &str = "SELECT advanced_seconds, policy FROM dev_state";

const PUBLISH: &str = "UPDATE dev_state SET advanced_seconds = $1, policy = $2";
