"""What is kept of films that came before, and how a new one finds those like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.records import Deliverable
    from verification.fingerprints.kept import FilmFingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFilm:
    """An earlier film that may be the same, or may hold a part of it."""

    deliverable_id: str
    fingerprint: FilmFingerprint


class SeenFilms(Protocol):
    def add(self, deliverable_id: str, fingerprint: FilmFingerprint, words: Sequence[int]) -> None:
        """Keep a film; the caller has taken the turn of comparisons."""

    def like(
        self, words: Sequence[int], of: Deliverable, *, fewest: int, most: int
    ) -> tuple[SeenFilm, ...]:
        """Give the `most` films that share the most words, of those that `SeenPages` counts."""
