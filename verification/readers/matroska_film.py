"""A Matroska or WebM film of key frames alone: its head as it is, and those blocks (RFC 9559)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.readers.matroska import elements

if TYPE_CHECKING:
    from collections.abc import Iterator

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = (
    0x1A45DFA3,
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0x1F43B675,
)
_TIME, _SIMPLE, _GROUP, _BLOCK, _REFERS = 0xE7, 0xA3, 0xA0, 0xA1, 0xFB
_LASTS = 0x4489
_ENTRY, _NUMBER, _KIND, _SCALE = 0xAE, 0xD7, 0x83, 0x2AD7B1
_FILM = 1
_KEY, _LACED = 0x80, 0x06
_NANOSECONDS = 1_000_000
#: A head that says more is not believed.
_LONGEST_S = 1_000_000.0
#: More blocks than two hours of film have.
_MOST_BLOCKS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFilm:
    """The film of key frames, how many they are, and how long the whole one is."""

    film: bytes = field(repr=False)
    count: int
    #: As long as its blocks last.
    seconds: float
    #: When its last block is shown, and when it ends by its head; None where that does not say.
    last: float
    declared: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    at: int
    key: bool
    start: int
    end: int


def key_film(data: bytes) -> KeyFilm | None:
    """Write it; None where the file has no film track or no block that is a key."""
    head = next((one for one in elements(data, 0, len(data)) if one[0] == _EBML), None)
    segment = next((one for one in elements(data, 0, len(data)) if one[0] == _SEGMENT), None)
    if head is None or segment is None:
        return None
    parts = {kind: (start, end) for kind, start, end in elements(data, *segment[1:])}
    if _TRACKS not in parts:
        return None
    track = _film_track(data, *parts[_TRACKS])
    blocks = [] if track is None else list(_blocks(data, segment[1:], track))
    keys = [one for one in blocks if one.key]
    if not keys:
        return None
    scale = _scale(data, parts.get(_INFO, (0, 0)))
    body = b"".join(
        _element(kind, data[slice(*parts[kind])]) for kind in (_INFO, _TRACKS) if kind in parts
    )
    body += b"".join(_cluster(data, one) for one in keys)
    film = _element(_EBML, data[head[1] : head[2]]) + _element(_SEGMENT, body)
    last = max(one.at for one in blocks) * scale / 1e9
    lasts = last - keys[0].at * scale / 1e9
    told = _declared(data, parts.get(_INFO, (0, 0)), scale)
    return KeyFilm(film=film, count=len(keys), seconds=lasts, last=last, declared=told)


def _film_track(data: bytes, start: int, end: int) -> int | None:
    for kind, first, last in elements(data, start, end):
        fields = {one: data[a:b] for one, a, b in elements(data, first, last)}
        if kind == _ENTRY and int.from_bytes(fields.get(_KIND, b""), "big") == _FILM:
            return int.from_bytes(fields.get(_NUMBER, b""), "big")
    return None


def _scale(data: bytes, info: tuple[int, int]) -> int:
    found = {kind: data[a:b] for kind, a, b in elements(data, *info)}.get(_SCALE)
    return int.from_bytes(found, "big") if found else _NANOSECONDS


def _declared(data: bytes, info: tuple[int, int], scale: int) -> float | None:
    found = {kind: data[a:b] for kind, a, b in elements(data, *info)}.get(_LASTS, b"")
    if len(found) not in {4, 8}:
        return None
    lasts = float(struct.unpack(">f" if len(found) == 4 else ">d", found)[0]) * scale / 1e9  # noqa: PLR2004 - a float or a double
    return lasts if 0 < lasts < _LONGEST_S else None


def _blocks(data: bytes, segment: tuple[int, int], track: int) -> Iterator[_Block]:
    left = _MOST_BLOCKS
    for kind, first, last in elements(data, *segment, most=_MOST_BLOCKS):
        if kind != _CLUSTER:
            continue
        base = 0
        for inner, start, end in elements(data, first, last, most=left):
            left -= 1
            if inner == _TIME:
                base = int.from_bytes(data[start : min(end, start + 8)], "big")
            found = _block(data, (inner, start, end), track, base)
            if found is not None:
                yield found


def _block(data: bytes, element: tuple[int, int, int], track: int, base: int) -> _Block | None:
    kind, start, end = element
    alone = False
    if kind == _GROUP:
        parts = {one: (a, b) for one, a, b in elements(data, start, end)}
        alone = _REFERS not in parts
        start, end = parts.get(_BLOCK, (0, 0))
    elif kind != _SIMPLE:
        return None
    # Numbers of tracks are one byte in practice: 0x80 and the number.
    if end - start < 5 or data[start] != 0x80 | track or data[start + 3] & _LACED:  # noqa: PLR2004 - number, time, flags, a picture
        return None
    at = base + int.from_bytes(data[start + 1 : start + 3], "big", signed=True)
    return _Block(
        at=at,
        key=alone or bool(data[start + 3] & _KEY and kind == _SIMPLE),
        start=start + 4,
        end=end,
    )


def _cluster(data: bytes, block: _Block) -> bytes:
    time = _element(_TIME, max(0, block.at).to_bytes(8, "big"))
    # The only track that has blocks keeps its number.
    number = data[block.start - 4 : block.start - 3]
    simple = number + b"\0\0" + bytes([_KEY]) + data[block.start : block.end]
    return _element(_CLUSTER, time + _element(_SIMPLE, simple))


def _element(kind: int, content: bytes) -> bytes:
    name = kind.to_bytes((kind.bit_length() + 7) // 8, "big")
    return name + (len(content) | 1 << 56).to_bytes(8, "big") + content
