"""A date in the file's name: the weakest of all claims, anybody types it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.examination import ClaimSource, Collected
from verification.moments import MomentError, iso_moment
from verification.values import Claim, MetadataField, Trust

if TYPE_CHECKING:
    from verification.examination import Context

#: 2026-11-24, 2026_11_24, 20261124, 2026年11月24日; from 1990 to 2099, and no longer number.
_DATE = re.compile(
    r"(?<!\d)(?P<year>199\d|20\d\d)(?:[-_.年](?P<month>\d{1,2})[-_.月](?P<day>\d{1,2})"
    r"|(?P<month2>\d\d)(?P<day2>\d\d))(?!\d)",
    re.ASCII,
)
_SOURCE = "name:date"


def collect(context: Context) -> Collected:
    name = context.submission.name.replace("\\", "/").rpartition("/")[2]
    found = _DATE.search(name[:255])
    if found is None:
        return Collected()
    month, day = int(found["month"] or found["month2"]), int(found["day"] or found["day2"])
    try:
        moment = iso_moment(f"{found['year']}-{month:02}-{day:02}")
    except MomentError:
        # A number that is no date is no claim, and no fault of the file.
        return Collected()
    if moment is None:
        return Collected()
    claim = Claim(
        kind="time",
        source=_SOURCE,
        value=moment.text,
        trust=Trust.T1,
        evidence=(MetadataField(source=_SOURCE, value=found[0]),),
    )
    return Collected(claims=(claim,))


SOURCE = ClaimSource(id="file.name", formats=frozenset(), collect=collect)
