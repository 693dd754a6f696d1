"""What a quote says, where a quote is asked for: each value a claim with its place.

`source` says how it was read (``text`` or ``ocr``) and where: ``label`` behind a label of the
supplier's, ``letterhead`` without one, ``table``, and ``table/part`` where not every line is whole;
behind ``@`` of a tax, or of a total that holds it, its rate in per cent.
Of a scan with words beneath it, what the picture shows counts; where the two differ both are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import shown
from verification.examination import ClaimSource, Collected
from verification.printed.reading import read
from verification.quotes.reading import read_quote
from verification.quotes.stated import DOUBTED, item_text
from verification.values import Claim, Finding, Status, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.examination import Context
    from verification.printed import Cell, Doubt, Printed
    from verification.quotes.parties import Named, Parties
    from verification.quotes.reading import QuoteRead
    from verification.quotes.table import Table
    from verification.values import ClaimKind, Evidence

#: More of one kind than this names nobody.
_MOST_NUMBERS = 10
_MOST_LAYOUT = 300
#: Places at which a layer differs that are named.
_MOST_DOUBTS = 5


def collect(context: Context) -> Collected:
    if context.requirement.content.quote is None:
        return Collected()
    printed = read(context)
    if printed is None:
        return Collected()
    claims = tuple(_claims(printed, read_quote(printed)))
    return Collected(claims=claims, findings=tuple(_doubted(printed.doubts)))


def _claims(printed: Printed, quote: QuoteRead) -> Iterator[Claim]:
    how = printed.origin
    yield from _of_parties(quote.parties, how)
    yield from _of_terms(quote, how)
    if quote.table:
        # Two numbers are two suppliers': whose lines and sums these are is not known.
        alone = len(quote.parties.tax_numbers) < 2  # noqa: PLR2004
        yield from _of_table(quote.table, how, whole=quote.table.clean and alone)
    for value, cell in quote.capitals[:_MOST_NUMBERS]:
        yield _claim("total_words", f"{how}:capitals", f"{value:f}", cell.where)
    layout = f"{how}:{DOUBTED}" if printed.doubts else how
    yield _claim("layout", layout, quote.layout[:_MOST_LAYOUT], printed.rows[0].cells[0].where)


def _of_parties(parties: Parties, how: str) -> Iterator[Claim]:
    if parties.supplier:
        yield _named("supplier", parties.supplier, how)
    if parties.buyer:
        yield _named("buyer", parties.buyer, how)
    numbers: tuple[tuple[ClaimKind, tuple[Named, ...]], ...] = (
        ("tax_number", parties.tax_numbers),
        ("bank_account", parties.accounts),
        ("phone", parties.phones),
    )
    for kind, found in numbers:
        yield from (_named(kind, one, how) for one in found[:_MOST_NUMBERS])


def _of_terms(quote: QuoteRead, how: str) -> Iterator[Claim]:
    for code, cell in quote.currencies:
        yield _claim("currency", f"{how}:text", code, cell.where)
    if quote.dated:
        yield _claim("quoted_on", f"{how}:label", str(quote.dated[0]), quote.dated[1].where)
    for day, cell in quote.valid_until[:_MOST_NUMBERS]:
        yield _claim("valid_until", f"{how}:label", str(day), cell.where)


def _of_table(table: Table, how: str, *, whole: bool) -> Iterator[Claim]:
    source = f"{how}:table" if whole else f"{how}:table/part"
    for line in table.lines:
        yield _claim("item", source, item_text(line), _whole(line.cells))
    for one in table.sums:
        where = f"{how}:{'included' if one.included else 'sum'}"
        where += f"@{one.rate:f}" if one.rate is not None else ""
        yield _claim(one.kind, where, f"{one.value:f}", one.cell.where)


def _whole(cells: tuple[Cell, ...]) -> Evidence:
    """Give the place of a row: the box around its cells, or its first cell."""
    first = cells[0].where
    if first.kind != "page_box":
        return first
    boxes = [cell.box for cell in cells]
    around = (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
    return type(first)(page=first.page, box=around)


def _named(kind: ClaimKind, found: Named, how: str) -> Claim:
    source = f"{how}:{'label' if found.told else 'letterhead'}"
    return _claim(kind, source, shown(found.text), found.cell.where)


def _claim(kind: ClaimKind, source: str, value: str, where: Evidence) -> Claim:
    return Claim(kind=kind, source=source, value=value, trust=Trust.T1, evidence=(where,))


def _doubted(doubts: tuple[Doubt, ...]) -> Iterator[Finding]:
    """Tell where a layer says other words than the scan above it: both readings, and where."""
    if not doubts:
        return
    told = doubts[:_MOST_DOUBTS]
    pairs = [(shown(one.cell.text), shown(one.shown)) for one in told]
    more = len(doubts) - len(told)
    yield Finding(
        id="quote.complete",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="QUOTE_LAYER_DIFFERS",
        message=Text(
            zh="扫描件下面的文字与画面不一致："
            + "；".join(
                f"文字“{said}”，画面{f'“{seen}”' if seen else '读不出'}" for said, seen in pairs
            )
            + (f"；另有 {more} 处" if more else "")
            + "。报价以画面为准。",
            en="The words beneath the scan are not what it shows: "
            + "; ".join(
                f"“{said}” beneath, {f'“{seen}”' if seen else 'nothing that can be read'} seen"
                for said, seen in pairs
            )
            + (f"; and {more} more" if more else "")
            + ". The quote is taken as it is seen.",
        ),
        remedy=Text(
            zh="请审核人员对照原件核对这些内容；或请供应商直接导出 PDF，或提交不带文字层的扫描件。",
            en="A reviewer compares these with the paper; or hand in the supplier's own PDF, or "
            "the scan without words beneath.",
        ),
        evidence=tuple(one.cell.where for one in told),
    )


SOURCE = ClaimSource(id="quote", formats=frozenset(), collect=collect)
