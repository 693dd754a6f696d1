"""Golden rows: a few rows with the scores that they must have wherever the artefact is loaded.

Raw scores are compared bit for bit: adding leaves is the same on every machine. Chances and shares
go through an exponential, which processors round differently in the last place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.artefact import canonical
from models.artefact.parts import GOLDEN
from models.artefact.refusal import ArtefactRefused
from models.boosters.evaluation import Evaluated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.artefact.contents import Contents
    from models.coefficient.scoring import ValueModel, WinModel

FORMAT = "golden/v1"
FEWEST, MOST = 8, 512
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    rows: NDArray[np.float64]
    #: One value an order, above 0; what shares are asked for.
    values: NDArray[np.float64]
    #: Part → raw scores, bit for bit.
    raw: dict[str, NDArray[np.float64]]
    p_win: NDArray[np.float64]
    #: F(value | row); empty without a value model.
    below: NDArray[np.float64]


def raw_scores(contents: Contents, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Give the raw scores of the boosters by numpy alone."""
    return {name: Evaluated(one).rows(rows) for name, one in contents.boosters.items()}


def written(golden: Golden) -> bytes:
    """Write golden rows as a part."""
    told = {
        "format": FORMAT,
        "rows": [[None if math.isnan(one) else float(one) for one in row] for row in golden.rows],
        "values": [float(one) for one in golden.values],
        "raw": {name: [float(one) for one in scores] for name, scores in golden.raw.items()},
        "p_win": [float(one) for one in golden.p_win],
        "below": [float(one) for one in golden.below],
    }
    return canonical.written(told)


def read(data: bytes, contents: Contents) -> Golden:
    """Read the part for these contents. Raises ArtefactRefused."""
    told = canonical.read(data, GOLDEN)
    if told.keys() != {"format", "rows", "values", "raw", "p_win", "below"}:
        raise _refused(f"{sorted(told)}", "the fields of golden rows")
    rows = told["rows"]
    if told["format"] != FORMAT or not isinstance(rows, list) or not FEWEST <= len(rows) <= MOST:
        raise _refused(f"{told['format']!r}", f"{FORMAT}, {FEWEST}..{MOST} rows")
    count, width = len(rows), len(contents.features.features)
    raw = told["raw"]
    if not isinstance(raw, dict) or raw.keys() != contents.boosters.keys():
        raise _refused("other models", f"{sorted(contents.boosters)}")
    return Golden(
        rows=np.array([_numbers(row, width, blank=True) for row in rows]),
        values=_numbers(told["values"], count),
        raw={name: _numbers(scores, count) for name, scores in raw.items()},
        p_win=_numbers(told["p_win"], count),
        below=_numbers(told["below"], count if contents.value else 0),
    )


def check_raw(golden: Golden, raw: dict[str, NDArray[np.float64]], *, by: str) -> None:
    """Raise ArtefactRefused unless raw scores are the golden ones, bit for bit."""
    for name, expected in golden.raw.items():
        _compare(name, raw[name], expected, by=by, tolerance=0.0)


def check_scores(golden: Golden, win: WinModel, value: ValueModel | None) -> None:
    """Raise ArtefactRefused unless the models, ready to score, give the golden scores."""
    single = np.array([win.p_win_of(row) for row in golden.rows])
    _compare("p_win", win.p_win(golden.rows), golden.p_win, by="batch", tolerance=TOLERANCE)
    _compare("p_win", single, golden.p_win, by="single rows", tolerance=TOLERANCE)
    if value is not None:
        shares = value.quantiles(golden.rows, golden.values)
        _compare("value", shares, golden.below, by="batch", tolerance=TOLERANCE)


def _compare(
    name: str,
    seen: NDArray[np.float64],
    expected: NDArray[np.float64],
    *,
    by: str,
    tolerance: float,
) -> None:
    if seen.shape != expected.shape:
        raise ArtefactRefused("golden", name, seen=seen.shape, expected=expected.shape)
    gap = np.abs(seen - expected)
    # NaN is no golden score: a comparison with it is never kept.
    wrong = np.flatnonzero(~(gap <= tolerance))
    if wrong.size:
        row = int(wrong[0])
        told = f"{seen[row]!r} in row {row} by {by}"
        raise ArtefactRefused("golden", name, seen=told, expected=f"{expected[row]!r}")


def _numbers(told: Any, count: int, *, blank: bool = False) -> NDArray[np.float64]:
    if not isinstance(told, list) or len(told) != count:
        raise _refused("another number of values", f"{count}")
    found = [_number(one, blank=blank) for one in told]
    return np.array(found, dtype=np.float64)


def _number(one: Any, *, blank: bool) -> float:
    if one is None and blank:
        return math.nan
    if type(one) is not float or not math.isfinite(one):
        raise _refused(f"{one!r}", "a finite number")
    return one


def _refused(seen: str, expected: str) -> ArtefactRefused:
    return ArtefactRefused("schema", GOLDEN, seen=seen, expected=expected)
