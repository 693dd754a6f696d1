"""What a film or recording says of itself: header times of MP4 and its kin, dates as text, XMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.claims.xmp import note_xmp
from verification.examination import ClaimSource
from verification.moments import loose_moment, unix_moment
from verification.readers.isobmff import SECONDS_1904_TO_1970, BoxError, movie_times
from verification.readers.movie_texts import written_texts, xmp_packet
from verification.values import ByteRange, Text

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.moments import Moment
    from verification.readers.isobmff import HeaderTimes
    from verification.values import Event

#: Cameras write these when they record. The day in a list of iTunes is when a song came out.
_RECORDED = ("moov/udta/©day", "/com.apple.quicktime.creationdate")


def collect(context: Context) -> Collected:
    notes = Notes()
    data = context.submission.data
    seen = False
    try:
        for times in movie_times(data):
            seen = True
            _note(notes, times)
    except BoxError as error:
        notes.unreadable("mp4:moov", str(error))
        return notes.collected
    if not seen:
        notes.unreadable("mp4:moov", "no movie header (mvhd) in the file")
        return notes.collected
    _note_texts(notes, data)
    if packet := xmp_packet(data):
        note_xmp(notes, packet, "mp4:xmp")
    return notes.collected


def _note(notes: Notes, times: HeaderTimes) -> None:
    where = ByteRange(
        start=times.start,
        end=times.end,
        caption=Text(zh=f"影片头 {times.path}", en=f"header box {times.path}"),
    )
    created, modified = f"mp4:{times.path}/creation_time", f"mp4:{times.path}/modification_time"
    notes.time(created, str(times.created), _since_1904, event="created", evidence=where)
    # The standard sets both; an unset modification next to a set creation tells nothing.
    if times.modified:
        notes.time(modified, str(times.modified), _since_1904, event="modified", evidence=where)


def _note_texts(notes: Notes, data: bytes) -> None:
    for path, box, text in written_texts(data):
        if not path.endswith(("day", "creationdate")):
            notes.word("software", f"mp4:{path}", text)
            continue
        caption = Text(zh=f"文字日期 {path}", en=f"date as text {path}")
        where = ByteRange(start=box.start, end=box.end, caption=caption)
        event: Event | None = "created" if path.endswith(_RECORDED) else None
        notes.time(f"mp4:{path}", text, loose_moment, event=event, evidence=where)


def _since_1904(raw: str) -> Moment | None:
    """Read seconds since 1904 in UTC; 0 is a clock that was never set, not the year 1904."""
    seconds = int(raw)
    return unix_moment(seconds - SECONDS_1904_TO_1970) if seconds else None


SOURCE = ClaimSource(
    id="movie.headers",
    formats=frozenset({"mp4", "mov", "3gp", "m4a", "m4v"}),
    collect=collect,
)
