//! Proving oneself by the password.

use alloc::sync::Arc;

use super::failures::{Admitted, Failures};
use super::verifier::record_id;
use super::{Issued, Limits, Step, Verifier};
use crate::password::{Password, PasswordPolicy, StoredHash, Verification};
use crate::{
    Binding, Entropy, ErrorCode, Method, Purpose, RecordFields, Timestamp, VerificationRecord,
};

/// What a password check needs.
#[derive(Debug)]
pub struct PasswordCheck {
    /// The signed-in user, and what the record shall be bound to.
    pub binding: Binding,
    /// The password as typed.
    pub password: Password,
    /// The user's stored hash. `None` where the user is without a password: then a decoy of the
    /// same cost is computed, and the answer is that of a wrong password.
    pub stored: Option<StoredHash>,
    /// The costs and peppers.
    pub policy: Arc<PasswordPolicy>,
}

/// The password was right.
#[derive(Debug)]
pub struct PasswordVerified {
    /// The verification record.
    pub record: Issued,
    /// The stored hash is of an older form: replace it by one of the policy, made from the same
    /// password.
    pub needs_rehash: bool,
    /// Whether attempts were counted.
    pub limits: Limits,
}

impl Verifier {
    /// Checks the user's password. The Argon2 computation is done inside the one
    /// [`resume`](super::Counting::resume) that
    /// [says so](super::Counting::computes_password): run that where it may take tens of milliseconds.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::InvalidCredentials`] for a wrong password,
    /// [`ErrorCode::VerificationBlocked`] while the user is blocked, even for the right one;
    /// [`ErrorCode::PepperUnknown`], [`ErrorCode::OutOfMemory`], [`ErrorCode::KeyNoneSeals`] for
    /// what only the operator can mend, which is not counted as a failure.
    pub fn check_password(
        &self,
        check: PasswordCheck,
        now: Timestamp,
        entropy: Entropy,
    ) -> Step<PasswordVerified> {
        let failures = Failures::of(self, &check.binding.subject, now);
        let (verifier, binding) = (self.clone(), check.binding.clone());
        let attempt =
            Step::count(failures.reserve_ops(), move |counts| match failures.admit(counts) {
                Ok(admitted) => verifier.compare_password(&check, admitted, now, &entropy),
                Err(refused) => refused.refuse(None),
            })
            .computing_password();
        self.run(self.within_session(&binding, attempt))
    }

    fn compare_password(
        &self,
        check: &PasswordCheck,
        admitted: Admitted,
        now: Timestamp,
        entropy: &Entropy,
    ) -> Step<PasswordVerified> {
        let outcome = match check.policy.verify(&check.password, check.stored.as_ref()) {
            Ok(Verification { matches: false, .. }) => {
                return admitted.fail(ErrorCode::InvalidCredentials);
            }
            Ok(Verification { needs_rehash, .. }) => self
                .issue(&self.password_record(&check.binding, now, entropy), now)
                .map(|record| PasswordVerified { record, needs_rehash, limits: self.rules.limits }),
            Err(error) => Err(error),
        };
        Step::count_and_end([admitted.give_back_op()], outcome)
    }

    fn password_record(
        &self,
        binding: &Binding,
        now: Timestamp,
        entropy: &Entropy,
    ) -> VerificationRecord {
        let fields = RecordFields {
            id: record_id(entropy),
            method: Method::Password,
            purpose: Purpose::UserPermissionValidation,
            identifier: None,
            binding,
        };
        VerificationRecord::new(
            &self.rules.keys,
            &fields,
            now,
            now.after(self.rules.policy.record_lifetime),
        )
    }
}
