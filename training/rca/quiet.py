"""Quiet weeks of a funnel: simulated, or cut from a real history; causes are injected into them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.incident import Deals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Days of quiet history before the first day that a cause may begin, and days after it.
HISTORY_DAYS, AFTER_DAYS = 70, 14
#: Any day will do: nothing depends on which.
_FIRST = date(2025, 10, 6).toordinal()
_NAMES = ("region", "channel", "product", "segment", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Deals of weeks in which nothing fell; the last day is the last that is known."""

    deals: Deals
    last_day: int


def simulated(draw: np.random.Generator, deals_a_day: float | None = None) -> Quiet:
    """Draw quiet weeks: dimensions, reps, weekdays, delays and rates differ from draw to draw."""
    days = HISTORY_DAYS + AFTER_DAYS
    each = (
        float(np.exp(draw.uniform(np.log(40), np.log(200)))) if deals_a_day is None else deals_a_day
    )
    weekday = np.array([1.0, 1.1, 1.1, 1.0, 1.0, 0.7, 0.6])
    counts = draw.poisson(each * weekday[np.arange(days) % 7])
    entered = np.repeat(np.arange(days), counts)
    count = len(entered)
    sizes = tuple(int(draw.integers(3, 8)) for _ in range(int(draw.integers(2, 5))))
    codes = np.stack([_skewed(draw, size, count) for size in sizes], axis=1)
    reps = int(draw.integers(30, 300))
    # A rep works in one region.
    home = draw.integers(0, sizes[0], reps)
    rep_codes = _reps(draw, codes[:, 0], home)
    logit = draw.normal(0.0, 0.5) + _effects(draw, codes, sizes)
    logit += draw.normal(0.0, draw.uniform(0.0, 0.3), reps)[rep_codes]
    logit += draw.normal(0.0, 0.05, days)[entered]
    won = draw.random(count) < 1 / (1 + np.exp(-logit))
    delay = draw.geometric(1 / draw.uniform(1.2, 5.0), count) - 1
    converted = np.where(won & (entered + delay < days), entered + delay, -1)
    return Quiet(
        deals=Deals(
            ids=tuple(f"d{place:06d}" for place in range(count)),
            reps=tuple(f"r{place:03d}" for place in range(reps)),
            rep_codes=rep_codes,
            entered=entered + _FIRST,
            converted=np.where(converted >= 0, converted + _FIRST, -1),
            dimensions=_NAMES[: len(sizes)],
            values=tuple(
                tuple(f"{name[:2]}{value}" for value in range(size))
                for name, size in zip(_NAMES, sizes, strict=False)
            ),
            codes=codes,
        ),
        last_day=_FIRST + days - 1,
    )


def _skewed(draw: np.random.Generator, size: int, count: int) -> Ints:
    weights = draw.dirichlet(np.full(size, 2.0))
    return draw.choice(size, count, p=weights)


def _reps(draw: np.random.Generator, region: Ints, home: Ints) -> Ints:
    found = draw.integers(0, len(home), len(region))
    for one in np.unique(region):
        here = np.flatnonzero(home == one)
        inside = np.flatnonzero(region == one)
        if here.size:
            found[inside] = here[draw.integers(0, here.size, inside.size)]
    return found


def _effects(draw: np.random.Generator, codes: Ints, sizes: tuple[int, ...]) -> Floats:
    total = np.zeros(len(codes))
    for place, size in enumerate(sizes):
        total += draw.normal(0.0, 0.25, size)[codes[:, place]]
    return total


def cut(deals: Deals, first_day: int) -> Quiet:
    """Cut so many days from a real history as a simulated one has, from a day on.

    Conversions after the last day are not known yet, as on that day.
    """
    last = first_day + HISTORY_DAYS + AFTER_DAYS - 1
    kept = np.flatnonzero((deals.entered >= first_day) & (deals.entered <= last))
    converted = deals.converted[kept]
    return Quiet(
        deals=Deals(
            ids=tuple(deals.ids[place] for place in kept),
            reps=deals.reps,
            rep_codes=deals.rep_codes[kept],
            entered=deals.entered[kept],
            converted=np.where(converted <= last, converted, -1),
            dimensions=deals.dimensions,
            values=deals.values,
            codes=deals.codes[kept],
        ),
        last_day=last,
    )
