//! Tasks that run to their end, whatever becomes of the request that began them.

use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// The tasks that run now.
#[derive(Debug, Default)]
pub(crate) struct Tasks(TaskTracker);

/// A task panicked; its message is on standard error.
#[derive(Debug, thiserror::Error)]
#[error("a task broke off: its panic message is on standard error")]
pub(crate) struct BrokenOff;

impl Tasks {
    /// Runs the task to its end, even where nobody waits for its outcome any more: the client has
    /// hung up, or the request took too long.
    pub(crate) async fn finish<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, BrokenOff> {
        self.0.spawn(task.in_current_span()).await.map_err(|_| BrokenOff)
    }

    /// Runs the task to its end, for which nobody waits.
    pub(crate) fn begin(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task.in_current_span());
    }

    /// Waits for the end of all tasks, those included that begin meanwhile.
    pub(crate) async fn finished(&self) {
        self.0.close();
        self.0.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use tokio::time::{sleep, timeout};

    use super::*;

    #[tokio::test]
    async fn a_task_ends_that_nobody_waits_for() {
        let tasks = Tasks::default();
        let has_ended = Arc::new(AtomicBool::new(false));
        let sets = Arc::clone(&has_ended);
        let task = tasks.finish(async move {
            sleep(Duration::from_millis(200)).await;
            sets.store(true, Ordering::SeqCst);
        });
        assert!(timeout(Duration::from_millis(10), task).await.is_err());
        assert!(!has_ended.load(Ordering::SeqCst));
        tasks.finished().await;
        assert!(has_ended.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let tasks = Tasks::default();
        assert!(tasks.finish(async { panic!("on purpose") }).await.is_err());
        tasks.finished().await;
    }
}
