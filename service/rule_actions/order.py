"""One action of a firing, as its handler is given it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.rule_records import FiringRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    #: The action's key of `rules.states.OrderedAction`.
    key: str
    action: str
    parameters: dict[str, Any]
    firing: FiringRow
