"""What every page shares: who is signed in, the menu, the language, and how errors look."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g, make_response, redirect, render_template, request, url_for

from service import access
from service.api import problems
from service.api.identity import current
from service.errors import Unauthenticated
from service.web import views
from service.web.translation import gettext as _
from service.web.words import ROLES

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from service.actors import Actor


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
    web.register_error_handler(Exception, _tell)


def nonce() -> str:
    """Give the nonce of this answer's scripts (CSP level 3)."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def may(actor: Actor, action: str) -> bool:
    """Say whether the actor's role may do it at all."""
    return actor.role in access.table().actions[action].roles


def _shared() -> dict[str, Any]:
    identity = current()
    actor = identity.actor if identity else None
    session = identity.session if identity else None
    return {
        "actor": actor,
        "csrf": session.csrf if session else "",
        "csp_nonce": nonce(),
        "language": views.language(),
        "other_language": _other_language(),
        "menu": _menu(actor) if actor else (),
        "role_title": lambda role: str(ROLES[role]),
        "status_title": views.status_title,
    }


def _menu(actor: Actor) -> tuple[MenuEntry, ...]:
    entries = (
        ("web.queue", _("Review queue"), "reviews.read"),
        ("web.customers", _("Customers"), "customers.read"),
    )
    return tuple(
        MenuEntry(title=title, address=url_for(view), current=request.endpoint == view)
        for view, title, action in entries
        if may(actor, action)
    )


def _other_language() -> OtherLanguage:
    code, title = ("en", "English") if views.language() == "zh" else ("zh", "中文")
    return OtherLanguage(
        code=code,
        title=title,
        address=url_for("web.speak", code=code, next=request.full_path.rstrip("?")),
    )


def _harden(response: Response) -> Response:
    own = f"'self' 'nonce-{nonce()}'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {own}; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    if request.endpoint != "web.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _tell(error: Exception) -> ResponseReturnValue:
    if isinstance(error, Unauthenticated) and request.method == "GET":
        return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))
    problem = problems.of(error)
    page = render_template(
        "trouble.html",
        title=views.say({"zh": problem.title.zh, "en": problem.title.en}),
        message=views.say({"zh": problem.message.zh, "en": problem.message.en}),
        remedy=problem.remedy and views.say({"zh": problem.remedy.zh, "en": problem.remedy.en}),
        status=problem.status,
        request_id=g.get("request_id", ""),
    )
    response = make_response(page, problem.status)
    response.headers.update(dict(problem.headers))
    return response
