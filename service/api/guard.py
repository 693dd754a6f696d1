"""The door: before any view, the permission table says what the route needs, and it is checked."""

from __future__ import annotations

import hmac
import re

from flask import current_app, request

from service import access
from service.api import identity
from service.api.bodies import NoQuery, StrictReading
from service.errors import Forbidden, NotFound
from verification.values import Text

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
API = "/api/"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
#: What a browser says of a request that our own pages sent, or that a person typed.
OWN_SITES = frozenset({"same-origin", "none"})
ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class WrongCsrf(Forbidden):
    """A change by a session that does not show the session's own secret."""


def guard() -> None:
    """Let the request through. Raises Unauthenticated, Forbidden or NotFound."""
    rule = request.url_rule
    if rule is None or request.method == "OPTIONS":
        return  # Flask itself answers what it has no view for
    needed = access.need(request.method, rule.rule)
    if needed is None:
        raise Forbidden(
            Text(
                zh=f"权限表中没有 {request.method} {rule.rule}。",
                en=f"The permission table does not know {request.method} {rule.rule}.",
            )
        )
    if request.method in CHANGING:
        _refuse_other_sites()
    if needed == access.PUBLIC:
        return
    known = identity.required()
    if request.method in CHANGING and known.session is not None:
        _check_csrf(known.session.csrf)
    if needed != access.SIGNED_IN:
        access.require(known.actor, needed)
    _check_ids()
    if request.method in CHANGING and request.path.startswith(API):
        _refuse_parameters()


def _refuse_parameters() -> None:
    """Changes have bodies; a parameter that the view does not declare is told, not ignored.

    Views that read are strict by themselves. Raises Invalid.
    """
    view = current_app.view_functions[str(request.endpoint)]
    declared = getattr(view, "_spec", {}).get("args") or ()
    if request.query_string and not any(location == "query" for _, location in declared):
        StrictReading(NoQuery).validate_input(request, "query")


def _check_ids() -> None:
    """What cannot be an id is not looked for. Raises NotFound."""
    for name, value in (request.view_args or {}).items():
        if name.endswith("_id") and not ID.fullmatch(value):
            raise NotFound(Text(zh="编号的格式不对。", en="No id looks like that."))


def _refuse_other_sites() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_SITES:
        raise Forbidden(
            Text(
                zh="请求来自其他网站的页面，已拒绝。",
                en="The request came from another site's page.",
            ),
            remedy=Text(zh="请在本系统的页面中操作。", en="Do it from a page of this service."),
        )


def _check_csrf(expected: str) -> None:
    seen = request.headers.get(CSRF_HEADER)
    # Only forms of pages are read here: an upload to the API is a stream that its view reads.
    if seen is None and request.mimetype in FORMS and not request.path.startswith(API):
        seen = request.form.get(CSRF_FIELD)
    if seen is None or not hmac.compare_digest(seen.encode(), expected.encode()):
        raise WrongCsrf(
            Text(
                zh=f"缺少或错误的 {CSRF_HEADER}。",
                en=f"{CSRF_HEADER} is missing or wrong.",
            ),
            remedy=Text(
                zh="请从 GET /api/v1/sessions/current 取得 csrf_token 并随请求发送。",
                en="Send the csrf_token that GET /api/v1/sessions/current gives.",
            ),
        )
