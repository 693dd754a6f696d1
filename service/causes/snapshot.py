"""What an examination looked at, as JSON: the same snapshot gives the same answer.

Its deals are columns (`snapshot_deals`); snapshots of before, which had rows, are read as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from models.rca.causes.incident import Deals, IncidentRefused
from models.rca.causes.incident_items import item
from models.rca.causes.json_fields import MOST_WORD, Fields
from service.causes.snapshot_deals import columns, from_columns, from_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.rca.causes.evidence import EvidenceItem
    from models.rca.causes.incident import IncidentProblem
    from service.cause_records import EvidenceRow
    from service.causes.stage_deals import StageDeals

FORMAT = "countermark/incident-snapshot/2"
#: Its deals are rows.
ROWS = "countermark/incident-snapshot/1"
#: Of an item, what the ranking reads; the rest is for people.
ITEM = ("id", "type", "at", "until", "exposure", "stream", "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A fall that people have closed: what comes after is looked for, not it."""

    onset: date
    #: The day that it was closed on.
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a stage."""

    stage: str
    following: str
    #: The last day that is looked at.
    seen_until: date
    false_alarms_a_year: float
    closed: Closed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """By what an incident is examined."""

    #: The file of evidence types.
    dag: str
    #: SHA-256 of the ranker's trees and of its scale; None: ranked by hand.
    ranker: tuple[str, str] | None
    #: Hash of the program's sources; None: a snapshot of before, which does not tell.
    program: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    asked: Asked
    deals: Deals
    items: tuple[EvidenceItem, ...]
    #: By id: title, source and figures of each item.
    told: Mapping[str, Any]
    rules: Rules
    #: Odd deals, by what was odd.
    notes: Mapping[str, int]


def write(
    asked: Asked,
    found: StageDeals,
    dimensions: Sequence[str],
    *,
    evidence: Sequence[EvidenceRow],
    rules: Rules,
) -> bytes:
    """Write a snapshot down; its order does not depend on that of the rows."""
    told = {
        "format": FORMAT,
        "stage": asked.stage,
        "next": asked.following,
        "seen_until": asked.seen_until.isoformat(),
        "false_alarms_a_year": asked.false_alarms_a_year,
        "dimensions": list(dimensions),
        "deals": columns(Deals.of(found.deals, dimensions)),
        "evidence": [
            _item(one, asked.seen_until) for one in sorted(evidence, key=lambda one: one.id)
        ],
        "dag": rules.dag,
        "ranker": None if rules.ranker is None else list(rules.ranker),
        "program": rules.program,
        "notes": {
            "out_of_order": found.out_of_order,
            "again": found.again,
            "moved": found.moved,
        },
    }
    if asked.closed is not None:
        told["closed"] = [asked.closed.onset.isoformat(), asked.closed.until.isoformat()]
    # One way to write it: keys sorted, nothing between; plain JSON that any program reads.
    text = json.dumps(
        told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


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
            closed=_closed(told.get("closed")),
        ),
        deals=deals_of(told),
        items=tuple(one for one in items if one),
        told={one["id"]: one for one in told["evidence"]},
        rules=Rules(dag=told["dag"], ranker=_ranker(told), program=told.get("program")),
        notes=told["notes"],
    )


def deals_of(told: Mapping[str, Any]) -> Deals:
    """Give the deals of a snapshot's JSON."""
    dimensions = tuple(told["dimensions"])
    if told["format"] == ROWS:
        return from_rows(told["deals"], dimensions)
    return from_columns(told["deals"], dimensions)


def _closed(told: Sequence[str] | None) -> Closed | None:
    if told is None:
        return None
    return Closed(onset=date.fromisoformat(told[0]), until=date.fromisoformat(told[1]))


def _ranker(told: Mapping[str, Any]) -> tuple[str, str] | None:
    found = told["ranker"]
    return None if found is None else (str(found[0]), str(found[1]))


def _item(row: EvidenceRow, seen_until: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "at": row.day,
        "until": row.until,
        "exposure": row.exposure,
        "stream": row.stream and _up_to(row.stream, seen_until),
        "topic": _topic(row.figures),
        "title": row.title,
        "source": row.source,
        "source_id": row.source_id,
        "figures": row.figures,
    }


def _topic(figures: Mapping[str, Any]) -> str | None:
    """Give what answers are about, as the collector of surveys counted; None: not told."""
    topic = figures.get("topic")
    return topic if isinstance(topic, str) and 0 < len(topic) <= MOST_WORD else None


def _up_to(stream: Mapping[str, Any], seen_until: date) -> dict[str, Any] | None:
    """Give the days of a stream that had come; None where none had."""
    known = (seen_until - date.fromisoformat(stream["first_day"])).days + 1
    if known < 1:
        return None
    return {"first_day": stream["first_day"], "counts": list(stream["counts"])[:known]}


def _fields(place: int, told: Mapping[str, Any], problems: list[IncidentProblem]) -> Fields:
    # Snapshots of before tell no topic.
    read_of = {key: told[key] for key in ITEM if told.get(key) is not None}
    return Fields(f"evidence[{place}]", read_of, problems)
