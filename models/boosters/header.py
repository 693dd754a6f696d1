"""The head of a booster's text: what it predicts, from which features, in trees of which sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.boosters.faults import BoosterRefused, Place
from models.boosters.numbers import integer, integers
from models.boosters.trees import MOST

#: What we train; anything else would be read as something that it is not.
OBJECTIVES = {"binary sigmoid:1": "binary", "regression": "regression"}
OBJECTIVES |= {name: name for name in ("regression_l1", "huber", "fair", "quantile", "lambdarank")}
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,200}", re.ASCII)
_NUMBER = r"-?(?:0|[1-9][0-9]{0,20})(?:\.[0-9]{1,20})?(?:e[+-][0-9]{2,3})?"
_RANGE = re.compile(rf"\[({_NUMBER}):({_NUMBER})\]", re.ASCII)
_CODES = re.compile(r"-?[0-9]{1,9}(?::-?[0-9]{1,9})*", re.ASCII)
_FIXED = {
    "version": "v4",
    "num_class": "1",
    "num_tree_per_iteration": "1",
    "label_index": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    objective: str
    names: tuple[str, ...]
    monotone: tuple[int, ...]
    categories: tuple[frozenset[int] | None, ...]
    #: Whether training could split on the feature at all.
    varies: tuple[bool, ...]
    tree_sizes: tuple[int, ...]


class _Lines:
    """The lines of the head, one after the other."""

    def __init__(self, text: str) -> None:
        # The head ends at the first empty line.
        found = text.find("\n\n")
        if found < 0:
            raise BoosterRefused("form", Place(), seen="no empty line", expected="a header")
        self.end = found + 2
        self.lines = text[:found].split("\n")
        self.at = 0

    def next(self, key: str) -> tuple[str, Place]:
        """Give what stands behind the key, which has to be the next one."""
        found = self.lines[self.at] if self.at < len(self.lines) else ""
        self.at += 1
        place = Place(key, self.at)
        if not found.startswith(f"{key}="):
            raise BoosterRefused("form", place, seen=repr(found), expected=f"{key}=…")
        return found[len(key) + 1 :], place

    def has(self, key: str) -> bool:
        return self.at < len(self.lines) and self.lines[self.at].startswith(f"{key}=")


def read_header(text: str) -> tuple[Header, int, int]:
    """Give the head, where the first tree begins, and on which line. Raises BoosterRefused."""
    lines = _Lines(text)
    if lines.lines[0] != "tree":
        raise BoosterRefused("form", Place("", 1), seen=repr(lines.lines[0]), expected="tree")
    lines.at = 1
    for key, expected in _FIXED.items():
        seen, place = lines.next(key)
        if seen != expected:
            raise BoosterRefused("form", place, seen=repr(seen), expected=expected)
    last = integer(*lines.next("max_feature_idx"), least=0, most=MOST.features - 1)
    objective, place = lines.next("objective")
    if objective not in OBJECTIVES:
        allowed = ", ".join(OBJECTIVES)
        raise BoosterRefused("form", place, seen=repr(objective), expected=allowed)
    names = _names(*lines.next("feature_names"), last + 1)
    monotone: tuple[int, ...] = (0,) * (last + 1)
    if lines.has("monotone_constraints"):
        signs, place = lines.next("monotone_constraints")
        found = integers(signs, place, count=last + 1, least=-1, most=1)
        monotone = tuple(int(one) for one in found)
    categories, varies = _infos(*lines.next("feature_infos"), last + 1)
    sizes = _sizes(*lines.next("tree_sizes"), len(text))
    if lines.at != len(lines.lines):
        place = Place("", lines.at + 1)
        raise BoosterRefused("form", place, seen=repr(lines.lines[lines.at]), expected="no more")
    header = Header(
        objective=OBJECTIVES[objective],
        names=names,
        monotone=monotone,
        categories=categories,
        varies=varies,
        tree_sizes=sizes,
    )
    return header, lines.end, len(lines.lines) + 2


def _names(written: str, place: Place, count: int) -> tuple[str, ...]:
    names = written.split(" ")
    if len(names) != count:
        raise BoosterRefused("length", place, seen=len(names), expected=count)
    wrong = [name for name in names if not _NAME.fullmatch(name)]
    if wrong or len(set(names)) != count:
        seen = repr(wrong[0]) if wrong else "a name twice"
        raise BoosterRefused("form", place, seen=seen, expected="different names")
    return tuple(names)


def _infos(
    written: str, place: Place, count: int
) -> tuple[tuple[frozenset[int] | None, ...], tuple[bool, ...]]:
    infos = written.split(" ")
    if len(infos) != count:
        raise BoosterRefused("length", place, seen=len(infos), expected=count)
    kinds = [_info(one, place) for one in infos]
    return tuple(kinds), tuple(one != "none" for one in infos)


def _info(written: str, place: Place) -> frozenset[int] | None:
    if written == "none":
        return None
    if span := _RANGE.fullmatch(written):
        low, high = (float(one) for one in span.groups())
        if low <= high:
            return None
    elif _CODES.fullmatch(written):
        codes = [int(one) for one in written.split(":")]
        # -1 stands for blank cells; as a code it goes nowhere.
        if len(set(codes)) == len(codes) and min(codes) >= -1 and max(codes) <= MOST.category:
            return frozenset(codes) - {-1}
    expected = "none, [low:high] or different codes"
    raise BoosterRefused("form", place, seen=repr(written), expected=expected)


def _sizes(written: str, place: Place, most: int) -> tuple[int, ...]:
    count = written.count(" ") + 1
    if count > MOST.trees:
        raise BoosterRefused("size", place, seen=f"{count} trees", expected=f"<= {MOST.trees}")
    found = integers(written, place, count=count, least=1, most=most)
    return tuple(int(one) for one in found)
