"""What the rolling states would have said, had they been kept while the judges came in.

In blocks of leads by assignment: before each, the offset and the residuals are brought up to what
was known by then. Nobody's own outcome has a say in his own score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.offset import START, Outcomes, updated
from models.coefficient.value import newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.coefficient.offset import Offset
    from models.coefficient.value import Residuals

BLOCKS = 40


def blocks(assigned_at: NDArray[np.float64], count: int = BLOCKS) -> list[NDArray[np.int64]]:
    """Give places in blocks by time; nobody of a block was assigned before its first."""
    order = np.argsort(assigned_at, kind="stable")
    return [block for block in np.array_split(order, count) if block.size]


def offsets(
    outcomes: Outcomes, judges_from: int, assigned_at: NDArray[np.float64]
) -> tuple[NDArray[np.float64], Offset]:
    """Give each judge's offset, and the state after all of them.

    `outcomes` are the learners' followed by the judges', who begin at `judges_from`.
    """
    found = np.zeros(assigned_at.size)
    state = START
    for block in blocks(assigned_at):
        state = updated(state, outcomes, at=float(assigned_at[block].min()))
        found[block] = state.value
    last = float(np.nanmax(outcomes.known_at[judges_from:], initial=state.as_of))
    return found, updated(state, outcomes, at=last + 1.0)


def shares_below(
    standardised: NDArray[np.float64],
    closed_at: NDArray[np.float64],
    judges_from: int,
    assigned_at: NDArray[np.float64],
) -> tuple[NDArray[np.float64], list[tuple[NDArray[np.int64], Residuals]]]:
    """Give F(v | x) of each judge's value, and the residuals that were in force for each block.

    Raises ResidualsRefused where too little had closed before the first judge.
    """
    found = np.zeros(assigned_at.size)
    states = []
    own = standardised[judges_from:]
    for block in blocks(assigned_at):
        state = newest(standardised, closed_at, at=float(assigned_at[block].min()))
        found[block] = state.below(own[block])
        states.append((block, state))
    return found, states
