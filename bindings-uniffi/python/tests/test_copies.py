"""What is held in Rust has one owner: no copy frees it a second time. Each case runs in a process of its
own, since the failure is one that ends the process.
"""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from sekisho import PasswordPolicy

MAKE = """
import asyncio, copy, dataclasses, gc, pickle
from sekisho import *
keys, counters, to = KeyRing.generate("development"), MemoryCounters(), Identifier.email("a@b.cd")
verifier = Verifier(keys)
uncounted = Verifier.without_counters(keys)
passwords, acceptance = PasswordPolicy(memory_kib=8, passes=1), PasswordAcceptance()
flow = verifier.steps.unblock(subject="u")
steps = verifier.steps
sent = asyncio.run(verifier.send_code(counters=counters, subject="u", to=to))
drawing = verifier.steps.send_code(subject="u", to=to)
while drawing.ops is not None:
    drawing.resume([max(0, op.delta) for op in drawing.ops])
drawn = drawing.outcome()
"""

#: What still has to work when the copies are gone.
USES = {
    "keys": "keys.to_text()",
    "verifier": 'verifier.steps.unblock(subject="u").ops',
    "uncounted": 'uncounted.send_code(subject="u", to=to)',
    "passwords": 'passwords.hash("correct horse")',
    "acceptance": 'acceptance.judge("correct horse")',
    "flow": "flow.ops",
    "steps": 'steps.unblock(subject="u").ops',
    "sent": "asyncio.run(sent.cancel())",
    "drawn": "drawn.cancel().ops",
}

REFUSED = """
for copied in (copy.deepcopy, pickle.dumps, lambda it: it.__reduce__(), lambda it: it.__reduce_ex__(4)):
    for _ in range(20):
        try:
            copied({name})
        except TypeError as error:
            assert "cannot be pickled or copied" in str(error), error
        else:
            raise SystemExit(f"{{copied}} made a copy")
        gc.collect()
"""

SHARED = """
for _ in range(20):
    made = copy.copy({name})
    assert type(made) is type({name})
    del made
    gc.collect()
"""

FIELDS = """
for visit in (dataclasses.asdict, dataclasses.astuple):
    for _ in range(20):
        found = visit({name})
        gc.collect()
assert list(dataclasses.asdict({name})) == [
    "challenge", "expires_at", "code", "revocation", "purpose", "limits"
]
assert found[0] == {name}.challenge
"""


def succeeds(program):
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", USES)
def test_no_deep_copy_and_no_pickle(name):
    succeeds(MAKE + REFUSED.format(name=name) + USES[name])


@pytest.mark.parametrize("name", USES)
def test_a_shallow_copy_has_the_same_owner(name):
    succeeds(MAKE + SHARED.format(name=name) + USES[name])


@pytest.mark.parametrize("name", ["sent", "drawn"])
def test_the_fields_of_a_code_are_those_that_are_public(name):
    succeeds(MAKE + FIELDS.format(name=name) + USES[name])


@pytest.mark.parametrize("name", ["sent", "drawn"])
def test_a_code_that_was_made_by_hand_has_nothing_to_cancel(name):
    program = f"""
other = dataclasses.replace({name}, code="000000")
assert other.challenge == {name}.challenge
try:
    found = other.cancel()
    asyncio.run(found)
except ValueError as error:
    assert "nothing to cancel" in str(error), error
else:
    raise SystemExit("cancelled")
"""
    succeeds(MAKE + program + USES[name])


def test_no_handle_of_the_library_can_be_copied_at_all():
    program = """
from sekisho import _rust
kinds = [kind for kind in vars(_rust.sekisho).values() if hasattr(kind, "_uniffi_clone_handle")]
assert len(kinds) > 10, kinds
for kind in kinds:
    bare = kind.__new__(kind)
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        try:
            copied(bare)
        except TypeError as error:
            assert kind.__name__ in str(error), error
        else:
            raise SystemExit(f"{kind.__name__} was copied")
"""
    succeeds(MAKE + program)


def test_another_process_gets_no_policy():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        hashing = pool.submit(PasswordPolicy(memory_kib=8, passes=1).hash, "correct horse")
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            hashing.result(timeout=60)
