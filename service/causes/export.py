"""An incident as other programs read it, and the exact deals behind a candidate."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca.causes.candidates import candidates
from models.rca.causes.incident import Incident, LocalisedCell, Onset
from service.causes.rankers import graph
from service.causes.snapshot import ITEM, deals_of, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.rca.causes.incident import Deals
    from service.causes.snapshot import Snapshot


def incident_json(name: str, snapshot: bytes, answer: str) -> dict[str, Any]:
    """Give the incident as `countermark causes rank` and `read_incident` take it."""
    taken, told = json.loads(snapshot), json.loads(answer)
    deals = deals_of(taken)
    return {
        "incident": name,
        "stage": taken["stage"],
        "onset": told["onset"],
        "seen_until": taken["seen_until"],
        "dimensions": taken["dimensions"],
        "deals": [{"id": deals.ids[place], **_deal(deals, place)} for place in range(len(deals))],
        "cells": [{key: one[key] for key in ("cell", "llr", "p")} for one in told["cells"]],
        "evidence": [
            {key: one[key] for key in ITEM if one.get(key) is not None} for one in taken["evidence"]
        ],
    }


def _deal(deals: Deals, place: int) -> dict[str, Any]:
    converted = int(deals.converted[place])
    return {
        "rep": deals.reps[deals.rep_codes[place]],
        "entered": date.fromordinal(int(deals.entered[place])).isoformat(),
        "converted": None if converted < 0 else date.fromordinal(converted).isoformat(),
        "dims": {
            name: deals.values[one][deals.codes[place, one]]
            for one, name in enumerate(deals.dimensions)
        },
    }


def incident_of(seen: Snapshot, told: Mapping[str, Any]) -> Incident:
    """Give the incident that an answer speaks of."""
    onset = {key: date.fromisoformat(day) for key, day in told["onset"].items()}
    return Incident(
        id=seen.asked.stage,
        stage=seen.asked.stage,
        onset=Onset(**onset),
        seen_until=seen.asked.seen_until,
        deals=seen.deals,
        cells=tuple(
            LocalisedCell(
                cell=tuple(
                    (name, one["cell"][name])
                    for name in seen.deals.dimensions
                    if name in one["cell"]
                ),
                llr=one["llr"],
                p=one["p"],
            )
            for one in told["cells"]
        ),
        items=seen.items,
    )


def deals_behind(snapshot: bytes, answer: str, candidate: str) -> list[dict[str, Any]] | None:
    """Give the deals since the onset that a candidate touches; None: nobody knows which.

    Raises KeyError for an id that is no candidate's.
    """
    seen, told = read(snapshot), json.loads(answer)
    incident = incident_of(seen, told)
    found = {one.id: one for one in candidates(incident, graph(seen.rules.dag))}[candidate]
    if found.members is None:
        return None
    deals, onset = seen.deals, incident.onset.at.toordinal()
    chosen = np.flatnonzero(found.members & (deals.entered >= onset))
    return [{"deal": deals.ids[place], **_deal(deals, int(place))} for place in chosen]
