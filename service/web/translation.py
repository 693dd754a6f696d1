"""The one way to translate what pages say: English in the source, Chinese in `translations/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import flask_babel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.values import Text

Language = Literal["zh", "en"]
DEFAULT_LANGUAGE: Language = "zh"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def gettext(message: str, **values: object) -> str:
    """Give the message in the page's language, with its ``%(name)s`` filled in."""
    return str(flask_babel.gettext(message, **values))


def language() -> Language:
    """Give the language in which the page is shown."""
    return "zh" if str(flask_babel.get_locale()).startswith("zh") else "en"


def say(text: Text) -> str:
    """Give a text in the page's language."""
    return text.zh if language() == "zh" else text.en


def say_stored(text: Mapping[str, str] | None) -> str:
    """Give a text that was stored as JSON in the page's language; nothing for none."""
    return text[language()] if text else ""
