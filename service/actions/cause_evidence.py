"""Dated evidence in: by hand, by API, by CSV, or from a collector; each checked by the graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service import access
from service.actions.stage_events import MOST_WORD
from service.actions.trail import record
from service.cause_records import EvidenceRow
from service.causes.stage_deals import day_of
from service.errors import AlreadyThere, Invalid, Trouble
from service.funnel import funnel
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.rca.causes.incident import IncidentProblem
    from service.actors import Actor
    from service.causes.evidence_sent import NewEvidence
    from service.ports.records import Unit

#: Kept with a row; what differs is another item.
CONTENT = ("type", "day", "until", "title", "exposure", "stream", "figures")
#: Of what is counted out of a log, these alone: a longer log counts other days around it.
COUNTED = ("type", "day", "until", "exposure")
MOST_ITEMS = 200


def add(unit: Unit, actor: Actor, items: Sequence[NewEvidence]) -> tuple[EvidenceRow, ...]:
    """Keep items; one that is known already comes back as it is. Raises Invalid, AlreadyThere.

    All of them or none.
    """
    access.require(actor, "causes.feed")
    return put(unit, items, by=actor.person_id, actor=actor)


def add_collected(
    unit: Unit, actor: Actor, items: Sequence[NewEvidence]
) -> tuple[EvidenceRow, ...]:
    """Keep what was counted out of a log, as `add`; logs may overlap."""
    access.require(actor, "causes.feed")
    return put(unit, items, by=actor.person_id, actor=actor, content=COUNTED)


def put(
    unit: Unit,
    items: Sequence[NewEvidence],
    *,
    by: str,
    actor: Actor | None = None,
    content: Sequence[str] = CONTENT,
) -> tuple[EvidenceRow, ...]:
    """Keep items on behalf of the system or of a person. Raises Invalid, AlreadyThere.

    `content`: what makes it another item where it differs.
    """
    _check(unit, items)
    found = []
    for one in items:
        row = EvidenceRow(
            id=unit.new_id(),
            source=one.source,
            source_id=one.source_id,
            type=one.type,
            day=one.at,
            until=one.until,
            title=dict(one.title),
            exposure=None if one.exposure is None else dict(one.exposure),
            stream=None if one.stream is None else dict(one.stream),
            figures=dict(one.figures),
            received_at=unit.now(),
            received_by=by,
        )
        where = {"source": row.source, "source_id": row.source_id}
        known = unit.causes.evidence.find(where, limit=1)
        if known:
            found.append(_same(known[0], row, content))
            continue
        unit.causes.evidence.add(row)
        record(unit, "evidence.add", after=row, actor=actor)
        found.append(row)
    return tuple(found)


def find(
    unit: Unit, actor: Actor, *, where: dict[str, Any], after: str | None = None, limit: int = 50
) -> tuple[EvidenceRow, ...]:
    """Give items, the latest first."""
    access.require(actor, "incidents.read")
    return unit.causes.evidence.find(where, order="-id", after=after, limit=limit)


def _same(known: EvidenceRow, row: EvidenceRow, content: Sequence[str]) -> EvidenceRow:
    told = [name for name in content if getattr(known, name) != getattr(row, name)]
    if told:
        raise AlreadyThere(
            Text(
                zh=f"{row.source}:{row.source_id} 已存在，内容不同（{', '.join(told)}）。",
                en=f"{row.source}:{row.source_id} is there already, with another "
                f"{', '.join(told)}.",
            ),
            remedy=Text(
                zh="证据不可修改；更正请用新的 source_id。",
                en="Evidence is not changed; a correction has a source_id of its own.",
            ),
        )
    return known


def _check(unit: Unit, items: Sequence[NewEvidence]) -> None:
    """Refuse all mistakes at once: fields, days to come, types that the graph does not have."""
    from models.rca.causes.dag_file import catalogue  # noqa: PLC0415 - numpy
    from models.rca.causes.incident_items import item  # noqa: PLC0415
    from models.rca.causes.json_fields import Fields, wrong  # noqa: PLC0415
    from models.text import Text as Expected  # noqa: PLC0415

    problems: list[IncidentProblem] = []
    dimensions = tuple(one.id for one in funnel().dimensions)
    today = day_of(unit.now())
    known = catalogue().by_id
    for place, one in enumerate(items):
        told = {
            "id": f"{one.source}:{one.source_id}",
            "type": one.type,
            "at": one.at,
            "until": one.until,
            # Plain JSON, as it will be kept.
            "exposure": json.loads(json.dumps(one.exposure)),
            "stream": json.loads(json.dumps(one.stream)),
        }
        item(Fields(f"items[{place}]", told, problems), dimensions, today)
        if one.type not in known:
            names = ", ".join(known)
            expected = Expected(zh=f"已声明的类型：{names}", en=f"a declared type: {names}")
            problems.append(wrong(f"items[{place}].type", one.type, expected))
        if not all(0 < len(one.title.get(code, "")) <= MOST_WORD for code in ("zh", "en")):
            expected = Expected(zh="中英文标题", en="a title in zh and en")
            problems.append(wrong(f"items[{place}].title", dict(one.title), expected))
    if problems:
        raise refusal(problems)


def refusal(problems: Sequence[IncidentProblem]) -> Invalid:
    """Give the refusal of evidence with mistakes."""
    troubles = tuple(
        Trouble(
            where=one.path,
            seen=one.seen,
            expected=one.expected.en,
            message=Text(
                zh=f"{one.path}：看到“{one.seen}”，应为{one.expected.zh}。",
                en=f"{one.path}: saw {one.seen!r}, expected {one.expected.en}.",
            ),
        )
        for one in problems[:20]
    )
    return Invalid(
        troubles[0].message,
        remedy=Text(zh="请改正后重新提交，没有保存。", en="Correct it; nothing was kept."),
        troubles=troubles,
    )
