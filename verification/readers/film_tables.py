"""The sample tables of a film track (ISO/IEC 14496-12, 8.5 to 8.7), and a film of some samples.

A decoder that is given all of a film decodes all of it. So the pictures that are wanted are copied
into a film of their own, with the times that they have in the whole one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from verification.readers.isobmff import Box, BoxError, boxes, find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

#: Two hours at sixty pictures a second.
MOST_SAMPLES = 432_000
_UNITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_HALF_RANGE = 1 << 31


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FilmTrack:
    """One film track: where each coded picture lies and when it is shown, in decoding order."""

    #: Units a second.
    timescale: int
    #: As the header says it, in those units; 0 where it is not said.
    duration: int
    matrix: bytes = field(repr=False)
    #: The sample descriptions (stsd) as they are.
    descriptions: bytes = field(repr=False)
    sizes: Numbers = field(repr=False)
    offsets: Numbers = field(repr=False)
    decoded: Numbers = field(repr=False)
    shown: Numbers = field(repr=False)
    #: Indices of the pictures that need no other one.
    keys: Numbers = field(repr=False)

    @property
    def codec(self) -> str:
        """Give the four letters of how its pictures are coded, as the first description has it."""
        letters = self.descriptions[20:24].decode("ascii", "replace")
        return letters if letters.isalnum() else ""

    @property
    def seconds(self) -> float:
        """Give how long its pictures are shown."""
        if not len(self.decoded):
            return self.duration / self.timescale
        steps = np.diff(self.decoded)
        last = int(steps[-1]) if len(steps) else 0
        return (int(self.decoded[-1] - self.decoded[0]) + last) / self.timescale


def film_track(data: bytes) -> FilmTrack | None:
    """Read the first film track; None without one. Raises BoxError for tables that are broken."""
    moov = find(data, b"moov")
    if moov is None:
        return None
    for track in boxes(data, moov.body, moov.end):
        media = find(data, b"mdia", track.body, track.end) if track.name == b"trak" else None
        if media is not None and _handler(data, media) == b"vide":
            return _track(data, track, media)
    return None


def film_of(data: bytes, track: FilmTrack, chosen: Sequence[int]) -> bytes:
    """Write a film of the chosen samples (indices, rising) in which each keeps its time."""
    order = np.asarray(chosen, np.int64)
    pieces = [
        data[int(at) : int(at + size)]
        for at, size in zip(track.offsets[order], track.sizes[order], strict=True)
    ]
    head = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    first = len(head) + 8
    body = _moov(track, order, first)
    return head + _box(b"mdat", b"".join(pieces)) + body


def _handler(data: bytes, media: Box) -> bytes:
    box = find(data, b"hdlr", media.body, media.end)
    return data[box.body + 8 : box.body + 12] if box else b""


def _needed(data: bytes, name: bytes, inside: Box) -> Box:
    box = find(data, name, inside.body, inside.end)
    if box is None:
        raise BoxError(f"{name.decode()}: the box is missing")
    return box


def _track(data: bytes, track: Box, media: Box) -> FilmTrack:
    table = _needed(data, b"stbl", _needed(data, b"minf", media))
    header = _needed(data, b"mdhd", media)
    timescale, duration = _clock(data, header)
    sizes = _sizes(data, _needed(data, b"stsz", table))
    count = len(sizes)
    decoded = _times(data, find(data, b"stts", table.body, table.end), count)
    delays = _delays(data, find(data, b"ctts", table.body, table.end), count)
    description = _needed(data, b"stsd", table)
    return FilmTrack(
        timescale=timescale,
        duration=duration,
        matrix=_matrix(data, find(data, b"tkhd", track.body, track.end)),
        descriptions=data[description.start : description.end],
        sizes=sizes,
        offsets=_offsets(data, table, sizes),
        decoded=decoded,
        shown=decoded + delays,
        keys=_keys(data, find(data, b"stss", table.body, table.end), count),
    )


def _clock(data: bytes, box: Box) -> tuple[int, int]:
    form, at = (">IQ", 20) if data[box.body : box.body + 1] == b"\1" else (">II", 12)
    if box.end - box.body < at + struct.calcsize(form):
        raise BoxError("mdhd: the box is cut off")
    timescale, duration = struct.unpack_from(form, data, box.body + at)
    if not timescale:
        raise BoxError("mdhd: no units a second")
    return timescale, duration if duration < (1 << 32) - 1 else 0


def _matrix(data: bytes, box: Box | None) -> bytes:
    if box is None:
        return _UNITY
    start = box.body + (52 if data[box.body : box.body + 1] == b"\1" else 40)
    matrix = data[start : min(start + 36, box.end)]
    return matrix if len(matrix) == len(_UNITY) else _UNITY


def _entries(data: bytes, box: Box, width: int, start: int = 4) -> Numbers:
    """Read the rows of a full box: a count, then rows of `width` numbers of four bytes."""
    room = box.end - box.body - start - 4
    if room < 0:
        raise BoxError(f"{box.name.decode('ascii', 'replace')}: the box is cut off")
    count = struct.unpack_from(">I", data, box.body + start)[0]
    if count > MOST_SAMPLES or count * 4 * width > room:
        raise BoxError(f"{box.name.decode('ascii', 'replace')}: more entries than there is room")
    rows = np.frombuffer(data, ">u4", count * width, box.body + start + 4)
    table: Numbers = rows.astype(np.int64).reshape(count, width)
    return table


def _sizes(data: bytes, box: Box) -> Numbers:
    if box.end - box.body < 12:  # noqa: PLR2004 - version, one size, count
        raise BoxError("stsz: the box is cut off")
    same, count = struct.unpack_from(">II", data, box.body + 4)
    if same:
        if count > MOST_SAMPLES:
            raise BoxError("stsz: more samples than a film has")
        return np.full(count, same, np.int64)
    return _entries(data, box, 1, 8)[:, 0]


def _spread(rows: Numbers, count: int) -> Numbers:
    """Lay out (how often, value) rows; what is missing repeats the last one."""
    if not len(rows):
        return np.zeros(count, np.int64)
    often = np.minimum(rows[:, 0], count)
    kept = int(np.searchsorted(np.cumsum(often), count)) + 1
    values = np.repeat(rows[:kept, 1], often[:kept])[:count]
    rest = np.full(count - len(values), rows[-1, 1], np.int64)
    return np.concatenate([values, rest])


def _times(data: bytes, box: Box | None, count: int) -> Numbers:
    if box is None:
        raise BoxError("stts: the box is missing")
    steps = _spread(_entries(data, box, 2), count)
    times: Numbers = np.cumsum(steps) - steps
    return times


def _delays(data: bytes, box: Box | None, count: int) -> Numbers:
    if box is None:
        return np.zeros(count, np.int64)
    delays = _spread(_entries(data, box, 2), count)
    return np.where(delays >= _HALF_RANGE, delays - 2 * _HALF_RANGE, delays)


def _keys(data: bytes, box: Box | None, count: int) -> Numbers:
    if box is None:
        return np.arange(count)
    keys = np.unique(_entries(data, box, 1)[:, 0] - 1)
    return keys[(keys >= 0) & (keys < count)]


def _offsets(data: bytes, table: Box, sizes: Numbers) -> Numbers:
    narrow = find(data, b"stco", table.body, table.end)
    if narrow is not None:
        chunks = _entries(data, narrow, 1)[:, 0]
    else:
        pairs = _entries(data, _needed(data, b"co64", table), 2)
        chunks = (pairs[:, 0] & 0x7FFFFFFF) << 32 | pairs[:, 1]
    held = _samples_of_chunks(_entries(data, _needed(data, b"stsc", table), 3), len(chunks))
    total = np.minimum(np.cumsum(held), len(sizes))
    held = np.diff(total, prepend=0)
    chunk_of = np.repeat(np.arange(len(chunks)), held)
    if len(chunk_of) != len(sizes):
        raise BoxError("stsc: the chunks hold fewer samples than there are")
    before = np.cumsum(sizes) - sizes
    first = np.append(before, 0)[np.minimum(total - held, len(sizes))]
    offsets: Numbers = chunks[chunk_of] + before - first[chunk_of]
    return offsets


def _samples_of_chunks(rows: Numbers, chunks: int) -> Numbers:
    if not len(rows):
        return np.zeros(chunks, np.int64)
    which = np.searchsorted(rows[:, 0], np.arange(1, chunks + 1), side="right") - 1
    held: Numbers = np.minimum(rows[np.maximum(which, 0), 1], MOST_SAMPLES)
    return held


def _box(name: bytes, *bodies: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, bodies)), name) + b"".join(bodies)


def _table(name: bytes, rows: NDArray[np.generic]) -> bytes:
    return _box(name, struct.pack(">II", 0, len(rows)), rows.astype(">i8").astype(">u4").tobytes())


def _moov(track: FilmTrack, order: Numbers, first: int) -> bytes:
    times = track.decoded[order]
    steps = np.diff(times, append=times[-1:] + 1)
    lead = int(times[0]) if len(times) else 0
    once = np.ones(len(order), np.int64)
    keys = np.nonzero(np.isin(order, track.keys))[0] + 1
    stbl = _box(
        b"stbl",
        track.descriptions,
        _table(b"stts", np.column_stack([once, steps])),
        _table(b"stss", keys),
        _box(
            b"ctts",
            struct.pack(">II", 1 << 24, len(order)),
            np.column_stack([once, track.shown[order] - times]).astype(">i4").tobytes(),
        ),
        _table(b"stsc", np.array([[1, len(order), 1]])),
        _box(
            b"stsz",
            struct.pack(">III", 0, 0, len(order)),
            track.sizes[order].astype(">u4").tobytes(),
        ),
        _table(b"stco", np.array([first])),
    )
    length = min(int(times[-1]) - lead + 1 if len(times) else 0, _HALF_RANGE - 1)
    dref = _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", b"\0\0\0\1"))
    minf = _box(b"minf", _box(b"vmhd", b"\0\0\0\1" + bytes(8)), _box(b"dinf", dref), stbl)
    mdhd = _box(b"mdhd", struct.pack(">5I", 0, 0, 0, track.timescale, length), b"\x55\xc4\0\0")
    hdlr = _box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    tkhd = _box(
        b"tkhd", struct.pack(">6I", 3, 0, 0, 1, 0, length), bytes(16), track.matrix, bytes(8)
    )
    mvhd = _box(
        b"mvhd", struct.pack(">5I", 0, 0, 0, track.timescale, length),
        b"\0\1\0\0\1\0" + bytes(10), _UNITY, bytes(24), b"\0\0\0\2",
    )  # fmt: skip
    return _box(b"moov", mvhd, _box(b"trak", tkhd, _box(b"mdia", mdhd, hdlr, minf)))
