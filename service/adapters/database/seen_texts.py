"""`ports.seen_texts.SeenTexts`: an inverted index, shingle to texts, and all shingles of each."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from service.adapters.database.columns import WHOLE
from service.adapters.database.seen_pages import counting
from service.adapters.database.tables import DELIVERABLES, SEEN_SHINGLES, SEEN_TEXTS
from service.ports.seen_texts import SeenText
from service.records import Decision

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.adapters.database.scope import Scope
    from service.records import Deliverable

#: Texts that hold a shingle, of which requirements are counted, and shingles asked for at once.
_MOST_COUNTED, _AT_ONCE = 100, 1_000
#: Shingles by which texts are sought; the lowest numbers, the same in every text.
_ASKED = 300


class TableSeenTexts:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(
        self,
        deliverable_id: str,
        shingles: Collection[int],
        *,
        sample: Sequence[int],
        is_copy: bool,
    ) -> None:
        connection = self._scope.connection
        # Nobody else counts meanwhile: whoever adds has the turn.
        seq = (connection.scalar(sa.select(sa.func.max(SEEN_TEXTS.c.seq))) or 0) + 1
        row = {
            "seq": seq,
            "deliverable_id": deliverable_id,
            "shingles": array("Q", sorted(shingles)).tobytes(),
            "is_copy": is_copy,
        }
        connection.execute(sa.insert(SEEN_TEXTS), row)
        if sample:
            rows = [{"shingle": number, "seq": seq} for number in sample]
            connection.execute(sa.insert(SEEN_SHINGLES), rows)

    def common(self, sample: Sequence[int], *, fewest: int) -> frozenset[int]:
        found: set[int] = set()
        for start in range(0, len(sample), _AT_ONCE):
            statement = _common(sample[start : start + _AT_ONCE], fewest)
            found.update(self._scope.connection.scalars(statement))
        return frozenset(found)

    def like(self, sample: Sequence[int], of: Deliverable, *, most: int) -> tuple[SeenText, ...]:
        if not sample:
            return ()
        votes = sa.func.count().label("votes")
        # Ids first: texts are large, and few of them are looked at.
        best = (
            sa.select(SEEN_SHINGLES.c.seq, votes)
            .join(SEEN_TEXTS, SEEN_TEXTS.c.seq == SEEN_SHINGLES.c.seq)
            .join(DELIVERABLES, DELIVERABLES.c.id == SEEN_TEXTS.c.deliverable_id)
            .where(SEEN_SHINGLES.c.shingle.in_(sample[:_ASKED]), *counting(of))
            .group_by(SEEN_SHINGLES.c.seq)
            .order_by(votes.desc(), SEEN_SHINGLES.c.seq)
            .limit(most)
            .subquery()
        )
        texts = (
            sa.select(SEEN_TEXTS)
            .join(best, best.c.seq == SEEN_TEXTS.c.seq)
            .order_by(best.c.votes.desc(), SEEN_TEXTS.c.seq)
        )
        return self._read(texts)

    def of(self, deliverable_ids: Collection[str]) -> tuple[SeenText, ...]:
        asked = SEEN_TEXTS.c.deliverable_id.in_(sorted(deliverable_ids))
        return self._read(sa.select(SEEN_TEXTS).where(asked).order_by(SEEN_TEXTS.c.seq))

    def _read(self, texts: sa.Select[Any]) -> tuple[SeenText, ...]:
        return tuple(
            SeenText(
                deliverable_id=row["deliverable_id"],
                shingles=frozenset(array("Q", row["shingles"])),
            )
            for row in self._scope.connection.execute(texts).mappings()
        )


def _common(sample: Sequence[int], fewest: int) -> sa.Select[tuple[int]]:
    asked = sa.values(sa.column("shingle", WHOLE), name="asked").data([(one,) for one in sample])
    known = asked.cte("asked")
    holders = (
        sa.select(DELIVERABLES.c.requirement_id)
        .select_from(SEEN_SHINGLES)
        .join(SEEN_TEXTS, SEEN_TEXTS.c.seq == SEEN_SHINGLES.c.seq)
        .join(DELIVERABLES, DELIVERABLES.c.id == SEEN_TEXTS.c.deliverable_id)
        .where(
            SEEN_SHINGLES.c.shingle == known.c.shingle,
            sa.or_(~SEEN_TEXTS.c.is_copy, DELIVERABLES.c.decision == Decision.ACCEPT),
        )
        .correlate(known)
        .limit(_MOST_COUNTED)
        .subquery()
    )
    counted = sa.select(sa.func.count(holders.c.requirement_id.distinct())).scalar_subquery()
    return sa.select(known.c.shingle).where(counted >= fewest)
