"""Access tokens: who is calling, through which client, with which scopes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from .problem import Problem

#: Those of issuers: no secret is published, so no symmetric one is accepted.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
#: RFC 9068 §2.1 names the first; issuers that do not follow it write the last or nothing.
TYPES = {"at+jwt", "application/at+jwt", "jwt"}
#: Seconds that the issuer's clock may be ahead. An expiry has no leeway.
CLOCK_SKEW = 60
#: Seconds that the issuer may take for its keys.
ISSUER_TIMEOUT = 5


@dataclass(frozen=True)
class AccessToken:
    """What a valid access token says."""

    subject: str
    #: To which records are then bound.
    session: str | None
    is_first_party: bool
    scopes: frozenset[str]


@dataclass(frozen=True)
class AccessTokens:
    """Which access tokens are accepted."""

    issuer: str
    audience: str
    algorithms: list[str]
    #: A secret, or where the issuer publishes its keys.
    key: bytes | jwt.PyJWKClient
    is_first_party: Callable[[str | None], bool]

    async def check(self, token: str, now: int) -> AccessToken:
        """Reads a token, which may come from an attacker."""
        try:
            decoded = jwt.decode_complete(
                token,
                await self._key_of(token),
                self.algorithms,
                audience=self.audience,
                issuer=self.issuer,
                # The library knows no clock but the system's.
                options={
                    "require": ["sub", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWKClientConnectionError as cause:
            raise Problem.unavailable(cause) from cause
        except (jwt.PyJWTError, ValueError):
            raise Problem.of("unauthorized") from None
        return self._read(decoded["header"], decoded["payload"], now)

    async def _key_of(self, token: str) -> Any:
        if isinstance(self.key, bytes):
            return self.key
        return (await asyncio.to_thread(self.key.get_signing_key_from_jwt, token)).key

    def _read(self, header: dict[str, Any], claims: dict[str, Any], now: int) -> AccessToken:
        kind = text(header, "typ")
        is_of_type = kind is None or kind.lower() in TYPES
        subject = text(claims, "sub")
        if not subject or not is_of_type or not self._is_current(claims, now):
            raise Problem.of("unauthorized")
        client = text(claims, "client_id") or text(claims, "azp")
        scopes = frozenset((text(claims, "scope") or "").split())
        return AccessToken(subject, text(claims, "sid"), self.is_first_party(client), scopes)

    def _is_current(self, claims: dict[str, Any], now: int) -> bool:
        times = [claims["exp"], claims.get("nbf", now), claims.get("iat", now)]
        if not all(isinstance(time, (int, float)) for time in times):
            return False
        expires, *begins = times
        return now < expires and all(time <= now + CLOCK_SKEW for time in begins)


def text(claims: dict[str, Any], name: str) -> str | None:
    """A claim that must be a text where it is there."""
    claim = claims.get(name)
    if claim is None or isinstance(claim, str):
        return claim
    raise Problem.of("unauthorized")
