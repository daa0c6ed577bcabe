//! The rules in force: the key ring and the account policy, both of which can change while the
//! server runs.

use std::sync::{Arc, PoisonError, RwLock};

use sekisho::{KeyRing, Verifier};

use crate::policy::{AccountPolicy, PolicyError};

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Rules(RwLock<Arc<InForce>>);

/// What one request is judged by, from its beginning to its end.
#[derive(Debug)]
pub(crate) struct InForce {
    pub(crate) policy: AccountPolicy,
    pub(crate) verifier: Verifier,
}

impl Rules {
    /// # Errors
    /// [`PolicyError`] where a value of the policy is one that it cannot have.
    pub(crate) fn new(keys: KeyRing, policy: AccountPolicy) -> Result<Self, PolicyError> {
        InForce::new(keys, policy).map(|rules| Self(RwLock::new(Arc::new(rules))))
    }

    /// The rules as they are now.
    pub(crate) fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another key ring in force.
    pub(crate) fn replace_keys(&self, keys: KeyRing) -> Result<(), PolicyError> {
        self.replace(|rules| InForce::new(keys, rules.policy.clone()))
    }

    /// Puts another policy in force.
    ///
    /// # Errors
    /// As [`new`](Self::new); the policy in force then stays.
    pub(crate) fn replace_policy(&self, policy: AccountPolicy) -> Result<(), PolicyError> {
        self.replace(|rules| InForce::new(rules.verifier.keys().clone(), policy))
    }

    fn replace(
        &self,
        with: impl FnOnce(&InForce) -> Result<InForce, PolicyError>,
    ) -> Result<(), PolicyError> {
        let mut rules = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *rules = Arc::new(with(&rules)?);
        Ok(())
    }
}

impl InForce {
    fn new(keys: KeyRing, policy: AccountPolicy) -> Result<Self, PolicyError> {
        let verifier = Verifier::new(keys, policy.to_core()?)?;
        Ok(Self { policy, verifier })
    }
}
