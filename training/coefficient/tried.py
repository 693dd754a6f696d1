"""A setting that a search tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.coefficient.boosting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    setting: Setting
    #: Log-loss of the leads that rank.
    loss: float
