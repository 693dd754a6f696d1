"""Formulas worked out one after the other, on a stack of our own: chains may be of any length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verification.formulas import functions
from verification.formulas.grid import Key, Result
from verification.formulas.parser import parse
from verification.formulas.tree import Call, Constant, Name, Pair, Reference, Sign
from verification.formulas.values import (
    DIVISION,
    NO_NAME,
    NO_REFERENCE,
    NOT_A_NUMBER,
    NOT_A_VALUE,
    Area,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    each,
    number,
    order,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from verification.formulas.grid import Formula, Grid
    from verification.formulas.tree import Node

CIRCULAR = "circular reference"
#: Cells that all formulas of a book may read together.
MOST_READS = 5_000_000
#: Below this share of its operands Excel takes a difference for 0.
_NOTHING = 2.0**-49
_EPSILON = 2.0**-50
#: A sum that keeps a larger share of its parts is as exact as any other figure.
_CANCELLED = 1e-6
_NAMES_DEEP = 20


class _Needs(Exception):
    """Cells that must be worked out first."""

    def __init__(self, keys: list[Key]) -> None:
        super().__init__(len(keys))
        self.keys = keys


class Evaluator:
    """Works a grid out; the results of earlier cells are kept."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.results: dict[Key, Result] = {}
        self._trees: dict[str, Node | NotComputed] = {}
        self._reads = 0
        self.noise = 0.0
        self.approximate = False
        self._bounds = [_bounds(sheet) for sheet in grid.constants]
        for sheet, row, column in grid.formulas:
            most_row, most_column = self._bounds[sheet]
            self._bounds[sheet] = max(most_row, row + 1), max(most_column, column + 1)

    def run(self) -> Mapping[Key, Result]:
        """Work out every formula. Raises TooDeep."""
        for key in self.grid.formulas:
            self._work_out(key)
        return self.results

    def _work_out(self, key: Key) -> None:
        stack, begun = [key], set[Key]()
        while stack:
            top = stack[-1]
            if top in self.results:
                stack.pop()
                continue
            begun.add(top)
            try:
                self.results[top] = self._result(top)
            except _Needs as needs:
                if any(one in begun for one in needs.keys):
                    self.results[top] = Result(reason=CIRCULAR)
                stack += needs.keys

    def _result(self, key: Key) -> Result:
        self.noise, self.approximate = 0.0, False
        formula = self.grid.formulas[key]
        try:
            value = self._value(key, formula)
        except Faulty as error:
            value = error.fault
        except NotComputed as error:
            return Result(reason=error.reason)
        except RecursionError:
            return Result(reason="nesting")
        except (OverflowError, ValueError):
            value = NOT_A_NUMBER
        if isinstance(value, float) and not math.isfinite(value):
            value = NOT_A_NUMBER
        return Result(value, noise=self.noise, approximate=self.approximate)

    def _value(self, key: Key, formula: Formula) -> Scalar:
        _, row, column = key
        if formula.area is not None:
            frame = Frame(self, key, (0, 0), array=True)
            value = frame.value(self.tree(formula.text))
            top, left, _, _ = formula.area
            single = value.spread(row - top, column - left) if isinstance(value, Area) else value
        else:
            offset = row - formula.base[0], column - formula.base[1]
            single = Frame(self, key, offset, array=False).scalar(self.tree(formula.text))
        return 0.0 if single is None else single

    def tree(self, formula: str) -> Node:
        """Parse once. Raises NotComputed and TooDeep."""
        tree = self._trees.get(formula)
        if tree is None:
            try:
                tree = parse(formula)
            except NotComputed as error:
                tree = error
            self._trees[formula] = tree
        if isinstance(tree, NotComputed):
            raise NotComputed(tree.reason)
        return tree

    def read(self, sheet: int, row: int, column: int) -> Scalar:
        """Read one cell. Raises NotComputed where it could not be worked out."""
        key = (sheet, row, column)
        if key not in self.grid.formulas:
            return self.grid.constants[sheet].get((row, column))
        result = self.results.get(key)
        if result is None:
            raise _Needs([key])
        if result.reason is not None:
            raise NotComputed(result.reason)
        self.noise = max(self.noise, result.noise)
        self.approximate |= result.approximate
        return result.value

    def area(self, sheet: int, box: tuple[int, int, int, int]) -> Area:
        """Read cells, as far as any were written; all that are not worked out are asked for."""
        top, left, bottom, right = box
        most_row, most_column = self._bounds[sheet]
        rows, columns = (
            range(top, min(bottom + 1, most_row)),
            range(left, min(right + 1, most_column)),
        )
        self._reads += len(rows) * len(columns) + 1
        if self._reads > MOST_READS:
            raise NotComputed("more cells than are read")
        missing: list[Key] = []
        found = [[self._peek(sheet, row, column, missing) for column in columns] for row in rows]
        if missing:
            raise _Needs(missing)
        return Area(found, bottom - top + 1, right - left + 1, (top, left))

    def _peek(self, sheet: int, row: int, column: int, missing: list[Key]) -> Scalar:
        try:
            return self.read(sheet, row, column)
        except _Needs as needs:
            missing += needs.keys
            return None


