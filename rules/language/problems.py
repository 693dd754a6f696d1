"""What is wrong in a file: where, what was seen, what was expected, what was probably meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from unicodedata import east_asian_width

from rules.text import Text

LONGEST_EXCERPT = 120
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: More than anybody reads; a hostile file could make millions.
MOST_PROBLEMS = 1_000


class Severity(StrEnum):
    #: The file is refused.
    ERROR = "error"
    #: The file is taken; somebody should look.
    WARNING = "warning"


class Place(NamedTuple):
    """Line and column of a character, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The object that ``countermark rules check --json`` prints; field names are JSON names."""

    file: str
    line: int
    column: int
    #: One upper-case word that programs may rely on.
    code: str
    severity: Severity
    message: Text
    expected: str | None
    seen: str | None
    #: What to write instead, ready to be put in place of `seen`.
    suggestion: str | None
    #: The line and, below it, a caret under the column.
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it is read: no byte order mark, every line end a line feed."""

    file: str
    text: str
    lines: tuple[str, ...]

    def excerpt(self, place: Place) -> str:
        """Give the line with a caret, cut around the column where it is long."""
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        start = max(0, place.column - 1 - LONGEST_EXCERPT // 2)
        before = line[start : place.column - 1]
        # A Chinese character takes two cells of a terminal.
        width = sum(2 if east_asian_width(char) in "WF" else 1 for char in before)
        # A terminal would obey a control character.
        shown = _CONTROL.sub("\ufffd", line[start : start + LONGEST_EXCERPT])
        return f"{shown}\n{' ' * width}^"


_TOO_MANY = Text(
    zh=f"问题超过 {MOST_PROBLEMS} 处，后面的不再列出。请先改正前面的。",
    en=f"More than {MOST_PROBLEMS} problems; the rest is not listed. Correct these first.",
)


class Findings:
    """Collects the problems of one file; several readers share it. True once there is an error."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._problems: list[Problem] = []

    def add(
        self,
        code: str,
        place: Place,
        message: Text,
        *,
        expected: str | None = None,
        seen: str | None = None,
        suggestion: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a problem; the message gains the suggestion where there is one."""
        if len(self._problems) >= MOST_PROBLEMS:
            code, message = "TOO_MANY", _TOO_MANY
            expected = seen = suggestion = None
            if self._problems[-1].code == code:
                return
        if suggestion is not None:
            message = Text(
                zh=f"{message.zh}是不是“{suggestion}”？",
                en=f"{message.en} Did you mean '{suggestion}'?",
            )
        self._problems.append(
            Problem(
                file=self.source.file,
                line=place.line,
                column=place.column,
                code=code,
                severity=severity,
                message=message,
                expected=expected,
                seen=seen if seen is None else seen[:LONGEST_EXCERPT],
                suggestion=suggestion,
                excerpt=self.source.excerpt(place),
            )
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, from the top of the file to its end."""
        return tuple(sorted(self._problems, key=lambda one: (one.line, one.column)))

    def __bool__(self) -> bool:
        return any(one.severity is Severity.ERROR for one in self._problems)


def render(problem: Problem, locale: str = "zh") -> str:
    """Give a problem as lines for a terminal; `locale` other than zh means English."""
    message = problem.message.zh if locale.startswith("zh") else problem.message.en
    excerpt = problem.excerpt.replace("\n", "\n    ")
    where = f"{problem.file}:{problem.line}:{problem.column}"
    return f"{where}: {message} [{problem.code}]\n    {excerpt}"
