"""Whether the figures of a quote agree: each line, the sums, and the amount in capitals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from verification.quotes.amounts import decimals
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.quotes.stated import Figure, Item, Stated
    from verification.values import ClaimKind, Evidence

_HALF = Decimal("0.5")
_MOST_TOLD = 5
#: In per cent: China's, and the usual ones of Europe.
_TAX_RATES = (1, 3, 5, 6, 7, 9, 10, 13, 19, 20, 21, 22, 23, 25)
#: Words beside figures in ten thousands say the yuan.
_TEN_THOUSAND = 10_000
_BASES: tuple[ClaimKind, ...] = ("subtotal", "total")
_SUMS_GIVE = ("小计、税额与其他费用合计", "subtotal, tax and charges give")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two figures that should be one."""

    message: Text
    evidence: tuple[Evidence, ...]
    #: Whether it stands whatever else of the table could not be read.
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What was reckoned: how many figures could be compared, and those that differ."""

    compared: int
    differences: tuple[Difference, ...]


def reckon(quote: Stated) -> Reckoning:
    """Compare every figure that can be computed with what is printed."""
    found = [*_lines(quote), *_with_tax(quote), *_sums(quote), *_rated(quote), *_capitals(quote)]
    differences = [one for one in found if one is not None]
    return Reckoning(compared=len(found), differences=tuple(differences[:_MOST_TOLD]))


def _lines(quote: Stated) -> Iterator[Difference | None]:
    for item in quote.items:
        if item.quantity is None or item.price is None or item.amount is None:
            continue
        product = item.quantity * item.price
        # A price may be rounded to its last figure before it is multiplied.
        slack = abs(item.quantity) * _unit(item.price) * _HALF + _unit(item.amount)
        fits = [f for f in (item.amount, item.gross) if f is not None and abs(product - f) <= slack]
        if fits:
            yield None
            continue
        yield Difference(
            message=Text(
                zh=f"“{item.name[:40]}”：{item.quantity:f} × 单价 {item.price:f} = {product:f}，"
                f"但金额写的是 {item.amount:f}。",
                en=f"{item.name[:40]}: {item.quantity:f} × {item.price:f} = {product:f}, "
                f"but the amount says {item.amount:f}.",
            ),
            evidence=item.evidence,
            certain=True,
        )


def _with_tax(quote: Stated) -> Iterator[Difference | None]:
    """Compare each line with its tax in it with its amount and its tax."""
    for item in quote.items:
        if item.amount is None or item.tax is None or item.gross is None:
            continue
        off = item.gross - item.amount - item.tax
        if abs(off) <= _unit(item.gross) * 2:
            yield None
            continue
        yield Difference(
            message=Text(
                zh=f"“{item.name[:40]}”：金额 {item.amount:f} 加税额 {item.tax:f} 不是价税合计 "
                f"{item.gross:f}。",
                en=f"{item.name[:40]}: the amount {item.amount:f} and its tax {item.tax:f} do not "
                f"make {item.gross:f}.",
            ),
            evidence=item.evidence,
            certain=True,
        )


def _rated(quote: Stated) -> Iterator[Difference | None]:
    """Compare a tax with what its rate gives of any sum of which it may be."""
    taxes = quote.figures("tax")
    if len(taxes) != 1 or taxes[0].rate is None:
        return
    tax, rate = taxes[0], taxes[0].rate
    charges = [one.value for one in quote.figures("charge")]
    lines = _total_of(quote.items, "amount")
    bases = {one.value for kind in _BASES for one in quote.figures(kind)}
    bases |= {lines} if lines is not None else set()
    bases |= {base + off for base in bases for off in (*charges, sum(charges, Decimal(0)))}
    allowed = {base * rate / 100 for base in bases}
    allowed |= {base * rate / (100 + rate) for base in bases}
    # Each line's tax may have been rounded by itself.
    slack = max(_HALF * len(quote.items) / 10, _HALF if not decimals(tax.value) else Decimal(0))
    if not allowed or any(abs(tax.value - one) <= slack for one in allowed):
        yield None
        return
    nearest = min(allowed, key=lambda one: abs(one - tax.value))
    yield Difference(
        message=Text(
            zh=f"税额写的是 {tax.value:f}，按税率 {rate:f}% 应为 {nearest:.2f}。",
            en=f"The tax says {tax.value:f}; at {rate:f} % it comes to {nearest:.2f}.",
        ),
        evidence=tax.evidence,
        certain=False,  # some of the things may bear no tax
    )


def _unit(value: Decimal) -> Decimal:
    return Decimal(1).scaleb(-max(decimals(value), 2))


def _total_of(items: tuple[Item, ...], field: str) -> Decimal | None:
    values = [getattr(item, field) for item in items]
    return None if None in values or not values else sum(values, Decimal(0))


def _sums(quote: Stated) -> Iterator[Difference | None]:
    lines = _total_of(quote.items, "amount")
    gross = _total_of(quote.items, "gross")
    subtotals, totals = quote.figures("subtotal"), quote.figures("total")
    charges = sum((one.value for one in quote.figures("charge")), Decimal(0))
    first = subtotals[0] if subtotals else None
    # Lines with tax in them make up the total; the subtotal is what is left without the tax.
    with_tax = lines is not None and any(lines == one.value for one in totals)
    if first is not None and lines is not None and not with_tax:
        allowed = {lines, lines + charges} | ({gross} if gross is not None else set())
        yield _compare(first, allowed, ("各行金额之和", "the lines add up to"), certain=quote.whole)
    yield from _total(quote, first)


def _total(quote: Stated, first: Figure | None) -> Iterator[Difference | None]:
    """Compare the total with the subtotal, or with the lines where there is none."""
    totals, taxes = quote.figures("total"), quote.figures("tax")
    base = first.value if first is not None else _total_of(quote.items, "amount")
    if not totals or base is None:
        return
    charges = sum((one.value for one in quote.figures("charge")), Decimal(0))
    bases = {base, base + charges}
    added = sum((one.value for one in taxes if not one.included), Decimal(0))
    every = sum((one.value for one in taxes), Decimal(0))
    if first is None:
        # Without a subtotal nobody says whether the lines hold the tax.
        gross = _total_of(quote.items, "gross")
        allowed = {b + t for b in bases for t in (Decimal(0), added, every)}
        allowed |= {gross} if gross is not None else set()
    else:
        # The subtotal of prices with tax is the total already.
        allowed = {b + every for b in bases} | {b + added for b in bases}
    if totals[-1].included and not taxes:
        # The tax is named by its rate alone, or not at all.
        rates = _TAX_RATES if totals[-1].rate is None else (totals[-1].rate,)
        allowed |= {b * (100 + rate) / 100 for b in bases for rate in rates}
    for one in totals[:-1]:
        yield _compare(one, allowed | {totals[-1].value}, _SUMS_GIVE, certain=False)
    yield _compare(
        totals[-1],
        allowed,
        _SUMS_GIVE,
        certain=quote.whole or (first is not None and bool(taxes) and len(totals) == 1),
    )


def _compare(
    printed: Figure, allowed: set[Decimal], why: tuple[str, str], *, certain: bool
) -> Difference | None:
    unit = _unit(printed.value)
    # What is printed to whole units was rounded to them.
    slack = Decimal(0) if decimals(printed.value) else _HALF
    if any(abs(printed.value - one) <= max(slack, unit * _HALF) for one in allowed):
        return None
    nearest = min(allowed, key=lambda one: abs(one - printed.value))
    return Difference(
        message=Text(
            zh=f"{why[0]}为 {nearest:f}，但文件上写的是 {printed.value:f}，"
            f"相差 {abs(nearest - printed.value):f}。",
            en=f"{why[1]} {nearest:f}, but {printed.value:f} is printed: "
            f"{abs(nearest - printed.value):f} apart.",
        ),
        evidence=printed.evidence,
        certain=certain,
    )


def _capitals(quote: Stated) -> Iterator[Difference | None]:
    words = quote.figures("total_words")
    totals, subtotals = quote.figures("total"), quote.figures("subtotal")
    figures = totals or subtotals
    if not figures:
        return
    total = figures[-1]
    for place, one in enumerate(words):
        said = one.value
        if any(said in {other.value, other.value * _TEN_THOUSAND} for other in figures):
            yield None
            continue
        yield Difference(
            message=Text(
                zh=f"大写金额为 {said:f}，小写总价为 {total.value:f}，两者不一致。",
                en=f"The total in capitals is {said:f}, in figures {total.value:f}.",
            ),
            evidence=(*one.evidence, *total.evidence),
            # The words may be of the sum without the tax, and further ones of something else.
            certain=not place and all(said != other.value for other in subtotals),
        )
