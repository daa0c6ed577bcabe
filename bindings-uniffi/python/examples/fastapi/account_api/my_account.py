"""The user's own account: what of it is seen, and how it changes."""

import asyncio
from functools import cache
from typing import Literal

from fastapi import APIRouter, Request, Response
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from sekisho import Identifier, PasswordAcceptance, PasswordRejection, SekishoError

from .answer import no_content, ok
from .app import App
from .authentication import Authenticated, Caller, require_editable
from .body import Body
from .permission import require_permission, require_proof
from .problem import Problem
from .users import User

router = APIRouter(prefix="/api/my-account")

#: The body field of a new-identifier record.
PROOF = "newIdentifierVerificationRecordId"

Type = Literal["email", "phone"]


@router.api_route("", methods=["GET", "HEAD"])
async def show_account(caller: Authenticated) -> Response:
    """The account, as the token's scopes and the field policy let it be seen."""
    fields = caller.app.policy.fields
    scopes = caller.token.scopes
    user = await caller.user()
    of_profile = "profile" in scopes
    shown = [
        ("id", True, user.id),
        ("username", of_profile, user.username),
        ("name", of_profile, user.name),
        ("primaryEmail", "email" in scopes and fields.email != "Off", user.primary_email),
        ("primaryPhone", "phone" in scopes and fields.phone != "Off", user.primary_phone),
        ("hasPassword", of_profile and fields.password != "Off", user.password_hash is not None),
        ("hasSecurityVerificationMethod", True, user.can_verify),
        ("createdAt", of_profile, user.created_at),
        ("updatedAt", of_profile, user.updated_at),
        ("lastSignInAt", of_profile, user.last_sign_in_at),
    ]
    return ok(200, {name: value for name, is_seen, value in shown if is_seen})


@router.post("/password")
async def set_password(request: Request, caller: Authenticated) -> Response:
    """A new password. A user who has nothing to verify with gets their first one without a record."""
    app = caller.app
    body = await Body.read(request)
    typed = body.text("password")
    body.end()
    caller.require_first_party()
    user = await caller.active_user()
    if user.can_verify:
        await require_permission(request, caller)
    require_editable(app.policy.fields.password)
    hash = await new_hash(app, user, typed)
    change = app.users.set_password_hash if user.can_verify else app.users.set_first_password_hash
    if await change(user.id, hash, app.clock.milliseconds()):
        return no_content()
    # Another request, meanwhile, has removed the user or made theirs the first password.
    await caller.user()
    raise Problem.permission_denied()


@router.post("/primary-email")
async def set_email(request: Request, caller: Authenticated) -> Response:
    body = await Body.read(request)
    return await set_identifier(request, caller, body.email("email"), body)


@router.post("/primary-phone")
async def set_phone(request: Request, caller: Authenticated) -> Response:
    body = await Body.read(request)
    return await set_identifier(request, caller, body.phone("phone"), body)


@router.delete("/primary-email")
async def remove_email(request: Request, caller: Authenticated) -> Response:
    return await remove_identifier(request, caller, "email")


@router.delete("/primary-phone")
async def remove_phone(request: Request, caller: Authenticated) -> Response:
    return await remove_identifier(request, caller, "phone")


async def set_identifier(request: Request, caller: Caller, identifier: Identifier, body: Body) -> Response:
    app = caller.app
    proof = body.id(PROOF)
    body.end()
    await check(request, caller, identifier.type)
    app.policy.admit_new(identifier)
    await require_proof(caller, proof, identifier)
    now = app.clock.milliseconds()
    if not await app.users.set_identifier(caller.token.subject, identifier, now):
        raise Problem.of("user_not_found")
    return no_content()


async def remove_identifier(request: Request, caller: Caller, type: Type) -> Response:
    app = caller.app
    await check(request, caller, type)
    now = app.clock.milliseconds()
    if not await app.users.remove_identifier(caller.token.subject, type, now):
        raise Problem.of("last_sign_in_method")
    return no_content()


async def check(request: Request, caller: Caller, type: Type) -> None:
    """The checks before any change of an identifier, in the contract's order."""
    fields = caller.app.policy.fields
    await caller.active_user()
    await require_permission(request, caller)
    require_editable(fields.email if type == "email" else fields.phone)
    caller.require_scope(type)
    caller.require_first_party()


async def new_hash(app: App, user: User, typed: str) -> str:
    rejections = await asyncio.to_thread(judge, app, user, typed)
    if rejections:
        raise Problem.password_rejected(rejections)
    if await asyncio.to_thread(is_the_old_one, app, user, typed):
        raise Problem.of("same_password")
    return await asyncio.to_thread(app.passwords.hash, typed)


def judge(app: App, user: User, typed: str) -> list[PasswordRejection]:
    known = [user.username, user.name, user.primary_email, user.primary_phone]
    own_data = [entry for entry in known if entry is not None]
    try:
        return acceptance().judge(typed, own_data=own_data, words=app.policy.password_words)
    except SekishoError as error:
        # It is not empty, so it is longer than any password.
        if error.code == "password_invalid":
            return ["password_rejected.too_long"]
        raise


@cache
def acceptance() -> PasswordAcceptance:
    """Made when the first new password comes."""
    # Shorter ones are rejected for their length.
    common = [password for password in FREQUENCY_LISTS["passwords"] if len(password) >= 8]
    return PasswordAcceptance("\n".join(common))


def is_the_old_one(app: App, user: User, typed: str) -> bool:
    if user.password_hash is None:
        return False
    try:
        return app.passwords.verify(typed, user.password_hash).matches
    except SekishoError as error:
        # A hash that cannot be used is no obstacle to a new one.
        if error.code in ("password_hash_invalid", "password_hash_too_costly", "pepper_unknown"):
            return False
        raise
