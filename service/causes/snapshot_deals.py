"""A snapshot's deals as columns: names once, numbers as hexadecimal text.

An examination reads tens of thousands of deals; as rows of JSON that alone took half its time. A
column of numbers is ``{"bytes": 1|2|4, "hex": …}``: unsigned, the most significant byte first,
as many as there are deals. `entered` counts days from `first_day`, a proleptic ordinal; `took` the
days to the conversion and one more, 0: not converted. Snapshots of before hold rows
``[id, rep, entered, converted, *dimensions]``, days as ordinals, -1: not converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca.causes.incident import Deals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

WIDTHS = (1, 2, 4)
#: 9999-12-31, which no day is later than.
LAST_DAY = 3652059


def columns(deals: Deals) -> dict[str, Any]:
    """Write the columns down; no deal converted before it entered."""
    first = int(deals.entered.min(initial=LAST_DAY))
    took = np.where(deals.converted < 0, 0, deals.converted - deals.entered + 1)
    return {
        "ids": list(deals.ids),
        "reps": list(deals.reps),
        "rep": _packed(deals.rep_codes),
        "first_day": first,
        "entered": _packed(deals.entered - first),
        "took": _packed(took),
        "values": [list(one) for one in deals.values],
        "codes": [_packed(one) for one in deals.codes.T],
    }


def from_columns(told: Mapping[str, Any], dimensions: tuple[str, ...]) -> Deals:
    """Read what `columns` wrote."""
    entered, took = _unpacked(told["entered"]) + told["first_day"], _unpacked(told["took"])
    codes = np.zeros((len(told["ids"]), len(dimensions)), dtype=np.int64)
    for place, column in enumerate(told["codes"]):
        codes[:, place] = _unpacked(column)
    return Deals(
        ids=tuple(told["ids"]),
        reps=tuple(told["reps"]),
        rep_codes=_unpacked(told["rep"]),
        entered=entered,
        converted=np.where(took == 0, -1, entered + took - 1),
        dimensions=dimensions,
        values=tuple(tuple(one) for one in told["values"]),
        codes=codes,
    )


def from_rows(rows: Sequence[Sequence[Any]], dimensions: tuple[str, ...]) -> Deals:
    """Give the columns of rows that are in the order of their ids."""
    if not rows:
        return Deals.of([], dimensions)
    ids, reps, entered, converted, *named = zip(*rows, strict=True)
    who, rep_codes = _coded(reps)
    coded = [_coded(column) for column in named]
    codes = np.zeros((len(rows), len(dimensions)), dtype=np.int64)
    for place, (_, found) in enumerate(coded):
        codes[:, place] = found
    return Deals(
        ids=tuple(ids),
        reps=who,
        rep_codes=rep_codes,
        entered=np.fromiter(entered, np.int64, len(rows)),
        converted=np.fromiter(converted, np.int64, len(rows)),
        dimensions=dimensions,
        values=tuple(values for values, _ in coded),
        codes=codes,
    )


def _packed(numbers: Ints) -> dict[str, Any]:
    most = int(numbers.max(initial=0))
    width = next(one for one in WIDTHS if most < 1 << (8 * one))
    return {"bytes": width, "hex": numbers.astype(f">u{width}").tobytes().hex()}


def _unpacked(told: Mapping[str, Any]) -> Ints:
    return np.frombuffer(bytes.fromhex(told["hex"]), f">u{told['bytes']}").astype(np.int64)


def _coded(column: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    values = sorted(set(column))
    place = {value: code for code, value in enumerate(values)}
    return tuple(values), np.fromiter(map(place.__getitem__, column), np.int64, len(column))
