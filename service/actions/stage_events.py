"""Stage events in: each row is taken, known already, or refused with its reason, others go on.

A row's `source_id` is its source's own id: the same row again is a duplicate; the same id with
other content is refused, as nothing that was taken is changed. Rows may come in any order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.written import is_line, moment_of
from service import access
from service.cause_records import StageEvent
from service.causes.stage_deals import BUSINESS_ZONE
from service.chain import canonical
from service.funnel import funnel
from service.records import AuditDraft
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.actors import Actor
    from service.ports.records import Unit

MOST_ROWS = 20_000
MOST_WORD = 200
#: Clocks of sources may be ahead by so much.
AHEAD = timedelta(minutes=5)
#: A row says more than its dimensions.
FIELDS = ("source_id", "deal", "stage", "at", "rep")
#: Ids are looked up in portions: databases take only so many values at once.
PORTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that was not taken: its number from 1, the field, what was seen and expected."""

    row: int
    where: str
    seen: str
    expected: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    accepted: int
    duplicate: int
    refused: tuple[Refused, ...]


class _Wrong(Exception):
    def __init__(self, where: str, seen: object, expected: Text) -> None:
        super().__init__(where)
        self.where, self.seen, self.expected = where, str(seen)[:80], expected


def take(unit: Unit, actor: Actor, source: str, rows: Sequence[Mapping[str, Any]]) -> Receipt:
    """Take what can be taken, with one audit entry for all of it."""
    access.require(actor, "causes.feed")
    refused: list[Refused] = []
    read: list[tuple[int, StageEvent]] = []
    for number, row in enumerate(rows, 1):
        try:
            read.append((number, _event(unit, source, row)))
        except _Wrong as wrong:
            refused.append(_refused(number, wrong))
    known = _known(unit, source, tuple({event.source_id for _, event in read}))
    fresh: list[StageEvent] = []
    for number, event in read:
        before = known.setdefault(event.source_id, event)
        if before is event:
            fresh.append(event)
            continue
        try:
            _same(before, event)
        except _Wrong as wrong:
            refused.append(_refused(number, wrong))
    unit.causes.add_stage_events(fresh)
    if fresh:
        _tell(unit, actor, source, fresh)
    return Receipt(
        accepted=len(fresh),
        duplicate=len(rows) - len(fresh) - len(refused),
        refused=tuple(sorted(refused, key=lambda one: one.row)),
    )


def _event(unit: Unit, source: str, row: Mapping[str, Any]) -> StageEvent:
    known, dims = {}, {}
    for key, value in row.items():
        if key in FIELDS:
            known[key] = value
            continue
        dimension = funnel().dimension(key)
        if dimension is None:
            names = ", ".join((*FIELDS, *(one.id for one in funnel().dimensions)))
            raise _Wrong(key, key, Text(zh=f"{names} 之一", en=f"one of {names}"))
        if value not in (None, ""):
            dims[dimension.id] = _word(key, value)
    rep = known.get("rep")
    return StageEvent(
        id=unit.new_id(),
        source=source,
        source_id=_word("source_id", known.get("source_id")),
        deal=_word("deal", known.get("deal")),
        stage=_stage(known.get("stage")),
        at=_moment(known.get("at"), unit.now()),
        rep=_word("rep", rep) if rep else None,
        dims=dims,
        received_at=unit.now(),
    )


def _word(where: str, value: object) -> str:
    if isinstance(value, str) and 0 < len(value.strip()) <= MOST_WORD and is_line(value):
        return value.strip()
    expected = Text(zh=f"1 到 {MOST_WORD} 个字符", en=f"text of 1 to {MOST_WORD} characters")
    raise _Wrong(where, "" if value is None else value, expected)


def _stage(value: object) -> str:
    found = funnel().stage(value) if isinstance(value, str) else None
    if found is None:
        names = ", ".join(one.id for one in funnel().stages)
        raise _Wrong(
            "stage",
            "" if value is None else value,
            Text(
                zh=f"{names} 之一；阶段改过名就在 policy/funnel.yaml 的 also 中补上",
                en=f"one of {names}; a renamed stage goes to `also` of policy/funnel.yaml",
            ),
        )
    return found.id


def _moment(value: object, now: datetime) -> datetime:
    expected = Text(
        zh="时间，如 2026-01-15T09:30:00+08:00 或 2026/1/15 9:30；不写时区即为东八区",
        en="a time such as 2026-01-15T09:30:00+08:00 or 2026/1/15 9:30; without a zone it is UTC+8",
    )
    try:
        found = moment_of(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise _Wrong("at", "" if value is None else value, expected) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=BUSINESS_ZONE)
    try:
        found = found.astimezone(UTC)
    except OverflowError:
        raise _Wrong("at", value, expected) from None
    if found > now + AHEAD:
        until = now.astimezone(BUSINESS_ZONE).isoformat(timespec="minutes")
        raise _Wrong("at", value, Text(zh=f"不晚于现在 {until}", en=f"no time after now, {until}"))
    return found


def _known(unit: Unit, source: str, ids: tuple[str, ...]) -> dict[str, StageEvent]:
    found: dict[str, StageEvent] = {}
    for start in range(0, len(ids), PORTION):
        where = {"source": source, "source_id": ids[start : start + PORTION]}
        found |= {one.source_id: one for one in unit.causes.stage_events.find(where)}
    return found


def _same(known: StageEvent, event: StageEvent) -> None:
    """Refuse another content under a known id."""
    told = [
        name
        for name in ("deal", "stage", "at", "rep", "dims")
        if getattr(known, name) != getattr(event, name)
    ]
    if told:
        raise _Wrong(
            "source_id",
            event.source_id,
            Text(
                zh=f"与已收到的内容一致（{', '.join(told)} 不同）；更正请用新的 source_id",
                en=f"what was taken before ({', '.join(told)} differ); a correction has an id of "
                "its own",
            ),
        )


def _refused(number: int, wrong: _Wrong) -> Refused:
    return Refused(row=number, where=wrong.where, seen=wrong.seen, expected=wrong.expected)


def _tell(unit: Unit, actor: Actor, source: str, fresh: Sequence[StageEvent]) -> None:
    """One entry for a batch: how many, from whom, and their hash."""
    content = [
        [one.source_id, one.deal, one.stage, one.at.isoformat(), one.rep, one.dims] for one in fresh
    ]
    after = {
        "source": source,
        "events": len(fresh),
        "sha256": hashlib.sha256(canonical(content)).hexdigest(),
    }
    unit.audit.append(
        AuditDraft(
            action="stage_events.take",
            object_kind="stage_events",
            object_id=fresh[0].id,
            after=after,
        ),
        actor=actor.person_id,
        request_id=actor.request_id,
    )
