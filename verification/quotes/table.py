"""The table of a quote: its heading, its lines, and the sums under it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from verification.printed import Row
from verification.quotes.amounts import fold, read_amount
from verification.quotes.columns import ROLES, SUMS, Role, SumKind
from verification.quotes.glued import apart, is_glued

if TYPE_CHECKING:
    from verification.printed import Cell, Printed


_TAX_INCLUDED = re.compile(r"含税(?!率)|价税合计|total (?:due|incl)|grand|incl", re.IGNORECASE)
_HOLDS_TAX = re.compile(r"含[^,。]{0,8}税|价税合计|incl[^,.]*(?:vat|tax|gst)", re.IGNORECASE)
#: 合计 (含 13% 增值税): a sum that speaks of the tax in it.
_WITH_TAX = re.compile(
    r"(?:总\s*计|合\s*计|总\s*价|总\s*额|grand total|total)(?!\s*(?:税|vat|tax|gst))", re.IGNORECASE
)
#: A total from which something was taken off, and no row says how much.
_TAKEN_OFF = re.compile(
    r"(?:优\s*惠|折\s*扣?|让利)后|[抹取]\s*[零整]|after (?:discount|rebate)|discounted|rounded",
    re.IGNORECASE,
)
_TAKES_OFF = re.compile(r"优\s*惠|折\s*扣|抹\s*零|取\s*整|discount|rebate", re.IGNORECASE)
#: The sum of a quote, said above its table.
_ON_TOP = re.compile(
    r"(?:报价|投标|项目|合同)\s*总\s*(?:价|额|金额|计)|^总\s*(?:价|额|金额|报价)|"
    r"\b(?:total (?:price|amount|quote)|grand total)\b",
    re.IGNORECASE,
)
_WITH_TOTAL = re.compile(r"总|合\s*计|价|total|price|amount", re.IGNORECASE)
_OPTIONAL = re.compile(r"选配|可选|选购|optional|alternative", re.IGNORECASE)
#: Below the sums: what costs more, and how the sum is to be paid.
_MORE = re.compile(
    r"另|加收|附加|[费税]|[实应]付|最终|成交|payable|final|fee|charge|extra|additional|surcharge|"
    r"not included",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"承[前上]页|[过转]次页|转下页|本页(?:小计|合计)|(?:brought|carried) forward|"
    r"page (?:sub)?total",
    re.IGNORECASE,
)
_PAYMENT = re.compile(r"付款|预付|首付|尾款|[订定]金|deposit|payment|instal|balance", re.IGNORECASE)
_FREE = re.compile(
    r"[-–—/]*|赠送?[^\d]{0,6}|免费?[^\d]{0,6}|包含|已?含|不计|"
    r"free(?: of charge)?|included|incl\.?|n/?c|foc|"
    r"[\d.,'¥$€£%\s]*",
    re.IGNORECASE,
)
_WITH_AMOUNTS = {"amount", "gross", "price"}
#: Over running numbers where another column holds the names.
_ITEM = re.compile(r"item|项目?|pos", re.IGNORECASE)
#: More words than this under a heading are a line's.
_MOST_BROKEN = 12
#: A heading names at least so many columns.
_LEAST_COLUMNS = 3
MOST_LINES = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that is offered; None where the table does not say, or it cannot be read."""

    name: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal | None
    tax: Decimal | None = None
    gross: Decimal | None = None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    kind: SumKind
    value: Decimal
    cell: Cell
    label: str
    #: Tax that is part of the prices: named, not added; a total that says that it holds the tax.
    included: bool = False
    #: In per cent, of a tax or of a total that holds it; None where the label names none.
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    heading: tuple[tuple[Role, Cell], ...]
    lines: tuple[Line, ...]
    sums: tuple[Sum, ...]
    #: Every line says a price, a quantity and an amount, and nothing stands beside them.
    clean: bool


