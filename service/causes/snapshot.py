"""What an examination looked at, as canonical JSON: the same snapshot gives the same answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from models.rca.incident import UNKNOWN, Deal, Deals, IncidentRefused
from models.rca.incident_items import item
from models.rca.json_fields import Fields
from service.chain import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.rca.evidence import EvidenceItem
    from models.rca.incident import IncidentProblem
    from service.cause_records import EvidenceRow
    from service.causes.stage_deals import StageDeals

FORMAT = "countermark/incident-snapshot/1"
#: Of an item, what the ranking reads; the rest is for people.
ITEM = ("id", "type", "at", "until", "exposure", "stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a stage."""

    stage: str
    following: str
    #: The last day that is looked at.
    seen_until: date
    false_alarms_a_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    asked: Asked
    deals: Deals
    items: tuple[EvidenceItem, ...]
    #: By id: title, source and figures of each item.
    told: Mapping[str, Any]
    #: The file of evidence types.
    dag: str
    #: Odd deals, by what was odd.
    notes: Mapping[str, int]


def write(
    asked: Asked,
    found: StageDeals,
    dimensions: Sequence[str],
    *,
    evidence: Sequence[EvidenceRow],
    dag: str,
) -> bytes:
    """Write a snapshot down; its order does not depend on that of the rows."""
    rows = [
        [
            one.id,
            one.rep,
            one.entered.isoformat(),
            None if one.converted is None else one.converted.isoformat(),
            [one.dims.get(name) for name in dimensions],
        ]
        for one in sorted(found.deals, key=lambda one: one.id)
    ]
    told = {
        "format": FORMAT,
        "stage": asked.stage,
        "next": asked.following,
        "seen_until": asked.seen_until.isoformat(),
        "false_alarms_a_year": asked.false_alarms_a_year,
        "dimensions": list(dimensions),
        "deals": rows,
        "evidence": [
            _item(one, asked.seen_until) for one in sorted(evidence, key=lambda one: one.id)
        ],
        "dag": dag,
        "notes": {
            "out_of_order": found.out_of_order,
            "again": found.again,
            "moved": found.moved,
        },
    }
    return canonical(told)


def read(data: bytes) -> Snapshot:
    """Give a snapshot of ours. Raises IncidentRefused for evidence that does not fit its deals."""
    told = json.loads(data)
    seen_until, dimensions = date.fromisoformat(told["seen_until"]), tuple(told["dimensions"])
    problems: list[IncidentProblem] = []
    items = tuple(
        item(_fields(place, one, problems), dimensions, seen_until)
        for place, one in enumerate(told["evidence"])
    )
    if problems:
        raise IncidentRefused(problems)
    return Snapshot(
        asked=Asked(
            stage=told["stage"],
            following=told["next"],
            seen_until=seen_until,
            false_alarms_a_year=told["false_alarms_a_year"],
        ),
        deals=Deals.of([_deal(row, dimensions) for row in told["deals"]], dimensions),
        items=tuple(one for one in items if one),
        told={one["id"]: one for one in told["evidence"]},
        dag=told["dag"],
        notes=told["notes"],
    )


def _item(row: EvidenceRow, seen_until: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "at": row.day,
        "until": row.until,
        "exposure": row.exposure,
        "stream": row.stream and _up_to(row.stream, seen_until),
        "title": row.title,
        "source": row.source,
        "source_id": row.source_id,
        "figures": row.figures,
    }


def _up_to(stream: Mapping[str, Any], seen_until: date) -> dict[str, Any] | None:
    """Give the days of a stream that had come; None where none had."""
    known = (seen_until - date.fromisoformat(stream["first_day"])).days + 1
    if known < 1:
        return None
    return {"first_day": stream["first_day"], "counts": list(stream["counts"])[:known]}


def _fields(place: int, told: Mapping[str, Any], problems: list[IncidentProblem]) -> Fields:
    read_of = {key: told[key] for key in ITEM if told[key] is not None}
    return Fields(f"evidence[{place}]", read_of, problems)


def _deal(row: Sequence[Any], dimensions: Sequence[str]) -> Deal:
    name, rep, entered, converted, values = row
    return Deal(
        id=name,
        rep=rep,
        entered=date.fromisoformat(entered),
        converted=None if converted is None else date.fromisoformat(converted),
        dims={
            key: UNKNOWN if value is None else value
            for key, value in zip(dimensions, values, strict=True)
        },
    )
