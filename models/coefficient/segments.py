"""How often each segment's leads are won: what the difficulty of one lead is measured against.

A part of the artefact; scoring cannot do without it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "segments/v1"
_KEYS = {"format", "field", "overall", "rates"}


class SegmentsRefused(ValueError):
    """A text that holds no segments of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRates:
    """Shares 0..1, both ends excluded."""

    #: The field that names a lead's segment; "" where leads have none.
    field: str
    #: Of all leads: what counts for a segment that training never saw.
    overall: float
    rates: Mapping[str, float]

    def rate(self, segment: str) -> float:
        return self.rates.get(segment, self.overall)

    def to_json(self) -> str:
        told = {
            "format": FORMAT,
            "field": self.field,
            "overall": self.overall,
            "rates": dict(self.rates),
        }
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def from_json(text: str) -> SegmentRates:
    """Raises SegmentsRefused for anything that `to_json` would not have written."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SegmentsRefused(f"no segments: {error}") from error
    if not isinstance(told, dict) or told.keys() != _KEYS or told["format"] != FORMAT:
        raise SegmentsRefused(f"not the fields of {FORMAT}")
    field, rates = told["field"], told["rates"]
    if not isinstance(field, str) or not isinstance(rates, dict):
        raise SegmentsRefused("a field that is no word, or rates that are no object")
    for name, rate in (("overall", told["overall"]), *rates.items()):
        if type(rate) is not float or not 0 < rate < 1:
            raise SegmentsRefused(f"{name}: {rate!r} is no share between 0 and 1")
    return SegmentRates(field=field, overall=told["overall"], rates=rates)
