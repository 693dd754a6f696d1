"""Values of a dimension that are probably one, written in several ways."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def alike(
    dimensions: Sequence[str], values: Sequence[Sequence[str]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give a dimension and values of it that differ in case, width or blanks alone.

    They stay apart: a table may mean them so, and what is counted is what was sent.
    """
    for name, some in zip(dimensions, values, strict=True):
        written = defaultdict(list)
        for value in some:
            written["".join(normalize("NFKC", value).casefold().split())].append(value)
        yield from ((name, tuple(ways)) for ways in written.values() if len(ways) > 1)
