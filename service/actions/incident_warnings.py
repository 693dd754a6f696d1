"""A new incident is told to those who answer for the funnel, whether or not its breaker trips."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rules.states import Event
from service import rule_actions
from service.actions.incident_breakers import KIND, region_of, scope_name
from service.funnel import funnel
from service.rule_records import FiringRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.cause_records import Incident
    from service.ports.records import Unit

#: Whom it is told to, as rule files write roles, and in what words.
TO, TEMPLATE = ("区域总监", "总部销售VP", "销售运营"), "plain"


def warn(unit: Unit, incident: Incident, told: Mapping[str, Any]) -> None:
    """Tell of an incident that has just been opened: since when, and how much it costs."""
    titles = {one.id: one.name for one in funnel().stages}
    stage, following = titles[incident.stage], titles[funnel().after(incident.stage).id]
    found, scope = told["detection"], [one["cell"] for one in told["cells"]]
    share = found["observed"] / found["expected"] if found["expected"] else 0.0
    order = {"to": list(TO), "template": TEMPLATE, "incident": incident.id}
    firing = FiringRow(
        id=unit.new_id(),
        key=_hash(incident, "warning"),
        rule=f"incident.{incident.stage}",
        name={
            "zh": f"漏斗下降：{stage.zh} → {following.zh}",
            "en": f"Fall of the funnel: {stage.en} → {following.en}",
        },
        rule_set="policy/funnel.yaml",
        kind=KIND,
        subject=scope_name(scope),
        event=Event.ENTERED,
        episode=0,
        at=unit.now(),
        level=None,
        severity="high",
        facts=(),
        explanation=(),
        sentence={
            "zh": f"自 {incident.onset} 起只有应有转化的 {share:.0%}。",
            "en": f"Since {incident.onset} {share:.0%} of the conversions that were due came.",
        },
        actions=({"key": _hash(incident, "notify"), "name": "notify", "parameters": order},),
        shadow=False,
        share=None,
        region=region_of(scope),
        team=None,
        owner_id=None,
    )
    unit.rules.firings.add(firing)
    rule_actions.put(unit, firing)


def _hash(incident: Incident, what: str) -> str:
    return hashlib.sha256(f"{incident.id}\x1f{what}".encode()).hexdigest()
