"""A quote put together from what is printed: parties, days, lines, sums."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.quotes.amounts import (
    currencies_of,
    currency_of,
    fold,
    has_decimal_comma,
    read_amount,
)
from verification.quotes.days import quoted_on, valid_until
from verification.quotes.numerals import CAPITALS, read_capitals
from verification.quotes.parties import Parties, read_parties
from verification.quotes.table import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from verification.printed import Cell, Printed


#: Sums of money in words that are not what is asked for the whole.
_NO_TOTAL = re.compile(r"付款|首付|预付|订金|定金|尾款|保证金|质保金|注册资[本金]|违约|罚")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRead:
    """What could be read; None where it could not."""

    parties: Parties
    table: Table | None
    #: The total in Chinese capital numerals, the last first; others that are no total's left out.
    capitals: tuple[tuple[Decimal, Cell], ...]
    #: More than one where the table names several.
    currencies: tuple[tuple[str, Cell], ...]
    dated: tuple[date, Cell] | None
    #: Each day until which it is said to stand, in the order of reading.
    valid_until: tuple[tuple[date, Cell], ...]
    layout: str


def read_quote(printed: Printed) -> QuoteRead:
    """Read a quote; whatever is written gives at least an empty one."""
    comma = has_decimal_comma([row.text for row in printed.rows])
    table = read_table(printed, comma=comma)
    heading = None if table is None else table.heading[0][1]
    dated = quoted_on(printed)
    return QuoteRead(
        parties=read_parties(printed, None if heading is None else (heading.page, heading.middle)),
        table=table,
        capitals=_capitals(printed),
        currencies=_currencies(printed, table),
        dated=dated,
        valid_until=valid_until(printed, None if dated is None else dated[0]),
        layout=layout_of(printed, table),
    )


def _capitals(printed: Printed) -> tuple[tuple[Decimal, Cell], ...]:
    """Find the total in capitals, the last first; what else is written so is no total."""
    kept: dict[Decimal, Cell] = {}
    for row in reversed(printed.rows):
        words = "".join(fold(row.text).split())
        found = CAPITALS.search(words)
        if not found or _NO_TOTAL.search(words) or (value := read_capitals(words)) is None:
            continue
        cell = next((c for c in row.cells if read_capitals(c.text) is not None), row.cells[0])
        kept.setdefault(value, cell)
    return tuple(kept.items())


def _currencies(printed: Printed, table: Table | None) -> tuple[tuple[str, Cell], ...]:
    """Find the currency: at the sums, in the heading and the lines, else anywhere."""
    near = [] if table is None else list(_of_money(table))
    codes = currencies_of(cell.text for cell in near)
    if not codes:
        near = [cell for row in printed.rows for cell in row.cells]
        codes = currencies_of(cell.text for cell in near)[:1]
    places = [next((c for c in near if currency_of(c.text) == code), near[0]) for code in codes]
    return tuple(zip(codes, places, strict=True))


def _of_money(table: Table) -> Iterator[Cell]:
    """Give the cells that say what is paid, and in what."""
    yield from (one.cell for one in reversed(table.sums))
    yield from (cell for _role, cell in table.heading)
    for line in table.lines:
        yield from (one for one in line.cells if read_amount(one.text, comma=False) is not None)


def layout_of(printed: Printed, table: Table | None) -> str:
    """Describe how it is set, by what two quotes of one hand share and two of two do not."""
    columns = (
        ()
        if table is None
        else tuple(
            f"{''.join(fold(cell.text).split())[:12]}@{round(cell.box[0])}"
            for _role, cell in table.heading
        )
    )
    size = "" if printed.page_size is None else f"{printed.page_size[0]}x{printed.page_size[1]}"
    return " | ".join((size, ",".join(printed.fonts)[:120], ",".join(columns)[:160]))
