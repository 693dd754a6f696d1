"""What is kept of pages that came before, and how a new one finds those like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.records import Deliverable
    from verification.fingerprints.kept import PageFingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """An earlier page that may be the same."""

    deliverable_id: str
    fingerprint: PageFingerprint
    #: Words that both have.
    votes: int


class SeenPages(Protocol):
    def add(self, deliverable_id: str, fingerprint: PageFingerprint, words: Sequence[int]) -> None:
        """Keep a page; the caller has taken the turn of comparisons."""

    def like(
        self, words: Sequence[int], of: Deliverable, *, fewest: int, most: int
    ) -> tuple[SeenPage, ...]:
        """Give the `most` pages that share the most of these words, at least `fewest` of them.

        Left out, before any are counted: pages of deliverables for the same requirement, of the
        same bytes, and of those not judged yet.
        """
