"""An incident from JSON: every mistake with its path, what was seen and what was expected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from models.rca.case import MOST_DIMENSIONS
from models.rca.causes.incident import (
    Deal,
    Deals,
    Incident,
    IncidentProblem,
    IncidentRefused,
    LocalisedCell,
    Onset,
)
from models.rca.causes.incident_items import item
from models.rca.causes.json_fields import Fields, wrong
from models.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from models.rca.causes.evidence_table import Row
    from models.rca.localise import Cell

MOST_DEALS = 1_000_000
MOST_ITEMS = 200
MOST_CELLS = 60
_TOP = ("incident", "stage", "onset", "seen_until", "dimensions", "deals", "cells", "evidence")
_DEAL = ("id", "rep", "entered", "converted", "dims")
#: Of a text that is no JSON, so much is told.
MOST_SEEN = 20


def read_incident(data: str | bytes, evidence: Sequence[Row] = ()) -> Incident:
    """Give the incident of a JSON text (UTF-8), with further items of evidence.

    Raises IncidentRefused with all its mistakes.
    """
    problems: list[IncidentProblem] = []
    top = Fields("", _parsed(data), problems)
    top.only(_TOP)
    seen_until = top.day("seen_until")
    onset = _onset(top, seen_until)
    dimensions = _dimensions(top)
    deals = _deals(top, dimensions, seen_until)
    cells = _cells(top, dimensions)
    parts = [] if evidence and not top.has("evidence") else top.parts("evidence", most=MOST_ITEMS)
    parts += [Fields(where, one, problems) for where, one in evidence]
    items = [item(one, dimensions, seen_until) for one in parts]
    if len(items) > MOST_ITEMS:
        expected = Text(zh=f"不超过 {MOST_ITEMS} 项", en=f"at most {MOST_ITEMS} items")
        top.wrong("evidence", f"{len(items)}", expected)
    _once(top, "evidence", [one.id for one in items if one])
    name, stage = top.word("incident"), top.word("stage")
    if onset and not problems:
        problems += _lacking(onset, deals)
    if problems or onset is None or seen_until is None:
        raise IncidentRefused(problems)
    return Incident(
        id=name,
        stage=stage,
        onset=onset,
        seen_until=seen_until,
        deals=Deals.of(deals, dimensions),
        cells=tuple(cells),
        items=tuple(one for one in items if one),
    )


def _lacking(onset: Onset, deals: Sequence[Deal]) -> list[IncidentProblem]:
    """Say on which side of the onset there is no deal: then nothing tells causes apart."""
    sides = (
        (
            any(one.entered < onset.at for one in deals),
            Text(zh="起始日之前进入的商机", en="deals that entered before the onset"),
        ),
        (
            any(one.entered >= onset.at for one in deals),
            Text(
                zh="起始日以来进入的商机；否则还不能排序",
                en="deals that entered since the onset; without any nothing can be ranked yet",
            ),
        ),
    )
    return [wrong("deals", "none", expected) for is_there, expected in sides if not is_there]


class _Doubled(ValueError):
    """A key that stands twice in one object."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Give an object. Raises _Doubled: readers differ about which of two counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Doubled(next(name for name in names if names.count(name) > 1))
    return found


def _parsed(data: str | bytes) -> Any:
    expected = Text(zh="UTF-8 的 JSON 对象", en="a JSON object in UTF-8")
    try:
        return json.loads(data, object_pairs_hook=_without_doubles)
    except _Doubled as error:
        once = Text(zh="每个键一次", en="each key once")
        raise IncidentRefused([wrong("$", error, once)]) from None
    except json.JSONDecodeError as error:
        seen = f"{error.doc[error.pos : error.pos + MOST_SEEN]!r}"
        where = f"$ ({error.lineno}:{error.colno})"
        raise IncidentRefused([wrong(where, seen, expected)]) from None
    except UnicodeDecodeError as error:
        seen = error.object[error.start : error.start + 4].hex(" ")
        raise IncidentRefused([wrong(f"$ ({error.start})", seen, expected)]) from None
    except (ValueError, RecursionError):
        nested = Text(zh="嵌套不深、数字不长的 JSON", en="JSON not deeply nested, no huge number")
        raise IncidentRefused([wrong("$", "", nested)]) from None


