"""Pages for people, rendered on the server: the same actions as the API, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request
from flask_babel import Babel

from service.api.identity import current
from service.web import (
    customer_pages,
    decisions,
    frame,
    front_door,
    incident_pages,
    passage_page,
    queue_page,
    review_page,
    uploads,
)
from service.web.front_door import LANGUAGE_COOKIE
from service.web.translation import DEFAULT_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from flask import Flask

web = Blueprint("web", __name__, static_folder="static", template_folder="templates")
for part in (
    frame,
    front_door,
    queue_page,
    review_page,
    decisions,
    customer_pages,
    uploads,
    incident_pages,
    passage_page,
):
    part.add_to(web)


def register(app: Flask) -> None:
    """Hang the pages into the application."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", f"{web.root_path}/translations")
    Babel(app, locale_selector=language, default_locale=DEFAULT_LANGUAGE)
    app.register_blueprint(web)
    frame.tell_errors(app)


def language() -> str:
    """Choose the page's language: what was clicked, else the person's, else the browser's.

    Everybody is entered as Chinese unless somebody says otherwise, so that is nobody's choice.
    """
    clicked = request.cookies.get(LANGUAGE_COOKIE)
    if clicked in LANGUAGES:
        return clicked
    identity = current()
    if identity is not None and identity.actor.locale != DEFAULT_LANGUAGE:
        return identity.actor.locale
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE
