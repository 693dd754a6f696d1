"""`quote.valid`: the offer stands when it is handed in, and as many days more as are asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.quotes.stated import stated
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.quotes.stated import Stated
    from verification.values import Claim

_ID, _VERSION = "quote.valid", 1
#: A day that a quote names ends last twelve hours west of Greenwich.
_WESTMOST = timedelta(hours=12)
#: And begins first fourteen hours east of it.
_EASTMOST = timedelta(hours=14)
_REMEDY = Text(
    zh="请供应商出具有效期足够的新报价，或书面延长有效期后重新提交。",
    en="Ask the supplier for a new quote that stands long enough, or for a longer validity in "
    "writing, and hand that in.",
)


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.quote
    quote = stated(examination.claims)
    days = sorted(
        zip(quote.days("valid_until"), quote.every("valid_until"), strict=True),
        key=lambda one: one[0],
    )
    if asked is None or not days:
        return
    handed_in = examination.context.submission.received_at or examination.context.at
    if (ahead := _dated_ahead(quote, handed_in)) is not None:
        yield ahead
        return
    needed = handed_in + timedelta(days=asked.valid_days)
    short = [one for one in days if datetime.combine(one[0], time.max, UTC) + _WESTMOST < needed]
    if short:
        # Of several days one may be of something else.
        is_sure = quote.exact and len(short) == len(days)
        yield _expired(short[-1], handed_in.date(), asked.valid_days, is_sure=is_sure)
        return
    until, claim = days[0]
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(zh=f"报价有效至 {until}。", en=f"The quote stands until {until}."),
        evidence=claim.evidence,
    )


def _dated_ahead(quote: Stated, handed_in: datetime) -> Finding | None:
    """Tell of a quote that says it was made after it was handed in."""
    dated, claim = quote.days("quoted_on"), quote.one("quoted_on")
    if not dated or claim is None:
        return None
    if datetime.combine(dated[0], time.min, UTC) - _EASTMOST <= handed_in:
        return None
    day = handed_in.date()
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="TIME_IN_FUTURE",
        message=Text(
            zh=f"报价日期 {dated[0]} 晚于提交日期 {day}，有效期无从算起。",
            en=f"The quote is dated {dated[0]}, later than {day}, when it was handed in; until "
            "when it stands cannot be told.",
        ),
        remedy=_REMEDY,
        evidence=claim.evidence,
    )


def _expired(short: tuple[date, Claim], day: date, valid_days: int, *, is_sure: bool) -> Finding:
    until, claim = short
    more = Text(
        zh=f"，并要求提交后至少还有 {valid_days} 天有效" if valid_days else "",
        en=f" and must stand {valid_days} days from then" if valid_days else "",
    )
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.FAILED if is_sure else Status.INDETERMINATE,
        sub_indication="QUOTE_EXPIRED",
        message=Text(
            zh=f"报价只有效至 {until}；提交日期为 {day}{more.zh}。",
            en=f"The quote stands until {until} only; it was handed in on {day}{more.en}.",
        ),
        remedy=_REMEDY,
        evidence=claim.evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
