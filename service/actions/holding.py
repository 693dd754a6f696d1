"""How a row that was not taken is kept."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from service.actions.trail import record
from service.rule_records import HeldFact, HeldState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.actions.fact_rows import Fault
    from service.actors import Actor
    from service.ports.records import Unit

#: Of a subject or a period that was no such thing.
SHOWN_CHARACTERS = 100


def hold(unit: Unit, actor: Actor, kind: str, *, row: Mapping[str, Any], fault: Fault) -> HeldFact:
    """Keep a row with what is wrong with it."""
    held = HeldFact(
        id=unit.new_id(),
        kind=kind,
        subject=_shown(row.get("subject")),
        period=_shown(row.get("period")),
        row={str(name): _keepable(value) for name, value in row.items()},
        code=fault.code,
        where=fault.where,
        reason={"zh": fault.message.zh, "en": fault.message.en},
        state=HeldState.WAITING,
        held_at=unit.now(),
        held_by=actor.person_id,
        region=actor.region,
        team=actor.team,
        owner_id=actor.person_id,
    )
    unit.rules.held_facts.add(held)
    record(unit, "held_facts.hold", after=held, actor=actor)
    return held


def _keepable(value: Any) -> Any:
    """Give a value as JSON can keep it: what no JSON holds (NaN) becomes its name."""
    if isinstance(value, dict):
        return {str(name): _keepable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable(inner) for inner in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _shown(value: Any) -> str | None:
    """Give what a list may show of a subject or period that may be anything."""
    if not isinstance(value, str | int | float):
        return None
    return "".join(c for c in str(value)[:SHOWN_CHARACTERS] if c.isprintable())
