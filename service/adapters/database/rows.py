"""Any kind of record in its table: frozen value in, frozen value out."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa

from service.adapters.database.scope import conditions
from service.adapters.database.tables import CUSTOMERS
from service.errors import AlreadyThere, Invalid, StaleVersion, Trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.adapters.database.scope import Scope

R = TypeVar("R")
#: Name of the parameter that says how many rows; no column is called so.
LIMIT = "_limit"
#: Fields of each kind of record, in the order of the table's columns.
_NAMES: dict[type[Any], tuple[str, ...]] = {}


class TableRows(Generic[R]):
    """`ports.records.Rows` over one table."""

    def __init__(self, scope: Scope, table: sa.Table, kind: type[R]) -> None:
        self._scope = scope
        self._table = table
        self._kind = kind

    def get(self, row_id: str) -> R | None:
        found = self.find({"id": row_id})
        return found[0] if found else None

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        order: str = "id",
        after: str | None = None,
        limit: int | None = None,
        without: tuple[str, ...] = (),
    ) -> tuple[R, ...]:
        """Rows in order, empty values last. Raises Invalid for an `after` that is not there."""
        wanted = where or {}
        if after is None and all(isinstance(value, str) for value in wanted.values()):
            return self._usual(wanted, order, limit, without)
        query = _chosen(self._table, without).where(*conditions(self._table, where))
        if after is not None:
            column = self._table.c[order.removeprefix("-")]
            query = query.where(self._beyond(column, after, falling=order.startswith("-")))
        return self._select(_ordered(query, self._table, order).limit(limit))

    def add(self, record: R) -> None:
        self._scope.put(self._table, plain(record), self._taken)

    def replace(self, record: R) -> R:
        values = plain(record)
        row_id, version = values.pop("id"), values.pop("version")
        mine = sa.and_(self._table.c.id == row_id, self._table.c.version == version)
        update = sa.update(self._table).where(mine)
        result = self._scope.connection.execute(update, {**values, "version": version + 1})
        if result.rowcount != 1:
            raise StaleVersion(
                Text(
                    zh=f"第 {version} 版已不是最新版。",
                    en=f"Version {version} is not the latest any more.",
                ),
                remedy=Text(
                    zh="请重新读取后再修改。", en="Read it again, then send your change once more."
                ),
            )
        return replace(record, version=version + 1)  # type: ignore[type-var] # R is a dataclass

    def _taken(self) -> AlreadyThere:
        name = self._table.name
        return AlreadyThere(
            Text(zh=f"{name} 中已有相同的记录。", en=f"There is one like it in {name}."),
            remedy=Text(zh="请换一个值，或使用已有的记录。", en="Choose another value, or use it."),
        )

    def _usual(
        self,
        wanted: Mapping[str, Any],
        order: str,
        limit: int | None,
        without: tuple[str, ...],
    ) -> tuple[R, ...]:
        """Fields that equal a text: put together once, since every request asks some."""
        names = tuple(wanted)
        values = {_parameter(name): value for name, value in wanted.items()}
        if limit is not None:
            values[LIMIT] = limit
        rows = self._scope.run(
            ("find", self._table, names, order, limit is None, without),
            lambda: _usual(self._table, names, order, without, limited=limit is not None),
            values,
            gives=tuple(self._table.columns),
            reads=(self._table, CUSTOMERS),
        )
        fields = _names(self._kind)
        return tuple([self._kind(**dict(zip(fields, row, strict=True))) for row in rows])

    def _select(self, query: sa.Select[Any]) -> tuple[R, ...]:
        rows = self._scope.connection.execute(query).mappings()
        return tuple(self._kind(**row) for row in rows)

    def _beyond(
        self, column: sa.Column[Any], after: str, *, falling: bool
    ) -> sa.ColumnElement[bool]:
        """Rows that come after the row `after`, whose place is read here and now."""
        here = self._table.c.id
        query = sa.select(column).where(here == after)
        mark = self._scope.connection.execute(query).one_or_none()
        if mark is None:
            raise Invalid(
                Text(zh="翻页位置已失效。", en="The place to go on from is not there."),
                remedy=Text(zh="请从第一页重新开始。", en="Start again with the first page."),
                troubles=(_no_such_place(after),),
            )
        if column is here:
            return here < after if falling else here > after
        (value,) = mark
        if value is None:
            return sa.and_(column.is_(None), here > after)
        further = column < value if falling else column > value
        later = sa.or_(further, sa.and_(column == value, here > after))
        return sa.or_(later, column.is_(None)) if column.nullable else later


def _no_such_place(after: str) -> Trouble:
    return Trouble(
        where="after",
        seen=f'"{after[:80]}"',
        expected="`next` of the page before",
        message=Text(
            zh=f"after：看到“{after[:80]}”，应为上一页答复中的 next。",
            en=f'after: saw "{after[:80]}", expected `next` of the page before.',
        ),
    )


def _usual(
    table: sa.Table, names: tuple[str, ...], order: str, without: tuple[str, ...], *, limited: bool
) -> sa.Select[Any]:
    where: dict[str, Any] = {name: sa.bindparam(_parameter(name)) for name in names}
    query = _ordered(_chosen(table, without).where(*conditions(table, where)), table, order)
    return query.limit(sa.bindparam(LIMIT, type_=sa.Integer)) if limited else query


def _chosen(table: sa.Table, without: tuple[str, ...]) -> sa.Select[Any]:
    """Select all columns, but nothing for those that the caller has no use for."""
    return sa.select(*(sa.null().label(c.name) if c.name in without else c for c in table.columns))


def _parameter(name: str) -> str:
    return name.replace(".", "_")


def _ordered(query: sa.Select[Any], table: sa.Table, order: str) -> sa.Select[Any]:
    """Sort by a field, empty values last, then by id."""
    column = table.c[order.removeprefix("-")]
    direction = column.desc() if order.startswith("-") else column.asc()
    if column is not table.c.id:
        query = query.order_by(direction.nulls_last() if column.nullable else direction)
        direction = table.c.id.asc()
    return query.order_by(direction)


def plain(record: Any) -> dict[str, Any]:
    """Give the fields of a record by name, as the columns take them."""
    return {name: getattr(record, name) for name in _names(type(record))}


def _names(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))
    return _NAMES[kind]
