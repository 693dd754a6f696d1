"""The dates in RIFF files: AVI's IDIT, WAV's bext (EBU Tech 3285), ICRD of the INFO list."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: More chunks than a recording has on the levels that are walked.
_MOST_CHUNKS = 10_000
_LISTS = frozenset({b"hdrl", b"INFO"})
_TEXTS = frozenset({b"IDIT", b"ICRD", b"ISFT"})
_TEXT_BYTES = 256
#: Where the day and the time stand in a bext chunk.
_BEXT_DAY, _BEXT_TIME, _BEXT_END = 320, 330, 338


def riff_texts(data: bytes) -> Iterator[tuple[str, int, int, str]]:
    """Give ``IDIT``, ``ICRD``, ``bext`` and ``ISFT``: name, where it lies, the text."""
    open_levels = [(12, len(data))]
    order = ">" if data.startswith(b"RIFX") else "<"
    steps = 0
    while open_levels:
        position, end = open_levels.pop()
        while position + 8 <= end and steps < _MOST_CHUNKS:
            steps += 1
            name, size = struct.unpack_from(f"{order}4sI", data, position)
            start, stop = position + 8, min(position + 8 + size, end)
            if name == b"LIST" and data[start : start + 4] in _LISTS:
                open_levels.append((start + 4, stop))
            elif name in _TEXTS:
                yield (
                    name.decode(),
                    start,
                    stop,
                    _text(data[start : min(stop, start + _TEXT_BYTES)]),
                )
            elif name == b"bext" and stop - start >= _BEXT_END:
                day = _text(data[start + _BEXT_DAY : start + _BEXT_TIME])
                time = _text(data[start + _BEXT_TIME : start + _BEXT_END])
                yield "bext", start, stop, f"{day} {time}".strip()
            position = stop + size % 2


def is_cut_off(data: bytes) -> bool:
    """Say whether the first chunk goes on behind the end of the file; no size: it is not known."""
    size = int.from_bytes(data[4:8], "big" if data.startswith(b"RIFX") else "little")
    return size not in {0, 0xFFFFFFFF} and 8 + size > len(data)


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("latin-1").strip()
