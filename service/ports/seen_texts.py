"""What is kept of texts that came before: stretches of words as numbers, never the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.records import Deliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenText:
    """An earlier text that may be the same."""

    deliverable_id: str
    shingles: frozenset[int]


class SeenTexts(Protocol):
    def add(
        self,
        deliverable_id: str,
        shingles: Collection[int],
        *,
        sample: Sequence[int],
        is_copy: bool,
    ) -> None:
        """Keep a text; the caller has taken the turn of comparisons."""

    def common(self, sample: Sequence[int], *, fewest: int) -> frozenset[int]:
        """Give those that stand in texts for `fewest` requirements: a template prints them.

        A text that was told as a copy does not count, unless a reviewer accepted it: else what is
        copied often would pass for a template.
        """

    def like(self, sample: Sequence[int], of: Deliverable, *, most: int) -> tuple[SeenText, ...]:
        """Give the `most` texts that share the most of these, of those that `SeenPages` counts."""

    def of(self, deliverable_ids: Collection[str]) -> tuple[SeenText, ...]:
        """Give the texts of these deliverables, of those that have one."""
