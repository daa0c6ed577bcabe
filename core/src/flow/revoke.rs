//! Revoking: ending a challenge, and the record made of it, before its time.

use super::{Limits, MAX_FLOW_SECONDS, Step, Verifier};
use crate::counter::{Counted, CounterKey, CounterOp, REVOKED};
use crate::revocation::Revocation;
use crate::{Error, ErrorCode, Subject, Timestamp};

impl Verifier {
    /// Revokes a record or a challenge of the user's, in whichever session it was made: its code is
    /// no longer right, and nothing accepts the record. Revoking again changes nothing.
    ///
    /// The token may come from an attacker.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::RecordNotFound`] for a token that is no valid record or
    /// challenge of this user; [`ErrorCode::CountersRequired`] of a verifier without counters.
    pub fn revoke(&self, token: &str, subject: &Subject, now: Timestamp) -> Step<()> {
        self.revoke_opened(self.open_own(token, subject, now), now)
    }

    /// Revokes the challenge of a message that the user did not ask for, by what the message's link
    /// carries: [`CodeSent::revocation`](super::CodeSent::revocation). Nobody needs to be signed in.
    ///
    /// # Errors
    /// In the flow's end: [`ErrorCode::RecordNotFound`] for anything else, and after the record's
    /// end; [`ErrorCode::CountersRequired`] of a verifier without counters.
    pub fn revoke_by_link(&self, revocation: &str, now: Timestamp) -> Step<()> {
        self.revoke_opened(Revocation::open(revocation, &self.rules.keys, now), now)
    }

    fn open_own(
        &self,
        token: &str,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Revocation, Error> {
        let keys = &self.rules.keys;
        let (record, _) = self.open_either(token, now)?;
        if record.is_of_subject(keys, subject) {
            return Ok(Revocation::of(&record));
        }
        Err(ErrorCode::RecordNotFound.into())
    }

    fn revoke_opened(&self, opened: Result<Revocation, Error>, now: Timestamp) -> Step<()> {
        let revocation = match opened {
            Ok(_) if self.rules.limits == Limits::NotCounted => {
                return Step::fail(ErrorCode::CountersRequired);
            }
            Ok(revocation) => revocation,
            Err(error) => return Step::fail(error),
        };
        let keys = [Counted::CodeUsed, Counted::RecordUsed]
            .map(|counted| self.record_counter(counted, revocation.of));
        let ttl = revocation.expires_at.seconds_since(now) + MAX_FLOW_SECONDS;
        // It is added once at most, so that the counters stay numbers of every language.
        Step::count(keys.map(CounterOp::read), move |counts| match counts.map(is_revoked) {
            [true, true] => Step::done(()),
            _ => add_revocation(keys, ttl),
        })
    }
}

fn add_revocation(keys: [CounterKey; 2], ttl: u64) -> Step<()> {
    let ops = keys.map(|key| CounterOp { key, delta: REVOKED, ttl });
    Step::count(ops, move |counts| {
        if counts.iter().all(|count| *count < 2 * REVOKED.unsigned_abs()) {
            return Step::done(());
        }
        let give_back = |(key, count)| {
            let is_again = count >= 2 * REVOKED.unsigned_abs();
            CounterOp { key, delta: if is_again { -REVOKED } else { 0 }, ttl: 0 }
        };
        let [code, record] = keys;
        let [of_code, of_record] = counts;
        let ops = [(code, of_code), (record, of_record)].map(give_back);
        Step::count_and_end(ops, Ok(()))
    })
}

/// Whether the counter of a code's or record's uses says that it was revoked.
pub(super) const fn is_revoked(count: u64) -> bool {
    count >= REVOKED.unsigned_abs()
}