def _onset(top: Fields, seen_until: date | None) -> Onset | None:
    told = top.part("onset")
    if told is None:
        return None
    told.only(("at", "first", "last"))
    at = told.day("at")
    first = told.day("first") if told.has("first") else at
    last = told.day("last") if told.has("last") else at
    if at is None or first is None or last is None:
        return None
    if not first <= at <= last:
        expected = Text(zh="first <= at <= last", en="first <= at <= last")
        told.wrong("", f"{first}, {at}, {last}", expected)
    if seen_until and at > seen_until:
        told.wrong("at", f"{at}", _not_after(seen_until))
    return Onset(at=at, first=first, last=last)


def _not_after(day: date) -> Text:
    return Text(zh=f"不晚于 seen_until {day}", en=f"no day after seen_until, {day}")


def _dimensions(top: Fields) -> tuple[str, ...]:
    names = top.words("dimensions", most=MOST_DIMENSIONS)
    _once(top, "dimensions", names)
    return tuple(names)


def _once(top: Fields, key: str, names: list[str]) -> None:
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if first.setdefault(name, place) != place:
            known = f"{key}[{first[name]}]"
            expected = Text(zh=f"不重复（{known} 已有）", en=f"another ({known} has it)")
            top.wrong(f"{key}[{place}]", name, expected)


def _deals(top: Fields, dimensions: tuple[str, ...], seen_until: date | None) -> list[Deal]:
    found: list[Deal] = []
    rows = top.parts("deals", most=MOST_DEALS)
    if not rows:
        top.wrong("deals", "[]", Text(zh="至少一个商机", en="one deal at least"))
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        deal = _deal(row, dimensions, seen_until)
        if deal and first.setdefault(deal.id, place) != place:
            expected = Text(
                zh=f"另一个编号（deals[{first[deal.id]}] 已有）",
                en=f"another id (deals[{first[deal.id]}] has it)",
            )
            row.wrong("id", deal.id, expected)
        elif deal:
            found.append(deal)
    return found


def _deal(row: Fields, dimensions: tuple[str, ...], seen_until: date | None) -> Deal | None:
    row.only(_DEAL)
    name, rep, entered = row.word("id"), row.word("rep"), row.day("entered")
    converted = row.day("converted") if row.has("converted") else None
    dims = row.mapping("dims") if row.has("dims") else {}
    for key in dims.keys() - set(dimensions):
        expected = Text(zh=f"{', '.join(dimensions)} 之一", en=f"one of {', '.join(dimensions)}")
        row.wrong("dims", key, expected)
    if entered is None:
        return None
    if seen_until and entered > seen_until:
        row.wrong("entered", f"{entered}", _not_after(seen_until))
    if converted and converted < entered:
        expected = Text(zh=f"不早于进入日 {entered}", en=f"no day before it entered, {entered}")
        row.wrong("converted", f"{converted}", expected)
    if converted and seen_until and converted > seen_until:
        row.wrong("converted", f"{converted}", _not_after(seen_until))
    return Deal(id=name, rep=rep, entered=entered, converted=converted, dims=dims)


def _cells(top: Fields, dimensions: tuple[str, ...]) -> list[LocalisedCell]:
    if not top.has("cells"):
        return []
    found = []
    for one in top.parts("cells", most=MOST_CELLS):
        one.only(("cell", "llr", "p"))
        llr = one.number("llr", least=-1e12, most=1e12) if one.has("llr") else 0.0
        p = one.number("p", least=0.0, most=1.0) if one.has("p") else 1.0
        cell = cell_of(one, "cell", dimensions)
        found.append(LocalisedCell(cell=cell, llr=llr, p=p))
    _once(top, "cells", [one.name for one in found])
    return found


def cell_of(fields: Fields, key: str, dimensions: tuple[str, ...]) -> Cell:
    """Give a cell in the order of the dimensions; one that is not known is told."""
    told = fields.mapping(key)
    for name in told.keys() - set(dimensions):
        expected = Text(zh=f"{', '.join(dimensions)} 之一", en=f"one of {', '.join(dimensions)}")
        fields.wrong(key, name, expected)
    return tuple((name, told[name]) for name in dimensions if name in told)
