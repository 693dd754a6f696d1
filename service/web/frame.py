"""What every page shares: who is signed in, the menu, the language, headers, how errors look."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from apiflask import HTTPError
from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from service import access
from service.api import problems
from service.api.identity import current
from service.errors import Unauthenticated
from service.role_words import TITLES
from service.web import assets, troubles, views
from service.web.translation import gettext as _
from service.web.translation import language, say

if TYPE_CHECKING:
    from flask import Blueprint, Flask, Response
    from flask.typing import ResponseReturnValue

    from service.actors import Actor

#: What programs ask for: they get problem+json.
API, HEALTH = "/api/", "/health"


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    title: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLanguage:
    code: str
    title: str
    address: str


def add_to(web: Blueprint) -> None:
    """Give every page its frame, its headers and its way to tell an error."""
    web.context_processor(_shared)
    web.after_request(_harden)


def tell_errors(app: Flask) -> None:
    """Let people see a page where programs get problem+json."""
    for kind in (HTTPException, HTTPError, Exception):
        app.register_error_handler(kind, _answer)


def nonce() -> str:
    """Give the nonce of this answer's scripts (CSP level 3)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def may(actor: Actor, action: str) -> bool:
    """Say whether the actor's role may do it at all."""
    return actor.role in access.table().actions[action].roles


def inside(address: str | None) -> str | None:
    """Give the address where it is a path of ours: nobody is ever sent to another site."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    # Browsers read a backslash as a slash and drop control characters.
    return None if "\\" in address or not address.isprintable() else address


def _shared() -> dict[str, Any]:
    identity = current()
    actor = identity.actor if identity else None
    session = identity.session if identity else None
    return {
        "actor": actor,
        "asset": assets.address,
        "csrf": session.csrf if session else "",
        "csp_nonce": nonce(),
        "language": language(),
        "other_language": _other_language(),
        "menu": _menu(actor) if actor else (),
        "role_title": lambda role: say(TITLES[role]),
        "status_title": views.status_title,
    }


def _menu(actor: Actor) -> tuple[MenuEntry, ...]:
    entries = (
        ("web.queue", _("Review queue"), "reviews.read"),
        ("web.customers", _("Customers"), "customers.read"),
        ("web.incidents", _("Incidents"), "incidents.read"),
        ("web.passage", _("Quote passage"), "passage.read"),
    )
    return tuple(
        MenuEntry(title=title, address=url_for(view), current=request.endpoint == view)
        for view, title, action in entries
        if may(actor, action)
    )


def _other_language() -> OtherLanguage:
    code, title = ("en", "English") if language() == "zh" else ("zh", "中文")
    return OtherLanguage(
        code=code, title=title, address=url_for("web.speak", code=code, next=_here())
    )


def _here() -> str:
    """Give the address to come back to: this one, or the page that a form was on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "")
    own = came_from.netloc == request.host
    return (inside(came_from.path) if own else None) or url_for("web.home")


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce()}'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    if request.endpoint == "web.static":
        named = (request.view_args or {}).get("filename", "")
        response.headers["Cache-Control"] = assets.caching(named, request.args.get("v"))
        return response
    response.headers["Cache-Control"] = "no-store"
    # Among our own pages only: the way back to the page that a form was on.
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = "zh-CN" if language() == "zh" else "en"
    return response


def _answer(error: Exception) -> ResponseReturnValue:
    if request.path.startswith(API) or request.path == HEALTH:
        return problems.answer(error)
    if isinstance(error, Unauthenticated):
        return _to_the_door()
    told = troubles.view(error)
    back = None if request.method == "GET" else _here()
    page = render_template("trouble.html", trouble=told, back=back, **_shared())
    response = make_response(page, told.status)
    response.headers.update(dict(told.headers))
    return _harden(response)


def _to_the_door() -> ResponseReturnValue:
    """Let them sign in and come back; what a form held is not kept, and they are told so."""
    lost = None if request.method == "GET" or request.endpoint == "web.sign_out" else 1
    door = url_for("web.sign_in", next=_here(), lost=lost)
    if "HX-Request" in request.headers:
        response = make_response("", 401)
        response.headers["HX-Redirect"] = door
        return response
    return redirect(door, code=303)
