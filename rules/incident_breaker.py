"""The breaker of an incident: trips on proof, acts within it, lets go by tests.

1. It trips only where a fall was detected, its cells pass the family-wise gate, and the root is
   likely enough or a person says so; else it warns at most.
2. Its scope is never wider than the cells that were localised.
3. Open, it samples quotes; a sequential test of their soundness half-opens it. Where no quote was
   unsound, a test of the conversions that were due since it opened may do so before.
4. Half-open, it lets go a share at a time; a sequential test of the conversions that were due since
   the step began makes each further step. The last one closes it; a fall that goes on opens it.
5. A person may close it at any time.

The tests are Wald's: errors of ALPHA (letting go too early) and BETA (too late), the bounds being
crossed whenever the data say so, with no number of deals fixed before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor, log
from typing import TYPE_CHECKING

from rules.states import Event, Phase
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

#: Dimension and value, sorted; empty: everything.
Cell = tuple[tuple[str, str], ...]

LEAST_P_ROOT = 0.8
ALPHA, BETA = 0.05, 0.1
#: Shares of sound quotes that the sampling tells apart.
UNSOUND, SOUND = 0.6, 0.95
#: Conversions over those due from which a stage has recovered, and the worst fall that is told
#: apart from it.
RECOVERED, MOST_FALLEN = 0.9, 0.8
STEPS = (0.25, 0.5)


class Trend(StrEnum):
    """What a sequential test says so far."""

    GOOD = "good"
    BAD = "bad"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What is known of a fall when the breaker is asked."""

    detected: bool
    #: Whether its cells pass the family-wise gate.
    family_wise: bool
    #: Calibrated, 0..1; None where no evidence was ranked.
    p_root: float | None
    #: Who says that it shall trip; None: nobody.
    person: str | None
    #: What fell; an empty cell is everything, no cell: not localised.
    localised: tuple[Cell, ...]
    #: Where it shall act; empty: wherever it fell.
    asked: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    trips: bool
    #: What it may act on; empty where it does not trip.
    scope: tuple[Cell, ...]
    #: Each reason for, or against, in the order of the module's list.
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    phase: Phase = Phase.CLOSED
    episode: int = 0
    #: Shares of STEPS that were let through.
    step: int = 0
    since: datetime | None = None
    scope: tuple[Cell, ...] = ()
    #: Conversions over those due while it fell.
    fallen: float = 1.0

    @property
    def share(self) -> float:
        """What is let through unverified, 0..1."""
        if self.phase is Phase.CLOSED:
            return 1.0
        return STEPS[self.step - 1] if self.step else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialTest:
    """A sequential test: its trend, and the log-likelihood ratio between its bounds."""

    trend: Trend
    nats: float
    low: float
    high: float


#: A change of state and what it is told as; None: nothing changed.
Change = tuple[BreakerState, Event | None]


def is_within(cell: Cell, wider: Cell) -> bool:
    """Tell whether every deal of a cell is in the other."""
    return set(wider) <= set(cell)


def judge(alarm: Alarm) -> Judgement:
    """Say whether the breaker trips, and where it may act."""
    sure = alarm.p_root is not None and alarm.p_root >= LEAST_P_ROOT
    outside = [
        cell for cell in alarm.asked if not any(is_within(cell, wider) for wider in alarm.localised)
    ]
    steps = (
        (alarm.detected, _DETECTED),
        (alarm.family_wise and bool(alarm.localised), _FAMILY_WISE),
        (sure or alarm.person is not None, _root(alarm, sure=sure)),
        (not outside, _INSIDE),
    )
    trips = all(holds for holds, _ in steps)
    return Judgement(
        trips=trips,
        scope=(alarm.asked or alarm.localised) if trips else (),
        reasons=tuple(told[0] if holds else told[1] for holds, told in steps),
    )


def trip(state: BreakerState, judged: Judgement, fallen: float, at: datetime) -> Change:
    """Open a closed breaker where the judgement trips it; `fallen`: conversions over those due."""
    if state.phase is not Phase.CLOSED or not judged.trips:
        return state, None
    opened = BreakerState(
        phase=Phase.OPEN,
        episode=state.episode + 1,
        since=at,
        scope=judged.scope,
        fallen=fallen,
    )
    return opened, Event.OPENED


def sample(
    state: BreakerState, quotes: Sequence[bool], at: datetime
) -> tuple[Change, SequentialTest]:
    """Look at the quotes that were verified since it opened, in order: sound or not."""
    found = soundness(quotes)
    if state.phase is not Phase.OPEN or found.trend is not Trend.GOOD:
        return (state, None), found
    half = replace(state, phase=Phase.HALF_OPEN, step=1, since=at)
    return (half, Event.HALF_OPENED), found


