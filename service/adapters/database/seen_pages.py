"""`ports.seen_pages.SeenPages`: an inverted index, word to pages, and the pages themselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from service.adapters.database.columns import WHOLE
from service.adapters.database.tables import DELIVERABLES, SEEN_PAGES, SEEN_WORDS
from service.ports.seen_pages import SeenPage
from service.records import SETTLED
from verification.fingerprints.kept import PageFingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.adapters.database.scope import Scope
    from service.records import Deliverable

#: Words of so many pages at most are compared.
MOST_PAGES = 500
_FIELDS = ("page", "width", "height", "points", "small_width", "small_height", "small")


class TableSeenPages:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, deliverable_id: str, fingerprint: PageFingerprint, words: Sequence[int]) -> None:
        connection = self._scope.connection
        # Nobody else counts meanwhile: whoever adds has the turn.
        last = connection.scalar(sa.select(sa.func.max(SEEN_PAGES.c.seq))) or 0
        values = {name: getattr(fingerprint, name) for name in _FIELDS}
        lie = fingerprint.lie or None
        row = {"seq": last + 1, "deliverable_id": deliverable_id, **values}
        row |= {"lie": lie, "is_flat": lie is not None}
        connection.execute(sa.insert(SEEN_PAGES), row)
        if words:
            rows = [{"word": word, "seq": last + 1} for word in words]
            connection.execute(sa.insert(SEEN_WORDS), rows)

    def like(
        self, words: Sequence[int], of: Deliverable, *, fewest: int, most: int
    ) -> tuple[SeenPage, ...]:
        if not words:
            return ()
        shared = sharing(SEEN_WORDS, words, self._scope.connection.dialect.name, fewest=fewest)
        best = nearest(SEEN_PAGES, shared, of, most)
        pages = (
            sa.select(SEEN_PAGES, best.c.votes)
            .join(best, best.c.seq == SEEN_PAGES.c.seq)
            .order_by(best.c.votes.desc(), SEEN_PAGES.c.seq)
        )
        return tuple(map(_seen, self._scope.connection.execute(pages).mappings()))


def sharing(index: sa.Table, words: Sequence[int], dialect: str, *, fewest: int) -> sa.Subquery:
    """Give the numbers in an index that share so many words, and how many; common ones left out."""
    votes = sa.func.count().label("votes")
    rare = _rare(_asked(words, dialect), index)
    return (
        sa.select(index.c.seq, votes)
        .join(rare, rare.c.word == index.c.word)
        .group_by(index.c.seq)
        .having(votes >= fewest)
        .subquery()
    )


def nearest(kept: sa.Table, shared: sa.Subquery, of: Deliverable, most: int) -> sa.Subquery:
    """Give the numbers of those that share most: ids first, for what is kept is large."""
    return (
        sa.select(shared)
        .join(kept, kept.c.seq == shared.c.seq)
        .join(DELIVERABLES, DELIVERABLES.c.id == kept.c.deliverable_id)
        .where(*counting(of))
        .order_by(shared.c.votes.desc(), shared.c.seq)
        .limit(most)
        .subquery()
    )


def counting(of: Deliverable) -> tuple[sa.ColumnElement[bool], ...]:
    """Say which earlier deliverables are compared with one."""
    return (
        DELIVERABLES.c.requirement_id != of.requirement_id,
        DELIVERABLES.c.sha256 != of.sha256,
        DELIVERABLES.c.state.in_(SETTLED),
    )


def _seen(row: Mapping[Any, Any]) -> SeenPage:
    return SeenPage(
        deliverable_id=row["deliverable_id"],
        fingerprint=PageFingerprint(**{name: row[name] for name in _FIELDS}, lie=row["lie"] or b""),
        votes=row["votes"],
    )


def _asked(words: Sequence[int], dialect: str) -> sa.CTE:
    """Give the words as a table made of one value: writing them down singly took most of a look."""
    if dialect == "postgresql":
        many = sa.bindparam(None, list(words), ARRAY(sa.BigInteger), unique=True)
        return sa.select(sa.func.unnest(many).label("word")).cte("asked")
    listed = sa.func.json_each(json.dumps(list(words))).table_valued(sa.column("value", WHOLE))
    return sa.select(listed.c.value.label("word")).cte("asked")


def _rare(known: sa.CTE, index: sa.Table) -> sa.CTE:
    """Leave out words that stand in more than `MOST_PAGES` pages.

    They are lines of tables and letters of common fonts: on 40 real receipts the commonest word
    stood in 17. They tell nothing of a page, and there is no end to the pages that hold them.
    """
    pages = (
        sa.select(sa.literal(1))
        .select_from(index)
        .where(index.c.word == known.c.word)
        .correlate(known)
        .limit(MOST_PAGES + 1)
        .subquery()
    )
    counted = sa.select(sa.func.count()).select_from(pages).scalar_subquery()
    return sa.select(known.c.word).where(counted <= MOST_PAGES).cte("rare")
