"""A book that was read and computed once for all checks of one file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from verification.formulas.evaluator import Evaluator
from verification.formulas.grid import Formula, Grid, Key, Result
from verification.formulas.parser import MOST_LEVELS, TooDeep, cell_name
from verification.formulas.tree import Call, Name, Pair, Reference, Sign
from verification.formulas.values import NotComputed
from verification.limits import LimitExceeded, Limits
from verification.readers.workbook import BookError, read
from verification.readers.workbook_formats import is_blank
from verification.readers.workbook_merged import covered
from verification.values import PackagePart, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from verification.examination import Context, Examination
    from verification.formulas.tree import Node
    from verification.readers.workbook import Book, Cell
    from verification.values import Limit

#: Formats of `FileType` that are read here.
READ = frozenset({"xlsx", "xlsm", "xltx", "xltm"})
#: Cells of a reference, and the sheet they are on.
Box = tuple[int, tuple[int, int, int, int]]


@dataclass(frozen=True)
class Study:
    """A book and what its formulas give."""

    book: Book

    @cached_property
    def grid(self) -> Grid:
        return _grid(self.book)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.grid)

    @cached_property
    def results(self) -> Mapping[Key, Result]:
        """Every formula's result. Raises LimitExceeded."""
        try:
            return self._evaluator.run()
        except TooDeep as error:
            raise _too_deep() from error

    def reads(self, key: Key) -> tuple[Box, ...]:
        """Give the cells that a formula names; none where it cannot be read."""
        formula = self.grid.formulas[key]
        offset = (key[1] - formula.base[0], key[2] - formula.base[1])
        try:
            tree = self._evaluator.tree(formula.text)
            found = self._nodes(tree, key[0])
            return tuple(self._boxes(found, key[0], (0, 0) if formula.area else offset))
        except NotComputed:
            return ()
        except TooDeep as error:
            raise _too_deep() from error

    @cached_property
    def _hidden_names(self) -> frozenset[tuple[str, int | None]]:
        return frozenset((one.name.upper(), one.sheet) for one in self.book.names if one.hidden)

    def reads_hidden_name(self, key: Key) -> bool:
        """Say whether a formula rests on a name that no list shows."""
        hidden = self._hidden_names
        if not hidden:
            return False
        try:
            tree = self._evaluator.tree(self.grid.formulas[key].text)
            names = [one for one in self._nodes(tree, key[0]) if isinstance(one, Name)]
        except NotComputed:
            return False
        own = [(one.name, self._sheet(one.sheet, key[0])) for one in names]
        return any(
            one in hidden or (one not in self.grid.names and (one[0], None) in hidden)
            for one in own
        )

    def _sheet(self, name: str | None, own: int) -> int:
        """Give a sheet's number; -1 where the book has none of that name."""
        return own if name is None else self.grid.sheets.get(name.lower(), -1)

    def _boxes(self, nodes: Iterator[Node], sheet: int, offset: tuple[int, int]) -> Iterator[Box]:
        for node in nodes:
            if isinstance(node, Reference):
                where = self._sheet(node.sheet, sheet)
                if where >= 0:
                    yield where, _placed(node, offset)

    def _nodes(self, tree: Node, sheet: int) -> Iterator[Node]:
        """Give all parts of a formula, and of what its names stand for."""
        pending: list[Node] = [tree]
        for _ in range(10_000):
            if not pending:
                return
            node = pending.pop()
            yield node
            if isinstance(node, Name):
                found = self.grid.meaning(node.name, self._sheet(node.sheet, sheet))
                pending += [self._evaluator.tree(found)] if found else []
            else:
                pending += _below(node)

    def evidence(self, key: Key, caption: Text | None = None) -> PackagePart:
        """Point at a cell."""
        name = cell_name(key[1], key[2])
        return PackagePart(part=self.book.sheets[key[0]].part, path=name, caption=caption)

    def where(self, key: Key) -> str:
        """Name a cell for people: ``Sheet!A1``."""
        return f"{self.book.sheets[key[0]].name[:40]}!{cell_name(key[1], key[2])}"

    def cell(self, key: Key) -> Cell:
        return self.book.sheets[key[0]].cells[key[1], key[2]]

    @cached_property
    def covered(self) -> tuple[frozenset[tuple[int, int]], ...]:
        """Give the filled cells of each sheet over which another one is merged."""
        return tuple(covered(sheet) for sheet in self.book.sheets)

    def is_shown(self, key: Key) -> bool:
        """Say whether a person who opens the book sees the cell."""
        sheet = self.book.sheets[key[0]]
        return (
            sheet.state == "visible"
            and key[1] not in sheet.hidden_rows
            and key[1:] not in self.covered[key[0]]
            and not any(first <= key[2] <= last for first, last in sheet.hidden_columns)
        )

    def is_faint(self, key: Key) -> bool:
        """Say whether a figure has the colour of its ground, or a format that shows nothing."""
        cell, formats = self.cell(key), self.book.formats
        code = formats[cell.style] if 0 <= cell.style < len(formats) else "General"
        return cell.style in self.book.faint or (
            isinstance(cell.value, float) and is_blank(cell.value, code)
        )


