"""The figures behind the plots: days of the funnel, cells of the heat map, evidence over time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceItem
    from models.rca.causes.incident import Deals
    from service.causes.window import Window

    Ints = NDArray[np.int64]

#: Days before the onset that the plot begins with.
DAYS_BEFORE = 28
#: Values of a dimension that the heat map has room for: the most frequent.
MOST_VALUES = 12


def figures(
    deals: Deals, seen: Window, onset: date, items: Sequence[EvidenceItem]
) -> dict[str, Any]:
    """Give what the plots of an incident show."""
    return {
        "days": _days(deals, seen, onset),
        "heat": _heat(deals, seen),
        "evidence": [
            {"id": one.id, "type": one.type, "at": one.at.isoformat()}
            for one in sorted(items, key=lambda one: (one.at, one.id))
        ],
    }


def _days(deals: Deals, seen: Window, onset: date) -> list[dict[str, Any]]:
    """Give each day's deals, by how much they count, and those that converted in time."""
    first = onset.toordinal() - DAYS_BEFORE
    place = deals.entered - first
    shown = place >= 0
    size = int(place.max()) + 1 if shown.any() else 0
    counted = np.bincount(place[shown], seen.part[shown], size)
    won = np.bincount(place[shown], seen.won[shown].astype(np.float64), size)
    return [
        {
            "day": (onset + timedelta(days=day - DAYS_BEFORE)).isoformat(),
            "counted": float(counted[day]),
            "converted": int(won[day]),
        }
        for day in range(size)
    ]


def _heat(deals: Deals, seen: Window) -> dict[str, Any]:
    """Give the rates before and since, by the first two dimensions (one where there is one)."""
    if not deals.dimensions:
        return {"rows": [], "columns": [], "cells": [], "dimensions": []}
    shown = [0, 1] if len(deals.dimensions) > 1 else [0]
    names = [_largest(deals, place) for place in shown]
    if len(shown) == 1:
        names.append([("*", -1)])
    parts = iter(_parts(deals, names, seen))
    cells = [
        {"row": row, "column": column, **_rates(next(parts), next(parts), seen)}
        for row, _ in names[0]
        for column, _ in names[1]
    ]
    return {
        "dimensions": [deals.dimensions[place] for place in shown],
        "rows": [name for name, _ in names[0]],
        "columns": [name for name, _ in names[1]],
        "cells": cells,
    }


def _largest(deals: Deals, dimension: int) -> list[tuple[str, int]]:
    values = deals.values[dimension]
    counts = np.bincount(deals.codes[:, dimension], minlength=len(values))
    order = sorted(range(len(values)), key=lambda code: (-int(counts[code]), values[code]))
    return sorted((values[code], code) for code in order[:MOST_VALUES])


def _parts(deals: Deals, names: Sequence[Sequence[tuple[str, int]]], seen: Window) -> list[Ints]:
    """Give the deals of each shown pair of values, before the onset and since, in their order."""
    key = np.zeros(len(deals), dtype=np.int64)
    count = 1
    outside = np.zeros(len(deals), dtype=np.bool_)
    for dimension, shown in enumerate(names):
        count *= len(shown)
        if shown[0][1] < 0:
            continue
        place = np.full(len(deals.values[dimension]), -1)
        place[[code for _, code in shown]] = np.arange(len(shown))
        found = place[deals.codes[:, dimension]]
        outside |= found < 0
        key = key * len(shown) + found
    key = np.where(outside, 2 * count, 2 * key + seen.since).astype(np.uint16)
    order = np.argsort(key, kind="stable")
    ends = np.cumsum(np.bincount(key, minlength=2 * count + 1))[: 2 * count]
    return np.split(order, ends)[: 2 * count]


def _rates(before: Ints, since: Ints, seen: Window) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for word, chosen in (("before", before), ("since", since)):
        told[f"counted_{word}"] = float(seen.part[chosen].sum())
        told[f"converted_{word}"] = int(seen.won[chosen].sum())
    return told
