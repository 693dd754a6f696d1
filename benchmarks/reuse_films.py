"""Films known again: copies of many kinds, other days of one place beside them, processor time.

`python -m benchmarks.reuse_films [FILMS] [PLACES] [FRAMES]`: so many films of each kind that are
copied in each half, so many places of each kind with eight days each, so many key frames in the
index (0: not timed). The first half was looked at when limits were set. PyAV (not installed with
countermark) writes H.264; without it MPEG-4 stands in.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._film_index import look_up
from benchmarks.promise import record
from service.actions.reuse_films import FEWEST_VOTES, MOST_COMPARED
from tests.verification import films
from tests.verification.filmed import COPIES, KINDS, Kind, Scene, coded, extension, take
from verification.films.sampling import sampled
from verification.fingerprints import film_likeness
from verification.fingerprints.film_making import fingerprint
from verification.fingerprints.films import asked_words, kept_words, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.verification.filmed import Take
    from verification.fingerprints.film_likeness import Measured
    from verification.fingerprints.films import OpenedFilm

SEEDS = {"first half": 1_000, "second half": 40_000}
DAYS = 8
#: Films of the same place that show one clock: its seconds go together on all days.
_CLOCKED = {"room", "machine"}
AIM, ALARMS = 0.97, 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Filmed:
    scene: Scene
    film: OpenedFilm


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Copy:
    way: str
    #: What was copied, and its place in the index.
    name: str
    place: int
    film: OpenedFilm | None
    like: Measured | None

    @property
    def is_told(self) -> bool:
        return self.like is not None and self.like.is_copy


def seen(shot: Take) -> OpenedFilm | None:
    """Make what is kept of a film, from its bytes."""
    made = fingerprint(coded(shot), extension(shot))
    return None if made is None else opened(made)


def scene(kind: Kind, place: int, day: int) -> Scene:
    clock = 36_000 + day * 600 if kind in _CLOCKED else None
    return Scene(kind=kind, place=place, day=day, clock=clock, seconds=12.0, size=(480, 270))


def days(seed: int, places: int) -> dict[str, list[list[Filmed]]]:
    """Film each place of each kind on eight days; and films with one intro."""
    groups: dict[str, list[list[Filmed]]] = {}
    for kind in (*KINDS, "slides"):
        scenes = [
            [scene(kind, seed + place, day) for day in range(1, DAYS + 1)]
            for place in range(places)
        ]
        groups[kind] = [list(_all(one)) for one in scenes]
    titled = [
        Scene(place=seed + 500 + one, intro=5.0, seconds=10.0, size=(480, 270))
        for one in range(DAYS)
    ]
    groups["intro of 5 s"] = [list(_all(titled))]
    return groups


def _all(scenes: Sequence[Scene]) -> Iterator[Filmed]:
    for one in scenes:
        film = seen(take(one))
        if film is not None:
            yield Filmed(one, film)


def false_alarms(half: str, groups: dict[str, list[list[Filmed]]]) -> None:
    """Hold days of one place against each other, and places against other places."""
    told, pairs = 0, 0
    for name, places in groups.items():
        found = [
            film_likeness.compare(a.film, b.film) for p in places for a, b in combinations(p, 2)
        ]
        alarms = sum(one is not None and one.is_copy for one in found)
        print(
            f"{half}: {name}, other days of one place: told {alarms} of {len(found)}{_near(found)}"
        )
        told, pairs = told + alarms, pairs + len(found)
    firsts = [place[0] for places in groups.values() for place in places if place]
    found = [film_likeness.compare(a.film, b.film) for a, b in combinations(firsts, 2)]
    alarms = sum(one is not None and one.is_copy for one in found)
    print(f"{half}: other places: told {alarms} of {len(found)}{_near(found)}")
    rate = told / max(pairs, 1)
    record(
        id=f"reuse_films.false_alarms.{half.replace(' ', '_')}", value=rate, unit="share",
        aim=ALARMS, n=pairs, own_value=rate, better="lower", peer="none", peer_value=None,
    )  # fmt: skip


def _near(found: Sequence[Measured | None]) -> str:
    """Say how near the nearest comes: changes / how sure / pictures alike / seconds."""
    some = [one for one in found if one is not None]
    if not some:
        return ""
    parts = [[one for one in some if one.changes >= least] for least, _ in film_likeness.ENOUGH]
    best = [max(part, key=lambda one: one.sure) for part in parts if part]
    return "".join(
        f"; nearest {one.changes}/{one.sure:.2f}/{one.pictures:.2f}"
        f"/{one.here[1] - one.here[0]:.1f} s" for one in dict.fromkeys(best)
    )  # fmt: skip


def recall(half: str, seed: int, count: int, others: Sequence[Filmed]) -> None:
    """Copy films in every way; each must be found in an index of all, and be told."""
    index = [one.film for one in others]
    copies: list[Copy] = []
    for number in range(count):
        for kind in KINDS:
            shot = take(scene(kind, seed + number, 1))
            earlier = seen(shot)
            if earlier is not None:
                index.append(earlier)
                name = f"{kind} {seed + number}"
                copies += (_copied(shot, way, name, len(index) - 1, earlier) for way in COPIES)
    found = _found(index, copies)
    worst = 1.0
    for way in COPIES:
        these = [one for one in copies if one.way == way]
        told = sum(one.is_told for one in these)
        ranked = sum(id(one) in found for one in these)
        print(f"{half}: {way}: told {told}, found {ranked} of {len(these)} ({len(index)} films)")
        for one in these:
            if not one.is_told or id(one) not in found:
                print(f"   missed: {one.name}: {_told(one.like)}")
        worst = min(worst, told / len(these), ranked / len(these))
    count *= len(KINDS)
    record(
        id=f"reuse_films.recall_of_the_worst_copy.{half.replace(' ', '_')}", value=worst,
        unit="share", aim=AIM, n=count, own_value=worst, better="higher", peer="none",
        peer_value=None,
    )  # fmt: skip


def _copied(  # noqa: PLR0917 - one call
    shot: Take, way: str, name: str, place: int, earlier: OpenedFilm
) -> Copy:
    film = seen(COPIES[way](shot))
    like = None if film is None else film_likeness.compare(film, earlier)
    return Copy(way=way, name=name, place=place, film=film, like=like)


def _found(index: Sequence[OpenedFilm], copies: Sequence[Copy]) -> set[int]:
    """Give the copies whose film is among those that share the most words, as the database has."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for place, film in enumerate(index):
        for word in kept_words(film):
            holders[word].append(place)
    found = set()
    for one in copies:
        asked = () if one.film is None else asked_words(one.film)
        votes = Counter(place for word in asked for place in holders.get(word, ()))
        best = [place for place, n in votes.most_common(MOST_COMPARED) if n >= FEWEST_VOTES]
        if one.place in best:
            found.add(id(one))
    return found


