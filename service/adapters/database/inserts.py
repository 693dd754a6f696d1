"""Inserts of several rows, and on PostgreSQL into several tables, as one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from sqlalchemy.sql.dml import ReturningInsert

#: A table and rows for it, which have the same fields.
Part = tuple[sa.Table, "Sequence[Mapping[str, Any]]"]

#: Made once: the library takes longer over a function than over a row.
COUNT = sa.func.count()


def shape(parts: Sequence[Part]) -> Hashable:
    """Give what statements for these parts are told apart by."""
    return tuple([(table, len(rows), *rows[0]) for table, rows in parts])


def bound(parts: Sequence[Part]) -> dict[str, Any]:
    """Give the values of all rows by the names that `places` gives them."""
    return {
        f"{table.name}_{field}_{place}": value
        for table, rows in parts
        for place, row in enumerate(rows)
        for field, value in row.items()
    }


def places(part: Part) -> list[dict[str, Any]]:
    """Give a place for each value of each row."""
    table, rows = part
    return [
        {
            field: sa.bindparam(f"{table.name}_{field}_{place}", type_=table.c[field].type)
            for field in row
        }
        for place, row in enumerate(rows)
    ]


def count_of_each(inserts: Sequence[ReturningInsert[Any]]) -> sa.Select[Any]:
    """Do all of them and give how many rows each of them has given."""
    done = [insert.cte(f"inserted_{place}") for place, insert in enumerate(inserts)]
    return sa.select(*[sa.select(COUNT).select_from(one).scalar_subquery() for one in done])


def and_update(insert: sa.Insert, update: sa.Update, fields: Sequence[str]) -> sa.Update:
    """Do both; the values of the update are called ``new_`` and the field's name."""
    columns = update.table.c
    new = {field: sa.bindparam(f"new_{field}", type_=columns[field].type) for field in fields}
    return update.values(new).add_cte(insert.cte("inserted"))
