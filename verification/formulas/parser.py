"""Tokens to a tree, by Excel's precedence: ``-2^2`` is 4, and ``2^3^2`` is 64."""

from __future__ import annotations

import re

from verification.formulas.tokens import Token, cut
from verification.formulas.tree import (
    COLUMNS,
    ROWS,
    Call,
    Constant,
    Corner,
    Name,
    Node,
    Pair,
    Reference,
    Sign,
)
from verification.formulas.values import Area, Fault, NotComputed, Scalar

#: Excel nests functions 64 deep.
MOST_LEVELS = 64
_BINDING = {
    "=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1,
    "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5,
}  # fmt: skip
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)(\d*)")


class TooDeep(Exception):
    """A formula that is nested deeper than MOST_LEVELS."""


def parse(formula: str) -> Node:
    """Read a formula without its ``=``. Raises NotComputed and TooDeep."""
    reader = _Reader(list(cut(formula)))
    tree = reader.expression(1, 0)
    if reader.peek().kind != "end":
        raise NotComputed("notation")
    return tree


class _Reader:
    """Walks over the tokens once."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def peek(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._tokens[self._position]
        self._position += token.kind != "end"
        return token

    def _is(self, *signs: str) -> bool:
        return self.peek().kind == "sign" and self.peek().text in signs

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise NotComputed("notation")
        self._take()

    def expression(self, least: int, level: int) -> Node:
        """Read operands as long as what joins them binds as strongly as `least`."""
        if level > MOST_LEVELS:
            raise TooDeep
        left = self._operand(level)
        while self.peek().kind == "sign" and _BINDING.get(self.peek().text, 0) >= least:
            operator = self._take().text
            left = Pair(operator, left, self.expression(_BINDING[operator] + 1, level))
        return left

    def _operand(self, level: int) -> Node:
        negative = False
        signed = False
        while self._is("+", "-"):
            signed = self._take().text == "-" or signed
            negative ^= self._tokens[self._position - 1].text == "-"
        node = self._primary(level)
        if signed:
            node = Sign("-", node)
            node = node if negative else Sign("-", node)
        while self._is("%"):
            self._take()
            node = Sign("%", node)
        return node

    def _primary(self, level: int) -> Node:
        token = self._take()
        if token.kind == "sign" and token.text == "(":
            node = self.expression(1, level + 1)
            self._expect(")")
            return node
        if token.kind == "sign" and token.text == "{":
            return self._array()
        if token.kind == "call":
            return self._call(token, level)
        return _leaf(token)

    def _call(self, token: Token, level: int) -> Node:
        if token.sheet is not None:
            raise NotComputed("function of another book")
        arguments: list[Node] = []
        while not self._is(")") or arguments:
            empty = self._is(",", ")")
            arguments.append(Constant(None) if empty else self.expression(1, level + 1))
            if not self._is(","):
                break
            self._take()
        self._expect(")")
        return Call(token.text.upper().removeprefix("_XLFN."), tuple(arguments))

    def _array(self) -> Node:
        rows: list[list[Scalar]] = [[]]
        while True:
            rows[-1].append(self._element())
            if self._is("}"):
                break
            if self._is(";"):
                rows.append([])
            elif not self._is(","):
                raise NotComputed("notation")
            self._take()
        self._take()
        if len({len(row) for row in rows}) != 1:
            raise NotComputed("notation")
        return Constant(Area(rows, len(rows), len(rows[0])))

    def _element(self) -> Scalar:
        sign = -1.0 if self._is("-") else 1.0
        if self._is("-", "+"):
            self._take()
        leaf = _leaf(self._take())
        if not isinstance(leaf, Constant) or isinstance(leaf.value, Area):
            raise NotComputed("notation")
        return sign * leaf.value if isinstance(leaf.value, float) else leaf.value


def _leaf(token: Token) -> Node:
    if token.kind == "number":
        return Constant(float(token.text))
    if token.kind == "text":
        return Constant(token.text[1:-1].replace('""', '"'))
    if token.kind == "fault":
        return Constant(Fault("".join(token.text.split())))
    if token.kind == "place":
        return reference(token.text, token.sheet)
    if token.kind == "name":
        upper = token.text.upper()
        if token.sheet is None and upper in {"TRUE", "FALSE"}:
            return Constant(upper == "TRUE")
        return Name(token.sheet, upper)
    raise NotComputed("notation")


def reference(text: str, sheet: str | None = None) -> Reference:
    """Read ``A1``, ``$A$1:B2``, ``A:B`` or ``1:3``. Raises NotComputed beyond the sheet's edge."""
    first, _, last = text.partition(":")
    top, left = _corner(first, edge=False)
    bottom, right = _corner(last or first, edge=True)
    if bottom.index >= ROWS or right.index >= COLUMNS or min(top.index, left.index) < 0:
        raise NotComputed("notation")
    return Reference(sheet, top, left, bottom, right)


def _corner(text: str, *, edge: bool) -> tuple[Corner, Corner]:
    found = _CORNER.fullmatch(text)
    if found is None:
        raise NotComputed("notation")
    fixed, letters, also_fixed, digits = found.groups()
    if not letters:  # a dollar sign before a row alone
        also_fixed = also_fixed or fixed
    row = Corner(int(digits) - 1, bool(also_fixed)) if digits else _end(ROWS, edge=edge)
    column = Corner(column_index(letters), bool(fixed)) if letters else _end(COLUMNS, edge=edge)
    return row, column


def _end(size: int, *, edge: bool) -> Corner:
    return Corner(size - 1 if edge else 0, fixed=True)


def column_index(letters: str) -> int:
    """Give a column from 0 by its letters."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(row: int, column: int) -> str:
    """Give a cell's name by row and column from 0: ``B3``."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
