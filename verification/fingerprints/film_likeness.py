"""Whether a film, or a stretch of it, is one that was seen before.

Two films of one room share all that stands still. So only what changes from one moment to the next
counts: the same changes, at the same places, in the same order and at one distance in time. Edges
where clocks are burnt in do not count, and neither does what comes back again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.forms import HIGH, WIDE
from verification.fingerprints.film_changes import FINE, columns_of, even_paced, paired
from verification.fingerprints.film_frames import laid, lies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.film_changes import Even, Pairs, Series
    from verification.fingerprints.film_frames import Lie
    from verification.fingerprints.films import OpenedFilm

#: Rows at the top and the bottom in which clocks and titles stand.
_RIM = 3
#: Pictures a second from which a film was looked at as a whole.
_DENSE = 3.0
#: Root mean square, in grey levels, of a blurred change that is more than what coding leaves.
_MOVES = 1.0
#: Likeness (a cosine) of two changes that counts for nothing; above, for; below, against.
_LEVEL = 0.5
#: The least that a change in one film alone counts.
_WORST = -0.5
#: Changes that must agree and how sure they are: many, or few that agree closely.
ENOUGH = ((20, 0.57), (8, 0.66), (4, 0.87))
#: A stretch is told from so many seconds on, or where it is most of the shorter film.
LONG, SHORT, MOST = 10.0, 3.0, 0.8
#: Where another distance in time does nearly as well, the best one is less sure by so much.
_TWICE = 1 / 3
#: Likeness of a change to a later or earlier one of the same film, from which it comes again.
_AGAIN = 0.7
#: Likeness of the pictures themselves, in the middle of all.
PICTURES = 0.7
#: Distances in time that are looked at closely, and seconds by which they differ.
_PEAKS, _APART = 12, 0.8
#: Mean likeness from which no other lie is tried.
_SURE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How like two films are at the best distance in time."""

    #: Changes that do not come again, how like they are in the mean; what all changes amount to.
    changes: int
    mean: float
    score: float
    #: What the second best distance amounts to, as a share.
    second: float
    #: Likeness of the pictures, the middle one of those compared.
    pictures: float
    #: Seconds: in the new film, and in the earlier one.
    here: tuple[float, float]
    there: tuple[float, float]
    #: Seconds that each lasts.
    lasts: tuple[float, float]
    #: Moments that agree best, in both films.
    moments: tuple[tuple[float, float], ...]

    @property
    def sure(self) -> float:
        """Give how like the changes are, less what another distance in time would do."""
        return self.mean - _TWICE * self.second

    @property
    def is_copy(self) -> bool:
        """Say whether the stretch is the same film."""
        long = self.here[1] - self.here[0]
        return (
            any(self.changes >= count and self.sure >= least for count, least in ENOUGH)
            and self.pictures >= PICTURES
            and long >= min(LONG, max(SHORT, MOST * min(self.lasts)))
        )


def compare(new: OpenedFilm, earlier: OpenedFilm) -> Measured | None:
    """Measure the likeness of two films; None where nothing in them agrees."""
    if _sought(earlier) < _sought(new):
        turned = _measured(earlier, new)
        return None if turned is None else _turned(turned)
    return _measured(new, earlier)


def _sought(film: OpenedFilm) -> tuple[bool, float]:
    """Order films: one of which few pictures were kept is sought in the other, else the shorter."""
    lasts = float(film.times[-1])
    return len(film.times) >= _DENSE * lasts, lasts


def _turned(one: Measured) -> Measured:
    return Measured(
        changes=one.changes,
        mean=one.mean,
        score=one.score,
        second=one.second,
        pictures=one.pictures,
        here=one.there,
        there=one.here,
        lasts=(one.lasts[1], one.lasts[0]),
        moments=tuple((there, here) for here, there in one.moments),
    )


def _measured(one: OpenedFilm, other: OpenedFilm) -> Measured | None:
    pairs, even = paired(one), even_paced(other)
    if not len(pairs.starts):
        return None
    best: Measured | None = None
    again = _coming_again(pairs, even_paced(one))
    for lie in lies(one, other):
        told = _at_lie(pairs, even, lie, again)
        if told is not None and (best is None or told.score > best.score):
            best = told
        if best is not None and best.is_copy and best.mean >= _SURE:
            break
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Again:
    """Which changes come again in the same film, as those of machines and clocks do, and where."""

    again: NDArray[np.bool_]
    #: The step at which the likest begins.
    steps: NDArray[np.int64]
    #: What is left of each where that is taken away.
    left: Series


