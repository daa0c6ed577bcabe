"""Answers: JSON, or nothing at all."""

from typing import Any

from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask

JSON = {"Content-Type": "application/json; charset=utf-8"}


def ok(status: int, body: Any, background: BackgroundTask | None = None) -> Response:
    """A successful answer with a JSON body."""
    return JSONResponse(body, status, JSON, background=background)


def no_content() -> Response:
    """A successful answer without a body."""
    return Response(status_code=204)
