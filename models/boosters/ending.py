"""What follows the trees: importances and parameters, which must agree with them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from models.boosters.faults import BoosterRefused, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.boosters.header import Header
    from models.boosters.trees import Tree

_START = "end of trees\n\nfeature_importances:\n"
_BETWEEN = "\n\nparameters:\n"
_END = "\n\nend of parameters\n\npandas_categorical:null\n"
_PARAMETER = re.compile(r"\[([a-z0-9_]{1,60}): ([ -~]{0,20000})\]", re.ASCII)
_MOST_BYTES = 200_000
#: What would make the trees mean something else; by its value where it is harmless.
_FIXED = {"boosting": "gbdt", "linear_tree": "0", "num_class": "1", "tree_learner": "serial"}


def check_ending(text: str, header: Header, trees: Sequence[Tree], line: int) -> None:
    """Raise BoosterRefused where the rest of the text is anything else than its ending."""
    whole = Place("", line)
    if len(text) > _MOST_BYTES:
        raise BoosterRefused("size", whole, seen=f"{len(text)} bytes", expected=f"<= {_MOST_BYTES}")
    if not (text.startswith(_START) and text.endswith(_END)):
        raise BoosterRefused("form", whole, seen=repr(text[:40]), expected="end of trees …")
    middle = text[len(_START) : -len(_END)]
    # Nothing has been split on where no tree has nodes: an empty line stands for the list.
    listed, found, parameters = ("\n" + middle).partition(_BETWEEN)
    if not found:
        raise BoosterRefused("form", whole, seen="no parameters", expected="parameters:")
    _check_importances(listed.strip("\n"), header, trees, line + 3)
    _check_parameters(parameters, header, line + 4 + listed.count("\n"))


def _check_importances(listed: str, header: Header, trees: Sequence[Tree], line: int) -> None:
    splits = Counter(int(one) for tree in trees for one in tree.feature)
    expected = {header.names[feature]: str(count) for feature, count in splits.items()}
    seen: dict[str, str] = {}
    for number, one in enumerate(listed.split("\n") if listed else ()):
        name, _, count = one.partition("=")
        if name in seen or expected.get(name) != count:
            place = Place("feature_importances", line + number)
            told = f"{name}={expected.get(name)}"
            raise BoosterRefused("count", place, seen=repr(one), expected=told)
        seen[name] = count
    if len(seen) != len(expected):
        place = Place("feature_importances", line)
        raise BoosterRefused("length", place, seen=len(seen), expected=len(expected))


def _check_parameters(text: str, header: Header, line: int) -> None:
    known: dict[str, str] = {}
    for number, one in enumerate(text.split("\n")):
        place = Place("parameters", line + number)
        read = _PARAMETER.fullmatch(one)
        if read is None or read[1] in known:
            raise BoosterRefused("form", place, seen=repr(one), expected="[name: value], once each")
        known[read[1]] = read[2]
    signs = ",".join(str(one) for one in header.monotone) if any(header.monotone) else ""
    for name, value in {**_FIXED, "objective": header.objective}.items():
        if known.get(name) != value:
            place = Place(name, line)
            raise BoosterRefused("form", place, seen=repr(known.get(name)), expected=value)
    declared = known.get("monotone_constraints", "")
    if declared != signs and any(one not in "0," for one in declared):
        place = Place("monotone_constraints", line)
        raise BoosterRefused("form", place, seen=repr(declared), expected=repr(signs))
