"""The Python package beside what one would take instead, in one run.

``python_package.py FILE`` prints a table and writes it to the file. Both sides of a row take turns, so
that whatever else the machine does meets them alike; the figure is the median of the turns.
"""

import statistics
import sys
import time

import argon2
import jwt
from sekisho import Identifier, KeyRing, PasswordPolicy, Verifier

#: How often the sides take turns.
TURNS = 15
#: How long a turn takes about, in seconds.
TURN_SECONDS = 0.2


def main(file):
    rows = [
        row("record made of a challenge, and held; JWT HS256 encoded, and decoded (PyJWT)", *tokens()),
        row("Argon2id check at OWASP's minimum; the same (argon2-cffi)", *argon2_checks()),
    ]
    head = "| what; beside it | sekisho | the other | times as fast |\n| --- | --- | --- | --- |\n"
    table = f"Python {sys.version.split()[0]}\n\n{head}{''.join(rows)}"
    print(table)
    with open(file, "w", encoding="utf-8") as report:
        report.write(table)


def tokens():
    verifier = Verifier.without_counters(KeyRing.generate("development"))
    ana = {"subject": "user-1", "to": Identifier.email("ana@example.com")}
    sent = verifier.send_code(**ana)
    typed = {**ana, "challenge": sent.challenge, "code": sent.code}

    def ours():
        verified = verifier.check_code(**typed)
        verifier.present(subject="user-1", record=verified.record)

    key, now = b"0123456789abcdef" * 2, int(time.time())
    claims = {"sub": "user-1", "iat": now, "exp": now + 600, "jti": "0" * 32, "amr": ["otp"]}

    def theirs():
        jwt.decode(jwt.encode(claims, key, "HS256"), key, ["HS256"])

    return ours, theirs


def argon2_checks():
    passwords = PasswordPolicy()
    stored = passwords.hash("correct horse")
    hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    def ours():
        assert passwords.verify("correct horse", stored).matches

    def theirs():
        assert hasher.verify(stored, "correct horse")

    return ours, theirs


def row(what, ours, theirs):
    counts = [max(1, int(TURN_SECONDS / turn(call, 3))) for call in (ours, theirs)]
    turns = [[turn(ours, counts[0]), turn(theirs, counts[1])] for _ in range(TURNS)]
    mine, other = (statistics.median(times) for times in zip(*turns))
    return f"| {what} | {shown(mine)} | {shown(other)} | {other / mine:.2f} |\n"


def turn(call, count):
    """The seconds that one call takes."""
    begun = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - begun) / count


def shown(seconds):
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.1f} µs"


if __name__ == "__main__":
    main(sys.argv[1])
