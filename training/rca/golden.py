"""The golden incident: all regions fell at once, and the root was a table that was never synced.

2026-01-08 a new parameter table did not reach the phone app. From the 9th demo → quote fell from
52 % to 35 % and quote → sign from 41 % to 28 %: 8 of 10 quotes used the cost sheet of 2025, decks
did not match the quotes; 59 % had missed the training of the 10th; 327 reps moved close dates on
the 12th; 47 of 50 surveys said so. Any ranker must name the root, whatever else it learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from models.rca.causes.evidence import EvidenceItem, Exposure, Stream
from models.rca.causes.incident import Deal, Deals, Incident, LocalisedCell, Onset

ROOT, SURVEY = "sync-gap-0108", "survey-0114"
ROLES = {
    ROOT: "root",
    "cost-sheet-2025": "mediator",
    "demo-deck": "mediator",
    "training-0110": "contributing",
    "close-dates-0112": "symptom",
    SURVEY: "symptom",
}
_FIRST, _ONSET, _LAST = date(2025, 9, 1), date(2026, 1, 9), date(2026, 1, 15)
_REPS, _REGIONS, _CHANNELS = 420, 6, 3
_EDITED, _ATTENDED = 327, 0.41
_OLD_SHEET = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage's rates before and after, 0..1, and deals a day."""

    name: str
    before: float
    after: float
    deals_a_day: int


DEMO_QUOTE = Stage(name="demo → quote", before=0.52, after=0.34, deals_a_day=120)
QUOTE_SIGN = Stage(name="quote → sign", before=0.41, after=0.275, deals_a_day=100)


@cache
def golden(stage: Stage = DEMO_QUOTE, seed: int = 115) -> Incident:
    """Give the incident of a stage; the same seed gives the same deals."""
    draw = np.random.default_rng(seed)
    missed = frozenset(f"r{one:03d}" for one in range(_REPS) if draw.random() >= _ATTENDED)
    rows, old = _deals(stage, missed, draw)
    return Incident(
        id="golden",
        stage=stage.name,
        onset=Onset(at=_ONSET, first=_ONSET - timedelta(1), last=_ONSET + timedelta(1)),
        seen_until=_LAST,
        deals=Deals.of(rows, ("region", "channel")),
        cells=(LocalisedCell(cell=(), llr=60.0, p=0.99),),
        items=_items(missed, old),
    )


def _deals(
    stage: Stage, missed: frozenset[str], draw: np.random.Generator
) -> tuple[list[Deal], frozenset[str]]:
    rows: list[Deal] = []
    old = set()
    for day in range((_LAST - _FIRST).days + 1):
        entered = _FIRST + timedelta(days=day)
        for _ in range(int(draw.poisson(stage.deals_a_day))):
            rep = f"r{int(draw.integers(_REPS)):03d}"
            name = f"d{len(rows):06d}"
            is_old = entered >= date(2026, 1, 8) and draw.random() < _OLD_SHEET
            if is_old:
                old.add(name)
            rate = stage.before
            if entered >= _ONSET:
                # The whole falls to `after`; more with the old sheet and without the training.
                rate = stage.after + (-0.02 if is_old else 0.08)
                rate += -0.04 if rep in missed else 0.05
            converted = entered + timedelta(days=int(draw.integers(0, 3)))
            is_won = draw.random() < rate and converted <= _LAST
            rows.append(
                Deal(
                    id=name,
                    rep=rep,
                    entered=entered,
                    converted=converted if is_won else None,
                    dims={
                        "region": f"region-{int(rep[1:]) % _REGIONS}",
                        "channel": f"channel-{int(draw.integers(_CHANNELS))}",
                    },
                )
            )
    return rows, frozenset(old)


def _items(missed: frozenset[str], old: frozenset[str]) -> tuple[EvidenceItem, ...]:
    edited = frozenset(f"r{one:03d}" for one in range(_EDITED))
    usual = (12.0 + day % 5 for day in range(31))
    edits = Stream(first_day=date(2025, 12, 12), counts=(*usual, 6.0 * _EDITED))
    everything = Exposure(everything=True)
    rows = (
        (ROOT, "sync_gap", 8, everything, None),
        ("cost-sheet-2025", "cost_sheet", 8, Exposure(deals=old), None),
        ("demo-deck", "demo_deck", 9, everything, None),
        ("training-0110", "training", 10, Exposure(reps=missed), None),
        ("close-dates-0112", "close_date_edits", 12, Exposure(reps=edited), edits),
        (SURVEY, "survey", 14, Exposure(share=0.94), None),
    )
    return tuple(
        EvidenceItem(
            id=name,
            type=kind,
            at=date(2026, 1, day),
            exposure=touched,
            stream=stream,
            topic="quote_differs" if name == SURVEY else None,
        )
        for name, kind, day, touched, stream in rows
    )
