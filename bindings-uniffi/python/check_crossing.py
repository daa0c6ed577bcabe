"""``check_crossing.py FOLDER``: whether the package in it writes and reads as UniFFI's own code does.

What the package writes by itself is held against UniFFI's code as it was generated, loaded once more
and left as it is. A field that is added, or another form in UniFFI's next version, ends the build here.
"""

import importlib.util
import inspect
import itertools
import sys
from pathlib import Path

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))

from sekisho import Accepted, Identifier, Requirement, Verified  # noqa: E402
from sekisho import _outcome as outcome  # noqa: E402
from sekisho import _request as request  # noqa: E402

spec = importlib.util.spec_from_file_location("generated", folder / "sekisho/_rust/sekisho.py")
generated = importlib.util.module_from_spec(spec)
sys.modules["generated"] = generated
spec.loader.exec_module(generated)

TEXTS = ("", "añá\0日本", "x" * 300)
MAYBE = (None, *TEXTS)
IDENTIFIERS = {
    Identifier.email("é@example.com"): generated.Identifier.EMAIL("é@example.com"),
    Identifier.phone("4915112345"): generated.Identifier.PHONE("4915112345"),
}
REQUIREMENTS = (
    (None, None),
    (Requirement(), generated.Requirement(same_session=False, single_use=False)),
    (
        Requirement(["phone_code"], "BindMfa", 7, True, Identifier.phone("1"), True),
        generated.Requirement(
            methods=[generated.Method.PHONE_CODE],
            purpose=generated.Purpose.BIND_MFA,
            max_age=7,
            same_session=True,
            identifier=generated.Identifier.PHONE("1"),
            single_use=True,
        ),
    ),
)
NUMBERS = (0, -(1 << 63), (1 << 63) - 1)


#: What the package calls by itself, with a record as bytes and a time.
CALLS = {"check_code": "check", "present": "shown"}


def main():
    for kind in (generated.Verifier, generated.VerifierWithoutCounters):
        for name, record in CALLS.items():
            taken = list(inspect.signature(getattr(kind, name)).parameters)
            assert taken == ["self", record, "now"], f"{kind.__name__}.{name} takes {taken}"
    for subject, challenge, code, session in itertools.product(TEXTS, TEXTS, TEXTS, MAYBE):
        for to, lowered in IDENTIFIERS.items():
            check = {"subject": subject, "challenge": challenge, "code": code, "session": session}
            same(
                request.code_check(to=to, **check),
                generated.CodeCheck(to=lowered, **check),
            )
    for subject, record, key, session, json in itertools.product(TEXTS, TEXTS, MAYBE, MAYBE, MAYBE):
        for requirement, lowered in REQUIREMENTS:
            shown = {"subject": subject, "record": record, "idempotency_key": key, "session": session}
            same(
                request.presentation(requirement=requirement, operation=None, operation_json=json, **shown),
                generated.Presentation(requirement=lowered, operation_json=json, **shown),
            )
    for text, at, (limits, lowered) in itertools.product(TEXTS, NUMBERS, names(generated.Limits)):
        found = bytes_of(generated.Verified(record=text, expires_at=at, limits=lowered))
        assert outcome._verified(found) == Verified(text, at, limits)
    for method, purpose, limits, repeated in itertools.product(
        names(generated.Method), names(generated.Purpose), names(generated.Limits), (True, False)
    ):
        values = ("id", method, purpose, 1, 1 << 60, repeated, limits)
        fields = ("id", "method", "purpose", "issued_at", "expires_at", "repeated", "limits")
        mine, theirs = ([value[at] if type(value) is tuple else value for value in values] for at in (0, 1))
        found = bytes_of(generated.Accepted(**dict(zip(fields, theirs))))
        assert outcome._accepted(found) == Accepted(*mine)


def names(kind):
    """The package's name for each variant, and the variant."""
    known = {
        "Limits": outcome.LIMITS,
        "Method": outcome.METHOD_NAMES,
        "Purpose": outcome.PURPOSE_NAMES,
    }[kind.__name__]
    of_package = {variant.name: name for variant, name in known.items()}
    return [(of_package[variant.name], variant) for variant in kind]


def same(written, record):
    assert written == bytes_of(record), f"{type(record).__name__} is not written as UniFFI's code does"


def bytes_of(record):
    converter = getattr(generated, f"_UniffiFfiConverterType{type(record).__name__}")
    buffer = converter.lower(record)
    try:
        return bytes(buffer.data[: buffer.len])
    finally:
        buffer.free()


main()
print("crossing: as UniFFI writes and reads")