@dataclass(slots=True)
class _Draft:
    """What is gathered while the rows are read."""

    lines: list[Line] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    clean: bool = True
    last_line: int = -1


def read_table(printed: Printed, *, comma: bool) -> Table | None:
    """Read the first table of things with prices; None where no heading of one is found."""
    for start in range(len(printed.rows)):
        heading, height = _heading_at(printed.rows, start)
        if heading is None:
            continue
        draft = _Draft()
        for number, below in enumerate(printed.rows[start + height :]):
            row = apart(below, [cell for _role, cell in heading])
            _read_row(row, heading, draft, number, comma=comma)
            if len(draft.lines) > MOST_LINES:
                draft.clean = False
                break
        if draft.lines:
            return Table(
                heading=heading,
                lines=tuple(draft.lines[:MOST_LINES]),
                sums=(*_on_top(printed.rows[:start], comma=comma), *draft.sums),
                clean=draft.clean,
            )
    return None


def _on_top(rows: tuple[Row, ...], *, comma: bool) -> tuple[Sum, ...]:
    """Read the total that stands above the table; further ones are of something else."""
    labelled = [
        (row.cells[place : place + 2], cell)
        for row in rows
        for place, cell in enumerate(row.cells)
        if _ON_TOP.search(fold(cell.text))
    ]
    for near, label in labelled:
        for one in near:
            if (value := _value(one, label, comma=comma)) is not None:
                return (Sum(kind="total", value=value, cell=one, label=fold(label.text)),)
    return ()


def _taken_off(found: list[Sum], draft: _Draft) -> list[Sum]:
    """Give what was taken off the total before, or off the lines, as a charge of its own."""
    last = found[-1] if found else None
    if last is None or last.kind != "total" or not _TAKEN_OFF.search(last.label):
        return []
    if any(one.kind == "charge" and one.value < 0 for one in draft.sums):
        return []
    amounts = [line.amount for line in draft.lines]
    whole = [sum(one for one in amounts if one is not None) if None not in amounts else None]
    base = next(
        (one.value for one in reversed(draft.sums) if one.kind in {"total", "subtotal"}), whole[0]
    )
    if base is None or last.value >= base:
        return []
    off = last.value - base
    return [Sum(kind="charge", value=off, cell=last.cell, label=last.label)]


def _heading_at(
    rows: tuple[Row, ...], start: int
) -> tuple[tuple[tuple[Role, Cell], ...] | None, int]:
    """Read a heading of one row or, where its words are broken, of two; and how many it takes."""
    row, following = rows[start], rows[start + 1 : start + 2]
    if following and (joined := _joined(row, following[0])) is not None:
        heading = _heading(joined)
        if heading is not None:
            return heading, 2
    return _heading(row), 1


def _joined(row: Row, below: Row) -> Row | None:
    """Put words under those that they go on from; None where they stand under no others."""
    if len(row.cells) < _LEAST_COLUMNS or row.page != below.page or re.search(r"\d", below.text):
        return None
    cells = list(row.cells)
    for cell in below.cells:
        above = [n for n, one in enumerate(cells) if not one.gap(cell)]
        if len(above) != 1 or len(cell.text) > _MOST_BROKEN:
            return None
        one = cells[above[0]]
        between = " " if cell.text.isascii() else ""
        cells[above[0]] = replace(one, text=f"{one.text}{between}{cell.text}")
    return Row(tuple(cells))


def _heading(row: Row) -> tuple[tuple[Role, Cell], ...] | None:
    roles = [(_role(cell), cell) for cell in row.cells]
    known = {role for role, _cell in roles}
    if len(roles) < _LEAST_COLUMNS or "name" not in known or not known & _WITH_AMOUNTS:
        return None
    if any(read_amount(cell.text, comma=False) is not None for _named, cell in roles):
        return None
    if "amount" not in known and "gross" in known:
        roles = [("amount" if role == "gross" else role, cell) for role, cell in roles]
    if [role for role, _cell in roles].count("name") > 1 and _ITEM.fullmatch(
        fold(roles[0][1].text)
    ):
        roles[0] = ("number", roles[0][1])
    return tuple(roles)


