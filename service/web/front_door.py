"""Sign in, sign out, change the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from service.actions import accounts
from service.api import identity
from service.api.site import site
from service.errors import ServiceError
from service.web import frame, troubles

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

YEAR_S = 365 * 86_400
LANGUAGE_COOKIE = "countermark_language"
#: Where one's work is, by what one may do; the first that fits.
WORK = (
    ("reviews.decide", "web.queue"),
    ("customers.read", "web.customers"),
    ("passage.read", "web.passage"),
)
#: Longer than any login or password may be.
LONGEST = 200


def add_to(web: Blueprint) -> None:
    web.add_url_rule("/", "home", home)
    web.add_url_rule("/sign-in", "sign_in", show_sign_in)
    web.add_url_rule("/sign-in", "do_sign_in", do_sign_in, methods=["POST"])
    web.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    web.add_url_rule("/language/<any(zh, en):code>", "speak", speak)


def home() -> ResponseReturnValue:
    """Go where this person's work is."""
    known = identity.current()
    if known is None:
        return redirect(url_for("web.sign_in"))
    for action, view in WORK:
        if frame.may(known.actor, action):
            return redirect(url_for(view))
    return render_template("home.html")


def show_sign_in() -> ResponseReturnValue:
    goal = _goal(request.args.get("next"))
    if identity.current() is not None:
        return redirect(goal)
    return _page(goal, lost="lost" in request.args)


def do_sign_in() -> ResponseReturnValue:
    login = request.form.get("login", "")[:LONGEST]
    goal = _goal(request.form.get("next"))
    try:
        signed_in = identity.sign_in(login, request.form.get("password", "")[:LONGEST])
    except ServiceError as error:
        return _page(goal, login=login, error=error)
    response = make_response(redirect(goal, code=303))
    identity.remember(response, signed_in)
    return response


def sign_out() -> ResponseReturnValue:
    known = identity.required()
    if known.session is not None:
        with site().ports.records.begin() as unit:
            accounts.sign_out(unit, known.actor, known.session)
    response = make_response(redirect(url_for("web.sign_in"), code=303))
    identity.forget(response)
    return response


def speak(code: str) -> ResponseReturnValue:
    """Keep the language that was clicked, and go back."""
    response = make_response(redirect(_goal(request.args.get("next"))))
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=YEAR_S,
        secure=site().settings.https,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def _page(
    goal: str, *, login: str = "", lost: bool = False, error: ServiceError | None = None
) -> ResponseReturnValue:
    told = troubles.view(error) if error else None
    page = render_template("sign_in.html", next=goal, login=login, lost=lost, error=told)
    response = make_response(page, told.status if told else 200)
    response.headers.update(dict(told.headers) if told else {})
    return response


def _goal(address: str | None) -> str:
    return frame.inside(address) or url_for("web.home")
