"""A few frames of a film, spread over all of it, for little processor time.

Pictures that need no other one (key frames) cost least. Where they are few, some that follow each
are decoded too, as long as the budget lasts. What could not be looked at is told, never raised.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from verification.films import whole
from verification.films.film import CUT_OFF, PARTLY, UNDECODED, Film
from verification.readers import matroska, matroska_film, opencv_film, riff
from verification.readers.film_tables import FilmTrack, film_of, film_track
from verification.readers.isobmff import BoxError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from verification.readers.opencv_film import Frame

    Numbers = NDArray[np.int64]

#: Frames that are looked at, where the film has so many.
WANTED = 24
#: With fewer key frames, pictures between them are decoded.
_FEW = 10
#: With no more, as many times more pictures are decoded: else most of the film is not seen.
_VERY_FEW = 3
#: Pixels that may be decoded: 90 frames of 1080p, or 800 of 640 × 360.
_DECODED = 190_000_000
#: Pixels of frames that are kept, three bytes each.
_KEPT = 60_000_000
_MOST_FRAMES = 1_500

_BOXES, _MATROSKA = frozenset({"mp4", "mov", "3gp", "m4v"}), frozenset({"webm", "mkv"})


def sampled(data: bytes, form: str | None) -> Film:
    """Look at some frames. Raises nothing for a broken film."""
    if form in _BOXES:
        try:
            track = film_track(data)
        except BoxError as error:
            return Film(seconds=None, trouble=str(error))
        if track is None:
            return Film(seconds=None, trouble="no film track")
        if len(track.sizes):
            return _of_track(data, track)
    film = _streamed(data, form)
    cut = matroska.is_cut_off(data) if form in _MATROSKA else riff.is_cut_off(data)
    if cut and film.frames and film.trouble is None and form in _MATROSKA | {"avi"}:
        return replace(film, trouble=CUT_OFF)
    return film


def _streamed(data: bytes, form: str | None) -> Film:
    keys = matroska_film.key_film(data) if form in _MATROSKA else None
    if keys is None:
        return whole.looked_at(data, None)
    # Blocks behind a damage are not found: then the head says more than there is.
    ends = keys.declared or keys.last
    lost = keys.last < whole.SEEN * ends - 1
    seconds = max(keys.seconds, ends) if lost else keys.seconds
    if keys.count < _FEW:
        film = whole.looked_at(data, seconds)
    else:
        head = opencv_film.header(keys.film)
        step = max(1, keys.count // _room(head.width * head.height)) if head else 1
        frames = _decoded(keys.film, set(range(0, keys.count, step)))
        film = Film(seconds=seconds, frames=frames, trouble=_trouble(frames, 1))
    return replace(film, trouble=PARTLY) if lost and film.frames and not film.trouble else film


def _of_track(data: bytes, track: FilmTrack) -> Film:
    inside = track.offsets + track.sizes <= len(data)
    cut = not bool(inside.all())
    keys = track.keys[inside[track.keys]]
    if not len(keys):
        return Film(seconds=track.seconds, trouble="no picture that can be decoded alone")
    first = film_of(data, track, [int(keys[0])])
    head = opencv_film.header(first)
    if head is None:
        return Film(seconds=track.seconds, trouble=UNDECODED, codec=track.codec)
    chosen = _chosen(track, keys, inside, head.width * head.height)
    order = np.argsort(np.argsort(track.shown[chosen], kind="stable"), kind="stable")
    picked = _picked(chosen, keys, order, head.width * head.height)
    frames = _decoded(film_of(data, track, chosen), picked)
    trouble = _trouble(frames, len(picked)) or (CUT_OFF if cut else None)
    return Film(seconds=track.seconds, frames=frames, trouble=trouble, codec=track.codec)


def _room(pixels: int) -> int:
    return max(4, min(WANTED, _KEPT // max(1, pixels)))


def _chosen(track: FilmTrack, keys: Numbers, inside: NDArray[np.bool_], pixels: int) -> list[int]:
    """Give the samples to decode: key frames, and where they are few what follows them."""
    room, shown = _room(pixels), track.shown
    if len(keys) >= _FEW:
        return [int(one) for one in _spread(keys, room)]
    budget = min(_MOST_FRAMES, _DECODED // max(1, pixels))
    if len(keys) <= _VERY_FEW:
        budget *= _VERY_FEW
    usable = int(inside.cumprod().sum())
    ends = [*(int(one) for one in keys[1:]), max(usable, int(keys[-1]) + 1)]
    if ends[-1] - int(keys[0]) <= budget:
        return list(range(int(keys[0]), ends[-1]))
    each = max(1, budget // len(keys))
    return [
        one
        for start, end in zip(keys, ends, strict=True)
        for one in range(int(start), min(end, int(start) + each))
        # Shown before its key frame, it is drawn upon pictures before that, which are not decoded.
        if shown[one] >= shown[start]
    ]


def _picked(chosen: list[int], keys: Numbers, order: Numbers, pixels: int) -> set[int]:
    """Give which decoded frames (numbered as they are shown) are kept: spread over all of them."""
    room = _room(pixels)
    numbers = np.arange(len(chosen))
    if len(chosen) <= room:
        return set(range(len(chosen)))
    picked = {int(one) for one in _spread(numbers, room)}
    if len(keys) < room // 2:
        starts = np.nonzero(np.isin(chosen, keys))[0]
        picked |= {int(order[one]) for one in starts}
    return picked


def _spread(rising: Numbers, count: int) -> Numbers:
    if len(rising) <= count:
        return rising
    few: Numbers = rising[np.unique(np.linspace(0, len(rising) - 1, count).round().astype(int))]
    return few


def _decoded(film: bytes, picked: set[int]) -> tuple[Frame, ...]:
    if not picked:
        return ()
    most = max(picked) + 1
    return tuple(opencv_film.frames(film, lambda number, _: number in picked, most))


def _trouble(frames: Sequence[Frame], wanted: int) -> str | None:
    if not frames:
        return UNDECODED
    return PARTLY if len(frames) < wanted else None