def mend(state: BreakerState, due: float, came: int, at: datetime) -> tuple[Change, SequentialTest]:
    """Look at the conversions that were due since it opened, where quotes say too little."""
    found = recovery(state.fallen, due, came)
    if state.phase is not Phase.OPEN or found.trend is not Trend.GOOD:
        return (state, None), found
    return (replace(state, phase=Phase.HALF_OPEN, step=1, since=at), Event.HALF_OPENED), found


def follow(
    state: BreakerState, due: float, came: int, at: datetime
) -> tuple[Change, SequentialTest]:
    """Look at the conversions of deals that entered since the step began."""
    found = recovery(state.fallen, due, came)
    if state.phase is not Phase.HALF_OPEN or found.trend is Trend.UNDECIDED:
        return (state, None), found
    if found.trend is Trend.BAD:
        return (replace(state, phase=Phase.OPEN, step=0, since=at), Event.REOPENED), found
    if state.step < len(STEPS):
        return (replace(state, step=state.step + 1, since=at), Event.RELEASED), found
    return close(state, at), found


def close(state: BreakerState, at: datetime) -> Change:
    """Close it, because it recovered or a person says so."""
    if state.phase is Phase.CLOSED:
        return state, None
    return replace(state, phase=Phase.CLOSED, step=0, since=at), Event.CLOSED


def soundness(quotes: Sequence[bool]) -> SequentialTest:
    """Test quotes, one after another, at SOUND against UNSOUND.

    Where they were bad the test begins anew with the next: what has been mended since must count.
    """
    each, lost = log(SOUND / UNSOUND), log((1 - SOUND) / (1 - UNSOUND))
    nats, found = 0.0, _decided(0.0)
    for sound in quotes:
        nats += each if sound else lost
        found = _decided(nats)
        if found.trend is Trend.GOOD:
            break
        if found.trend is Trend.BAD:
            nats = 0.0
    return found


def recovery(fallen: float, due: float, came: int) -> SequentialTest:
    """Test conversions as RECOVERED of those due against the fall; counts as Poisson's.

    A fall that was slight is taken for MOST_FALLEN: nearer to RECOVERED no test could tell. Raises
    ValueError for counts that are none.
    """
    if due < 0 or came < 0:
        raise ValueError(f"{came} conversions of {due} due")
    low = min(max(fallen, 0.05), MOST_FALLEN)
    return _decided(came * log(RECOVERED / low) - due * (RECOVERED - low))


def _decided(nats: float) -> SequentialTest:
    low, high = log(BETA / (1 - ALPHA)), log((1 - BETA) / ALPHA)
    trend = Trend.GOOD if nats >= high else Trend.BAD if nats <= low else Trend.UNDECIDED
    return SequentialTest(trend=trend, nats=nats, low=low, high=high)


_DETECTED = (
    Text(zh="检测到下降。", en="A fall was detected."),
    Text(zh="没有检测到下降。", en="No fall was detected."),
)
_FAMILY_WISE = (
    Text(zh="下降的范围通过了族错误率门槛。", en="Where it fell passes the family-wise gate."),
    Text(
        zh="下降的范围没有通过族错误率门槛。",
        en="Where it fell does not pass the family-wise gate.",
    ),
)
_INSIDE = (
    Text(zh="熔断范围不超出下降的范围。", en="The scope is within what fell."),
    Text(
        zh="要求的熔断范围超出了下降的范围。",
        en="The scope asked for is wider than what fell.",
    ),
)


def _root(alarm: Alarm, *, sure: bool) -> tuple[Text, Text]:
    # No more than it is: .796 is no .80. What a float lacks of its hundredth is made up for.
    cut = 0.0 if alarm.p_root is None else floor(alarm.p_root * 100 + 1e-9) / 100
    seen = "–" if alarm.p_root is None else f"{cut:.2f}"
    if sure:
        yes = Text(
            zh=f"根因概率 {seen}，不低于 {LEAST_P_ROOT}。",
            en=f"P(root) is {seen}, at least {LEAST_P_ROOT}.",
        )
    else:
        yes = Text(
            zh=f"{alarm.person} 认定应当熔断（根因概率 {seen}）。",
            en=f"{alarm.person} says that it shall trip (P(root) is {seen}).",
        )
    no = Text(
        zh=f"根因概率 {seen}，低于 {LEAST_P_ROOT}，也没有人认定：只提醒，不熔断。",
        en=f"P(root) is {seen}, below {LEAST_P_ROOT}, and nobody has said so: a warning only.",
    )
    return yes, no
