"""`quote.valid`: the offer stands when it is handed in, and as many days more as are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.quotes.stated import stated
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "quote.valid", 1
#: A day that a quote names ends last twelve hours west of Greenwich.
_WESTMOST = timedelta(hours=12)
_REMEDY = Text(
    zh="请供应商出具有效期足够的新报价，或书面延长有效期后重新提交。",
    en="Ask the supplier for a new quote that stands long enough, or for a longer validity in "
    "writing, and hand that in.",
)


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.quote
    quote = stated(examination.claims)
    until, claim = quote.day("valid_until"), quote.one("valid_until")
    if asked is None or until is None or claim is None:
        return
    handed_in = examination.context.submission.received_at or examination.context.at
    ends = datetime.combine(until, time.max, UTC) + _WESTMOST
    if ends >= handed_in + timedelta(days=asked.valid_days):
        yield Finding(
            id=_ID,
            version=_VERSION,
            status=Status.PASSED,
            message=Text(zh=f"报价有效至 {until}。", en=f"The quote stands until {until}."),
            evidence=claim.evidence,
        )
        return
    day = handed_in.date()
    more = Text(
        zh=f"，并要求提交后至少还有 {asked.valid_days} 天有效" if asked.valid_days else "",
        en=f" and must stand {asked.valid_days} days from then" if asked.valid_days else "",
    )
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.FAILED if quote.exact else Status.INDETERMINATE,
        sub_indication="QUOTE_EXPIRED",
        message=Text(
            zh=f"报价只有效至 {until}；提交日期为 {day}{more.zh}。",
            en=f"The quote stands until {until} only; it was handed in on {day}{more.en}.",
        ),
        remedy=_REMEDY,
        evidence=claim.evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
