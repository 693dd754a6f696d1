"""Which of the two languages an answer is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from flask import g, has_request_context, request

if TYPE_CHECKING:
    from verification.values import Text

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def chosen() -> Language:
    """The language asked for by the request, else the person's, else Chinese."""
    if not has_request_context():
        return "zh"
    if request.headers.get("Accept-Language"):
        wanted = request.accept_languages.best_match(LANGUAGES)
        if wanted is not None:
            return "en" if wanted == "en" else "zh"
    identity = g.get("identity")
    return "en" if identity is not None and identity.actor.locale == "en" else "zh"


def say(text: Text) -> str:
    """Give a text in the language of the answer."""
    return text.en if chosen() == "en" else text.zh
