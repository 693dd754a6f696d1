"""From a snapshot to an answer: since when, where, what of; nothing else is looked at.

1. detection: since when conversions fall; 2. the window before and since; 3. localisation: where,
with the family-wise gate; 4. evidence and cells ranked together; 5. the pictures' figures.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca.causes.incident import Incident, LocalisedCell, Onset
from models.rca.causes.ranking import rank_causes
from models.rca.detect import LEAST_HISTORY, WATCHED, TooShort, detect, flow, idle
from models.rca.localise import localise
from models.rca.settled import Settled
from service.causes import pictures
from service.causes.rankers import graph
from service.causes.snapshot import read
from service.causes.window import case_of, window
from service.chain import canonical

if TYPE_CHECKING:
    from models.rca.causes.ranker import Ranker
    from models.rca.causes.ranking import RankedCause
    from models.rca.cusum import Flow
    from models.rca.detect import Detection
    from models.rca.localise import Answer, Cause
    from service.causes.snapshot import Snapshot
    from service.causes.window import Window

#: Answers are written with so many digits behind the point.
DIGITS = 6


def examine(snapshot: bytes, ranker: Ranker | None) -> bytes:
    """Give the answer, canonical JSON; `ranker` is the one that the snapshot names.

    Raises IncidentRefused and DagRefused for what is unfit.
    """
    return canonical(_rounded(_examined(read(snapshot), ranker)))


def _examined(seen: Snapshot, ranker: Ranker | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "stage": seen.asked.stage,
        "next": seen.asked.following,
        "seen_until": seen.asked.seen_until.isoformat(),
        "notes": dict(seen.notes),
    }
    if not len(seen.deals):
        return told | {"status": "no_deals"}
    first = int(seen.deals.entered.min())
    counts = _flow(seen, first)
    # 1. detection
    try:
        found = detect(counts, seen.asked.false_alarms_a_year, _settled(seen, first))
    except TooShort as short:
        wanted = {"history_days": LEAST_HISTORY, "watched_days": WATCHED, "conversions": 60}
        seen_of = {"history_days": short.days, "conversions": short.conversions}
        return told | {"status": "too_short", "seen": seen_of, "needed": wanted}
    told["detection"] = _detection(seen, found, first)
    if found.onset is None or found.interval is None or found.alarm is None:
        stopped = idle(counts)
        lacks = stopped is not None and stopped.leaves_nothing
        return told | {"status": "no_deals" if lacks else "steady"}
    onset = Onset(
        at=_day(first + found.onset),
        first=_day(first + found.interval[0]),
        last=_day(first + found.interval[1]),
    )
    return told | {"status": "fell"} | _explained(seen, onset, ranker)


def _settled(seen: Snapshot, first: int) -> Settled | None:
    closed = seen.asked.closed
    if closed is None:
        return None
    return Settled(onset=closed.onset.toordinal() - first, until=closed.until.toordinal() - first)


def _flow(seen: Snapshot, first: int) -> Flow:
    last = seen.asked.seen_until.toordinal()
    entered, converted = seen.deals.entered - first, seen.deals.converted
    went = np.where(converted < 0, -1, converted - first)
    return flow(entered, went, last - first + 1, _day(first).weekday())


def _detection(seen: Snapshot, found: Detection, first: int) -> dict[str, Any]:
    days = {"alarm": found.alarm, "onset": found.onset}
    told = {
        name: None if day is None else _day(first + day).isoformat() for name, day in days.items()
    }
    interval = found.interval and [_day(first + day).isoformat() for day in found.interval]
    return {
        **told,
        "interval": interval,
        "observed": found.observed,
        "expected": found.expected,
        "later_days": found.later,
        "later_z": found.later_z,
        "threshold": found.threshold,
        "false_alarms_a_year": seen.asked.false_alarms_a_year,
    }


def _explained(seen: Snapshot, onset: Onset, ranker: Ranker | None) -> dict[str, Any]:
    # 2. the window
    weighed = window(seen.deals, onset.at, seen.asked.seen_until)
    case = case_of(seen.deals, weighed)
    # 3. where
    answer = None if case is None else localise(case)
    causes = () if answer is None else answer.causes
    cells = tuple(
        LocalisedCell(cell=one.cell, llr=one.llr, p=one.p)
        for one in sorted(causes, key=lambda one: (-one.p, -one.llr))
    )
    # 4. what of
    ranked = rank_causes(_incident(seen, onset, cells), graph(seen.rules.dag), ranker)
    # 5. pictures
    return {
        "onset": {key: getattr(onset, key).isoformat() for key in ("at", "first", "last")},
        "scope": "none" if answer is None else answer.scope,
        "needed": None if answer is None else answer.needed,
        "cells": [_cell(one) for one in causes],
        "change": None if answer is None else _change(answer),
        "causes": [_cause(one, seen) for one in ranked],
        "window": _weighed(weighed),
        "pictures": pictures.figures(seen.deals, weighed, onset.at, seen.items),
    }


def _incident(seen: Snapshot, onset: Onset, cells: tuple[LocalisedCell, ...]) -> Incident:
    return Incident(
        id=seen.asked.stage,
        stage=seen.asked.stage,
        onset=onset,
        seen_until=seen.asked.seen_until,
        deals=seen.deals,
        cells=cells,
        items=seen.items,
    )


def _weighed(weighed: Window) -> dict[str, Any]:
    since = weighed.since
    return {
        "horizon_days": weighed.horizon,
        "deals_before": int((~since).sum()),
        "deals_since": int(since.sum()),
        "converted_before": int(weighed.won[~since].sum()),
        "converted_since": int(weighed.won[since].sum()),
        "counted_before": float(weighed.part[~since].sum()),
        "counted_since": float(weighed.part[since].sum()),
    }


def _cell(one: Cause) -> dict[str, Any]:
    return {
        "cell": dict(one.cell),
        "tie": [dict(other) for other in one.tie],
        "expected": one.expected,
        "observed": one.observed,
        "shortfall": one.shortfall,
        "interval": list(one.interval),
        "llr": one.llr,
        "p": one.p,
    }


def _change(answer: Answer) -> dict[str, float]:
    change = answer.change
    return {"before": change.before, "now": change.now, "mix": change.mix, "rate": change.rate}


def _cause(one: RankedCause, seen: Snapshot) -> dict[str, Any]:
    told = seen.told.get(one.id)
    figures = one.figures
    return {
        "id": one.id,
        "kind": one.kind,
        "rank": one.rank,
        "role": one.role,
        "p_root": one.p_root,
        "tie": list(one.tie),
        "by": one.by,
        "type": one.type,
        "title": told["title"] if told else None,
        "source": f"{told['source']}:{told['source_id']}" if told else None,
        "at": told["at"] if told else None,
        "reported": told["figures"] if told else {},
        "reasons": [{"zh": text.zh, "en": text.en} for text in one.reasons],
        "figures": {
            "deals": figures.deals_after,
            "rate_before": figures.rate_before,
            "rate_after": figures.rate_after,
            "shortfall": figures.shortfall,
            "interval": figures.interval and list(figures.interval),
            "did_z": figures.did_z,
            "lead_days": figures.lead,
        },
    }


def _day(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))


def _rounded(value: Any) -> Any:
    """Plain numbers: the last digits of a sum are no finding, and NaN is no JSON."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float):
        return round(value, DIGITS) if np.isfinite(value) else None
    return value