def _bounds(cells: Mapping[tuple[int, int], Scalar]) -> tuple[int, int]:
    rows, columns = max((r for r, _ in cells), default=-1), max((c for _, c in cells), default=-1)
    return rows + 1, columns + 1


class Frame:
    """One formula in one cell: where its references count from, and whether it is an array's."""

    def __init__(
        self, evaluator: Evaluator, key: Key, offset: tuple[int, int], *, array: bool
    ) -> None:
        self.evaluator = evaluator
        self._key = key
        self._offset = offset
        self.array = array
        self._names = 0

    @property
    def date1904(self) -> bool:
        return self.evaluator.grid.date1904

    def as_array(self) -> Frame:
        """Give the same formula where operators take whole areas."""
        return Frame(self.evaluator, self._key, self._offset, array=True)

    def value(self, node: Node) -> Value:
        """Work a node out; a reference gives an area. Raises Faulty and NotComputed."""
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Reference):
            return self.evaluator.area(*self.place(node))
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Call):
            return functions.call(self, node)
        if isinstance(node, Sign):
            return each(_SIGNS[node.operator], [self.operand(node.operand)])
        return self._chain(node)

    def _chain(self, node: Pair) -> Value:
        """Go down the left side without calling oneself."""
        pairs: list[Pair] = []
        left: Node = node
        while isinstance(left, Pair):
            pairs.append(left)
            left = left.left
        value = self.operand(left)
        for pair in reversed(pairs):
            operands = [value, self.operand(pair.right)]
            value = each(_PAIRS[pair.operator], operands)
            if pair.operator in "+-":
                self.noise_of(value, *operands)
        return value

    def noise_of(self, total: Value, /, *values: Value) -> None:
        """Note how exact a sum is, where its parts all but cancel one another."""
        if not isinstance(total, float):
            return
        largest = max((abs(one) for one in values if isinstance(one, float)), default=0.0)
        if abs(total) < _CANCELLED * largest:
            self.evaluator.noise = max(self.evaluator.noise, largest * _EPSILON)

    def tried(self) -> None:
        """Note that the result was found by trying."""
        self.evaluator.approximate = True

    def operand(self, node: Node) -> Value:
        """Give what an operator takes: one value, or in an array formula an area."""
        return self.value(node) if self.array else self.scalar(node)

    def scalar(self, node: Node) -> Scalar:
        """Give one value; of a range that of the formula's own row or column."""
        value = self.value(node)
        if not isinstance(value, Area):
            return value
        if value.height == value.width == 1 or self.array:
            return value.get(0, 0)
        if value.at is None:
            if isinstance(node, Constant):
                return value.get(0, 0)
            raise NotComputed("an array outside an array formula")
        _, row, column = self._key
        down, across = row - value.at[0], column - value.at[1]
        if value.width == 1 and 0 <= down < value.height:
            return value.get(down, 0)
        if value.height == 1 and 0 <= across < value.width:
            return value.get(0, across)
        raise Faulty(NOT_A_VALUE)

    def place(self, node: Reference) -> tuple[int, tuple[int, int, int, int]]:
        """Say where a reference leads from this cell: sheet, and top, left, bottom, right."""
        sheet = self._sheet(node.sheet)
        down, across = self._offset
        rows = [c.index + (0 if c.fixed else down) for c in (node.top, node.bottom)]
        columns = [c.index + (0 if c.fixed else across) for c in (node.left, node.right)]
        if min(*rows, *columns) < 0:
            raise Faulty(NO_REFERENCE)
        return sheet, (min(rows), min(columns), max(rows), max(columns))

    def _sheet(self, name: str | None) -> int:
        if name is None:
            return self._key[0]
        sheet = self.evaluator.grid.sheets.get(name.lower())
        if sheet is None:
            raise Faulty(NO_REFERENCE)
        return sheet

    def _name(self, node: Name) -> Value:
        names = self.evaluator.grid.names
        own = self._sheet(node.sheet)
        found = names.get((node.name, own), names.get((node.name, None)))
        if found is None:
            raise Faulty(NO_NAME)
        self._names += 1
        if self._names > _NAMES_DEEP:
            raise NotComputed("names that lead to names")
        tree = self.evaluator.tree(found)
        try:
            if not _is_fixed(tree):
                raise NotComputed("a name that moves with the cell")
            return self.value(tree)
        finally:
            self._names -= 1


