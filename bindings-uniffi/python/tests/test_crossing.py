"""Calls of Rust: many at once, and answers of any length."""

import sys
import threading

import pytest

from sekisho import Identifier, KeyRing, Verifier

TO = Identifier.email("ana@example.com")


def test_threads_that_call_at_once_get_each_their_own_answers():
    verifier = Verifier.without_counters(KeyRing.generate("development"))
    found = []

    def run(subject):
        for _ in range(500):
            sent = verifier.send_code(subject=subject, to=TO)
            record = verifier.check_code(
                subject=subject, to=TO, challenge=sent.challenge, code=sent.code
            ).record
            found.append(verifier.present(subject=subject, record=record).id)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=run, args=[f"user-{number}"]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(set(found)) == 2000


def test_an_answer_has_any_length():
    now = 1_764_000_000
    ring = KeyRing.generate("development", now=now)
    for number in range(1, 16):
        ring = ring.rotate(now + number, now=now)
    # More than what is kept ready for answers.
    assert len(ring.to_text()) > 1024
    assert len(ring.keys) == 16
    assert KeyRing(ring.to_text()).to_text() == ring.to_text()


def test_what_another_thread_closes_meanwhile_is_used_or_closed_and_nothing_else():
    class ClosedMeanwhile(KeyRing):
        """It is there when it is looked for, and gone when it is looked for again."""

        @property
        def _held(self):
            return self.__dict__.pop("held", None)

        @_held.setter
        def _held(self, held):
            self.__dict__["held"] = held

    ring = ClosedMeanwhile.generate("development")
    assert repr(ring).startswith("KeyRing(environment='development', keys=[KeyTimes(")
    assert repr(ring) == "KeyRing(closed)"
    text = KeyRing.generate("development").to_text()
    assert ClosedMeanwhile(text).to_text() == text
    closed = ClosedMeanwhile(text)
    closed.close()
    with pytest.raises(ValueError, match="is closed"):
        closed.to_text()