def _placed(node: Reference, offset: tuple[int, int]) -> tuple[int, int, int, int]:
    down, across = offset
    rows = [c.index + (0 if c.fixed else down) for c in (node.top, node.bottom)]
    columns = [c.index + (0 if c.fixed else across) for c in (node.left, node.right)]
    return min(rows), min(columns), max(rows), max(columns)


def _below(node: Node) -> list[Node]:
    if isinstance(node, Pair):
        return [node.left, node.right]
    if isinstance(node, Call):
        return list(node.arguments)
    return [node.operand] if isinstance(node, Sign) else []


def _too_deep() -> LimitExceeded:
    return LimitExceeded("formula_levels", seen=f"> {MOST_LEVELS}", allowed=MOST_LEVELS)


def _grid(book: Book) -> Grid:
    formulas: dict[Key, Formula] = {}
    for number, sheet in enumerate(book.sheets):
        for (row, column), cell in sheet.cells.items():
            if cell.formula is not None:
                formulas[number, row, column] = cell.formula
            elif cell.odd is not None:
                # Not a name of any function: said as the reason.
                formulas[number, row, column] = Formula(
                    f"{cell.odd.replace(' ', '_')}()", (row, column)
                )
    return Grid(
        sheets={sheet.name.lower(): number for number, sheet in enumerate(book.sheets)},
        constants=[
            {place: cell.value for place, cell in sheet.cells.items() if cell.formula is None}
            for sheet in book.sheets
        ],
        formulas=formulas,
        names=_names(book),
        date1904=book.date1904,
        saved={
            (number, *place): cell.value
            for number, sheet in enumerate(book.sheets)
            for place, cell in sheet.cells.items()
            if cell.formula is not None and cell.saved
        },
    )


def _names(book: Book) -> dict[tuple[str, int | None], str]:
    """Give the names; one that is there twice stands for nothing that can be read."""
    found: dict[tuple[str, int | None], str] = {}
    for one in book.names:
        key = (one.name.upper(), one.sheet)
        found[key] = "" if key in found else one.text
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why there is no book to look at."""

    sub_indication: str
    message: Text


_ENCRYPTED = Unread(
    sub_indication="ENCRYPTED",
    message=Text(
        zh="工作簿已加密，无法读取其中的公式与数字。",
        en="The workbook is encrypted; neither its formulas nor its figures can be read.",
    ),
)


def study(context: Context) -> Study | Unread:
    """Read the file's book. Raises LimitExceeded."""
    kind = context.file_type
    if kind.encrypted:
        return _ENCRYPTED
    if kind.format not in READ:
        shown = kind.format or "?"
        return Unread(
            sub_indication="NOT_SUPPORTED",
            message=Text(
                zh=f"此处只读取 xlsx、xlsm、xltx 与 xltm 工作簿，不读取 {shown}。",
                en="Only workbooks of the kinds xlsx, xlsm, xltx and xltm are read here, "
                f"{shown} is not.",
            ),
        )
    came = _studied(context.submission.data, context.limits)
    if isinstance(came, (Study, Unread)):
        return came
    raise LimitExceeded(came.name, seen=came.seen, allowed=came.allowed)


def asked(examination: Examination) -> Study | None:
    """Give the book where a workbook's content is asked for and it can be read.

    That it cannot is told by `roi.recompute` alone. Raises LimitExceeded.
    """
    if examination.context.requirement.content.workbook is None:
        return None
    found = study(examination.context)
    return found if isinstance(found, Study) else None


@lru_cache(maxsize=1)
def _studied(data: bytes, limits: Limits) -> Study | Unread | Limit:
    """The checks of one file follow each other, so that one book is kept and no more."""
    try:
        return Study(read(data, limits))
    except LimitExceeded as error:
        return error.limit
    except BookError as error:
        return Unread(
            sub_indication="FORMAT_FAILURE",
            message=Text(
                zh=f"工作簿的 {error.part} 无法读取。",
                en=f"The workbook's part {error.part} cannot be read.",
            ),
        )