def _is_fixed(tree: Node) -> bool:
    """Say whether a name means the same in every cell."""
    if isinstance(tree, Reference):
        return all(c.fixed for c in (tree.top, tree.left, tree.bottom, tree.right))
    return isinstance(tree, Constant | Name) or (isinstance(tree, Sign) and _is_fixed(tree.operand))


def _plus(left: Scalar, right: Scalar) -> Scalar:
    a, b = number(left), number(right)
    total = a + b
    return 0.0 if abs(total) < _NOTHING * max(abs(a), abs(b)) else total


def _minus(left: Scalar, right: Scalar) -> Scalar:
    return _plus(number(left), -number(right))


def _times(left: Scalar, right: Scalar) -> Scalar:
    return number(left) * number(right)


def _divide(left: Scalar, right: Scalar) -> Scalar:
    above, below = number(left), number(right)
    if below == 0:
        raise Faulty(DIVISION)
    return above / below


def _join(left: Scalar, right: Scalar) -> Scalar:
    return text(left) + text(right)


def _compare(test: Callable[[int], bool], *, sorts: bool) -> Callable[[Scalar, Scalar], Scalar]:
    def compare(left: Scalar, right: Scalar) -> Scalar:
        came = order(left, right)
        if sorts and abs(came) == 2 and rank_of_texts(left, right):  # noqa: PLR2004 - see order
            raise NotComputed("the order of texts")
        return test(came)

    return compare


def rank_of_texts(left: Scalar, right: Scalar) -> bool:
    """Say whether both are texts, whose order depends on the language."""
    return isinstance(left, str) and isinstance(right, str)


_SIGNS: Mapping[str, Callable[..., Scalar]] = {
    "-": lambda one: 0.0 - number(one),
    "%": lambda one: number(one) / 100,
}
_PAIRS: Mapping[str, Callable[..., Scalar]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divide,
    "^": lambda a, b: functions.power(number(a), number(b)),
    "&": _join,
    "=": _compare(lambda came: came == 0, sorts=False),
    "<>": _compare(lambda came: came != 0, sorts=False),
    "<": _compare(lambda came: came < 0, sorts=True),
    ">": _compare(lambda came: came > 0, sorts=True),
    "<=": _compare(lambda came: came <= 0, sorts=True),
    ">=": _compare(lambda came: came >= 0, sorts=True),
}
