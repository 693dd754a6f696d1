"""A quote put together from what is printed: parties, days, lines, sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.quotes.amounts import currency_of, fold, has_decimal_comma
from verification.quotes.days import quoted_on, valid_until
from verification.quotes.numerals import CAPITALS, read_capitals
from verification.quotes.parties import Parties, read_parties
from verification.quotes.table import Table, read_table

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from verification.printed import Cell, Printed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRead:
    """What could be read; None where it could not."""

    parties: Parties
    table: Table | None
    #: The total in Chinese capital numerals.
    capitals: tuple[Decimal, Cell] | None
    currency: tuple[str, Cell] | None
    dated: tuple[date, Cell] | None
    valid_until: tuple[date, Cell] | None
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
        currency=_currency(printed, table),
        dated=dated,
        valid_until=valid_until(printed, None if dated is None else dated[0]),
        layout=layout_of(printed, table),
    )


def _capitals(printed: Printed) -> tuple[Decimal, Cell] | None:
    """Find the total in capitals: the last amount of that kind."""
    for row in reversed(printed.rows):
        words = "".join(fold(row.text).split())
        found = CAPITALS.search(words)
        if found and (value := read_capitals(words)) is not None:
            cell = next((c for c in row.cells if read_capitals(c.text) is not None), row.cells[0])
            return value, cell
    return None


def _currency(printed: Printed, table: Table | None) -> tuple[str, Cell] | None:
    """Find the currency: at the total, in the heading, then anywhere."""
    near = [] if table is None else [one.cell for one in reversed(table.sums)]
    near += [] if table is None else [cell for _role, cell in table.heading]
    near += [cell for row in printed.rows for cell in row.cells]
    return next(((code, cell) for cell in near if (code := currency_of(cell.text))), None)


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
