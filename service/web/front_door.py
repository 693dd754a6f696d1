"""Sign in, sign out, change the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from service.actions import accounts
from service.api import identity
from service.api.site import site
from service.errors import ServiceError
from service.web import frame, views

if TYPE_CHECKING:
    from flask import Blueprint
    from flask.typing import ResponseReturnValue

YEAR_S = 365 * 86_400
LANGUAGE_COOKIE = "countermark_language"


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
    decides = frame.may(known.actor, "reviews.decide")
    if not decides and not frame.may(known.actor, "customers.read"):
        return render_template("home.html")
    return redirect(url_for("web.queue" if decides else "web.customers"))


def show_sign_in() -> ResponseReturnValue:
    return render_template("sign_in.html", next=_inside(request.args.get("next")), login="")


def do_sign_in() -> ResponseReturnValue:
    login = request.form.get("login", "")[:200]
    goal = _inside(request.form.get("next"))
    try:
        signed_in = identity.sign_in(login, request.form.get("password", "")[:200])
    except ServiceError as error:
        message = {"zh": error.message.zh, "en": error.message.en}
        page = render_template("sign_in.html", next=goal, login=login, error=views.say(message))
        return make_response(page, error.status)
    response = make_response(redirect(goal))
    identity.remember(response, signed_in)
    return response


def sign_out() -> ResponseReturnValue:
    known = identity.required()
    if known.session is not None:
        with site().ports.records.begin() as unit:
            accounts.sign_out(unit, known.actor, known.session)
    response = make_response(redirect(url_for("web.sign_in")))
    identity.forget(response)
    return response


def speak(code: str) -> ResponseReturnValue:
    """Keep the language that was clicked, and go back."""
    response = redirect(_inside(request.args.get("next")))
    response.set_cookie(
        LANGUAGE_COOKIE, code, max_age=YEAR_S, httponly=True, samesite="Lax", path="/"
    )
    return response


def _inside(address: str | None) -> str:
    """Let nobody be sent to another site: only a path of ours is followed."""
    inside = address and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if address and inside else url_for("web.home")
