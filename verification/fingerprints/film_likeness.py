"""Whether a film, or a stretch of it, is one that was seen before.

Two films of one room share all that stands still. So only what changes from one moment to the next
counts: the same changes, at the same places, in the same order and at one distance in time. Edges
where clocks are burnt in do not count, and neither does what comes back again and again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.films.strip import HIGH, WIDE
from verification.fingerprints.film_frames import laid, lies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.film_frames import Lie
    from verification.fingerprints.films import OpenedFilm

    Series = NDArray[np.float32]

#: Rows at the top and the bottom in which clocks and titles stand.
_RIM = 3
#: Steps a second at which the earlier film is looked at.
_FINE = 20
#: Seconds between two pictures that are held against each other.
_LEAST_GAP, _MOST_GAP = 0.35, 1.1
#: Seconds over which pictures that were kept may be bridged.
_BRIDGED = 0.45
#: Root mean square, in grey levels, of a blurred change that is more than what coding leaves.
_MOVES = 1.0
#: Likeness (a cosine) of two changes that counts for nothing; above, for; below, against.
_LEVEL = 0.5
#: The least that a change in one film alone counts.
_WORST = -0.5
#: Changes that must agree and how like they are in the mean: many, or few that agree closely.
ENOUGH = ((8, 0.7), (4, 0.9))
#: A stretch is told from so many seconds on, or where it is most of the shorter film.
LONG, SHORT, MOST = 10.0, 3.0, 0.8
#: Where another distance in time does nearly as well, what happens comes back again and again.
TWICE = 0.6
#: Likeness of the pictures themselves, in the middle of all.
PICTURES = 0.7
#: Distances in time that are looked at closely, and seconds by which they differ.
_PEAKS, _APART = 5, 0.8
#: Mean likeness from which no other lie is tried.
_SURE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How like two films are at the best distance in time."""

    #: Changes that count, how like they are in the mean, and what they amount to.
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
    def is_copy(self) -> bool:
        """Say whether the stretch is the same film."""
        long = self.here[1] - self.here[0]
        return (
            any(self.changes >= count and self.mean >= mean for count, mean in ENOUGH)
            and self.second <= TWICE
            and self.pictures >= PICTURES
            and long >= min(LONG, max(SHORT, MOST * min(self.lasts)))
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Even:
    """A film at an even pace, and where it is known."""

    smalls: Series
    known: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Neighbouring pictures of a film: (time, time), and what changes between them."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    changes: Series
    firsts: Series


def compare(new: OpenedFilm, earlier: OpenedFilm) -> Measured | None:
    """Measure the likeness of two films; None where nothing in them agrees."""
    if _density(earlier) < _density(new):
        turned = _measured(earlier, new)
        return None if turned is None else _turned(turned)
    return _measured(new, earlier)


def _density(film: OpenedFilm) -> float:
    return len(film.times) / max(float(film.times[-1]), 1.0)


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
    pairs, even = _paired(one), _even(other)
    if not len(pairs.starts):
        return None
    best: Measured | None = None
    for lie in lies(one, other):
        told = _at_lie(pairs, even, lie, (float(one.times[-1]), float(other.times[-1])))
        if told is not None and (best is None or told.score > best.score):
            best = told
        if best is not None and best.is_copy and best.mean >= _SURE:
            break
    return best


def _paired(film: OpenedFilm) -> _Pairs:
    first, firsts, lasts = 0, [], []
    for number in range(1, len(film.times)):
        gap = float(film.times[number] - film.times[first])
        if gap < _LEAST_GAP:
            continue
        if gap <= _MOST_GAP:
            firsts.append(first)
            lasts.append(number)
        first = number
    smalls = _blurred(film)
    return _Pairs(
        starts=film.times[firsts],
        ends=film.times[lasts],
        changes=smalls[lasts] - smalls[firsts],
        firsts=smalls[firsts],
    )


def _even(film: OpenedFilm) -> _Even:
    """Give the film at `_FINE` pictures a second, blended between those that were kept."""
    count = int(film.times[-1] * _FINE) + 1
    at = np.arange(count) / _FINE + float(film.times[0])
    after = np.searchsorted(film.times, at).clip(1, len(film.times) - 1)
    gap = film.times[after] - film.times[after - 1]
    part = ((at - film.times[after - 1]) / gap).clip(0, 1).astype(np.float32)
    smalls = _blurred(film)
    blended = smalls[after - 1] * (1 - part)[:, None, None] + smalls[after] * part[:, None, None]
    return _Even(smalls=blended, known=gap <= _BRIDGED)


def _blurred(film: OpenedFilm) -> Series:
    """Blur the small pictures, for what moves is not caught at the same moment in both films."""
    wide = np.pad(film.smalls.astype(np.float32), ((0, 0), (1, 1), (1, 1)), mode="edge")
    down = (wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]) / 4
    return np.asarray((down[:, :, :-2] + 2 * down[:, :, 1:-1] + down[:, :, 2:]) / 4, np.float32)


