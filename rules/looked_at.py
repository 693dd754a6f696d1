"""What a rule set is asked about: a subject's fact, and what is known of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """The latest fact of one subject, enriched, and what is known of the others."""

    kind: str
    subject: str
    #: Enriched: with derived fields and features, without fields that are too old.
    fact: Mapping[str, object]
    #: The fact that is looked at first, then others that a firing rests on.
    fact_ids: tuple[str, ...]
    period: int
    #: The earlier of the fact's time (the end of its period, or the moment) and when it was known;
    #: None: the moment of asking. A breaker is let go by facts only that are later than its phase.
    as_of: datetime | None = None
    #: For scope every and any: the enriched facts of all other known subjects of this kind; a
    #: known subject without a fact has an empty one.
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    #: `as_of` of the others; one that is not there closes no breaker.
    others_as_of: Mapping[str, datetime] = field(default_factory=dict)
