"""Events of one incident, drawn by the declared graph: root, what it led to, and bystanders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.candidates import members
from models.rca.causes.evidence import Exposure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Deals
    from models.rca.localise import Cell
    from training.rca.profiles import Profile

    Bools = NDArray[np.bool_]

#: Least share of deals since the onset that a root touches.
LEAST_SHARE = 0.04
EARLIEST_DECOY = 40
#: A mediator misses some deals of its root, and touches some that are not.
MEDIATED, STRAY = (0.65, 0.97), (0.0, 0.06)
#: A symptom is seen with reps whose deals entered so many days before the onset, or later.
EDITED_BEFORE = 3
#: A remedy comes so many days after the onset, and misses such a share of the reps.
REMEDY_DAYS, MISSED = (1, 6), (0.25, 0.75)
#: Else it misses a segment.
MISSES_REPS = 0.7
_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Days count from the true onset; `members` are the deals it touched."""

    type: str
    role: str
    day: int
    exposure: Exposure
    members: Bools
    #: It harmed nobody: whom it reached recovered, and it is told of those whom it missed.
    is_remedy: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What events are drawn in: `day` of each deal counts from the onset."""

    deals: Deals
    day: NDArray[np.int64]
    dag: EvidenceDag
    draw: np.random.Generator
    #: For what lies beside the fall: streams' seasons and topics of answers.
    beside: np.random.Generator
    #: Chances of types without a cause to be the root; None: as the profile has it.
    weights: NDArray[np.float64] | None = None


def drawn(scene: Scene, profile: Profile) -> list[Event]:
    """Draw the events: the root first, what it led to, a second cause, a remedy, and bystanders.

    Some bystanders are chains of their own: a cause, and what it would have led to, without effect.
    """
    draw = scene.draw
    root = _root(scene, profile)
    found = [root, *_mediators(scene, root), *_symptoms(scene, root)]
    if draw.random() < profile.second:
        found.append(_second(scene))
    if profile.remedy and draw.random() < profile.remedy:
        found.append(_remedy(scene))
    decoys = int(draw.integers(profile.decoys[0], profile.decoys[1] + 1))
    if draw.random() < profile.idle_chain:
        chain = _idle_chain(scene)
        found += chain
        decoys -= len(chain)
    return found + [_decoy(scene, profile, root) for _ in range(decoys)]


def _idle_chain(scene: Scene) -> list[Event]:
    """Draw a cause with what it would have led to; none of it did anything."""
    exposure, inside = _exposed(scene)
    kind = str(scene.draw.choice(_causes(scene.dag)))
    day = int(scene.draw.integers(-10, 3))
    top = Event(type=kind, role="coincident", day=day, exposure=exposure, members=inside)
    below = [*_mediators(scene, top), *_symptoms(scene, top)]
    return [top, *(replace(one, role="coincident") for one in below)]


def _causes(dag: EvidenceDag) -> list[str]:
    return [one.id for one in dag.types if not one.caused_by]


def _root(scene: Scene, profile: Profile) -> Event:
    names = _causes(scene.dag)
    weights = 1 / np.arange(1, len(names) + 1) if profile.skewed_roots else np.ones(len(names))
    weights = weights if scene.weights is None else scene.weights
    kind = str(scene.draw.choice(names, p=weights / weights.sum()))
    exposure, inside = _exposed(scene)
    return Event(type=kind, role="root", day=-_lag(scene, kind), exposure=exposure, members=inside)


def _lag(scene: Scene, kind: str) -> int:
    """Draw days from the event to the onset: mostly few, within what the catalogue says."""
    first, last = scene.dag.by_id[kind].lag_days
    return min(first + int(scene.draw.geometric(0.35)) - 1, last)


def _mediators(scene: Scene, root: Event) -> list[Event]:
    kinds = sorted(
        one
        for one in scene.dag.descendants(root.type)
        if not scene.dag.is_sink(one) and root.type in scene.dag.by_id[one].caused_by
    )
    scene.draw.shuffle(kinds)
    found = []
    for kind in kinds[: int(scene.draw.integers(0, 3))]:
        inside = _subset(scene, root.members)
        day = min(
            root.day + int(scene.draw.integers(0, max(1 - root.day, 0) + 1)), max(root.day, 1)
        )
        exposure = _listed(scene, inside, since=day)
        members_since = inside & (scene.day >= day)
        found.append(
            Event(type=kind, role="mediator", day=day, exposure=exposure, members=members_since)
        )
    return found


def _subset(scene: Scene, inside: Bools) -> Bools:
    kept, stray = scene.draw.uniform(*MEDIATED), scene.draw.uniform(*STRAY)
    chance = np.where(inside, kept, stray)
    return np.asarray(scene.draw.random(len(inside)) < chance)


def _listed(scene: Scene, inside: Bools, *, since: int) -> Exposure:
    """Give the deals by name, since the event: nobody lists those that were over."""
    ids = scene.deals.ids
    places = np.flatnonzero(inside & (scene.day >= since))
    return Exposure(deals=frozenset(ids[place] for place in places))


def _second(scene: Scene) -> Event:
    names = _causes(scene.dag)
    kind = str(scene.draw.choice(names))
    exposure, inside = _exposed(scene)
    day = -_lag(scene, kind) + int(scene.draw.integers(-1, 3))
    return Event(type=kind, role="contributing", day=day, exposure=exposure, members=inside)


def _remedy(scene: Scene) -> Event:
    """Draw what helped against the fall: those whom it missed look as if it harmed them."""
    draw = scene.draw
    kind, day = str(draw.choice(_causes(scene.dag))), int(draw.integers(*REMEDY_DAYS))
    if draw.random() < MISSES_REPS:
        missed = draw.random(len(scene.deals.reps)) < draw.uniform(*MISSED)
        names = (rep for rep, is_missed in zip(scene.deals.reps, missed, strict=True) if is_missed)
        exposure, inside = Exposure(reps=frozenset(names)), missed[scene.deals.rep_codes]
    else:
        cell = _cell(scene)
        exposure, inside = Exposure(cells=(cell,)), members(scene.deals, cell)
    return Event(
        type=kind,
        role="contributing",
        day=day,
        exposure=exposure,
        members=inside,
        is_remedy=True,
    )


def _symptoms(scene: Scene, root: Event) -> list[Event]:
    kinds = sorted(one for one in scene.dag.descendants(root.type) if scene.dag.is_sink(one))
    scene.draw.shuffle(kinds)
    found = []
    for kind in kinds[: int(scene.draw.integers(0, 3))]:
        day = max(root.day, 0) + int(scene.draw.integers(0, 6))
        touched = root.members & (scene.day >= -EDITED_BEFORE)
        reps = np.unique(scene.deals.rep_codes[touched])
        kept = reps[scene.draw.random(reps.size) < scene.draw.uniform(0.5, 0.95)]
        if not kept.size:
            kept = reps
        names = frozenset(scene.deals.reps[one] for one in kept)
        inside = np.isin(scene.deals.rep_codes, kept)
        exposure = Exposure(reps=names)
        found.append(Event(type=kind, role="symptom", day=day, exposure=exposure, members=inside))
    return found


def _decoy(scene: Scene, profile: Profile, root: Event) -> Event:
    draw = scene.draw
    kind = str(draw.choice([one.id for one in scene.dag.types]))
    exposure, inside = _exposed(scene)
    day = int(draw.integers(-EARLIEST_DECOY, 8))
    if draw.random() < profile.same_day:
        day = root.day + int(draw.integers(-1, 2))
    if draw.random() < profile.same_deals:
        exposure, inside = root.exposure, root.members
    return Event(type=kind, role="coincident", day=day, exposure=exposure, members=inside)


def _exposed(scene: Scene) -> tuple[Exposure, Bools]:
    """Draw whom an event touches: everything, a segment, reps, or deals of some attribute."""
    draw, after = scene.draw, scene.day >= 0
    for _ in range(_TRIES):
        way = draw.random()
        if way < 0.2:  # noqa: PLR2004 - the shares of the four ways
            return Exposure(everything=True), np.ones(len(scene.day), dtype=np.bool_)
        if way < 0.55:  # noqa: PLR2004
            cell = _cell(scene)
            exposure, inside = Exposure(cells=(cell,)), members(scene.deals, cell)
        elif way < 0.8:  # noqa: PLR2004
            kept = draw.random(len(scene.deals.reps)) < draw.uniform(0.1, 0.6)
            names = frozenset(
                one for one, is_in in zip(scene.deals.reps, kept, strict=True) if is_in
            )
            exposure, inside = Exposure(reps=names), kept[scene.deals.rep_codes]
        else:
            inside = draw.random(len(scene.day)) < draw.uniform(0.15, 0.8)
            since = -int(draw.integers(0, 4))
            exposure, inside = _listed(scene, inside, since=since), inside & (scene.day >= since)
        if inside[after].mean() >= LEAST_SHARE:
            return exposure, np.asarray(inside)
    return Exposure(everything=True), np.ones(len(scene.day), dtype=np.bool_)


def _cell(scene: Scene) -> Cell:
    deals, draw = scene.deals, scene.draw
    count = 1 if len(deals.dimensions) == 1 or draw.random() < 0.7 else 2  # noqa: PLR2004 - mostly one
    places = sorted(draw.choice(len(deals.dimensions), count, replace=False).tolist())
    # A value that some deal has.
    one = int(draw.integers(0, len(deals)))
    return tuple(
        (deals.dimensions[place], deals.values[place][int(deals.codes[one, place])])
        for place in places
    )
