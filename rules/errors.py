"""What can go wrong with rules, as the caller is told it.

RulesError
├── RuleFileError   a file says something that it must not; holds every problem at once
├── FactError       a fact that is not what the rule file declares
├── NoGate          nobody asked: no gate looks at this fact
└── EngineError     an executor failed, contradicted itself or is closed: no answer can be trusted
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.language.problems import Problem
    from rules.text import Text


class RulesError(Exception):
    """Root of the tree; `message` says it in both languages."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class RuleFileError(RulesError):
    """A file was refused; `problems` holds at least one of severity `error`."""

    def __init__(self, message: Text, problems: tuple[Problem, ...]) -> None:
        super().__init__(message)
        self.problems = problems


class FactError(RulesError):
    """A fact was refused before any engine saw it.

    `field` is None when the fact as a whole is wrong; `seen` is a short, quoted form of the value.
    """

    def __init__(
        self, message: Text, *, kind: str, field: str | None, seen: str, expected: str
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.field = field
        self.seen = seen
        self.expected = expected


class NoGate(RulesError):
    """No gate's `when` holds for the fact; the stage is not open, it is unknown."""


class EngineError(RulesError):
    """Nothing was decided; ask again or look at the log."""
