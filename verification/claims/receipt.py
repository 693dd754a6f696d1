"""Our own clock: when the service received the file, the upper end of every timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import ClaimSource, Collected
from verification.moments import aware_moment
from verification.values import Claim, MetadataField, Trust

if TYPE_CHECKING:
    from verification.examination import Context

_SOURCE = "submission:received_at"


def collect(context: Context) -> Collected:
    if context.submission.received_at is None:
        return Collected()
    moment = aware_moment(context.submission.received_at)
    claim = Claim(
        kind="time",
        source=_SOURCE,
        value=moment.text,
        zone=moment.zone,
        event="receipt",
        trust=Trust.T4,
        evidence=(MetadataField(source=_SOURCE, value=moment.text),),
    )
    return Collected(claims=(claim,))


SOURCE = ClaimSource(id="receipt", formats=frozenset(), collect=collect)
