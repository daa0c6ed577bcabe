//! Where Argon2 is computed.

use std::sync::{Arc, Mutex, PoisonError};

use uniffi::UnexpectedUniFFICallbackError;

/// Runs a computation off the thread that waits for it: a thread of a pool, `Dispatchers.Default`, a
/// detached task.
#[uniffi::export(foreign)]
#[async_trait::async_trait]
pub trait Executor: Send + Sync {
    /// Calls the computation's `run` and returns after it.
    async fn run(&self, computation: Arc<Computation>) -> Result<(), ExecutorError>;
}

/// Why an executor did not run a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Error)]
pub enum ExecutorError {
    /// It takes no more of them.
    Rejected,
}

impl From<UnexpectedUniFFICallbackError> for ExecutorError {
    fn from(_: UnexpectedUniFFICallbackError) -> Self {
        Self::Rejected
    }
}

impl std::fmt::Display for ExecutorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("The executor takes no computation.")
    }
}

impl std::error::Error for ExecutorError {}

/// Work that takes tens of milliseconds of processor time.
#[derive(uniffi::Object)]
pub struct Computation(Mutex<Option<Box<dyn FnOnce() + Send>>>);

#[uniffi::export]
impl Computation {
    /// Does the work on the calling thread, once.
    pub fn run(&self) {
        let work = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(work) = work {
            work();
        }
    }
}

/// What the work comes to. What the executor leaves is done by the thread that waits: that delays
/// others there, but the answer is the same.
pub(crate) async fn run_in<T: Send + 'static>(
    executor: &dyn Executor,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let outcome = Arc::new(Mutex::new(None));
    let place = Arc::clone(&outcome);
    let work = move || {
        let value = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    };
    let computation = Arc::new(Computation(Mutex::new(Some(Box::new(work)))));
    let _ = executor.run(Arc::clone(&computation)).await;
    computation.run();
    outcome.lock().unwrap_or_else(PoisonError::into_inner).take()
}
