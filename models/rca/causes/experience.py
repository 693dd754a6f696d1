"""What a ranker has met of types: in training, and as roots that people confirmed.

The ranker that ships has met the types of its catalogue and no verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A type's share is drawn to that of all types as if so many of its items more had been judged.
SHRINK = 8.0
#: Nats; a type is never told as more than twenty times as likely, or as little, as others.
MOST_LIFT = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Items of one type in people's verdicts, each verdict by itself; `roots` were the root."""

    judged: int
    roots: int


@dataclass(frozen=True, kw_only=True)
class Experience:
    """What is known of types before an incident is looked at."""

    #: Types that training met; None: nobody recorded which, and no type is told as new.
    types: frozenset[str] | None = None
    #: Without what people said of the very incident that is looked at.
    confirmed: Mapping[str, Confirmed] = field(default_factory=dict)

    def is_new(self, kind: str) -> bool:
        """Tell whether training never met the type."""
        return self.types is not None and kind not in self.types

    def share(self, kind: str) -> float:
        """Give the share of a type's items that were the root, shrunken; 0..1."""
        usual = self.usual
        one = self.confirmed.get(kind, Confirmed(judged=0, roots=0))
        return (one.roots + SHRINK * usual) / (one.judged + SHRINK)

    @property
    def usual(self) -> float:
        """Give the share of all judged items that were the root; 0 where nobody confirmed any."""
        judged = sum(one.judged for one in self.confirmed.values())
        return sum(one.roots for one in self.confirmed.values()) / max(judged, 1)

    def lift(self, kind: str) -> float:
        """Give the logarithm (nats) of a type's share beside the usual one.

        0 is neutral: a type like all others, one that nobody judged, or no verdicts at all.
        """
        usual = self.usual
        if not usual:
            return 0.0
        return max(-MOST_LIFT, min(MOST_LIFT, math.log(self.share(kind) / usual)))

    def without(self, kinds: Iterable[str], root: str | None) -> Experience:
        """Give it less one judged incident's items, by their types, and the type of its root.

        `root` is None where a cell was the root. An incident never sees its own verdict.
        """
        return Experience(types=self.types, confirmed=_added(self.confirmed, kinds, root, -1))

    def judged(self, kinds: Iterable[str], root: str | None) -> Experience:
        """Give it with one judged incident more."""
        return Experience(types=self.types, confirmed=_added(self.confirmed, kinds, root, 1))


def _added(
    confirmed: Mapping[str, Confirmed], kinds: Iterable[str], root: str | None, sign: int
) -> dict[str, Confirmed]:
    found = {name: (one.judged, one.roots) for name, one in confirmed.items()}
    for kind in kinds:
        judged, roots = found.get(kind, (0, 0))
        found[kind] = judged + sign, roots
    if root is not None:
        judged, roots = found.get(root, (0, 0))
        found[root] = judged, roots + sign
    return {
        name: Confirmed(judged=judged, roots=roots)
        for name, (judged, roots) in sorted(found.items())
        if judged or roots
    }
