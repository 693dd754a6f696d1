"""What is around every answer: the number of the request, safe headers, one line in the log."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from flask import g, request

from service.api.multipart import CHUNK_BYTES
from service.api.site import site

if TYPE_CHECKING:
    from flask import Flask, Response

REQUEST_ID = "X-Request-ID"
#: A number that a proxy has given already is taken over.
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
REFUSED = 400
YEAR_S = 365 * 24 * 3600

#: Views may set stricter or other values of their own; these stand where none is set.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
}


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(16)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    # Headers.setdefault raises and catches an error for each that is missing: 0.1 ms an answer.
    theirs = {name.lower() for name, _ in response.headers}
    response.headers.extend([one for one in HEADERS.items() if one[0].lower() not in theirs])
    if site().settings.https and "strict-transport-security" not in theirs:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}"
    response.headers[REQUEST_ID] = g.request_id
    if response.status_code >= REFUSED:
        _read_the_rest()
    _log(response)
    return response


def _read_the_rest() -> None:
    """Let a known caller finish sending a body that was refused before it was read.

    Otherwise the connection is cut while it still sends, and the reason is never read. Only where
    the server says that its input ends (gunicorn does), and never more than an upload may hold.
    """
    body = request.environ.get("wsgi.input")
    if g.get("identity") is None or not request.environ.get("wsgi.input_terminated") or not body:
        return
    left = 2 * site().settings.max_upload_bytes
    with suppress(OSError):
        while left > 0 and (chunk := body.read(CHUNK_BYTES)):
            left -= len(chunk)


def _log(response: Response) -> None:
    """The rule, not the address; the number, not the person: the audit trail knows who."""
    structlog.get_logger("service").info(
        "request",
        request_id=g.request_id,
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
    )
