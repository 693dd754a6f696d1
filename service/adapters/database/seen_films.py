"""`ports.seen_films.SeenFilms`: an inverted index, word to films, and what is kept of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.seen_pages import nearest, sharing
from service.adapters.database.tables import SEEN_FILM_WORDS, SEEN_FILMS
from service.ports.seen_films import SeenFilm
from verification.fingerprints.kept import FilmFingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.adapters.database.scope import Scope
    from service.records import Deliverable

_FIELDS = ("width", "height", "times", "smalls", "points")


class TableSeenFilms:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, deliverable_id: str, fingerprint: FilmFingerprint, words: Sequence[int]) -> None:
        connection = self._scope.connection
        # Nobody else counts meanwhile: whoever adds has the turn.
        seq = (connection.scalar(sa.select(sa.func.max(SEEN_FILMS.c.seq))) or 0) + 1
        values = {name: getattr(fingerprint, name) for name in _FIELDS}
        row = {"seq": seq, "deliverable_id": deliverable_id, **values}
        connection.execute(sa.insert(SEEN_FILMS), row)
        if words:
            rows = [{"word": word, "seq": seq} for word in words]
            connection.execute(sa.insert(SEEN_FILM_WORDS), rows)

    def like(
        self, words: Sequence[int], of: Deliverable, *, fewest: int, most: int
    ) -> tuple[SeenFilm, ...]:
        if not words:
            return ()
        connection = self._scope.connection
        shared = sharing(SEEN_FILM_WORDS, words, connection.dialect.name, fewest=fewest)
        best = nearest(SEEN_FILMS, shared, of, most)
        films = (
            sa.select(SEEN_FILMS)
            .join(best, best.c.seq == SEEN_FILMS.c.seq)
            .order_by(best.c.votes.desc(), SEEN_FILMS.c.seq)
        )
        return tuple(
            SeenFilm(
                deliverable_id=row["deliverable_id"],
                fingerprint=FilmFingerprint(**{name: row[name] for name in _FIELDS}),
            )
            for row in connection.execute(films).mappings()
        )
