"""Verifying who the user is: by password, or by a code."""

import asyncio
import logging
from datetime import datetime, timezone

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from sekisho import CodeSent, SekishoError, purpose_of_code

from .answer import ok
from .app import App
from .approval import Asked
from .authentication import Authenticated
from .body import Body
from .message import LOCALES, Locale, Message
from .problem import Problem
from .users import User

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/verifications")


@router.post("/password")
@router.post("/password/verify")
async def verify_password(request: Request, caller: Authenticated) -> Response:
    """Checks the password of the token's own user."""
    app = caller.app
    body = await Body.read(request)
    password = body.password("password")
    asked = Asked.read(body)
    caller.require_first_party()
    user = await caller.user()
    asked.check_handle(caller, "password")
    verified = await app.verifier.check_password(
        counters=app.counters,
        subject=caller.token.subject,
        session=caller.token.session,
        password=password,
        password_hash=user.password_hash,
        operation_json=asked.operation_json,
        now=app.clock.seconds(),
    )
    # Only now: who does not know the password learns nothing about the account.
    if user.suspended:
        raise Problem.of("user_suspended")
    rewrite = BackgroundTask(rewrite_hash, app, user, password) if verified.needs_rehash else None
    return issued(verified.record, verified.expires_at, rewrite)


@router.post("/verification-code")
async def send_code(request: Request, caller: Authenticated) -> Response:
    """Sends a code."""
    app = caller.app
    body = await Body.read(request)
    to = body.identifier("identifier")
    template = body.template("templateType")
    asked = Asked.read(body)
    caller.require_first_party()
    user = await caller.active_user()
    purpose = purpose_of_code(to, user.identifiers, template)
    asked.check_purpose(purpose)
    asked.check_handle(caller, "email_code" if to.type == "email" else "phone_code")
    if purpose == "BindNewIdentifier":
        app.policy.admit_new(to)
    sent = await app.verifier.send_code(
        counters=app.counters,
        subject=caller.token.subject,
        session=caller.token.session,
        to=to,
        purpose=purpose,
        operation_json=asked.operation_json,
        now=app.clock.seconds(),
    )
    language = locale(request)
    approved = None if asked.approval is None else asked.approval.sentences[language]
    lifetime = app.policy.code.expiration_duration
    await deliver(app, sent, Message(to, purpose, sent.code, lifetime, language, approved))
    return issued(sent.challenge, sent.expires_at)


@router.post("/verification-code/verify")
async def check_code(request: Request, caller: Authenticated) -> Response:
    """Checks a code."""
    app = caller.app
    body = await Body.read(request)
    to = body.identifier("identifier")
    challenge = body.id("verificationId")
    code = body.text_or_empty("code")
    body.end()
    caller.require_first_party()
    await caller.active_user()
    verified = await app.verifier.check_code(
        counters=app.counters,
        subject=caller.token.subject,
        session=caller.token.session,
        to=to,
        challenge=challenge,
        code=code,
        now=app.clock.seconds(),
    )
    return ok(200, {"verificationRecordId": verified.record})


def issued(record: str, expires_at: int, background: BackgroundTask | None = None) -> Response:
    expires = datetime.fromtimestamp(expires_at, timezone.utc)
    shown = expires.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return ok(201, {"verificationRecordId": record, "expiresAt": shown}, background)


async def deliver(app: App, sent: CodeSent, message: Message) -> None:
    """A message that nobody took does not count against its recipient."""
    providers = app.policy.providers
    try:
        if not (providers.email if message.to.type == "email" else providers.sms):
            raise Problem.of("connector_not_found")
        await app.delivery.send(message)
    except Problem:
        try:
            await sent.cancel()
        except SekishoError as cause:
            log.error("a send that failed stays counted: %s", cause.code)
        raise


def locale(request: Request) -> Locale:
    """The language that the request wants most of those there are (RFC 4647 §3.4)."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, weight = part.partition(";q=")
        try:
            wanted.append((float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    order = [language for weight, language in sorted(wanted, key=lambda it: -it[0]) if weight > 0]
    known = [locale for language in order for locale in LOCALES if locale == language]
    return [*known, LOCALES[0]][0]


async def rewrite_hash(app: App, user: User, typed: str) -> None:
    """Replaces a hash of an older form by one of today's, after the answer."""
    if user.password_hash is None:
        return
    try:
        hash = await asyncio.to_thread(app.passwords.hash, typed)
        await app.users.rewrite_password_hash(user.id, user.password_hash, hash)
    except (Problem, SekishoError) as cause:
        log.error("a password hash of an older form was not rewritten: %s", cause)
