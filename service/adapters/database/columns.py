"""Records as columns: what each type of a field is in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

#: Text sorts by code point in both databases, whatever the machine's locale.
TEXT: TypeEngine[str] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
#: In SQLite only INTEGER can be the row's own number.
WHOLE: TypeEngine[int] = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: ``2026-11-24T03:00:00.000000``: one length, so that text sorts as time does.
TIME_LENGTH = 26


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC times: text in SQLite, ``timestamptz`` in PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return utc
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)  # type: ignore[no-any-return] # what the driver gives
        if len(value) != TIME_LENGTH:
            raise ValueError(f"{value!r} is not a time as we write it")
        return datetime.fromisoformat(value).replace(tzinfo=UTC)


class Word(sa.types.TypeDecorator[StrEnum]):
    """One word of an enumeration, as text."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TEXT)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        del dialect
        return None if value is None else self.words(value)


class Figure(sa.types.TypeDecorator[float]):
    """A number of 64 bits; both drivers give it as a float already."""

    impl = sa.Double
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        del dialect, coltype


class JsonTuple(sa.types.TypeDecorator[tuple[Any, ...]]):
    """A tuple as a JSON array."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[Any] | None:
        del dialect
        return None if value is None else list(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:
        del dialect
        return None if value is None else tuple(value)


def columns(kind: type, *, key: str = "id") -> list[sa.Column[Any]]:
    """Give a column for each field of a record, `key` being the primary key."""
    hints = get_type_hints(kind)
    return [_column(field.name, hints[field.name], key) for field in fields(kind)]


def _column(name: str, hint: Any, key: str) -> sa.Column[Any]:
    optional = get_origin(hint) in (Union, UnionType)
    if optional:
        (hint,) = (choice for choice in get_args(hint) if choice is not NoneType)
    if name == key:
        return sa.Column(name, _type(hint), primary_key=True, autoincrement=False)
    return sa.Column(name, _type(hint), nullable=optional)


def _type(hint: Any) -> TypeEngine[Any]:
    plain: dict[Any, TypeEngine[Any]] = {
        str: TEXT,
        int: WHOLE,
        float: Figure(),
        bool: sa.Boolean(),
        datetime: UtcTime(),
        dict: sa.JSON(none_as_null=True),
        tuple: JsonTuple(none_as_null=True),
    }
    origin = get_origin(hint) or hint
    return plain[origin] if origin in plain else Word(origin)
