//! Whether the store takes a write now.

use sekisho::Timestamp;

use super::{Store, StoreError};

/// How long what a probe writes stays, in seconds.
const KEPT_FOR: u64 = 60;

/// No counter has this name: theirs have 22 characters.
const WRITE: &str = "
    INSERT INTO counters (key, count, expires_at) VALUES ('probe', 1, ?1)
    ON CONFLICT (key) DO UPDATE SET expires_at = ?1";

impl Store {
    /// Writes one row, through to the disk.
    pub(crate) async fn probe(&self, now: Timestamp) -> Result<(), StoreError> {
        let expires_at = now.after(KEPT_FOR).unix_seconds().cast_signed();
        self.write(move |connection| connection.execute(WRITE, [expires_at])).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_probe_leaves_one_row_that_is_swept() {
        let store = Store::in_memory().unwrap();
        let at = |seconds: u64| Timestamp::from_unix_seconds(1_764_000_000 + seconds).unwrap();
        for second in 0..3 {
            store.probe(at(second)).await.unwrap();
        }
        assert_eq!(store.sweep_counters(at(61)).await.unwrap(), 0);
        assert_eq!(store.sweep_counters(at(62)).await.unwrap(), 1);
        store.close().await;
        assert!(store.probe(at(63)).await.is_err());
    }
}
