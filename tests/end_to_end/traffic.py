"""Users who verify without a pause while something fails, and what must be true of their answers."""

import threading
import time
from collections import Counter

from conftest import PASSWORD, another, code_of

MAX_TRIES = 10
CODES = 4
ANSWERS_OF_CODES = {
    (200, None),
    (400, "verification_code.not_found"),
    (400, "verification_code.code_mismatch"),
    (400, "verification_code.exceed_max_try"),
}


class Traffic:
    """Each user has a few codes to use up and one to guess at, and checks a password over and over."""

    def __init__(self, users):
        self.users = users
        self.right = {user: [user.challenge() for _ in range(CODES)] for user in users}
        self.guessed = {user: user.challenge() for user in users}
        self.used, self.compared, self.answers = [], Counter(), []
        self.is_over = threading.Event()
        self.failures = []
        jobs = [self.use, self.guess, self.verify]
        self.threads = [
            threading.Thread(target=self.watch, args=(job, user)) for user in users for job in jobs
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        if self.failures:
            raise self.failures[0]

    def watch(self, job, user):
        try:
            with user.http as http:
                job(user, http)
        except Exception as error:
            self.failures.append(error)

    def use(self, user, http):
        """Each code until it is used up, then once more."""
        codes = list(self.right[user])
        while not self.is_over.wait(0.25) and codes:
            challenge, code = codes[0]
            answer = self.kept(user.check, challenge, code, http)
            if answer.status_code == 200:
                self.used.append((user, challenge, code))
            elif code_of(answer) == "verification_code.not_found":
                codes.pop(0)

    def guess(self, user, http):
        challenge, code = self.guessed[user]
        while not self.is_over.wait(0.1):
            answer = self.kept(user.check, challenge, another(code), http)
            self.compared[user] += code_of(answer) == "verification_code.code_mismatch"

    def verify(self, _user, http):
        while not self.is_over.wait(0.02):
            self.kept(http.post, "/api/verifications/password", json={"password": PASSWORD})

    def kept(self, ask, *arguments, **options):
        began = time.monotonic()
        answer = ask(*arguments, **options)
        self.answers.append((answer, time.monotonic() - began))
        return answer

    def refused(self):
        return [answer for answer, _ in list(self.answers) if answer.status_code == 503]

    def holds(self, patience):
        """The promises, whatever failed: each is answered in time, well or by 503; nothing is used twice;
        no budget is exceeded."""
        assert max(took for _, took in self.answers) < patience
        for answer, _ in self.answers:
            if answer.status_code == 503:
                assert code_of(answer) == "service.unavailable"
                assert answer.headers["Retry-After"] == "1"
            elif answer.status_code != 201:
                found = (answer.status_code, None if answer.status_code == 200 else code_of(answer))
                assert found in ANSWERS_OF_CODES, answer.text
        assert self.used, "nobody came to use a code"
        assert len({challenge for _, challenge, _ in self.used}) == len(self.used), "one was used twice"
        for user, challenge, code in self.used:
            answer = user.check(challenge, code)
            assert (answer.status_code, code_of(answer)) == (400, "verification_code.not_found")
        for user, (challenge, code) in self.guessed.items():
            while code_of(user.check(challenge, another(code))) == "verification_code.code_mismatch":
                self.compared[user] += 1
            assert 0 < self.compared[user] <= MAX_TRIES
