"""Values to JSON and back, by their annotations alone; strict, because children may lie."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from verification.values import Report

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_FROM_TEXT: dict[Any, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    bytes: lambda text: b64decode(text, validate=True),
}

#: No report nests deeper; a deeper one was not written by our code.
MAX_DEPTH = 32


class CodecError(ValueError):
    """JSON that does not have the shape of the value it should become; says where and why."""


def to_json(value: object) -> Any:
    """Give the JSON form: field names as keys, tuples as arrays, ISO 8601 times, base64 bytes."""
    kind: type = type(value)
    if kind is str or value is None:  # as most are
        return value
    names = _field_names(kind)
    if names is not None:
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value.value if isinstance(value, StrEnum) else value


def from_json(kind: type[T], data: object) -> T:
    """Build a `kind` from JSON. Raises CodecError for a missing, unknown or mistyped field."""
    value: T = _decode(kind, data, "$", 0)
    return value


def report_from_json(data: object) -> Report:
    """Build a Report from what a sandboxed child wrote."""
    return from_json(Report, data)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """Give the fields of a record; None for all else."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode(kind: Any, data: object, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise CodecError(f"{where}: nested deeper than {MAX_DEPTH}")
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _decode_union(get_args(kind), data, where, depth)
    if origin is tuple:
        return _decode_tuple(get_args(kind), data, where, depth)
    if origin is Literal:
        if data in get_args(kind) and isinstance(data, str):
            return data
        raise CodecError(f"{where}: {data!r:.80} is none of {get_args(kind)}")
    if is_dataclass(kind):
        return _decode_record(kind, data, where, depth)
    return _decode_plain(kind, data, where)


def _decode_union(choices: tuple[Any, ...], data: object, where: str, depth: int) -> Any:
    if data is None and NoneType in choices:
        return None
    present = [choice for choice in choices if choice is not NoneType]
    if len(present) == 1:
        return _decode(present[0], data, where, depth)
    tag = data.get("kind") if isinstance(data, dict) else None
    for choice in present:
        if is_dataclass(choice) and tag in get_args(_hints(choice)["kind"]):  # type: ignore[arg-type] # a dataclass choice is a type
            return _decode(choice, data, where, depth)
    raise CodecError(f"{where}: no such kind {tag!r:.80}")


def _decode_tuple(items: tuple[Any, ...], data: object, where: str, depth: int) -> Any:
    if not isinstance(data, list):
        raise CodecError(f"{where}: expected an array, saw {type(data).__name__}")
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - (item, ...)
        items = (items[0],) * len(data)
    if len(items) != len(data):
        raise CodecError(f"{where}: expected {len(items)} items, saw {len(data)}")
    return tuple(
        _decode(item, entry, f"{where}[{index}]", depth + 1)
        for index, (item, entry) in enumerate(zip(items, data, strict=True))
    )


def _decode_record(kind: Any, data: object, where: str, depth: int) -> Any:
    if not isinstance(data, dict):
        raise CodecError(f"{where}: expected an object, saw {type(data).__name__}")
    hints = _hints(kind)
    known = {f.name for f in fields(kind)}
    if unknown := set(data) - known:
        raise CodecError(f"{where}: unknown fields {sorted(unknown)!r:.200}")
    values = {
        name: _decode(hints[name], entry, f"{where}.{name}", depth + 1)
        for name, entry in data.items()
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise CodecError(f"{where}: {error}") from error


def _decode_plain(kind: Any, data: object, where: str) -> Any:
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        if math.isfinite(data):
            return float(data)
        raise CodecError(f"{where}: {data!r} is not a finite number")
    read = _FROM_TEXT.get(kind) or (kind if issubclass(kind, StrEnum) else None)
    if read is not None and isinstance(data, str):
        try:
            return read(data)
        except ValueError as error:
            raise CodecError(f"{where}: {data!r:.80} is no {kind.__name__}") from error
    if type(data) is kind:
        return data
    raise CodecError(f"{where}: expected {kind.__name__}, saw {type(data).__name__}")
