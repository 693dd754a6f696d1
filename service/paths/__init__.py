"""Decision paths: how customers of one industry decide, stage by stage, and what proves it.

One YAML file a path. The gates themselves are rules (`rules/packs/NAME.yaml`); this file says what
a deliverable of each required item must be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from service.errors import Invalid, Trouble
from verification.values import Text

#: What the service counts for each item of a stage: fields of the path's kind of fact.
FIGURES = (
    "uploaded", "pending", "passed", "failed", "indeterminate", "accepted", "rejected", "counted",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRequirement:
    """One item that a stage asks for; see `service.records.StageRequirement` for the fields."""

    item: str
    title: dict[str, Any]
    formats: tuple[str, ...]
    needed: int = 1
    signer_role: str | None = None
    max_age_days: int | None = None
    policy: str = "signed-or-not"
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStage:
    key: str
    title: dict[str, Any]
    requirements: tuple[PathRequirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPath:
    id: str
    title: dict[str, Any]
    #: Role in the customer's contacts → what that role is called.
    contacts: dict[str, Any]
    stages: tuple[PathStage, ...]

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(need.item for stage in self.stages for need in stage.requirements)

    def items_of(self, stage: str) -> tuple[str, ...]:
        """Give what a stage asks for, by its key."""
        needs = (one.requirements for one in self.stages if one.key == stage)
        return tuple(need.item for found in needs for need in found)


def kind_of(path: str) -> str:
    """Name the kind of fact that says how a stage of this path stands."""
    return f"{path}_stage"


@cache
def kinds() -> frozenset[str]:
    """Name the kinds of fact that the house makes itself, one a path."""
    return frozenset(map(kind_of, names()))


@cache
def names() -> tuple[str, ...]:
    """Give the names of all paths."""
    entries = files(__name__).iterdir()
    return tuple(sorted(e.name.removesuffix(".yaml") for e in entries if e.name.endswith(".yaml")))


@cache
def load(name: str) -> DecisionPath:
    """Read one path. Raises Invalid, naming the paths there are, for an unknown name."""
    if name not in names():
        known = ", ".join(names())
        text = Text(
            zh=f"没有名为“{name}”的决策路径，可选：{known}。",
            en=f"There is no decision path {name!r}; there are: {known}.",
        )
        trouble = Trouble(where="/path", seen=name, expected=known, message=text)
        raise Invalid(text, troubles=(trouble,))
    data = yaml.safe_load(files(__name__).joinpath(f"{name}.yaml").read_text("utf-8"))
    return DecisionPath(
        id=name,
        title=data["title"],
        contacts=data["contacts"],
        stages=tuple(_stage(stage) for stage in data["stages"]),
    )


def _stage(data: dict[str, Any]) -> PathStage:
    needs = tuple(
        PathRequirement(**{**need, "formats": tuple(need["formats"])})
        for need in data["requirements"]
    )
    return PathStage(key=data["key"], title=data["title"], requirements=needs)
