"""Films of which the tables are not read by us: as OpenCV finds its way in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.films.film import PARTLY, UNDECODED, Film
from verification.readers import opencv_film

if TYPE_CHECKING:
    from verification.readers.opencv_film import FilmHeader, Frame

#: Pixels that may be decoded: 90 frames of 1080p, or 800 of 640 × 360.
_DECODED = 190_000_000
_KEPT = 60_000_000
_WANTED = 24
#: Where less of a film's time was decoded, some of its pictures are broken.
SEEN = 0.8
#: Seconds of a film that does not say how long it lasts.
_GUESSED = 30.0
#: Places that are jumped to in a film that is too long to be decoded whole.
_JUMPS = 8


def looked_at(data: bytes, seconds: float | None) -> Film:
    """Decode a short film whole; jump to places of a long one. Raises nothing."""
    head = opencv_film.header(data)
    if head is None:
        return Film(seconds=seconds, trouble=UNDECODED)
    if seconds is None and head.rate and head.count:
        seconds = head.count / head.rate
    frames = _frames(data, head) if head.count else _by_time(data, head, seconds)
    if not frames:
        return Film(seconds=seconds, trouble=UNDECODED)
    # Decoding ends at the first picture that is broken.
    ended = head.count and seconds is not None and frames[-1].at < SEEN * seconds
    trouble = PARTLY if ended else None
    return Film(seconds=seconds or frames[-1].at, frames=frames, trouble=trouble)


def _frames(data: bytes, head: FilmHeader) -> tuple[Frame, ...]:
    budget = max(8, _DECODED // (head.width * head.height))
    room = _room(head)
    count = head.count
    if count <= budget:
        step = max(1.0, count / room)
        places = {round(number * step) for number in range(room)} | {count - 1}
        return tuple(opencv_film.frames(data, lambda number, _: number in places, count))
    found: list[Frame] = []
    for number in range(_JUMPS):
        start = (count - 1) * number // (_JUMPS - 1)
        found += opencv_film.frames(data, lambda _, __: True, 1, start)
    rising = {round(one.at, 3): one for one in found}
    return tuple(rising[at] for at in sorted(rising))


def _by_time(data: bytes, head: FilmHeader, seconds: float | None) -> tuple[Frame, ...]:
    """Take a picture every so often: browsers do not say how many there are."""
    budget = max(8, _DECODED // (head.width * head.height))
    room = _room(head)
    step = (seconds or _GUESSED) / room
    taken: list[float] = []

    def wanted(_: int, at: float) -> bool:
        if len(taken) > room or (taken and at - taken[-1] < step):
            return False
        taken.append(at)
        return True

    return tuple(opencv_film.frames(data, wanted, budget))


def _room(head: FilmHeader) -> int:
    return max(4, min(_WANTED, _KEPT // (head.width * head.height)))