def _coming_again(pairs: Pairs, film: Even) -> _Again:
    cells = _counts()
    likeness, counts = _likenesses(pairs, film.smalls[:, cells], film.known, cells)
    here = np.rint(pairs.starts * FINE)
    far = np.abs(np.arange(likeness.shape[1]) - here[:, None]) > _APART * FINE
    likeness = np.where(counts & far, likeness, 0)
    steps = likeness.argmax(axis=1)
    gaps = np.rint((pairs.ends - pairs.starts) * FINE).astype(int)
    ends = (steps + gaps).clip(0, len(film.smalls) - 1)
    return _Again(
        again=np.asarray(likeness.max(axis=1) >= _AGAIN),
        steps=steps,
        left=pairs.changes - (film.smalls[ends] - film.smalls[steps]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """The other film as it lies in the one, and how like each change is to each of its steps."""

    smalls: Series
    cells: NDArray[np.bool_]
    likeness: Series
    counts: NDArray[np.bool_]


def _at_lie(pairs: Pairs, even: Even, lie: Lie, again: _Again) -> Measured | None:
    moved, inside = laid(even.smalls, lie)
    cells = inside & _counts() & _lies_in_counts(lie)
    if cells.sum() < WIDE * HIGH / 8:
        return None
    likeness, counts = _likenesses(pairs, moved[:, cells], even.known, cells)
    there = _Laid(moved, cells, likeness, counts)
    found = [_stretch(pairs, there, again, shift) for shift in _shifts(pairs, likeness, counts)]
    found.sort(key=lambda one: -one.score)
    if not found or found[0].score <= 0:
        return None
    best = found[0]
    second = found[1].score / best.score if len(found) > 1 else 0.0
    return _told(pairs, there, best, second)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """The pairs, from `first` to `last`, that speak most for one distance in time, in steps."""

    score: float
    shift: int
    first: int
    last: int
    #: How like each pair is at this distance, and whether it counts.
    likes: Series
    used: NDArray[np.bool_]


def _told(pairs: Pairs, there: _Laid, best: _Stretch, second: float) -> Measured:
    rows = np.arange(best.first, best.last + 1)
    used, likes = best.used[rows], best.likes[rows]
    columns = columns_of(pairs, best.shift)[rows].clip(0, len(there.smalls) - 1)
    here = (float(pairs.starts[best.first]), float(pairs.ends[best.last]))
    apart = best.shift / FINE
    return Measured(
        changes=int(used.sum()),
        mean=float(likes[used].mean()),
        score=best.score,
        second=second,
        pictures=_pictures(
            pairs.firsts[rows][:, there.cells], there.smalls[columns][:, there.cells]
        ),
        here=here,
        there=(here[0] + apart, here[1] + apart),
        lasts=(float(pairs.ends[-1]), len(there.smalls) / FINE),
        moments=_moments(pairs.starts[rows], np.where(used, likes, -1.0), apart),
    )


def _stretch(pairs: Pairs, there: _Laid, again: _Again, shift: int) -> _Stretch:
    steps = there.likeness.shape[1]
    columns = columns_of(pairs, shift)
    inside = (columns >= 0) & (columns < steps)
    rows, at = np.arange(len(columns)), columns.clip(0, steps - 1)
    left, counted = _left_alike(pairs, there, again, shift)
    likes = np.where(again.again, left, there.likeness[rows, at])
    used = inside & np.where(again.again, counted, there.counts[rows, at])
    best, total, start = (0.0, 0, 0), 0.0, 0
    for row in np.nonzero(used)[0]:
        if total <= 0:
            total, start = 0.0, int(row)
        total += max(float(likes[row]) - _LEVEL, _WORST)
        if total > best[0]:
            best = (total, start, int(row))
    score, first, last = best
    still = inside & ~used
    while score > 0 and first > 0 and still[first - 1]:
        first -= 1
    while score > 0 and last + 1 < len(still) and still[last + 1]:
        last += 1
    return _Stretch(score=score, shift=shift, first=first, last=last, likes=likes, used=used)


def _left_alike(
    pairs: Pairs, there: _Laid, again: _Again, shift: int
) -> tuple[Series, NDArray[np.bool_]]:
    """Say how like changes are without what comes again, taken away in both; and which count."""
    gaps = np.rint((pairs.ends - pairs.starts) * FINE).astype(int)
    first, other = columns_of(pairs, shift), again.steps + shift
    last = np.maximum(first, other) + gaps
    inside = (np.minimum(first, other) >= 0) & (last < len(there.smalls))
    at = [np.where(inside, one, 0) for one in (first, first + gaps, other, other + gaps)]
    begun, ended, before, after = (there.smalls[one][:, there.cells] for one in at)
    far = ended - begun - after + before
    near = again.left[:, there.cells]
    sizes = [np.sqrt((one**2).mean(1)) for one in (near, far)]
    likeness = (near * far).mean(1) / np.prod([np.maximum(one, _MOVES) for one in sizes], axis=0)
    return np.asarray(likeness, np.float32), inside & (np.maximum(*sizes) > _MOVES)


def _counts() -> NDArray[np.bool_]:
    cells = np.zeros((HIGH, WIDE), np.bool_)
    cells[_RIM : HIGH - _RIM] = True
    return cells


def _lies_in_counts(lie: Lie) -> NDArray[np.bool_]:
    """Leave out cells that lie in the other film's rims."""
    rows = lie.down[0] * (np.arange(HIGH) + 0.5) / HIGH + lie.down[1]
    return np.repeat(((rows > _RIM / HIGH) & (rows < 1 - _RIM / HIGH))[:, None], WIDE, axis=1)


def _likenesses(
    pairs: Pairs, moved: Series, known: NDArray[np.bool_], cells: NDArray[np.bool_]
) -> tuple[Series, NDArray[np.bool_]]:
    """Give for each pair here and each step there how like the changes are, and whether it counts.

    A change in one of both films alone counts, and is unlike.
    """
    steps = len(moved)
    likeness = np.zeros((len(pairs.starts), steps), np.float32)
    counts = np.zeros((len(pairs.starts), steps), np.bool_)
    gaps = np.rint((pairs.ends - pairs.starts) * FINE).astype(int)
    here = pairs.changes[:, cells]
    size = np.sqrt((here**2).mean(1))
    for gap in np.unique(gaps):
        if gap >= steps:
            continue
        rows = np.nonzero(gaps == gap)[0]
        there = moved[gap:] - moved[:-gap]
        far = np.sqrt((there**2).mean(1))
        both = known[gap:] & known[:-gap]
        found = (here[rows] @ there.T) / cells.sum()
        found /= np.maximum(size[rows], _MOVES)[:, None] * np.maximum(far, _MOVES)[None, :]
        moves = (size[rows] > _MOVES)[:, None] | (_near(far, np.minimum) > _MOVES)[None, :]
        likeness[rows, : steps - gap] = _near(found, np.maximum)
        counts[rows, : steps - gap] = moves & both[None, :]
    return likeness, counts


def _near(steps: Series, better: np.ufunc) -> Series:
    """Give the best of each step and its neighbours: pictures are shown a little late or early."""
    best = steps.copy()
    best[..., 1:] = better(best[..., 1:], steps[..., :-1])
    best[..., :-1] = better(best[..., :-1], steps[..., 1:])
    return best


def _shifts(pairs: Pairs, likeness: Series, counts: NDArray[np.bool_]) -> list[int]:
    """Give the distances in time, in steps, at which most agrees; no two of them near."""
    starts = np.rint(pairs.starts * FINE).astype(np.int64)
    steps = likeness.shape[1]
    least = -int(starts[-1])
    worth = np.where(counts, np.maximum(likeness - _LEVEL, 0), 0)
    sums = np.zeros(steps - least + 1, np.float64)
    for row, start in enumerate(starts):
        sums[-int(start) - least : steps - int(start) - least] += worth[row]
    chosen: list[int] = []
    for _ in range(_PEAKS):
        best = int(sums.argmax())
        if sums[best] <= 0:
            break
        chosen.append(best + least)
        near = round(_APART * FINE)
        sums[max(0, best - near) : best + near + 1] = 0
    return chosen


def _pictures(here: Series, there: Series) -> float:
    """Give how like pictures are, light and contrast left out; the middle one of all."""
    one = here - here.mean(1, keepdims=True)
    other = there - there.mean(1, keepdims=True)
    size = np.sqrt((one**2).sum(1) * (other**2).sum(1))
    return float(np.median((one * other).sum(1) / np.maximum(size, 1e-6)))


def _moments(
    starts: NDArray[np.float64], likes: Series, apart: float
) -> tuple[tuple[float, float], ...]:
    """Give the moment that agrees best in each third of the stretch."""
    thirds = [one for one in np.array_split(np.arange(len(starts)), 3) if len(one)]
    best = [int(one[likes[one].argmax()]) for one in thirds]
    return tuple((float(starts[one]), float(starts[one]) + apart) for one in best)
