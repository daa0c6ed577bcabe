"""Keys rotate under load, without a restart: a new key is added, seals, and the old one retires. Not one
valid record is refused, on one server and on three behind a balancer."""

import base64
import itertools
import math
import random
import threading
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

import pytest
from conftest import JSON, PASSWORD, User, gives_permission, succeed
from haproxy import Haproxy
from observability import Metrics, monitoring_url
from stores import until

USERS = 3
# A server looks at the file every 2 seconds.
TAKEN_OVER_SECONDS = 5
CODES_BEFORE = 4
# Nothing is promised by how long a busy machine takes.
BUSY_SECONDS = 60


@pytest.fixture(params=["one server", "three behind HAProxy"])
def servers(request, server, tmp_path):
    keys = {"SEKISHO_KEYS_FILE": str(tmp_path / "keys")}
    more = {**keys, **JSON, "SEKISHO_METRICS_LISTEN": "127.0.0.1:0"}
    folders = [tmp_path]
    if request.param != "one server":
        more |= request.getfixturevalue("stores")
        folders += [tmp_path / "second", tmp_path / "third"]
    servers = [replace(server, folder=folder, clients=[], more_settings=more) for folder in folders]
    for folder in folders[1:]:
        folder.mkdir()
        (folder / "issuer.pem").write_bytes(server.issuer.public_pem())
    try:
        for each in servers:
            each.start()
            # They do not look at the file at the same time.
            time.sleep(0.6)
        yield servers
    finally:
        for each in servers:
            for client in each.clients:
                client.close()
            each.stop()


@pytest.fixture
def entrance(servers, tmp_path):
    """What clients see of the servers: one."""
    if len(servers) == 1:
        yield servers[0]
        return
    balancer = Haproxy(tmp_path, [server.url for server in servers])
    entrance = replace(servers[0], url=balancer.url, clients=[])
    yield entrance
    for client in entrance.clients:
        client.close()
    balancer.close()


@pytest.fixture
def users(entrance, servers):
    addresses = [f"user{number}@example.com" for number in range(USERS)]
    env = {"SEKISHO_DATABASE": servers[0].settings()["SEKISHO_DATABASE"]}
    add = ["user", "add", "--password-stdin", "--email"]
    subjects = [succeed(*add, address, stdin=PASSWORD, env=env).strip() for address in addresses]
    return [User(entrance, subject, address) for subject, address in zip(subjects, addresses)]


def test_not_one_valid_record_is_refused_while_keys_rotate_under_load(servers, users, tmp_path):
    keys = ("--keys-file", tmp_path / "keys")
    [old] = listed(keys)
    with Load(users) as load:
        until(lambda: load.shown_of(old) > 50, BUSY_SECONDS)
        succeed("keys", "rotate", *keys, "--seals-in", TAKEN_OVER_SECONDS)
        new = next(key for key in listed(keys) if key != old)
        until(lambda: load.shown_of(new) > 50, BUSY_SECONDS)
        assert load.shown_of(old, after=load.first_of(new)) > 20, "what the old key sealed is still shown"

        succeed("keys", "retire", *keys, old, "--in", TAKEN_OVER_SECONDS)
        load.ends_at[old] = listed(keys)[old]
        until(lambda: time.time() > load.ends_at[old] + 1)
        so_far = load.shown_of(new)
        until(lambda: load.shown_of(new) > so_far + 50, BUSY_SECONDS)
    assert not load.refused
    assert load.shown_of(old) + load.shown_of(new) == len(load.shown) > 200
    assert load.codes > 2 * USERS * CODES_BEFORE
    print(f"{len(load.shown)} records shown and {load.codes} codes checked, none refused")
    user, record = load.records[old][0]
    assert not any(gives_permission(user.show(record)) for _ in servers), "the old key has retired"
    for server in servers:
        assert server.process.poll() is None
        asked = Metrics(monitoring_url(server)).labelled("http_server_request_duration_seconds_count")
        assert sum(asked.values()) > 100, "the requests were not spread over all servers"


class Load:
    """Users who make records and show them, new ones and old ones, and check codes of before and of now,
    each as long as its key opens."""

    def __init__(self, users):
        self.users = users
        self.records = defaultdict(list)
        self.ends_at = {}
        # Which key sealed what was shown, in the order of being shown.
        self.shown, self.refused, self.failures = [], [], []
        self.codes = 0
        self.challenges = {user: [user.challenge() for _ in range(CODES_BEFORE)] for user in users}
        self.is_over = threading.Event()
        jobs = [self.make_and_show, self.show_again, self.check_codes]
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
                while not self.is_over.wait(0.02):
                    job(user, http)
        except Exception as error:
            self.failures.append(error)

    def make_and_show(self, user, http):
        made = http.post("/api/verifications/password", json={"password": PASSWORD})
        assert made.status_code == 201, made.text
        record = made.json()["verificationRecordId"]
        self.show(user, record, http)
        self.records[key_of(record)].append((user, record))

    def show_again(self, user, http):
        own = [
            record for records in list(self.records.values()) for owner, record in records if owner is user
        ]
        if own:
            self.show(user, random.choice(own), http)

    def show(self, user, record, http):
        key = key_of(record)
        # A second for the way there: its key must open when it is looked at.
        if time.time() + 1 < self.ends_at.get(key, math.inf):
            answer = user.show(record, http)
            self.shown.append(key)
            if not gives_permission(answer):
                self.refused.append((key, time.time(), answer.text))

    def check_codes(self, user, http):
        """One of before, while its key opens, and one sent now, to an address of its own."""
        if not self.ends_at and self.challenges[user]:
            self.check(user, user.address, *self.challenges[user].pop(), http)
            self.is_over.wait(1)
        address = f"new{next(NUMBERS)}@example.com"
        body = {"identifier": user.identifier(address)}
        sent = http.post("/api/verifications/verification-code", json=body)
        assert sent.status_code == 201, sent.text
        code = user.server.mailbox.code_for(address)
        self.check(user, address, sent.json()["verificationRecordId"], code, http)

    def check(self, user, address, challenge, code, http):
        body = {"identifier": user.identifier(address), "verificationId": challenge, "code": code}
        answer = http.post("/api/verifications/verification-code/verify", json=body)
        self.codes += 1
        if answer.status_code != 200:
            self.refused.append((key_of(challenge), time.time(), answer.text))

    def shown_of(self, key, after=0):
        return list(self.shown)[after:].count(key)

    def first_of(self, key):
        return list(self.shown).index(key)


NUMBERS = itertools.count()


def key_of(token):
    """The id of the key that sealed it: docs/token-format.md."""
    return base64.urlsafe_b64decode(token.split("_", 2)[2][:8])[:4].hex()


def listed(keys):
    """The ids of the ring's keys, with when each ends, in Unix seconds."""
    lines = [line.split() for line in succeed("keys", "list", *keys).splitlines()[1:]]
    return {line[0]: None if line[6] == "-" else seconds(line[6]) for line in lines}


def seconds(iso8601):
    return datetime.fromisoformat(iso8601.replace("Z", "+00:00")).timestamp()
