"""A cause injected into quiet weeks: some conversions that were are taken away, nothing is added.

1. when it begins, and the events by the graph; 2. conversions of touched deals are thinned to the
rate that the effect leaves; 3. cells as the localiser finds them; 4. what people recorded of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from models.rca.case import FunnelCase
from models.rca.causes.incident import Incident, LocalisedCell, Onset
from models.rca.causes.leaf_codes import leaf_codes
from models.rca.localise import localise
from training.rca.events import Scene, drawn
from training.rca.houses import House, house
from training.rca.recording import items

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Deals
    from training.rca.events import Event
    from training.rca.profiles import Profile
    from training.rca.quiet import Quiet

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: The fall is found so many days after it began.
FOUND_AFTER = (6, 13)
#: What is left of the effect where a deal of the root met no mediator.
UNMEDIATED = (0.3, 1.0)
#: A second cause has this share of the effect.
SECOND = (0.3, 0.6)
#: And costs this share of what the root does, at most.
MOST_SECOND = 0.6
#: A remedy takes away such a share of the effect.
HELPED = (0.4, 1.0)
#: In so many incidents the cause meets deals that were open at the onset as well.
OPEN_MEET = 0.5
#: A fall of fewer standard deviations is expected to pass unseen.
FOUND_Z = 3.5
_TRIES = 20
MOST_CELLS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An incident with the truth, and what a reviewer says of it."""

    incident: Incident
    #: Id of a candidate → role; one is root.
    roles: dict[str, str]
    #: Whom the reviewer names: the root, or by mistake another.
    verdict: str
    #: Where it was: what was declared and confirmed of types there.
    house: House

    @property
    def root(self) -> str:
        return next(name for name, role in self.roles.items() if role == "root")


def injected(
    quiet: Quiet, dag: EvidenceDag, profile: Profile, draw: np.random.Generator
) -> Labelled:
    """Give an incident with its truth."""
    # What lies beside the fall is drawn apart: the falls are those that they were without it.
    whose, beside = draw.spawn(2)
    owner = house(dag, profile, whose)
    # 1. when, and what
    seen_until = quiet.last_day - int(draw.integers(0, 3))
    onset = seen_until - int(draw.integers(*FOUND_AFTER))
    scene = Scene(
        quiet.deals, quiet.deals.entered - onset, dag, draw, beside=beside, weights=owner.weights
    )
    events, effect = _effects(scene, profile)
    # 2. the effect
    converted = _thinned(scene, effect)
    deals = _known(quiet.deals, converted, seen_until)
    # 3. where
    error = int(draw.integers(-profile.onset_error, profile.onset_error + 1))
    at = min(onset + error, seen_until)
    cells = _cells(deals, at)
    # 4. what people recorded
    unrecorded = draw.random() < profile.no_record and bool(cells)
    told, roles = items(
        scene, events, profile, onset=onset, seen_until=seen_until, is_root_lost=unrecorded
    )
    roles |= {one.name: "symptom" for one in cells}
    if unrecorded:
        roles[cells[0].name] = "root"
    incident = Incident(
        id="drawn",
        stage="stage",
        onset=_onset(at, profile.onset_error),
        seen_until=date.fromordinal(seen_until),
        deals=deals,
        cells=cells,
        items=told,
    )
    verdict = _verdict(roles, profile, draw)
    return Labelled(incident=incident, roles=roles, verdict=verdict, house=owner)


def _onset(at: int, error: int) -> Onset:
    days = (date.fromordinal(at + off) for off in (-error, 0, error))
    return Onset(**dict(zip(("first", "at", "last"), days, strict=True)))


def _verdict(roles: dict[str, str], profile: Profile, draw: np.random.Generator) -> str:
    root = next(name for name, role in roles.items() if role == "root")
    if draw.random() < profile.wrong_verdicts:
        return str(draw.choice(sorted(roles.keys() - {root}) or [root]))
    return root


