"""Where two texts that are nearly one differ: the lines of both, beside each other.

Needs the words of both, which are kept nowhere: both files are read again to show this.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from verification.fingerprints.texts import shingled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verification.fingerprints.texts import Shingled

#: Passages that are given, and lines of each side of one.
MOST_PASSAGES, _MOST_LINES = 10, 6
#: Tokens before and after which more is not compared word for word: it grows with the square.
_MOST_TOKENS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines of the one text that stand where the other has those; either side may have none."""

    here: tuple[str, ...]
    there: tuple[str, ...]


def passages(here: Sequence[str], there: Sequence[str]) -> tuple[Passage, ...]:
    """Give the first places where the lines of two texts differ, in order.

    Layout, case and punctuation do not count, as they do not where texts are compared.
    """
    one, other = shingled(here), shingled(there)
    found = []
    for start, end, first, last in _stretches(one, other):
        found.append(
            Passage(here=_lines(here, one, start, end), there=_lines(there, other, first, last))
        )
        if len(found) == MOST_PASSAGES:
            break
    return tuple(dict.fromkeys(found))


def _stretches(one: Shingled, other: Shingled) -> Iterator[tuple[int, int, int, int]]:
    left, right = one.tokens[:_MOST_TOKENS], other.tokens[:_MOST_TOKENS]
    for kind, start, end, first, last in SequenceMatcher(None, left, right).get_opcodes():
        if kind != "equal":
            yield start, end, first, last


def _lines(lines: Sequence[str], text: Shingled, start: int, end: int) -> tuple[str, ...]:
    """Give the lines in which these tokens stand; of no token, the line where they would."""
    numbers = text.lines[start : max(end, start + 1)]
    return tuple(lines[number] for number in dict.fromkeys(numbers))[:_MOST_LINES]
