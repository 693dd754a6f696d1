"""The rolling offset: one number added to the log-odds, so that chances follow the times.

Versioned state and a part of every payment's record: the offset that was in force at assignment
can be read again for ever. Labels count from when they were known, never from when leads began.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "offset/v1"
#: So many outcomes are looked back upon.
WINDOW = 1000
#: The offset is drawn to 0 as by so many outcomes' worth of doubt: 1 / variance of the prior.
PRIOR_PRECISION = 4.0
#: No offset is larger; a drift beyond it calls for training anew.
MOST = 3.0
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """`version` counts up from 0, the state of an artefact that has seen no outcome since."""

    version: int
    value: float
    #: Seconds since 1970; outcomes known later had no say.
    as_of: float
    #: Outcomes that had a say.
    outcomes: int

    def to_json(self) -> str:
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, indent=1, sort_keys=True, allow_nan=False) + "\n"


START = Offset(version=0, value=0.0, as_of=0.0, outcomes=0)


class OffsetRefused(ValueError):
    """A text that is no offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Leads whose end is known; columns of one length.

    `log_odds` are those of the model without any offset; `known_at` in seconds since 1970.
    """

    log_odds: NDArray[np.float64]
    won: NDArray[np.bool_]
    known_at: NDArray[np.float64]


def updated(state: Offset, outcomes: Outcomes, *, at: float, window: int = WINDOW) -> Offset:
    """Give the next state, from the last `window` outcomes known before `at`.

    The state before it only gives its version: the same outcomes give the same value.
    """
    known = np.flatnonzero(outcomes.known_at < at)
    newest = known[np.argsort(outcomes.known_at[known], kind="stable")][-window:]
    value = fitted(outcomes.log_odds[newest], outcomes.won[newest])
    return Offset(version=state.version + 1, value=value, as_of=at, outcomes=int(newest.size))


def fitted(log_odds: NDArray[np.float64], won: NDArray[np.bool_]) -> float:
    """Give the number that, added to the log-odds, explains the outcomes best (0 for none)."""
    value = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(log_odds + value, -500, 500)))
        slope = float(np.sum(won - chance)) - PRIOR_PRECISION * value
        bend = float(np.sum(chance * (1 - chance))) + PRIOR_PRECISION
        step = max(-1.0, min(1.0, slope / bend))
        value = max(-MOST, min(MOST, value + step))
        if abs(step) < 1e-12:  # noqa: PLR2004 - as far as the number's own digits reach
            break
    return value


def from_json(text: str) -> Offset:
    """Raises OffsetRefused for anything that `to_json` would not have written."""
    try:
        told = json.loads(text)
        if told.pop("format") != FORMAT:
            raise OffsetRefused(f"this is not {FORMAT}")
        state = Offset(**told)
        sound = (
            type(state.version) is int
            and type(state.outcomes) is int
            and min(state.version, state.outcomes) >= 0
            and math.isfinite(state.as_of)
            and abs(state.value) <= MOST
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise OffsetRefused(f"no offset: {error}") from error
    if not sound:
        raise OffsetRefused(f"{state} is outside its limits")
    return state
