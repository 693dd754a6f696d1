"""Mutations of an artefact: what accidents and people would do to it, drawn by a seed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BOOSTERS = ("win.lgb.txt", "value_loc.lgb.txt", "value_scale.lgb.txt")


@dataclass(frozen=True)
class Mutation:
    kind: str
    parts: dict[str, bytes]
    #: The part that was changed.
    part: str


def _field(data: bytes, rng: random.Random, field: str, draw: Callable[[str], str]) -> bytes:
    """Change one number of one line of a field; sizes of trees are put right again."""
    text = data.decode("ascii")
    lines = [one for one in re.finditer(rf"^{field}=(.+)$", text, re.MULTILINE) if one[1]]
    if not lines:
        return data
    line = rng.choice(lines)
    words = line[1].split(" ")
    place = rng.randrange(len(words))
    words[place] = draw(words[place])
    return _resized(text[: line.start(1)] + " ".join(words) + text[line.end(1) :])


def _resized(text: str) -> bytes:
    block = r"^Tree=\d+\n.*?\n\n\n(?=Tree=|end of trees)"
    sizes = " ".join(str(len(one)) for one in re.findall(block, text, re.DOTALL | re.MULTILINE))
    return re.sub(
        r"^tree_sizes=.*$", f"tree_sizes={sizes}", text, count=1, flags=re.MULTILINE
    ).encode()


def _child(data: bytes, rng: random.Random) -> bytes:
    side = rng.choice(["left_child", "right_child"])
    return _field(data, rng, side, lambda _: str(rng.choice([0, 1, 5, 13, 99, -1, -8, -99, 2**31])))


def _feature(data: bytes, rng: random.Random) -> bytes:
    return _field(data, rng, "split_feature", lambda _: str(rng.choice([0, 1, 2, 7, 99, -1])))


def _threshold(data: bytes, rng: random.Random) -> bytes:
    odd = ["0", "inf", "nan", "1e308", "-1e300", "7", "0.25", "1e-320"]
    return _field(data, rng, "threshold", lambda _: rng.choice(odd))


def _leaf(data: bytes, rng: random.Random) -> bytes:
    odd = ["inf", "nan", "1e300", "9.75", "-9.75", "0.01", "0"]

    def same_length(word: str) -> str:
        last = word[-1]
        return rng.choice([*odd, word[:-1] + str((int(last) + 1) % 10)]) if last.isdigit() else "0"

    return _field(data, rng, "leaf_value", same_length)


def _leaves(data: bytes, rng: random.Random) -> bytes:
    return _field(data, rng, "num_leaves", lambda _: str(rng.choice([0, 1, 2, 3, 4000, 10**9, -1])))


def _category(data: bytes, rng: random.Random) -> bytes:
    field = rng.choice(["cat_threshold", "cat_boundaries", "num_cat", "decision_type"])
    return _field(data, rng, field, lambda _: str(rng.choice([0, 1, 9, 15, 255, 2**32 - 1, -1])))


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _splice(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:a] + data[b:] if rng.random() < 0.5 else data[:b] + data[a:b] + data[b:]


EDITS: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "child": _child,
    "feature": _feature,
    "threshold": _threshold,
    "leaf": _leaf,
    "num_leaves": _leaves,
    "category": _category,
    "byte flips": _flip,
    "truncated": _cut,
    "spliced": _splice,
}


def mutation(parts: Mapping[str, bytes], number: int) -> Mutation:
    """Give mutation `number` of an artefact: an edit of a part, its manifest left as it was."""
    rng = random.Random(number)  # noqa: S311 - the same mutations each time
    kind = list(EDITS)[number % len(EDITS)]
    anywhere = kind in {"byte flips", "truncated", "spliced"}
    part = rng.choice(sorted(parts) if anywhere and rng.random() < 0.5 else BOOSTERS)
    changed = EDITS[kind](parts[part], rng)
    return Mutation(kind=kind, parts={**parts, part: changed}, part=part)
