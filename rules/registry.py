"""What a rule may order and name: actions with typed parameters, roles, templates, requirements.

The service registers it; the checker holds rule files against it, so that a wrong name fails the
check and not the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.text import Text


class ParameterType(StrEnum):
    """How a parameter is written, and what a firing's action carries of it."""

    #: Any text of one line.
    TEXT = "text"
    #: ``72h``, ``3 天``; carried as seconds.
    DURATION = "duration"
    #: A whole number from 0.
    COUNT = "count"
    #: A finite number, ``%`` allowed.
    NUMBER = "number"
    #: ``yes`` or ``no``; carried as true or false.
    FLAG = "flag"
    #: One of the words of the parameter.
    CHOICE = "choice"
    ROLE = "role"
    #: A role or a list of roles; carried as a list.
    ROLES = "roles"
    TEMPLATE = "template"
    #: ``FIELD SIGN VALUE`` as text, for the action to read.
    CONDITION = "condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    type: ParameterType
    required: bool = False
    #: Only for choices.
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionType:
    """Something that a rule may order by name."""

    name: str
    label: Text
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """None: names of that sort are not checked."""

    actions: tuple[ActionType, ...] | None = None
    #: Every spelling under which a role may be named.
    roles: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    #: What gates may require as items.
    requirements: frozenset[str] | None = None

    def action(self, name: str) -> ActionType | None:
        """Find an action by its name."""
        return next((one for one in self.actions or () if one.name == name), None)
