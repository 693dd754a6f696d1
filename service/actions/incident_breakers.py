"""The breaker of an incident: asked after each examination, moved by what came since.

What it orders are the actions of `policy/funnel.yaml`, as firings: rows on the outbox, measures in
force and notices, lifted when it closes. Every change is a firing and an audit entry.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rules.incident_breaker import (
    Alarm,
    BreakerState,
    close,
    follow,
    judge,
    mend,
    sample,
    trip,
)
from rules.states import Event, Phase
from service import access, rule_actions
from service.actions import breaker_scope, quote_evidence
from service.actions.trail import record
from service.cause_records import Incident, IncidentBreaker, IncidentState
from service.errors import AlreadyThere, NotFound
from service.funnel import funnel
from service.rule_actions.measures import lift_all
from service.rule_records import FiringRow
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.incident_breaker import Cell, Judgement, SequentialTest
    from rules.text import Text as RuleText
    from service.actors import Actor
    from service.causes.recovery import Cohort
    from service.ports.records import Unit

    Said = RuleText | Text

#: Whoever changes incidents or their breakers waits for this turn.
TURN = "incidents"
#: The kind of its firings; no fact is of it.
KIND = "incident"
#: Whoever has a stage in several regions is told as of all.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """Where a look leads; without an event nothing changes but what the test says."""

    state: BreakerState
    event: Event | None
    why: Sequence[Said]
    test: dict[str, Any] | None = None
    #: A person's own words.
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person says who has the breaker tripped."""

    reason: str
    #: Cells within what fell; empty: all of it.
    scope: Sequence[Mapping[str, str]] = ()
    #: Gives that of the examination, whose deals a scope is held against.
    snapshot: Callable[[], bytes]


def consider(
    unit: Unit,
    actor: Actor | None,
    incident: Incident,
    told: Mapping[str, Any],
    *,
    person: str | None = None,
    asked: Sequence[Cell] = (),
) -> Judgement:
    """Ask the breaker of an incident, and open it where it trips; else it is a warning only."""
    state = state_of(unit, incident)
    judged = judge(_alarm(told, person, tuple(asked)))
    if incident.stage not in funnel().breakers:
        return judged
    fallen = _fallen(told)
    after, event = trip(state, judged, fallen, unit.now())
    if event is not None:
        _keep(unit, actor, incident, _Move(state=after, event=event, why=judged.reasons))
    return judged


def trip_by_word(
    unit: Unit,
    actor: Actor,
    incident: Incident,
    told: Mapping[str, Any],
    *,
    word: Word,
) -> tuple[Judgement, IncidentBreaker | None]:
    """Let a person say that the breaker shall trip; the other gates stand.

    Raises AlreadyThere where it is open or the incident is closed, and Invalid for a scope that no
    deal is in.
    """
    access.require(actor, "breakers.trip")
    unit.take_turn(TURN)
    _check_open(unit, incident)
    breaker_scope.check(word.scope, word.snapshot)
    if state_of(unit, incident).phase is not Phase.CLOSED:
        raise AlreadyThere(
            Text(zh="熔断已经生效。", en="The breaker is open already."),
            remedy=Text(zh="可以关闭它，或等它分步放开。", en="Close it, or wait for its release."),
        )
    asked = tuple(dict.fromkeys(tuple(sorted(cell.items())) for cell in word.scope))
    judged = consider(unit, actor, incident, told, person=actor.name, asked=asked)
    row = unit.causes.breakers.get(incident.id)
    if row is not None and judged.trips:
        record(unit, "breakers.word", after=row, actor=actor, reason=word.reason)
    return judged, row


def _check_open(unit: Unit, incident: Incident) -> None:
    """Refuse a closed incident: nobody follows its deals. Raises AlreadyThere."""
    current = unit.causes.incidents.get(incident.id)
    if current is None or current.state is IncidentState.CLOSED:
        raise AlreadyThere(
            Text(
                zh="事件已经关闭：它的熔断不会再放开，也不能再触发。",
                en="The incident is closed: nobody would release its breaker any more.",
            ),
            remedy=Text(
                zh="若仍在下降，请重新检测（POST /incidents/detection），再对新的事件触发。",
                en="Where it still falls look again (POST /incidents/detection), and trip the "
                "breaker of the new incident.",
            ),
        )


