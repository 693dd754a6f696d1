"""`quote.supplier`: who offers, and whether the tax number can be one: its check digit holds.

The check digit proves that a number was not mistyped or invented carelessly; it does not prove
that the firm exists or that it is this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.quotes.identity import tax_number_holds
from verification.quotes.stated import stated
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Claim

_ID, _VERSION = "quote.supplier", 1


def run(examination: Examination) -> Iterable[Finding]:
    if examination.context.requirement.content.quote is None:
        return
    quote = stated(examination.claims)
    numbers = quote.every("tax_number")
    wrong = [claim for claim in numbers if tax_number_holds(claim.value) is False]
    yield from (_wrong(claim, exact=quote.exact) for claim in wrong)
    supplier = quote.one("supplier")
    right = next((claim for claim in numbers if tax_number_holds(claim.value)), None)
    if wrong or supplier is None or right is None:
        return
    yield Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"供应商：{supplier.value}；税号 {right.value} 的校验位正确。",
            en=f"The supplier is {supplier.value}; the check digit of its tax number "
            f"{right.value} holds.",
        ),
        evidence=(*supplier.evidence, *right.evidence),
    )


def _wrong(claim: Claim, *, exact: bool) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.FAILED if exact else Status.INDETERMINATE,
        sub_indication="TAX_NUMBER_INVALID",
        message=Text(
            zh=f"税号 {claim.value} 的校验位不对，不可能是真实的税号。",
            en=f"The check digit of the tax number {claim.value} is wrong: no firm can have it.",
        ),
        remedy=Text(
            zh="请供应商核对统一社会信用代码（税号）并更正报价单。",
            en="Ask the supplier to check its tax number and to correct the quote.",
        ),
        evidence=claim.evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
