"""The one way to translate what pages say: English in the source, Chinese in `translations/`."""

from __future__ import annotations

import flask_babel


def gettext(message: str, **values: object) -> str:
    """Give the message in the page's language, with its ``%(name)s`` filled in."""
    return str(flask_babel.gettext(message, **values))
