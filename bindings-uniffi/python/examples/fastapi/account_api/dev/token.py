"""Dev mode issues its own access tokens."""

import jwt

from ..access_token import AccessTokens

ISSUER = "urn:sekisho:dev"
AUDIENCE = "urn:sekisho:dev:account-api"

#: Client ids that begin like this are third parties'.
THIRD_PARTY = "third-party:"


def dev_tokens(secret: bytes) -> AccessTokens:
    """Which access tokens are accepted: those signed with this secret."""
    return AccessTokens(
        issuer=ISSUER,
        audience=AUDIENCE,
        algorithms=["HS256"],
        key=secret,
        is_first_party=lambda client: not (client or "").startswith(THIRD_PARTY),
    )


def mint(
    tokens: AccessTokens,
    now: int,
    *,
    sub: str,
    scope: str,
    client_id: str,
    first_party: bool,
    expires_in: int,
    session_id: str | None,
) -> str:
    """An access token, valid from then on."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": sub,
        "scope": scope,
        "client_id": client_id if first_party else f"{THIRD_PARTY}{client_id}",
        "iat": now,
        "exp": now + expires_in,
        **({} if session_id is None else {"sid": session_id}),
    }
    assert isinstance(tokens.key, bytes)
    return jwt.encode(claims, tokens.key, "HS256", {"typ": "at+jwt"})