def _at_lie(pairs: _Pairs, even: _Even, lie: Lie, lasts: tuple[float, float]) -> Measured | None:
    moved, inside = laid(even.smalls, lie)
    cells = inside & _counts() & _lies_in_counts(lie)
    if cells.sum() < WIDE * HIGH / 8:
        return None
    likeness, counts = _likenesses(pairs, moved[:, cells], even.known, cells)
    shifts = _shifts(pairs, likeness, counts)
    if not shifts:
        return None
    stretches = sorted((_stretch(pairs, likeness, counts, one) for one in shifts), reverse=True)
    score, shift, first, last = stretches[0]
    if score <= 0:
        return None
    others = [one[0] for one in stretches[1:]]
    rows = np.arange(first, last + 1)
    columns = _columns(pairs, shift)[rows]
    used = counts[rows, columns]
    likes = likeness[rows, columns]
    return Measured(
        changes=int(used.sum()),
        mean=float(likes[used].mean()),
        score=score,
        second=max(others, default=0.0) / score,
        pictures=_pictures(pairs.firsts[rows][:, cells], moved[columns][:, cells]),
        here=(float(pairs.starts[first]), float(pairs.ends[last])),
        there=(
            float(pairs.starts[first] + shift / _FINE),
            float(pairs.ends[last] + shift / _FINE),
        ),
        lasts=lasts,
        moments=_moments(pairs.starts[rows], np.where(used, likes, -1.0), shift),
    )


def _counts() -> NDArray[np.bool_]:
    cells = np.zeros((HIGH, WIDE), np.bool_)
    cells[_RIM : HIGH - _RIM] = True
    return cells


def _lies_in_counts(lie: Lie) -> NDArray[np.bool_]:
    """Leave out cells that lie in the other film's rims."""
    rows = lie.down[0] * (np.arange(HIGH) + 0.5) / HIGH + lie.down[1]
    return np.repeat(((rows > _RIM / HIGH) & (rows < 1 - _RIM / HIGH))[:, None], WIDE, axis=1)


def _likenesses(
    pairs: _Pairs, moved: Series, known: NDArray[np.bool_], cells: NDArray[np.bool_]
) -> tuple[Series, NDArray[np.bool_]]:
    """Give for each pair here and each step there how like the changes are, and whether it counts.

    A change in one of both films alone counts, and is unlike.
    """
    steps = len(moved)
    likeness = np.zeros((len(pairs.starts), steps), np.float32)
    counts = np.zeros((len(pairs.starts), steps), np.bool_)
    gaps = np.rint((pairs.ends - pairs.starts) * _FINE).astype(int)
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


def _columns(pairs: _Pairs, shift: int) -> NDArray[np.int64]:
    return np.rint(pairs.starts * _FINE).astype(np.int64) + shift


def _shifts(pairs: _Pairs, likeness: Series, counts: NDArray[np.bool_]) -> list[int]:
    """Give the distances in time, in steps, at which most agrees; no two of them near."""
    starts = np.rint(pairs.starts * _FINE).astype(np.int64)
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
        near = round(_APART * _FINE)
        sums[max(0, best - near) : best + near + 1] = 0
    return chosen


def _stretch(
    pairs: _Pairs, likeness: Series, counts: NDArray[np.bool_], shift: int
) -> tuple[float, int, int, int]:
    """Give the stretch of pairs that speaks most for one distance: sum, distance, first, last."""
    columns = _columns(pairs, shift)
    there = (columns >= 0) & (columns < likeness.shape[1])
    best, total, first = (0.0, shift, 0, 0), 0.0, -1
    for row in np.nonzero(there)[0]:
        if not counts[row, columns[row]]:
            continue
        worth = max(float(likeness[row, columns[row]]) - _LEVEL, _WORST)
        if total <= 0:
            total, first = 0.0, int(row)
        total += worth
        if total > best[0]:
            best = (total, shift, first, int(row))
    still = there & ~counts[np.arange(len(columns)), columns.clip(0, likeness.shape[1] - 1)]
    score, _, first, last = best
    while score > 0 and first > 0 and still[first - 1]:
        first -= 1
    while score > 0 and last + 1 < len(still) and still[last + 1]:
        last += 1
    return score, shift, first, last


def _pictures(here: Series, there: Series) -> float:
    """Give how like pictures are, light and contrast left out; the middle one of all."""
    one = here - here.mean(1, keepdims=True)
    other = there - there.mean(1, keepdims=True)
    size = np.sqrt((one**2).sum(1) * (other**2).sum(1))
    return float(np.median((one * other).sum(1) / np.maximum(size, 1e-6)))


def _moments(
    starts: NDArray[np.float64], likes: Series, shift: int
) -> tuple[tuple[float, float], ...]:
    """Give the moment that agrees best in each third of the stretch."""
    thirds = [one for one in np.array_split(np.arange(len(starts)), 3) if len(one)]
    best = [int(one[likes[one].argmax()]) for one in thirds]
    return tuple((float(starts[one]), float(starts[one]) + shift / _FINE) for one in best)
