"""Stages that were renamed in the midst of their history: one ends, another begins soon after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.rca.case import CaseProblem
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

#: Days between the last deal of the old name and the first of the new one, at most.
MOST_BETWEEN = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """A stage whose last deal came shortly before another's first."""

    old: str
    new: str
    last: date
    first: date


def renamings(spans: Mapping[str, tuple[date, date]]) -> tuple[Renaming, ...]:
    """Give what may be a renaming, by the days of the first and the last deal of each stage.

    Of several stages that began after one ended, the one that began first.
    """
    found = []
    for old, (_, last) in spans.items():
        after = [
            (first, new)
            for new, (first, _) in spans.items()
            if 0 < (first - last).days <= MOST_BETWEEN
        ]
        if after:
            first, new = min(after)
            found.append(Renaming(old=old, new=new, last=last, first=first))
    return tuple(found)


def unknown(renamed: Mapping[str, str], names: Collection[str]) -> tuple[CaseProblem, ...]:
    """Give the old names that no row has: they may be mistyped."""
    listed = ", ".join(sorted(names))
    expected = Text(zh=f"表中的阶段：{listed}", en=f"a stage of the table: {listed}")
    return tuple(
        CaseProblem(line=1, column="stage", seen=old, expected=expected)
        for old in renamed
        if old not in names
    )
