"""The application: everything a request handler needs, in one place."""

import os
from dataclasses import dataclass

import jwt
import redis.asyncio

from sekisho import CounterStore, KeyRing, MemoryCounters, PasswordPolicy, RedisCounters, Verifier

from .access_token import ALGORITHMS, ISSUER_TIMEOUT, AccessTokens
from .clock import Clock
from .delivery import Delivery, Relay
from .policy import AccountPolicy
from .users import Users


@dataclass
class App:
    """The service's parts."""

    clock: Clock
    policy: AccountPolicy
    keys: KeyRing
    passwords: PasswordPolicy
    counters: CounterStore
    users: Users
    tokens: AccessTokens
    delivery: Delivery

    def __post_init__(self) -> None:
        self.verifier = self.make_verifier(self.policy)

    def make_verifier(self, policy: AccountPolicy) -> Verifier:
        return Verifier(self.keys, policy=policy.to_core(), passwords=self.passwords)


async def production() -> App:
    """The parts that the settings name."""
    clock = Clock()
    return App(
        clock=clock,
        policy=AccountPolicy.model_validate_json(os.environ.get("SEKISHO_POLICY", "{}")),
        keys=production_keys(),
        passwords=PasswordPolicy(),
        counters=counters(clock),
        users=await Users.open(required("SEKISHO_DATABASE")),
        tokens=of_issuer(),
        delivery=Relay(required("SEKISHO_SMTP_URL"), required("SEKISHO_MAIL_FROM")),
    )


def counters(clock: Clock) -> CounterStore:
    """In Redis, where several processes serve; otherwise in this one's memory."""
    url = os.environ.get("SEKISHO_REDIS_URL")
    if url is None:
        return MemoryCounters(clock.seconds)
    return RedisCounters(redis.asyncio.Redis.from_url(url))


def of_issuer() -> AccessTokens:
    """Tokens that are signed with the keys an issuer publishes."""
    own = os.environ.get("SEKISHO_FIRST_PARTY_CLIENTS")
    clients = None if own is None else {client.strip() for client in own.split(",")}
    return AccessTokens(
        issuer=required("SEKISHO_ACCESS_TOKEN_ISSUER"),
        audience=required("SEKISHO_ACCESS_TOKEN_AUDIENCE"),
        algorithms=ALGORITHMS,
        key=jwt.PyJWKClient(required("SEKISHO_ACCESS_TOKEN_JWKS_URL"), timeout=ISSUER_TIMEOUT),
        is_first_party=lambda client: clients is None or client in clients,
    )


def production_keys() -> KeyRing:
    keys = KeyRing(required("SEKISHO_KEYS"))
    if keys.environment != "production":
        raise SystemExit("SEKISHO_KEYS is a development key ring. Make one for production.")
    return keys


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set: see the settings in README.md.")
    return value
