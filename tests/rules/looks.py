"""The two ways to look at the last fact of a history; what is said of one is said of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.features import enrich
from rules.features.columns import Table
from rules.features.columns import enrich as enrich_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind
    from rules.history import Fact

    Look = Callable[[FactKind, Sequence[Feature], Sequence[Fact], datetime], dict[str, object]]


def online(
    kind: FactKind, features: Sequence[Feature], history: Sequence[Fact], at: datetime
) -> dict[str, object]:
    return enrich(kind, features, history, at)


def in_columns(
    kind: FactKind, features: Sequence[Feature], history: Sequence[Fact], at: datetime
) -> dict[str, object]:
    """Look at the last row; the others are there as well, so they may ask what they like."""
    table = enrich_columns(Table.from_facts(kind, history), kind, features, asked=at)
    return table.fact(len(table.periods) - 1)


LOOKS = (online, in_columns)
