"""wise-pizza (PyPI, 0.2.9): a lasso over segments that explains how an average changed.

It needs streamlit and plotly, so no extra of ours asks for it: installed beside us it is a peer,
else it is said to be absent.
"""

from __future__ import annotations

import contextlib
import io
import logging
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.rca import Cell, FunnelCase

#: As deep as its own default; three takes minutes a table.
DEPTH = 2


def is_here() -> bool:
    return find_spec("wise_pizza") is not None


def wise_pizza(case: FunnelCase, causes: int) -> frozenset[Cell]:
    """Give as many segments as there are causes."""
    frames = [
        _frame(case, case.entered_before, case.converted_before),
        _frame(case, case.entered, case.converted),
    ]
    logging.getLogger().setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(ValueError):
        told = import_module("wise_pizza").explain_changes_in_average(
            *frames,
            dims=list(case.dimensions),
            total_name="converted",
            size_name="entered",
            max_segments=causes,
            max_depth=DEPTH,
        )
        return frozenset(
            tuple(sorted((name, str(value)) for name, value in one["segment"].items()))
            for one in told.segments
        )
    # Its lasso is sometimes left without a segment to choose from, and raises.
    return frozenset()


def _frame(case: FunnelCase, entered: NDArray[np.float64], won: NDArray[np.float64]) -> object:
    import pandas as pd  # noqa: PLC0415 - wise-pizza brings it

    named = zip(case.dimensions, case.values, case.codes.T, strict=True)
    columns = {name: np.array(values)[codes] for name, values, codes in named}
    frame = pd.DataFrame({**columns, "converted": won, "entered": entered})
    return frame[entered > 0]