def state_of(unit: Unit, incident: Incident) -> BreakerState:
    """Give how the breaker of an incident stands."""
    row = unit.causes.breakers.get(incident.id)
    if row is None:
        return BreakerState(episode=_episodes(unit, incident.stage))
    return BreakerState(
        phase=row.phase,
        episode=row.episode,
        step=row.step,
        since=row.since,
        scope=tuple(tuple(sorted(cell.items())) for cell in row.scope),
        fallen=row.fallen,
    )


def look_at_quotes(unit: Unit, incident: Incident, seen: Cohort) -> SequentialTest | None:
    """Sample the quotes that were verified since it opened; None where it is not open.

    Where none was unsound and they are too few, the deals that came since are looked at as well.
    """
    state = state_of(unit, incident)
    if state.phase is not Phase.OPEN or state.since is None:
        return None
    judged = quote_evidence.judged(unit, state.since, state.scope)
    quotes = [not one.outdated for one in judged]
    checked, sound = len(quotes), sum(quotes)
    (after, event), found = sample(state, quotes, unit.now())
    test = {"kind": "quotes", "checked": checked, "sound": sound, **_told(found)}
    why = _why_quotes(checked, sound)
    if event is None and sound == checked:
        (after, event), mended = mend(state, seen.due, seen.came, unit.now())
        if event is not None or not quotes:
            found, why = mended, _why_deals(seen)
            test = {"kind": "deals", **asdict(seen), **_told(found)}
    _keep(unit, None, incident, _Move(state=after, event=event, why=why, test=test))
    return found


def look_at_deals(unit: Unit, incident: Incident, seen: Cohort) -> SequentialTest | None:
    """Follow the deals that came since its step began; None where it is not half-open."""
    state = state_of(unit, incident)
    if state.phase is not Phase.HALF_OPEN:
        return None
    (after, event), found = follow(state, seen.due, seen.came, unit.now())
    test = {"kind": "deals", **asdict(seen), **_told(found)}
    why = _why_deals(seen)
    _keep(unit, None, incident, _Move(state=after, event=event, why=why, test=test))
    return found


def close_by_word(unit: Unit, actor: Actor, incident: Incident, reason: str) -> IncidentBreaker:
    """Let a person close the breaker; its measures are lifted. Raises NotFound."""
    access.require(actor, "breakers.close")
    unit.take_turn(TURN)
    found = close_if_open(unit, actor, incident, reason)
    if found is None:
        raise NotFound(
            Text(zh="这个事件没有生效的熔断。", en="No breaker of this incident is open."),
            remedy=Text(zh="无需再做什么。", en="Nothing more is to be done."),
        )
    return found


def close_if_open(
    unit: Unit, actor: Actor, incident: Incident, reason: str
) -> IncidentBreaker | None:
    """Close the breaker of an incident where it is not closed already."""
    state = state_of(unit, incident)
    after, event = close(state, unit.now())
    if event is None:
        return None
    said = Text(zh=f"{actor.name}：{reason}", en=f"{actor.name}: {reason}")
    return _keep(unit, actor, incident, _Move(state=after, event=event, why=(said,), reason=reason))


def _alarm(told: Mapping[str, Any], person: str | None, asked: tuple[Cell, ...]) -> Alarm:
    first = told["causes"][0] if told.get("causes") else None
    # What is ranked by hand is on no scale of chances: it trips nothing.
    sure = first is not None and first["by"] == "model" and first["kind"] == "evidence"
    cells = tuple(tuple(sorted(one["cell"].items())) for one in told.get("cells", ()))
    return Alarm(
        detected=told["status"] == "fell",
        # The localiser gives no cell that does not pass it.
        family_wise=told.get("scope") in {"all", "cells"},
        p_root=first["p_root"] if first is not None and sure else None,
        person=person,
        localised=cells,
        asked=asked,
    )


def _fallen(told: Mapping[str, Any]) -> float:
    expected = sum(one["expected"] for one in told.get("cells", ()))
    observed = sum(one["observed"] for one in told.get("cells", ()))
    return float(observed / expected) if expected else 1.0


def _episodes(unit: Unit, stage: str) -> int:
    """Count what the breakers of a stage have been opened for: measures are lifted up to it."""
    return max((one.episode for one in unit.causes.breakers.find({"stage": stage})), default=0)


def _told(found: SequentialTest) -> dict[str, Any]:
    return {
        "trend": found.trend.value,
        "nats": round(found.nats, 6),
        "low": round(found.low, 6),
        "high": round(found.high, 6),
    }


def _why_quotes(checked: int, sound: int) -> tuple[Text, ...]:
    return (
        Text(
            zh=f"熔断以来核验了 {checked} 份报价，{sound} 份成本表有效。",
            en=f"Since it opened {checked} quotes were verified, {sound} with a valid cost sheet.",
        ),
    )


