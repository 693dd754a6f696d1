"""LightGBM through its Python package: where its library lacks the call for single rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.boosters.trees import Booster


class Packaged:
    """A booster inside LightGBM's package; raw scores as `Native` gives them."""

    def __init__(self, booster: Booster) -> None:
        import lightgbm  # noqa: PLC0415 - heavy, and only needed without the library's fast call

        self._booster = lightgbm.Booster(model_str=booster.text.decode("ascii"))

    def row(self, row: NDArray[np.float64]) -> float:
        return float(self.rows(row[None, :])[0])

    def rows(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        found = self._booster.predict(rows, raw_score=True, num_threads=1)
        return np.asarray(found, dtype=np.float64)

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        found = self._booster.predict(rows, pred_contrib=True, num_threads=1)
        return np.asarray(found, dtype=np.float64)
