"""Pages in small print and photographs of places, known again: ten ways to copy each.

`python -m benchmarks.reuse_small_print [TEMPLATES [FIRST]]`: so many sheets of figures, pages of
text and drawn places; photographs and real scans of the corpora are added where these are. What is
no copy: the template filled in otherwise, the place from a step aside, another photograph or scan.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.reuse import known
from tests.verification.papers import COPIES, fingerprint
from tests.verification.small_print import place, sheet, taken_again, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: A page and another one that is no copy of it.
    Pair = tuple[Image.Image, Image.Image]

#: Longest side of what is read of the corpora, as a chat program makes photographs smaller.
MOST_SIDE = 1600


def drawn(make: Callable[[int, int], Image.Image], numbers: range) -> Iterator[Pair]:
    for number in numbers:
        yield make(number, 0), make(number, 1)


def taken(numbers: range) -> Iterator[Pair]:
    for number in numbers:
        yield place(number), taken_again(place(number), number)


def real(folder: str, most: int) -> Iterator[Pair]:
    """Give pictures of the corpora, each beside the one before it."""
    root = Path(os.environ.get("COUNTERMARK_CORPORA", os.devnull)) / folder
    pictures = []
    for path in sorted(root.glob("*.jpg"))[-most:]:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((MOST_SIDE, MOST_SIDE))
        if fingerprint(picture) is not None:
            pictures.append(picture)
    yield from zip(pictures, pictures[-1:] + pictures[:-1], strict=True)


def measure(name: str, pairs: list[Pair]) -> None:
    """Print a row for each way to copy; the last is the other page as it is."""
    kept = [(fingerprint(page), fingerprint(other)) for page, other in pairs]
    for kind, copy in COPIES.items():
        copies = [fingerprint(copy(page)) for page, _ in pairs]
        told = [known(one, was) for one, (was, _) in zip(copies, kept, strict=True)]
        wrong = [known(one, other) for one, (_, other) in zip(copies, kept, strict=True)]
        sys.stdout.write(
            f"{name:18} {kind:18} n={len(pairs)} known {sum(told)} ({sum(told) / len(pairs):.3f}), "
            f"another one told {sum(wrong)}\n"
        )
        sys.stdout.flush()
    wrong = [known(other, was) for was, other in kept]
    sys.stdout.write(f"{name:18} as it is           n={len(pairs)} another one told {sum(wrong)}\n")


def main() -> int:
    """Run them all; the figures stand in docs/checks/reuse.md."""
    count, first = [*map(int, sys.argv[1:]), *(30, 8000)[len(sys.argv) - 1 :]]
    numbers = range(first, first + count)
    groups = {
        "sheets of figures": drawn(sheet, numbers),
        "pages of text": drawn(text, numbers),
        "drawn places": taken(numbers),
        "photographs": real("dated-media", count),
        "receipts": real("receipts", count),
        "scans": real("signature-pages", count),
    }
    for name, pairs in groups.items():
        if found := list(pairs):
            measure(name, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