def _why_deals(seen: Cohort) -> tuple[Text, ...]:
    rate = "–" if seen.rate is None else f"{seen.rate:.0%}"
    usual = "–" if seen.usual is None else f"{seen.usual:.0%}"
    return (
        Text(
            zh=f"这一步以来 {seen.deals} 个商机应转化 {seen.due:.1f} 个，已转化 {seen.came} 个"
            f"（{rate}，往常 {usual}）。",
            en=f"Since this step {seen.deals} deals owed {seen.due:.1f} conversions and "
            f"{seen.came} came ({rate}; usual {usual}).",
        ),
    )


def _keep(unit: Unit, actor: Actor | None, incident: Incident, move: _Move) -> IncidentBreaker:
    """Store the state, and where it changed tell it: firing, measures, trail."""
    before, state = unit.causes.breakers.get(incident.id), move.state
    row = IncidentBreaker(
        id=incident.id,
        stage=incident.stage,
        phase=state.phase,
        episode=state.episode,
        step=state.step,
        since=state.since or unit.now(),
        scope=tuple(dict(cell) for cell in state.scope),
        fallen=state.fallen,
        test=before.test if before is not None and move.test is None else move.test,
        changed_at=unit.now(),
        version=1 if before is None else before.version,
    )
    if before is None:
        unit.causes.breakers.add(row)
    elif move.event is not None or before.test != row.test:
        row = unit.causes.breakers.replace(row)
    if move.event is not None:
        action = f"breakers.{move.event.value}"
        record(unit, action, after=row, before=before, actor=actor, reason=move.reason)
        _fire(unit, _firing(unit, incident, row, move))
    return row


def _fire(unit: Unit, firing: FiringRow) -> None:
    """Add a firing, lift what it ends and order what it orders."""
    unit.rules.firings.add(firing)
    lift_all(unit, (firing,))
    rule_actions.put(unit, firing)


def _firing(unit: Unit, incident: Incident, row: IncidentBreaker, move: _Move) -> FiringRow:
    actions, event = funnel().breakers[incident.stage], move.event
    if event is None:
        raise ValueError("nothing changed")
    told = (incident.id, row.episode, event.value, row.step, row.since.isoformat())
    key = hashlib.sha256("\x1f".join(map(str, told)).encode()).hexdigest()
    half = row.phase is Phase.HALF_OPEN
    return FiringRow(
        id=unit.new_id(),
        key=key,
        rule=f"incident.{incident.stage}",
        name={"zh": actions.name.zh, "en": actions.name.en},
        rule_set="policy/funnel.yaml",
        kind=KIND,
        subject=scope_name(row.scope),
        event=event,
        episode=row.episode,
        at=row.since,
        level=None,
        severity="high",
        facts=(),
        explanation=(),
        sentence={
            "zh": "".join(one.zh for one in move.why),
            "en": " ".join(one.en for one in move.why),
        },
        actions=_ordered(incident, row, event, key),
        shadow=False,
        share=move.state.share if half else None,
        region=region_of(row.scope),
        team=None,
        owner_id=None,
    )


def _ordered(
    incident: Incident, row: IncidentBreaker, event: Event, key: str
) -> tuple[dict[str, Any], ...]:
    """Give the actions of an event; opening again orders anew what was let go."""
    actions = funnel().breakers[incident.stage]
    ordered = {Event.OPENED: actions.do, Event.REOPENED: actions.do, Event.CLOSED: actions.then}
    extra = {"scope": [dict(cell) for cell in row.scope], "incident": incident.id}
    return tuple(
        {
            "key": hashlib.sha256(f"{key}\x1f{place}".encode()).hexdigest(),
            "name": name,
            "parameters": {**parameters, **extra},
        }
        for place, (name, parameters) in enumerate(ordered.get(event, ()))
    )


def scope_name(scope: Sequence[Mapping[str, str]]) -> str:
    """Give `*`, or cells such as ``region=华东&channel=web``."""
    names = ["&".join(f"{key}={value}" for key, value in cell.items()) for cell in scope]
    return EVERYWHERE if "" in names or not names else " | ".join(names)


def region_of(scope: Sequence[Mapping[str, str]]) -> str:
    """Give the only region of a scope, else `*`."""
    regions = {cell.get("region") for cell in scope}
    (only,) = regions if len(regions) == 1 else (None,)
    return only or EVERYWHERE
