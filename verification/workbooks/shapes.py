"""The shape of a formula: what stays the same when it is filled down or across."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from verification.formulas.parser import reference
from verification.formulas.tokens import cut
from verification.formulas.values import NotComputed

if TYPE_CHECKING:
    from verification.formulas.tree import Corner

_MANY = 4_096


@lru_cache(maxsize=_MANY)
def shape(text: str, base: tuple[int, int]) -> str:
    """Write a formula with its references counted from its own cell (R1C1)."""
    try:
        parts = [
            _relative(token.text, base) if token.kind == "place" else token.text.upper()
            for token in cut(text)
        ]
    except NotComputed:
        return text
    return " ".join(parts)


def _relative(place: str, base: tuple[int, int]) -> str:
    ref = reference(place)
    return ":".join(
        f"R{_counted(row, base[0])}C{_counted(column, base[1])}"
        for row, column in ((ref.top, ref.left), (ref.bottom, ref.right))
    )


def _counted(corner: Corner, start: int) -> str:
    return str(corner.index) if corner.fixed else f"[{corner.index - start}]"


@lru_cache(maxsize=_MANY)
def computes(text: str) -> bool:
    """Say whether a formula reads any cell: ``1.2+0`` is a number typed in."""
    try:
        return any(token.kind in {"place", "name"} for token in cut(text))
    except NotComputed:
        return True


@lru_cache(maxsize=_MANY)
def skeleton(text: str) -> str:
    """Write a formula with its columns and without its rows: inserted rows change nothing."""
    try:
        parts = [
            "".join(c for c in token.text.upper() if c.isalpha() or c == ":")
            if token.kind == "place"
            else token.text.upper()
            for token in cut(text)
        ]
    except NotComputed:
        return "".join(c for c in text if not c.isdigit())
    return " ".join(parts)
