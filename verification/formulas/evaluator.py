"""Formulas worked out one after the other, on a stack of our own: chains may be of any length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from verification.formulas import functions
from verification.formulas.exactness import BORDER, Exactness, is_several
from verification.formulas.grid import Key, Result
from verification.formulas.operators import PAIRS, SIGNS
from verification.formulas.parser import parse
from verification.formulas.tree import Call, Constant, Name, Pair, Reference, Sign
from verification.formulas.values import (
    NO_REFERENCE,
    NOT_A_NUMBER,
    NOT_A_VALUE,
    Area,
    Faulty,
    NotComputed,
    Scalar,
    Value,
    each,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.formulas.grid import Formula, Grid
    from verification.formulas.tree import Node

CIRCULAR = "circular reference"
#: Cells that all formulas of a book may read together.
MOST_READS = 5_000_000
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
        self.exactness = Exactness()
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
        before = self._reads
        result = self._came(key, plain=False)
        delicate = self.exactness.delicate
        if result.reason is None and delicate:
            # Which of the two a program does is not sure: both must come to the same.
            self._reads = before
            other = self._came(key, plain=True)
            if other.reason is not None:
                return other
            if not result.agrees(other.value):
                return Result(reason=BORDER)
        saved = self.grid.saved.get(key)
        if (delicate or result.approximate) and isinstance(saved, float) and result.agrees(saved):
            # Cells that read this one read what the program had there, to the last digit.
            return Result(saved, noise=result.noise)
        return result

    def _came(self, key: Key, *, plain: bool) -> Result:
        self.exactness = exactness = Exactness(plain=plain)
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
        return Result(value, noise=exactness.noise, approximate=exactness.approximate)

    def _value(self, key: Key, formula: Formula) -> Scalar:
        _, row, column = key
        if formula.area is not None:
            frame = Frame(self, key, (0, 0), array=True)
            value = frame.value(self.tree(formula.text))
            top, left, _, _ = formula.area
            single = value.spread(row - top, column - left) if isinstance(value, Area) else value
        else:
            offset = row - formula.base[0], column - formula.base[1]
            single = Frame(self, key, offset, array=False).alone(self.tree(formula.text))
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
        self.exactness.noise = max(self.exactness.noise, result.noise)
        self.exactness.approximate |= result.approximate
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
        #: An array that a function of a plain formula asks for.
        self.lifted = False
        self._names = 0

    @property
    def date1904(self) -> bool:
        return self.evaluator.grid.date1904

    def as_array(self) -> Frame:
        """Give the same formula where operators take whole areas."""
        inner = Frame(self.evaluator, self._key, self._offset, array=True)
        inner.lifted = self.lifted or not self.array
        return inner

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
            return each(SIGNS[node.operator], self.operands(node.operand))
        return self._chain(node)

    def _chain(self, node: Pair) -> Value:
        """Go down the left side without calling oneself."""
        pairs: list[Pair] = []
        left: Node = node
        while isinstance(left, Pair):
            pairs.append(left)
            left = left.left
        value = self.value(left)
        exactness = self.exactness
        sums = {"+": exactness.plus, "-": exactness.minus}
        for pair in reversed(pairs):
            operands = self._together([value, self.value(pair.right)])
            value = each(sums.get(pair.operator) or PAIRS[pair.operator], operands)
            if pair.operator in sums:
                exactness.note(value, *operands)
        return value

    @property
    def exactness(self) -> Exactness:
        return self.evaluator.exactness

    def operands(self, *nodes: Node) -> list[Value]:
        """Give what operators take: single values, or arrays of which each element is taken."""
        return self._together([self.value(node) for node in nodes])

    def _together(self, values: list[Value]) -> list[Value]:
        several = [] if self.array else [one for one in values if is_several(one)]
        made = sum(isinstance(one, Area) and one.at is None for one in several)
        if made != len(several) and made:
            raise NotComputed("an array beside cells")
        return values if self.array or made else [self._single(one) for one in values]

    def scalar(self, node: Node) -> Scalar:
        """Give one value; of a range that of the formula's own row or column."""
        value = self.value(node)
        if is_several(value) and (self.array or (isinstance(value, Area) and value.at is None)):
            raise NotComputed("an array where one value is asked for")
        return self._single(value)

    def alone(self, node: Node) -> Scalar:
        """Give what a cell shows of a formula that is no array's."""
        return self._single(self.value(node))

    def _single(self, value: Value) -> Scalar:
        if not isinstance(value, Area):
            return value
        if value.height == value.width == 1:
            return value.get(0, 0)
        if value.at is None:
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
        found = self.evaluator.grid.meaning(node.name, self._sheet(node.sheet))
        if found is None:
            raise NotComputed("a name that is not defined")
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
    """Say whether a name means the same in every cell of every sheet."""
    if isinstance(tree, Reference):
        return tree.sheet is not None and all(
            c.fixed for c in (tree.top, tree.left, tree.bottom, tree.right)
        )
    return isinstance(tree, Constant | Name) or (isinstance(tree, Sign) and _is_fixed(tree.operand))
