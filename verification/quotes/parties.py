"""Who offers and who asks: the supplier's name, and which numbers are the supplier's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.quotes.amounts import fold
from verification.quotes.identity import read_account, read_phone, read_tax_number
from verification.quotes.labels import (
    ACCOUNT,
    BUYER,
    HOLDER,
    PHONE,
    SUPPLIER,
    TAX_NUMBER,
    Labelled,
    find,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from verification.printed import Cell, Printed

#: What ends the name of a firm.
_FIRM = re.compile(
    r"[\u4e00-\u9fff()A-Za-z0-9·&]{2,40}?(?:有限责任公司|股份有限公司|有限公司|集团公司|公司|集团|工厂|"
    r"研究院|设计院|经营部|商行|事务所|工作室|合作社|(?<=[\u4e00-\u9fff])厂)|"
    r"[A-Z0-9À-Ý][\w&.,'’À-ÿ\-]*(?:\s+[\w&.,'’À-ÿ\-()]+){0,6}?,?\s+"
    r"(?:Co\.?,?\s*Ltd\.?|Ltd\.?|Limited|Inc\.?|LLC|LLP|GmbH(?: & Co\.? KG)?|AG|KG|"
    r"S\.?A\.?S?\.?|S\.?r\.?l\.?|S\.?p\.?A\.?|"
    r"B\.?V\.?|N\.?V\.?|PLC|Pty\.? Ltd\.?|Corp(?:oration|\.)?|Company|Oy|AB|A/S|ApS)(?![A-Za-z])"
)
#: A name is shorter than this; a paragraph may name a firm further on, and is no letterhead.
_MOST_LETTERS = 200
#: Words that stand before a name without a colon.
_BEFORE = re.compile(r"^(?:报价单位|供应商|乙方|供方|卖方|致|户名)")


@dataclass(frozen=True, slots=True)
class Named:
    """Something that names the supplier."""

    text: str
    cell: Cell
    #: A label says that it is the supplier's; else it stands where a supplier's usually does.
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    supplier: Named | None
    buyer: Named | None
    tax_numbers: tuple[Named, ...]
    accounts: tuple[Named, ...]
    phones: tuple[Named, ...]


def read_parties(printed: Printed, table_at: tuple[int, float] | None) -> Parties:
    """Read both parties; `table_at` is the page and the height of the table's heading."""
    sides = [
        *((found.label, True) for found in find(printed, SUPPLIER)),
        *((found.label, False) for found in find(printed, BUYER)),
    ]

    def ours(label: re.Pattern[str], read: Callable[[str], str | None]) -> tuple[Named, ...]:
        kept: dict[str, Named] = {}
        for found in find(printed, label):
            number = read(found.text)
            side = _side(found.label, sides, table_at)
            if number is not None and side is not False:
                kept.setdefault(number, Named(number, found.cell, side is True))
        return tuple(kept.values())

    return Parties(
        supplier=_supplier(printed, sides, table_at),
        buyer=_first(find(printed, BUYER)),
        tax_numbers=ours(TAX_NUMBER, read_tax_number),
        accounts=ours(ACCOUNT, read_account),
        phones=ours(PHONE, read_phone),
    )


def _side(
    cell: Cell, sides: list[tuple[Cell, bool]], table_at: tuple[int, float] | None
) -> bool | None:
    """Tell whose block a label stands in: True the supplier's, False the buyer's, None nobody's.

    The nearest party named above it, or left of it at its height, in the same column. What
    stands below the table is under a block of before only where no page lies between.
    """
    above = [
        (label.middle, label.box[0], ours)
        for label, ours in sides
        if label.page == cell.page
        and label.box[1] <= cell.box[3]
        and label.box[0] <= cell.box[0] + 15
        and not _between(label, cell, table_at)
    ]
    if not above:
        return None
    lowest = max(middle for middle, _left, _ours in above)
    level = [one for one in above if lowest - one[0] < 4] if lowest > cell.box[1] else above  # noqa: PLR2004 - points
    # Side by side: the block whose left edge is nearest decides, then the lowest.
    nearest = max(left for _middle, left, _ours in level)
    block = [one for one in level if nearest - one[1] < 60]  # noqa: PLR2004 - points: an indent
    return max(block)[2]


def _between(label: Cell, cell: Cell, table_at: tuple[int, float] | None) -> bool:
    """Tell whether the table's heading lies between the two."""
    if table_at is None or table_at[0] != label.page:
        return False
    return label.middle < table_at[1] < cell.middle


def _supplier(
    printed: Printed, sides: list[tuple[Cell, bool]], table_at: tuple[int, float] | None
) -> Named | None:
    told = [found for label in (SUPPLIER, HOLDER) for found in find(printed, label)]
    for found in told:
        if (name := _firm(found.text)) is not None:
            return Named(name, found.cell, told=True)
    named = _first(find(printed, SUPPLIER))
    if named is not None and re.search(r"[^\W\d]{2}", named.text):
        return named
    return _letterhead(printed, sides, table_at)


def _letterhead(
    printed: Printed, sides: list[tuple[Cell, bool]], table_at: tuple[int, float] | None
) -> Named | None:
    """Find a firm that is named outside the buyer's block: the largest, then the first."""
    candidates = []
    for number, row in enumerate(printed.rows):
        for cell in row.cells:
            name = _firm(cell.text)
            if name is not None and _side(cell, sides, table_at) is not False:
                candidates.append((-cell.size, number, Named(name, cell, told=False)))
    return min(candidates, key=lambda one: one[:2])[2] if candidates else None


def _firm(text: str) -> str | None:
    folded = fold(text[:_MOST_LETTERS])
    # Letters set wide apart: 北 京 某 某 公 司.
    if re.fullmatch(r"(?:[\u4e00-\u9fff]\s+){3,}[\u4e00-\u9fff]", folded):
        folded = "".join(folded.split())
    # 北 京某某公司: a blank beside a single letter parts no words.
    folded = re.sub(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", r"\1", folded)
    found = _FIRM.search(folded)
    return None if found is None else _BEFORE.sub("", found[0]).strip()


def _first(found: Iterable[Labelled]) -> Named | None:
    one = next(iter(found), None)
    return None if one is None else Named(_firm(one.text) or one.text[:80], one.cell, told=True)
