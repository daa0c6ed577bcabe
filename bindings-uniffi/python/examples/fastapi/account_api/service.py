"""The contract's paths, and what every request passes through on its way."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sekisho import SekishoError

from . import my_account, transfers, verifications
from .app import App
from .problem import Problem

METHODS = "GET,HEAD,PUT,POST,DELETE,PATCH"


def service(make: Callable[[], Awaitable[App]], *control: APIRouter) -> FastAPI:
    """Serves the contract's paths, and those of ``control``, which need no access token."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.parts = await make()
        yield
        await app.state.parts.users.close()

    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    routers = [verifications.router, my_account.router, transfers.router, *control]
    for router in routers:
        app.include_router(router)
    app.add_middleware(Front)
    app.add_exception_handler(Problem, answer)
    app.add_exception_handler(SekishoError, answer)
    app.add_exception_handler(HTTPException, nothing_there(routers))
    return app


async def answer(_: Request, raised: Exception) -> Response:
    return Problem.of_exception(raised).to_response()


def nothing_there(routers: Iterable[APIRouter]) -> Callable[[Request, Exception], Response]:
    """No such path, or not by this method."""
    methods: dict[str, set[str]] = {}
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                methods.setdefault(route.path, set()).update(route.methods or ())

    def refuse(request: Request, _: Exception) -> Response:
        allowed = methods.get(request.scope["path"])
        if allowed is None:
            return Problem.of("path_not_found").to_response()
        allow = {"Allow": ",".join(sorted(allowed))}
        return Problem.of("method_not_allowed", headers=allow).to_response()

    return refuse


class Front:
    """Cross-origin requests (Fetch standard): any origin may call, none with cookies. Trailing slashes
    match. What nobody foresaw is answered here, so that it is shared, too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        origin = headers.get("origin") or "*"

        async def share(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered["Access-Control-Allow-Origin"] = origin
                answered["Access-Control-Expose-Headers"] = "*"
                answered.add_vary_header("Origin")
            await send(message)

        if scope["method"] == "OPTIONS":
            return await preflight(headers)(scope, receive, share)
        path = scope["path"].rstrip("/") or "/"
        try:
            await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, share)
        except Exception as raised:
            await Problem.of_exception(raised).to_response()(scope, receive, share)
        return None


def preflight(headers: Headers) -> Response:
    """Answered without a token."""
    allowed = {"Access-Control-Allow-Methods": METHODS}
    requested = headers.get("access-control-request-headers")
    if requested:
        allowed["Access-Control-Allow-Headers"] = requested
        allowed["Vary"] = "Access-Control-Request-Headers"
    return Response(status_code=204, headers=allowed)
