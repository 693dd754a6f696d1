"""What a film or recording says of itself: the header times of MP4 and its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import unix_moment
from verification.readers.isobmff import SECONDS_1904_TO_1970, BoxError, movie_times
from verification.values import ByteRange, Text

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.moments import Moment
    from verification.readers.isobmff import HeaderTimes


def collect(context: Context) -> Collected:
    notes = Notes()
    seen = False
    try:
        for times in movie_times(context.submission.data):
            seen = True
            _note(notes, times)
    except BoxError as error:
        notes.unreadable("mp4:moov", str(error))
        return notes.collected
    if not seen:
        notes.unreadable("mp4:moov", "no movie header (mvhd) in the file")
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


def _since_1904(raw: str) -> Moment | None:
    """Read seconds since 1904 in UTC; 0 is a clock that was never set, not the year 1904."""
    seconds = int(raw)
    return unix_moment(seconds - SECONDS_1904_TO_1970) if seconds else None


SOURCE = ClaimSource(
    id="movie.headers",
    formats=frozenset({"mp4", "mov", "3gp", "m4a", "m4v"}),
    collect=collect,
)
