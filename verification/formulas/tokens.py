"""A formula cut into tokens (ECMA-376 part 1, 18.17.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.formulas.values import NotComputed

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHEET = r"(?P<sheet>'(?:[^']|'')*'!|[^\W\d][\w.]*!)?"
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9]\d{0,6}"
_PLACE = rf"{_CELL}:{_CELL}|{_CELL}|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?\d+:\$?\d+"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |{_SHEET}(?:(?P<place>{_PLACE})(?![\w.(!:\[\#])|(?P<fault>\#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!
        |REF!|VALUE!))|(?P<call>[^\W\d][\w.]*)\(|(?P<name>(?:[^\W\d]|\\)[\w.\\?]*)(?![!\[\#:]))
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<sign><=|>=|<>|[-+*/^&=<>%(),;{{}}])""",
    re.VERBOSE,
)
_ELSEWHERE = re.compile(r"\[\d+\]|'[^']*\[")


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is text, place, fault, call, name, number, sign or end; `sheet` only of a place."""

    kind: str
    text: str
    sheet: str | None = None


def cut(formula: str) -> Iterator[Token]:
    """Give the tokens, without white space. Raises NotComputed for what is none of ours."""
    position = 0
    while position < len(formula):
        found = _TOKEN.match(formula, position)
        if found is None:
            raise NotComputed(_told(formula[position:]))
        position = found.end()
        kind = found.lastgroup or ""
        if kind == "space":
            continue
        sheet = found["sheet"]
        if sheet is not None and "[" in sheet:
            raise NotComputed("external reference")
        plain = None if sheet is None else _unquoted(sheet)
        if plain is not None and ":" in plain:
            raise NotComputed("reference across sheets")
        yield Token(kind, found[kind], plain)
    yield Token("end", "")


def _told(rest: str) -> str:
    if _ELSEWHERE.match(rest):
        return "external reference"
    return "structured reference" if "[" in rest[:80] else "notation"


def _unquoted(sheet: str) -> str:
    plain = sheet[:-1]
    return plain[1:-1].replace("''", "'") if plain.startswith("'") else plain
