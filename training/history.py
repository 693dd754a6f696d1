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


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Won orders with a value; columns of one length, times in seconds since 1970."""

    customer: NDArray[np.int64]
    closed_at: NDArray[np.float64]
    value: NDArray[np.float64]


def history(
    customer: NDArray[np.int64], assigned_at: NDArray[np.float64], closed: Closed
) -> Mapping[str, NDArray[np.float64]]:
    """Give the columns of each lead's history, NaN where there is none.

    Only orders closed before the assignment count, in ln(value) and days.
    """
    order = np.lexsort((closed.closed_at, closed.customer))
    who, when = closed.customer[order], closed.closed_at[order]
    logs = np.log(closed.value[order])
    first = np.searchsorted(who, customer, "left")
    # Times become ranks, so that customer and time sort as one exact whole number.
    moments = np.unique(when)
    ranks = np.searchsorted(moments, when)
    now = np.searchsorted(moments, assigned_at, "left")
    wide = moments.size + 1
    end = np.searchsorted(who * wide + ranks, customer * wide + now, "left")
    count = np.maximum(end - first, 0)
    back = end[:, None] - 1 - np.arange(LOOK_BACK)
    there = np.arange(LOOK_BACK) < count[:, None]
    places = np.where(there, back, 0) if order.size else np.zeros_like(back)
    values = np.where(there, logs[places], np.nan) if order.size else np.full(back.shape, np.nan)
    days = assigned_at[:, None] - (when[places] if order.size else 0.0)
    days = np.where(there, days / DAY_S, np.nan)
    return {
        "history_orders": count.astype(np.float64),
        **_last(values, days),
        **_spread(values, days),
        **_windows(values, days),
        "assigned_hour": np.floor(assigned_at / 3600) % 24,
        "assigned_weekday": (np.floor(assigned_at / DAY_S) + _THURSDAY) % 7,
    }


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
