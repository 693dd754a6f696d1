"""The funnel that is watched: stages and dimensions, by all the words that are used for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from rules.names import normal
from service.registered import registered
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    id: str
    name: Text
    #: Spellings, normalised and in lower case.
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerActions:
    """What the breaker of a stage orders: pairs of an action and its parameters."""

    name: Text
    do: tuple[tuple[str, dict[str, Any]], ...]
    then: tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    stages: tuple[Named, ...]
    dimensions: tuple[Named, ...]
    breakers: Mapping[str, BreakerActions]

    @property
    def watched(self) -> tuple[Named, ...]:
        """Stages that something follows."""
        return self.stages[:-1]

    def after(self, stage: str) -> Named:
        """Give the stage that follows. KeyError: none does."""
        for one, following in zip(self.stages, self.stages[1:], strict=False):
            if one.id == stage:
                return following
        raise KeyError(stage)

    def stage(self, word: str) -> Named | None:
        return _named(self.stages, word)

    def dimension(self, word: str) -> Named | None:
        return _named(self.dimensions, word)


@cache
def funnel() -> Funnel:
    """Read the file that ships with the service. Raises ValueError for a wrong one."""
    return parse(files("service").joinpath("policy/funnel.yaml").read_text("utf-8"))


def parse(text: str) -> Funnel:
    """Read a funnel; at least two stages, every word once. Raises ValueError."""
    told = yaml.safe_load(text)
    if not isinstance(told, dict) or set(told) != {"stages", "dimensions", "breakers"}:
        raise ValueError("a funnel has `stages`, `dimensions` and `breakers`, and nothing else")
    stages, dimensions = (_names(told[key]) for key in ("stages", "dimensions"))
    if len(stages) < 2:  # noqa: PLR2004 - a funnel goes from one to another
        raise ValueError("a funnel has two stages at least")
    watched = {one.id for one in stages[:-1]}
    if unknown := sorted(set(told["breakers"]) - watched):
        raise ValueError(f"breakers of stages that nothing follows: {', '.join(unknown)}")
    breakers = {stage: _breaker(value) for stage, value in told["breakers"].items()}
    return Funnel(stages=stages, dimensions=dimensions, breakers=breakers)


def _names(listed: Sequence[Mapping[str, Any]]) -> tuple[Named, ...]:
    found = tuple(
        Named(
            id=one["id"],
            name=Text(**one["name"]),
            words=frozenset(map(_key, (one["id"], *one["name"].values(), *one.get("also", ())))),
        )
        for one in listed
    )
    words = [word for one in found for word in one.words]
    if twice := sorted({word for word in words if words.count(word) > 1}):
        raise ValueError(f"words that mean two things: {', '.join(twice)}")
    return found


def _breaker(value: Mapping[str, Any]) -> BreakerActions:
    known = {one.name: {part.name for part in one.parameters} for one in registered().actions}
    lists = []
    for key in ("do", "then"):
        actions = tuple((name, dict(told)) for one in value[key] for name, told in one.items())
        for name, told in actions:
            if name not in known or (set(told) - known[name]):
                raise ValueError(f"there is no such action, or it has not these words: {name}")
        lists.append(actions)
    return BreakerActions(name=Text(**value["name"]), do=lists[0], then=lists[1])


def _named(among: Sequence[Named], word: str) -> Named | None:
    key = _key(word)
    return next((one for one in among if key in one.words), None)


def _key(word: str) -> str:
    return normal(word).casefold()