def _told(like: Measured | None) -> str:
    if like is None:
        return "nothing alike"
    return (
        f"{like.changes} changes, sure {like.sure:.2f}, pictures "
        f"{like.pictures:.2f}, {like.here[1] - like.here[0]:.1f} s"
    )


def processor() -> None:
    """Time fingerprints beside the frames that other checks look at, in turns."""
    for size, rate, seconds in (((640, 360), 30, 20.0), ((1920, 1080), 30, 15.0)):
        codec = "h264-mp4" if films.can_write("h264-mp4") else "mpeg4-mp4"
        data = films.film(films.Script(codec=codec, size=size, rate=rate, seconds=seconds))
        ours, theirs = [], []
        for _ in range(3):
            began = time.process_time()
            fingerprint(data, "mp4")
            ours.append(time.process_time() - began)
            began = time.process_time()
            sampled(data, "mp4")
            theirs.append(time.process_time() - began)
        print(
            f"{size[0]} x {size[1]}, {seconds:g} s: fingerprint {np.median(ours):.2f} s of CPU, "
            f"frames for video.* {np.median(theirs):.2f} s"
        )


def main() -> None:
    given = (*sys.argv[1:4], *("5", "4", "24000")[len(sys.argv[1:4]) :])
    count, places, frames = (int(one) for one in given)
    halves = sys.argv[4:] or list(SEEDS)
    for half in halves:
        groups = days(SEEDS[half], places)
        others = [one for found in groups.values() for place in found for one in place]
        false_alarms(half, groups)
        recall(half, SEEDS[half] + 100, count, others)
        if frames and half == halves[-1]:
            look_up([one.film for one in others], frames)
            processor()


if __name__ == "__main__":
    main()
