"""The words of the pages, said on a terminal: one list of words, in one language at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from gettext import NullTranslations, translation
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Literal

from service.records import Role
from service.role_words import TITLES
from service.web.words import CAUSES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.values import Text


@dataclass(frozen=True)
class Speech:
    """How the story is told: in one language, with the words that the pages use."""

    language: Literal["zh", "en"]

    def say(self, text: Text) -> str:
        """Give a text in the language of the story."""
        return text.zh if self.language == "zh" else text.en

    def say_stored(self, text: Mapping[str, str]) -> str:
        """Give a text that came as JSON in the language of the story."""
        return text[self.language]

    def verdict(self, verdict: str | None) -> str:
        """Say what a verdict means, with its code; None is a file that could not be examined."""
        code = verdict or "QUARANTINED"
        return self._with_code(STATUSES.get(code), code)

    def cause(self, cause: str | None) -> str:
        """Say what a sub-indication means, with its code; nothing for none."""
        return self._with_code(CAUSES.get(cause), cause) if cause else ""

    def role(self, role: str) -> str:
        """Give a role's title, with its code."""
        return f"{self.say(TITLES[Role(role)])} [{role}]"

    def _with_code(self, word: object, code: str) -> str:
        if word is None:
            return code
        # Outside a page, a word of the pages is its English.
        return f"{self._catalogue.gettext(str(word))} [{code}]"

    @cached_property
    def _catalogue(self) -> NullTranslations:
        if self.language == "en":
            return NullTranslations()
        with as_file(files("service.web") / "translations") as folder:
            return translation("messages", folder, languages=[self.language])
