"""What was known of a customer when a lead was assigned: the orders that had closed by then."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DAY_S = 86_400.0
#: Orders that are looked back upon one by one.
LOOK_BACK = 20
LAST = (1, 2, 3, 4, 5)
GAPS = (1, 2, 3, 5, 10)
WINDOWS_DAYS = (7, 28, 90)
#: In ln(value) above the customer's mean: a large order for this customer.
LARGE = 0.3
_THURSDAY = 4  # 1970-01-01
_FINE = 2.0**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Won orders with a value; columns of one length, times in seconds since 1970."""

    customer: NDArray[np.int64]
    segment: NDArray[np.int64]
    closed_at: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The leads whose history is asked for; columns of one length."""

    customer: NDArray[np.int64]
    segment: NDArray[np.int64]
    assigned_at: NDArray[np.float64]


def history(asked: Asked, closed: Closed) -> Mapping[str, NDArray[np.float64]]:
    """Give the columns of each lead's history, NaN where there is none.

    Only orders closed before the assignment count, in ln(value) and days.
    """
    assigned_at = asked.assigned_at
    order = np.lexsort((closed.closed_at, closed.customer))
    when, logs = closed.closed_at[order], np.log(closed.value[order])
    start, end = _before((closed.customer[order], when), asked.customer, assigned_at)
    count = end - start
    back = end[:, None] - 1 - np.arange(LOOK_BACK)
    there = np.arange(LOOK_BACK) < count[:, None]
    places = np.where(there, back, 0) if order.size else np.zeros_like(back)
    values = np.where(there, logs[places], np.nan) if order.size else np.full(back.shape, np.nan)
    days = assigned_at[:, None] - (when[places] if order.size else 0.0)
    days = np.where(there, days / DAY_S, np.nan)
    return {
        "history_orders": count.astype(np.float64),
        **_same_segment(asked, closed),
        **_last(values, days),
        **_spread(values, days),
        **_windows(values, days),
        "assigned_hour": np.floor(assigned_at / 3600) % 24,
        "assigned_weekday": (np.floor(assigned_at / DAY_S) + _THURSDAY) % 7,
    }


def _before(
    orders: tuple[NDArray[np.int64], NDArray[np.float64]],
    key: NDArray[np.int64],
    at: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give where a key's orders begin, and where those closed before `at` end.

    `orders`: sorted keys, and when each closed, sorted within its key.
    """
    keys, when = orders
    # Times become ranks, so that key and time sort as one exact whole number.
    moments = np.unique(when)
    wide = moments.size + 1
    now = np.searchsorted(moments, at, "left")
    start = np.searchsorted(keys, key, "left")
    sorted_keys = keys * wide + np.searchsorted(moments, when)
    end = np.searchsorted(sorted_keys, key * wide + now, "left")
    return start, np.maximum(end, start)


def _same_segment(asked: Asked, closed: Closed) -> dict[str, NDArray[np.float64]]:
    """Give how many orders the customer placed in this segment, and their mean."""
    wide = 1 + int(max(asked.segment.max(initial=0), closed.segment.max(initial=0)))
    keys = closed.customer * wide + closed.segment
    order = np.lexsort((closed.closed_at, keys))
    key = asked.customer * wide + asked.segment
    start, end = _before((keys[order], closed.closed_at[order]), key, asked.assigned_at)
    # Whole numbers add up exactly: another customer's orders do not move a last digit.
    whole = np.round(np.log(closed.value[order]) * _FINE).astype(np.int64)
    sums = np.concatenate([[0], np.cumsum(whole)])
    count = (end - start).astype(np.float64)
    total = (sums[end] - sums[start]) / _FINE
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return {"history_orders_here": count, "history_mean_here": mean}


def _last(values: NDArray[np.float64], days: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {
        **{f"history_value_{place}": values[:, place - 1] for place in LAST},
        **{f"history_days_{place}": days[:, place - 1] for place in GAPS},
    }


def _spread(
    values: NDArray[np.float64], days: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    with warnings.catch_warnings():
        # A customer without orders: NaN is what is meant.
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(values, axis=1)
        large = np.where(values > mean[:, None] + LARGE, days, np.nan)
        return {
            "history_mean": mean,
            "history_mean_of_5": np.nanmean(values[:, :5], axis=1),
            "history_spread": np.nanstd(values, axis=1),
            "history_median": np.nanmedian(values, axis=1),
            "history_upper": np.nanquantile(values, 0.9, axis=1),
            "history_lower": np.nanquantile(values, 0.1, axis=1),
            "history_largest": np.nanmax(values, axis=1),
            "history_days_since_large": np.nanmin(large, axis=1),
        }


def _windows(
    values: NDArray[np.float64], days: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    found = {}
    for window in WINDOWS_DAYS:
        inside = days < window
        found[f"history_orders_{window}d"] = inside.sum(axis=1).astype(np.float64)
        total = np.where(inside, np.exp(np.nan_to_num(values)), 0.0).sum(axis=1)
        found[f"history_value_{window}d"] = np.log1p(total)
    return found
