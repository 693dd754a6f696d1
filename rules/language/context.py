"""What every reader of a rule is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rules.language.declarations import Vocabulary
    from rules.language.reading import Reader
    from rules.language.tree import Scalar
    from rules.registry import Registry


@dataclass(frozen=True, slots=True)
class Context:
    reader: Reader
    #: By name: those of the file and those of the catalogue.
    kinds: dict[str, Vocabulary]
    #: None: names of actions, roles and so on are not checked.
    registry: Registry | None = None
    #: Rule → what it names under `inhibited_by`, to be looked at when all rules are known.
    inhibitors: dict[str, list[Scalar]] = field(default_factory=dict)
