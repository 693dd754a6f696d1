"""From LightGBM's text to a checked booster; whatever is not as LightGBM writes it is refused.

1. size and alphabet
2. the header: every field, in its order
3. each tree, where `tree_sizes` puts it, every field in its order, every array of its length
4. the sense: each tree is one (`sense`), and as monotone as declared (`monotone`)
5. the ending: importances and parameters that agree with the trees, and nothing after it
"""

from __future__ import annotations

from models.boosters import monotone, sense
from models.boosters.blocks import read_tree
from models.boosters.ending import check_ending
from models.boosters.faults import BoosterRefused, Place
from models.boosters.header import Header, read_header
from models.boosters.trees import MOST, Booster, Tree


def read(data: bytes) -> Booster:
    """Read and check a booster. Raises BoosterRefused, and nothing else."""
    if len(data) > MOST.bytes:
        raise BoosterRefused(
            "size", Place(), seen=f"{len(data)} bytes", expected=f"<= {MOST.bytes}"
        )
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        seen = f"byte {data[error.start]:#04x} at {error.start}"
        raise BoosterRefused("form", Place(), seen=seen, expected="ASCII") from None
    header, start, line = read_header(text)
    trees, end, line = _trees(text, header, start, line)
    for number, tree in enumerate(trees):
        sense.check(tree, header, number)
        monotone.check(tree, header.monotone, number)
    _check_total(trees)
    check_ending(text[end:], header, trees, line)
    return Booster(
        objective=header.objective,
        names=header.names,
        monotone=header.monotone,
        categories=header.categories,
        trees=tuple(trees),
        text=data,
    )


def _trees(text: str, header: Header, start: int, line: int) -> tuple[list[Tree], int, int]:
    trees = []
    for number, size in enumerate(header.tree_sizes):
        block = text[start : start + size]
        if len(block) != size or not block.endswith("\n\n\n"):
            place = Place("tree_sizes", line, number)
            raise BoosterRefused(
                "size", place, seen=f"{size} bytes", expected="the tree's own size"
            )
        trees.append(read_tree(block, number, line))
        start += size
        line += block.count("\n")
    return trees, start, line


def _check_total(trees: list[Tree]) -> None:
    total = sum(float(abs(tree.value).max()) for tree in trees)
    if total > MOST.leaf:
        place = Place("leaf_value")
        raise BoosterRefused("range", place, seen=f"{total:g} in all", expected=f"<= {MOST.leaf:g}")