def _role(cell: Cell) -> Role:
    words = " ".join(fold(cell.text).split())
    bare = re.sub(r"\s*\([^)]*\)", "", words) or words
    return next((role for role, pattern in ROLES if pattern.search(bare)), "other")


def _read_row(
    row: Row, heading: tuple[tuple[Role, Cell], ...], draft: _Draft, number: int, *, comma: bool
) -> None:
    if _heading(row) is not None:
        return  # once more, on the next page
    if _CARRIED.search(fold(row.text)):
        return  # what was added up so far, once more
    if (found := _sums(row, heading, comma=comma)) is not None:
        draft.sums += _taken_off(found, draft) + found
        return
    line = _line(row, heading, comma=comma)
    if line is None:
        _continue(draft, row, number)
        draft.clean &= bool(draft.sums) or not _is_unpriced(row, heading)
    elif not draft.sums or _belongs(line):
        _add(draft, line, number)
    elif line.quantity is None and line.amount is not None and _is_open(draft):
        # Whatever stands between the subtotal and the total is added to it.
        draft.sums.append(
            Sum(kind="charge", value=line.amount, cell=row.cells[-1], label=line.name)
        )
    elif _MORE.search(line.name) and not _PAYMENT.search(line.name):
        draft.clean = False  # something to pay that no sum holds


def _is_open(draft: _Draft) -> bool:
    kinds = {one.kind for one in draft.sums}
    return "subtotal" in kinds and "total" not in kinds


def _is_unpriced(row: Row, heading: tuple[tuple[Role, Cell], ...]) -> bool:
    """Tell a line that is offered at a price that nobody can read (另议, to be agreed)."""
    told = [(_column(cell, heading), fold(cell.text)) for cell in row.cells]
    priced = [words for role, words in told if role in _WITH_AMOUNTS]
    named = any(role == "name" and re.search(r"[^\W\d]", words) for role, words in told)
    open_prices = len(priced) > 1 and not all(_FREE.fullmatch(one) for one in priced)
    return named and (open_prices or any(map(is_glued, row.cells)))


def _add(draft: _Draft, line: Line, number: int) -> None:
    if draft.sums:
        # Lines after a sum: it was the sum of a section, and what it summed is not known.
        draft.sums.clear()
        draft.clean = False
    if line.quantity is None or line.price is None or line.amount is None:
        draft.clean = False
    if _OPTIONAL.search(line.name):
        draft.clean = False
    draft.lines.append(line)
    draft.last_line = number


def _belongs(line: Line) -> bool:
    return bool(line.name) and None not in {line.quantity, line.price, line.amount}


def _continue(draft: _Draft, row: Row, number: int) -> None:
    """Take words right under a line for more of its name."""
    if draft.lines and not draft.sums and number - draft.last_line == 1 and len(row.cells) == 1:
        last = draft.lines[-1]
        draft.lines[-1] = replace(last, name=f"{last.name} {fold(row.text)}"[:200])
        draft.last_line = number


def _sums(row: Row, heading: tuple[tuple[Role, Cell], ...], *, comma: bool) -> list[Sum] | None:
    """Read a row of sums; None where it is none."""
    label = next((cell for cell in row.cells if re.search(r"[^\W\d]", cell.text)), None)
    if label is None:
        return None
    words = " ".join(fold(label.text).split())
    kind = _kind(words)
    if kind is None or _numbered(row, heading, label):
        return None
    cells = [
        (cell, value)
        for cell in row.cells
        if (value := _value(cell, label, comma=comma)) is not None
    ]
    if not cells:
        return []
    several = [(cell, value, _column(cell, heading)) for cell, value in cells]
    if kind in {"subtotal", "total"} and {"tax", "gross"} & {role for _c, _v, role in several}:
        kinds: dict[Role, SumKind] = {"amount": "subtotal", "tax": "tax", "gross": "total"}
        return [
            Sum(kind=kinds[role], value=value, cell=cell, label=words)
            for cell, value, role in several
            if role in kinds
        ]
    return [_sum(kind, words, *cells[-1])]


