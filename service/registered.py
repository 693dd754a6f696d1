"""What the service registers for rule files: actions with typed parameters, roles, templates.

The lists are `service/policy/actions.yaml`; roles are those of the permission table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from rules.names import normal
from rules.registry import ActionType, Parameter, ParameterType, Registry
from rules.text import Text
from service import paths
from service.records import Role
from verification.values import Text as Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: The word that stands for all roles together.
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The lists as the service uses them."""

    actions: tuple[ActionType, ...]
    #: Every spelling, normalised and in lower case → the roles that it means.
    roles: Mapping[str, tuple[Role, ...]]
    templates: Mapping[str, Sentence]
    #: What measures are about, by either of its names.
    things: Mapping[str, Sentence]
    #: As the file writes the spellings.
    spellings: frozenset[str]
    #: Beside the items of the decision paths.
    requirements: frozenset[str]


@cache
def registered() -> Registered:
    """Read the lists that ship with the service. Raises KeyError or ValueError for a wrong one."""
    text = files("service").joinpath("policy/actions.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    roles = {name: (name, *spellings) for name, spellings in data["roles"].items()}
    return Registered(
        actions=tuple(_action(name, value) for name, value in data["actions"].items()),
        roles={_key(spelling): _roles(name) for name, known in roles.items() for spelling in known},
        templates={name: Sentence(**value) for name, value in data["templates"].items()},
        things={_key(name): Sentence(**one) for one in data["things"] for name in one.values()},
        spellings=frozenset(spelling for known in roles.values() for spelling in known),
        requirements=frozenset(data["requirements"]),
    )


def registry() -> Registry:
    """Give what rule files are checked against."""
    known = registered()
    return Registry(
        actions=known.actions,
        roles=known.spellings,
        templates=frozenset(known.templates),
        requirements=known.requirements | _items(),
    )


def roles_of(words: Iterable[str]) -> tuple[Role, ...]:
    """Give the roles that words of a rule mean, each once. Raises KeyError for an unknown one."""
    known = registered().roles
    return tuple(dict.fromkeys(role for word in words for role in known[_key(word)]))


def called(what: str) -> Sentence:
    """Give what a measure is about in both languages; a name that is not listed as it stands."""
    return registered().things.get(_key(what), Sentence(zh=what, en=what))


def _items() -> frozenset[str]:
    """Give every item of every decision path."""
    return frozenset(item for name in paths.names() for item in paths.load(name).items)


def _action(name: str, value: Mapping[str, Any]) -> ActionType:
    parameters = tuple(_parameter(one, what) for one, what in value["parameters"].items())
    return ActionType(name=name, label=Text(**value["title"]), parameters=parameters)


def _parameter(name: str, value: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=name,
        type=ParameterType(value["type"]),
        required=value.get("required", False),
        choices=tuple(value.get("choices", ())),
    )


def _roles(name: str) -> tuple[Role, ...]:
    return tuple(Role) if name == EVERYONE else (Role(name),)


def _key(spelling: str) -> str:
    return normal(spelling).casefold()