def _effects(scene: Scene, profile: Profile) -> tuple[list[Event], Floats]:
    """Draw events and their effects (logit) on each deal, until the root's would be found.

    Nobody opens an incident for less than chance brings about; and the root is what cost most.
    """
    rate = _rate(scene)
    for _ in range(_TRIES):
        events = drawn(scene, profile)
        size = float(scene.draw.uniform(*profile.effect))
        effect = size * _reach(scene, events) * _left(scene, events)
        late = effect[scene.day >= 0]
        lost = (rate - _thinner(rate, late)).sum()
        if lost >= FOUND_Z * np.sqrt((late > 0).sum() * rate * (1 - rate)):
            break
    for one in events:
        if one.role == "contributing" and not one.is_remedy:
            share = one.members[scene.day >= 0].sum() / max((late > 0).sum(), 1)
            most = min(float(scene.draw.uniform(*SECOND)), MOST_SECOND / max(share, 0.01))
            effect = effect + size * most * one.members
    return events, effect


def _reach(scene: Scene, events: list[Event]) -> Floats:
    """Give how much of the root's effect reaches each deal, 0..1."""
    mediators = [one.members for one in events if one.role == "mediator"]
    root = next(one.members for one in events if one.role == "root")
    if not mediators:
        return root.astype(np.float64)
    met = np.any(mediators, axis=0)
    left = float(scene.draw.uniform(*UNMEDIATED))
    # A stray deal of a mediator falls as well: it did meet what harms.
    return np.where(met, 1.0, root * left)


def _left(scene: Scene, events: list[Event]) -> Floats:
    """Give how much of the effect remedies leave each deal, 0..1."""
    left = np.ones(len(scene.day))
    for one in events:
        if one.is_remedy:
            helped = ~one.members & (scene.day >= one.day)
            left = left * (1 - float(scene.draw.uniform(*HELPED)) * helped)
    return left


def _rate(scene: Scene) -> float:
    """Give the rate of everything before: it stands for a deal's own in thinning."""
    won = scene.deals.converted[scene.day < 0] >= 0
    return float(np.clip(won.mean(), 0.02, 0.98))


def _thinner(rate: float, effect: Floats) -> Floats:
    odds = rate / (1 - rate) * np.exp(-effect)
    return np.asarray(odds / (1 + odds), dtype=np.float64)


def _thinned(scene: Scene, effect: Floats) -> Ints:
    """Give the days of conversion (-1: none) with the effects in."""
    rate, won = _rate(scene), scene.deals.converted >= 0
    kept = _thinner(rate, effect) / rate
    met = scene.day >= 0
    if scene.draw.random() < OPEN_MEET:
        onset = int((scene.deals.entered - scene.day)[0])
        met = met | (scene.deals.converted >= onset)
    lost = met & won & (scene.draw.random(len(won)) > kept)
    return np.where(lost, -1, scene.deals.converted)


def _known(deals: Deals, converted: Ints, seen_until: int) -> Deals:
    kept = np.flatnonzero(deals.entered <= seen_until)
    days = converted[kept]
    return replace(
        deals,
        ids=tuple(deals.ids[place] for place in kept),
        rep_codes=deals.rep_codes[kept],
        entered=deals.entered[kept],
        converted=np.where(days <= seen_until, days, -1),
        codes=deals.codes[kept],
    )


def _cells(deals: Deals, at: int) -> tuple[LocalisedCell, ...]:
    """Localise as the product does, on what each side of the onset converted so far.

    Young deals count as they stand: all cells are alike in that but for the whole, so history is
    cut to deals of the same ages.
    """
    now = deals.entered >= at
    days = int(deals.entered.max()) - at + 1
    won_in = np.where(deals.converted >= 0, deals.converted - deals.entered, 10**6)
    # The age that a current deal has at the end, for a historical one by its weekday's place.
    age = np.where(now, at + days - 1 - deals.entered, (at - 1 - deals.entered) % days)
    won = won_in <= age
    first, code = leaf_codes(deals.codes, [len(one) for one in deals.values])

    def counts(chosen: NDArray[np.bool_]) -> Floats:
        return np.bincount(code[chosen], minlength=len(first)).astype(np.float64)

    case = FunnelCase(
        dimensions=deals.dimensions,
        values=deals.values,
        codes=deals.codes[first],
        entered_before=counts(~now),
        converted_before=counts(~now & won),
        entered=counts(now),
        converted=counts(now & won),
    )
    if not case.entered.sum() or not case.entered_before.sum():
        return ()
    answer = localise(case)
    return tuple(
        LocalisedCell(cell=one.cell, llr=one.llr, p=one.p) for one in answer.causes[:MOST_CELLS]
    )