def _kind(words: str) -> SumKind | None:
    """Tell what a label of a row sums up; None where it sums up nothing."""
    kind = next((kind for kind, pattern in SUMS if pattern.search(words)), None)
    if kind == "tax" and _WITH_TAX.match(words):
        return "total"
    if kind == "charge" and _TAKEN_OFF.search(words) and _WITH_TOTAL.search(words):
        return "total"
    return kind


def _rate(words: str) -> Decimal | None:
    found = re.findall(r"(\d{1,2}(?:\.\d{1,2})?)\s*%", words)
    return Decimal(found[0]) if len(found) == 1 else None


def _sum(kind: SumKind, words: str, cell: Cell, value: Decimal) -> Sum:
    without = re.search("不含|未", words)
    if kind == "subtotal" and _TAX_INCLUDED.search(words) and not without:
        kind = "total"
    if kind == "charge" and _TAKES_OFF.search(words):
        value = -abs(value)
    if kind == "tax":
        included = re.search(r"其中|含|incl", words, re.IGNORECASE) is not None
    else:
        included = kind == "total" and not without and _HOLDS_TAX.search(words) is not None
    rate = _rate(words) if kind == "tax" or included else None
    return Sum(kind=kind, value=value, cell=cell, label=words, included=included, rate=rate)


def _value(cell: Cell, label: Cell, *, comma: bool) -> Decimal | None:
    if cell is not label:
        return read_amount(cell.text, comma=comma)
    behind = re.split(r"[::]", fold(cell.text))
    return read_amount(behind[-1], comma=comma) if len(behind) > 1 else None


def _numbered(row: Row, heading: tuple[tuple[Role, Cell], ...], label: Cell) -> bool:
    """Tell a line of the table, which has a quantity or a running number, from a sum."""
    roles = {
        _column(cell, heading)
        for cell in row.cells
        if cell is not label and re.match(r"\s*\d", cell.text)
    }
    return "price" in roles or ("number" in roles and row.cells[0] is not label)


def _column(cell: Cell, heading: tuple[tuple[Role, Cell], ...]) -> Role:
    def distance(one: tuple[Role, Cell]) -> tuple[float, float]:
        middle = (one[1].box[0] + one[1].box[2] - cell.box[0] - cell.box[2]) / 2
        return one[1].gap(cell), abs(middle)

    return min(heading, key=distance)[0]


def _line(row: Row, heading: tuple[tuple[Role, Cell], ...], *, comma: bool) -> Line | None:
    columns: dict[Role, list[Cell]] = {}
    for cell in row.cells:
        role = _column(cell, heading)
        if role == "number" and re.search(r"[^\W\d]{2}", cell.text):
            role = "name"  # a short name at the left of a wide column
        columns.setdefault(role, []).append(cell)
    values = {
        role: read_amount(" ".join(c.text for c in cells), comma=comma)
        for role, cells in columns.items()
        if role not in {"name", "number", "other", "discount"}
    }
    if values.get("amount") is None and values.get("price") is None:
        return None
    if values.get("amount") == 0 and values.get("price") is None:
        told = [fold(cell.text) for cell in columns.get("price", ())]
        values["price"] = Decimal(0) if told and all(map(_FREE.fullmatch, told)) else None
    name = " ".join(fold(cell.text) for cell in columns.get("name", ()))
    if not re.search(r"[^\W\d]", name):
        return None
    return Line(
        name=name[:200],
        quantity=values.get("quantity"),
        # After a discount quantity × price is no longer the amount.
        price=None if columns.get("discount") else values.get("price"),
        amount=values.get("amount"),
        tax=values.get("tax"),
        gross=values.get("gross"),
        cells=row.cells,
    )
