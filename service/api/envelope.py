"""What is around every answer: the number of the request, safe headers, one line in the log."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

import structlog
from flask import g, request

from service.api.site import site

if TYPE_CHECKING:
    from flask import Flask, Response

REQUEST_ID = "X-Request-ID"
#: A number that a proxy has given already is taken over.
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
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
    _log(response)
    return response


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
