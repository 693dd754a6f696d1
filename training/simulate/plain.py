"""The plainest models of a world's records: what a coefficient is worth without any finesse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression

from training.simulate.world import CHANNELS, SEGMENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.simulate.world import World


class PlainScorer:
    """`paying.Scorer`: logistic on leads that nobody worked on, log-linear on what was won."""

    def __init__(self, world: World) -> None:
        columns = _columns(world)
        natural = world.answered_days + world.answered_later == 0
        fitted = LogisticRegression(max_iter=500).fit(columns[natural], world.won[natural])
        self._p_win = fitted.predict_proba(columns)[:, 1]
        segment = world.leads.segment
        shares = [float(world.won[natural & (segment == one)].mean()) for one in range(SEGMENTS)]
        self._p_segment = np.array(shares)[segment]
        logs = np.log(world.value[world.won])
        line = LinearRegression().fit(columns[world.won], logs)
        self._location = line.predict(columns)
        self._residuals = np.sort(logs - self._location[world.won])

    def p_win(self) -> NDArray[np.float64]:
        p_win: NDArray[np.float64] = self._p_win
        return p_win

    def p_segment(self) -> NDArray[np.float64]:
        return self._p_segment

    def value_quantile(
        self, lead: NDArray[np.int64], value: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        above = np.log(np.maximum(1, value)) - self._location[lead]
        quantile: NDArray[np.float64] = (
            np.searchsorted(self._residuals, above) / self._residuals.size
        )
        return quantile


def _columns(world: World) -> NDArray[np.float64]:
    leads = world.leads
    return np.column_stack(
        [
            np.eye(len(CHANNELS))[leads.channel],
            np.eye(SEGMENTS)[leads.segment],
            leads.size,
            leads.returning,
            leads.price,
        ]
    )
