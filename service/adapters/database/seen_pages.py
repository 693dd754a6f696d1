"""`ports.seen_pages.SeenPages`: an inverted index, word to pages, and the pages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.tables import SEEN_PAGES, SEEN_WORDS
from service.ports.seen_pages import SeenPage
from verification.fingerprints.kept import PageFingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.adapters.database.scope import Scope

_FIELDS = tuple(PageFingerprint.__dataclass_fields__)


class TableSeenPages:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, deliverable_id: str, fingerprint: PageFingerprint, words: Sequence[int]) -> None:
        connection = self._scope.connection
        # Nobody else counts meanwhile: whoever adds has the turn.
        last = connection.scalar(sa.select(sa.func.max(SEEN_PAGES.c.seq))) or 0
        values = {name: getattr(fingerprint, name) for name in _FIELDS}
        row = {"seq": last + 1, "deliverable_id": deliverable_id, **values}
        connection.execute(sa.insert(SEEN_PAGES), row)
        if words:
            rows = [{"word": word, "seq": last + 1} for word in words]
            connection.execute(sa.insert(SEEN_WORDS), rows)

    def like(self, words: Sequence[int], *, fewest: int, most: int) -> tuple[SeenPage, ...]:
        votes = sa.func.count().label("votes")
        best = (
            sa.select(SEEN_WORDS.c.seq, votes)
            .where(SEEN_WORDS.c.word.in_(words))
            .group_by(SEEN_WORDS.c.seq)
            .having(votes >= fewest)
            .order_by(votes.desc(), SEEN_WORDS.c.seq)
            .limit(most)
            .subquery()
        )
        pages = sa.select(SEEN_PAGES, best.c.votes).join(best, best.c.seq == SEEN_PAGES.c.seq)
        ordered = pages.order_by(best.c.votes.desc(), SEEN_PAGES.c.seq)
        return tuple(
            SeenPage(
                deliverable_id=row["deliverable_id"],
                fingerprint=PageFingerprint(**{name: row[name] for name in _FIELDS}),
                votes=row["votes"],
            )
            for row in self._scope.connection.execute(ordered).mappings()
        )
