"""The control surface: users, tokens, outbox, clock and policy."""

import asyncio
import json
import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, NonNegativeInt
from pydantic.alias_generators import to_camel

from sekisho import Identifier, KeyRing, MemoryCounters, SekishoError, canonical

from ..answer import no_content, ok
from ..app import App
from ..policy import AccountPolicy
from ..problem import Problem
from .outbox import Outbox
from .token import mint

CONTROL = APIRouter(prefix="/dev")

#: A century: far enough for any test.
MAX_ADVANCE = 100 * 366 * 86_400


class _Input(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


class NewUser(_Input):
    username: str | None = None
    primary_email: str | None = None
    primary_phone: str | None = None
    password: str | None = None
    password_hash: str | None = None
    suspended: bool | None = None


class NewToken(_Input):
    sub: str
    scope: str = "openid profile email phone"
    client_id: str = "dev-client"
    first_party: bool = True
    expires_in: int = 3600
    session_id: str | None = None


class Advance(_Input):
    advance: NonNegativeInt


@CONTROL.post("/users")
async def add_user(request: Request) -> Response:
    app, user = parts(request), NewUser.model_validate(await read(request))
    hash = user.password_hash
    if user.password is not None:
        hash = await asyncio.to_thread(app.passwords.hash, user.password)
    id = secrets.token_hex(8)
    await app.users.add(
        id,
        app.clock.milliseconds(),
        username=user.username,
        email=parsed(user.primary_email, Identifier.email),
        phone=parsed(user.primary_phone, Identifier.phone),
        password_hash=hash,
        suspended=bool(user.suspended),
    )
    return ok(201, {"id": id})


@CONTROL.post("/tokens")
async def mint_token(request: Request) -> Response:
    app, asked = parts(request), NewToken.model_validate(await read(request))
    return ok(201, {"accessToken": mint(app.tokens, app.clock.seconds(), **asked.model_dump())})


@CONTROL.get("/outbox")
async def show_outbox(request: Request, to: str | None = None) -> Response:
    outbox = parts(request).delivery
    assert isinstance(outbox, Outbox)
    return ok(200, outbox.to(to))


@CONTROL.post("/clock")
async def advance_clock(request: Request) -> Response:
    clock, asked = parts(request).clock, Advance.model_validate(await read(request))
    clock.advanced = min(clock.advanced + asked.advance, MAX_ADVANCE)
    return ok(200, {"now": clock.seconds()})


@CONTROL.patch("/policy")
async def change_policy(request: Request) -> Response:
    app, patch = parts(request), await read(request)
    policy = AccountPolicy.model_validate(merged(app.policy.model_dump(by_alias=True), patch))
    try:
        app.verifier = app.make_verifier(policy)
    except SekishoError as error:
        raise Problem.invalid_input(str(error)) from None
    app.policy = policy
    return ok(200, policy.model_dump(by_alias=True))


@CONTROL.post("/reset")
async def reset(request: Request) -> Response:
    """All as at start."""
    app = parts(request)
    await app.users.clear()
    app.clock.advanced = 0
    app.policy = AccountPolicy()
    app.keys = KeyRing.generate("development")
    app.counters = MemoryCounters(app.clock.seconds)
    app.verifier = app.make_verifier(app.policy)
    app.delivery = Outbox()
    return no_content()


def parts(request: Request) -> App:
    app: App = request.app.state.parts
    return app


def parsed(value: str | None, make: Any) -> Identifier | None:
    if value is None:
        return None
    identifier: Identifier = make(value)
    canonical(identifier)
    return identifier


def merged(base: Any, patch: Any) -> Any:
    """RFC 7396; what a policy does not have, its model refuses."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    return {**base, **{name: merged(base.get(name), value) for name, value in patch.items()}}


async def read(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Problem.invalid_input("The body is not JSON.") from None
