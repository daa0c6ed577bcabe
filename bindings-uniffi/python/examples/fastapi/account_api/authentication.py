"""Who is calling: the first check of every request."""

from typing import Annotated

from fastapi import Depends, Request

from .access_token import AccessToken
from .app import App
from .policy import Access
from .problem import Problem
from .users import User


class Caller:
    """The signed-in user of a request."""

    def __init__(self, app: App, token: AccessToken) -> None:
        self.app = app
        self.token = token

    @property
    def binding(self) -> dict[str, str | None]:
        """What a record made for this request is bound to."""
        return {"subject": self.token.subject, "session": self.token.session}

    def require_first_party(self) -> None:
        """Turns away the clients that are not the operator's own."""
        if not self.token.is_first_party:
            raise Problem.of("third_party_forbidden")

    def require_scope(self, scope: str) -> None:
        """Turns away tokens without the scope that a field needs."""
        if scope not in self.token.scopes:
            details = f"It needs the scope {scope}, beside openid."
            raise Problem.of("scope_missing", details=details)

    async def user(self) -> User:
        """The caller's account."""
        user = await self.app.users.user(self.token.subject)
        if user is None:
            raise Problem.of("user_not_found")
        return user

    async def active_user(self) -> User:
        """The caller's account, where it may change anything."""
        user = await self.user()
        if user.suspended:
            raise Problem.of("user_suspended")
        return user


async def authenticate(request: Request) -> Caller:
    """Lets nobody through without a valid token: who has none learns nothing about their body."""
    app: App = request.app.state.parts
    token = await app.tokens.check(_bearer_token(request), app.clock.seconds())
    if "openid" not in token.scopes:
        raise Problem.of("forbidden")
    if not app.policy.enabled:
        raise Problem.of("account_api_not_enabled")
    return Caller(app, token)


Authenticated = Annotated[Caller, Depends(authenticate)]


def require_editable(access: Access) -> None:
    """Refuses a change to a field that users may not change."""
    if access != "Edit":
        raise Problem.of("field_not_editable")


def _bearer_token(request: Request) -> str:
    """The token of ``Authorization: Bearer TOKEN`` (RFC 6750 §2.1); the scheme in any case (RFC 9110
    §11.1)."""
    scheme, *rest = request.headers.get("authorization", "").split(maxsplit=1) or [""]
    if not scheme:
        raise Problem.of("authorization_header_missing")
    if scheme.lower() != "bearer":
        raise Problem.of("token_type_not_supported", data={"supportedTypes": ["Bearer"]})
    return rest[0].rstrip() if rest else ""
