"""`quote.totals`: lines, subtotal, tax and total agree, and so does the total in capitals.

Arithmetic over text may fail a file; what was recognised in a picture leaves it open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.quotes.adding_up import reckon
from verification.quotes.stated import stated
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.quotes.adding_up import Difference

_ID, _VERSION = "quote.totals", 1
_REMEDY = Text(
    zh="请供应商核对并更正报价单后重新提交；不要自行改动供应商的文件。",
    en="Ask the supplier to correct the quote and hand in the new one; do not edit it yourself.",
)


def run(examination: Examination) -> Iterable[Finding]:
    if examination.context.requirement.content.quote is None:
        return
    quote = stated(examination.claims)
    reckoning = reckon(quote)
    for difference in reckoning.differences:
        yield _differs(difference, exact=quote.exact)
    total = quote.one("total")
    if reckoning.differences or not reckoning.compared or total is None or not quote.whole:
        return
    count = len(quote.items)
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"{count} 行报价与合计相符，总价 {total.value}。",
            en=f"{count} lines and the sums agree; the total is {total.value}.",
        ),
        evidence=total.evidence,
    )


def _differs(difference: Difference, *, exact: bool) -> Finding:
    certain = exact and difference.certain
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.FAILED if certain else Status.INDETERMINATE,
        sub_indication="TOTAL_DIFFERS",
        message=difference.message,
        remedy=_REMEDY,
        evidence=difference.evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
