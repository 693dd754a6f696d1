"""Dated evidence in: by hand, by API, by CSV, or from a collector; each checked by the graph."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unicodedata import category

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
#: A count that corrects an earlier one has its id with the next number.
_REVISION = re.compile(r"~([1-9][0-9]*)\Z")


def add(unit: Unit, actor: Actor, items: Sequence[NewEvidence]) -> tuple[EvidenceRow, ...]:
    """Keep items; one that is known already comes back as it is. Raises Invalid, AlreadyThere.

    All of them or none.
    """
    access.require(actor, "causes.feed")
    return put(unit, items, by=actor.person_id, actor=actor)


def add_collected(
    unit: Unit, actor: Actor, items: Sequence[NewEvidence], *, corrects: bool = False
) -> tuple[EvidenceRow, ...]:
    """Keep what was counted out of a log, as `add`; logs may overlap.

    `corrects`: what was counted otherwise before is kept and looked at no more.
    """
    access.require(actor, "causes.feed")
    by = actor.person_id
    return put(unit, items, by=by, actor=actor, content=COUNTED, corrects=corrects)


def put(
    unit: Unit,
    items: Sequence[NewEvidence],
    *,
    by: str,
    actor: Actor | None = None,
    content: Sequence[str] = CONTENT,
    corrects: bool = False,
) -> tuple[EvidenceRow, ...]:
    """Keep items on behalf of the system or of a person. Raises Invalid, AlreadyThere.

    `content`: what makes it another item where it differs.
    """
    _check(unit, items)
    found = []
    for one in items:
        row = _row(unit, one, by)
        known, free = _last(unit, row)
        told = [] if known is None else _differing(known, row, content)
        if known is not None and not (told and corrects):
            _refuse(row, told, content)
            found.append(known)
            continue
        row = replace(row, source_id=free)
        unit.causes.evidence.add(row)
        record(unit, "evidence.add", after=row, actor=actor)
        found.append(row)
    return tuple(found)


def _row(unit: Unit, one: NewEvidence, by: str) -> EvidenceRow:
    return EvidenceRow(
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


def find(
    unit: Unit, actor: Actor, *, where: dict[str, Any], after: str | None = None, limit: int = 50
) -> tuple[EvidenceRow, ...]:
    """Give items, the latest first."""
    access.require(actor, "incidents.read")
    return unit.causes.evidence.find(where, order="-id", after=after, limit=limit)


def standing(rows: Sequence[EvidenceRow]) -> list[EvidenceRow]:
    """Give the rows that no later count corrects."""
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for one in rows:
        key, number = _revision(one)
        last[key] = max(last.get(key, (0, "")), (number, one.id))
    return [one for one in rows if last[_revision(one)[0]][1] == one.id]


def _revision(row: EvidenceRow) -> tuple[tuple[str, str], int]:
    """Give what a row counts, and for which time."""
    number = _REVISION.search(row.source_id)
    base = row.source_id if number is None else row.source_id[: number.start()]
    return (row.source, base), 1 if number is None else int(number[1])


def _last(unit: Unit, row: EvidenceRow) -> tuple[EvidenceRow | None, str]:
    """Give the last row that counts the same, and the id that the next one has."""
    last, free, number = None, row.source_id, 1
    while known := unit.causes.evidence.find({"source": row.source, "source_id": free}, limit=1):
        last, number = known[0], number + 1
        free = f"{row.source_id}~{number}"
    return last, free


def _differing(known: EvidenceRow, row: EvidenceRow, content: Sequence[str]) -> list[str]:
    return [name for name in content if getattr(known, name) != getattr(row, name)]


def _refuse(row: EvidenceRow, told: Sequence[str], content: Sequence[str]) -> None:
    """Refuse a known item with another content. Raises AlreadyThere."""
    if not told:
        return
    kept = Text(
        zh="证据不可修改；更正请用新的 source_id。",
        en="Evidence is not changed; a correction has a source_id of its own.",
    )
    counted = Text(
        zh="若这份记录更正了上一份，请加上 correction: true 重新提交。",
        en="Where these rows correct those of before send them again with correction: true.",
    )
    raise AlreadyThere(
        Text(
            zh=f"{row.source}:{row.source_id} 已存在，内容不同（{', '.join(told)}）。",
            en=f"{row.source}:{row.source_id} is there already, with another {', '.join(told)}.",
        ),
        remedy=counted if content is COUNTED else kept,
    )


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
        if _REVISION.search(one.source_id):
            expected = Expected(zh="不以“~数字”结尾的编号", en="no ~ and number at its end")
            problems.append(wrong(f"items[{place}].source_id", one.source_id, expected))
        if one.type not in known:
            names = ", ".join(known)
            expected = Expected(zh=f"已声明的类型：{names}", en=f"a declared type: {names}")
            problems.append(wrong(f"items[{place}].type", one.type, expected))
        if not all(_is_title(one.title.get(code, "")) for code in ("zh", "en")):
            expected = Expected(
                zh=f"中英文标题，各 1 到 {MOST_WORD} 个字符，一行",
                en=f"a title in zh and en, each of 1 to {MOST_WORD} characters in one line",
            )
            problems.append(wrong(f"items[{place}].title", dict(one.title), expected))
    if problems:
        raise refusal(problems)


def _is_title(text: str) -> bool:
    """Tell whether people can read it: letters, figures or signs in one line."""
    kinds = set(map(category, text))
    return len(text) <= MOST_WORD and "Cc" not in kinds and any(one[0] in "LNPS" for one in kinds)


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
