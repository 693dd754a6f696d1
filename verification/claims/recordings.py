"""What a recording says of itself that is no MP4: AVI, WAV, Matroska and WebM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import loose_moment, unix_moment
from verification.readers.matroska import segment_info
from verification.readers.riff import riff_texts
from verification.values import ByteRange

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.moments import Moment

_RIFF = frozenset({"wav", "avi"})
_MATROSKA = frozenset({"mkv", "webm"})


def collect(context: Context) -> Collected:
    notes = Notes()
    data = context.submission.data
    if context.file_type.format in _RIFF:
        _note_riff(notes, data)
    else:
        _note_matroska(notes, data)
    return notes.collected


def _note_riff(notes: Notes, data: bytes) -> None:
    for name, start, end, text in riff_texts(data):
        if name == "ISFT":
            notes.word("software", "riff:ISFT", text)
        elif text:
            where = ByteRange(start=start, end=end)
            notes.time(f"riff:{name}", text, loose_moment, event="created", evidence=where)


def _note_matroska(notes: Notes, data: bytes) -> None:
    info = segment_info(data)
    if info.written is not None:
        where = ByteRange(start=info.start, end=info.end)
        notes.time("matroska:DateUTC", str(info.written), _unix, event="created", evidence=where)
    notes.word("software", "matroska:WritingApp", info.program)


def _unix(raw: str) -> Moment | None:
    return unix_moment(int(raw))


SOURCE = ClaimSource(id="recordings", formats=_RIFF | _MATROSKA, collect=collect)
