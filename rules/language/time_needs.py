"""`time:` of an item that a gate requires: when its file must have been made, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.kinds import TIME_CLASSES, TimeNeeds
from rules.language.durations import read_duration
from rules.language.numbers import Trouble
from rules.language.tree import Scalar
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.reading import Reader
    from rules.language.tree import Node

CLASS, CONTRADICTIONS, WITHIN = "class", "contradictions", "within"
KEYS = (CLASS, CONTRADICTIONS, WITHIN)
DAY_S = 86_400


def read_time_needs(reader: Reader, node: Node) -> TimeNeeds | None:
    """Read the block; nothing after its problems have been noted."""
    parts = reader.fields(node, optional=KEYS)
    if not parts:
        return None
    best = _class(reader, parts[CLASS]) if CLASS in parts else None
    below = _seconds(reader, parts[CONTRADICTIONS]) if CONTRADICTIONS in parts else None
    within = _seconds(reader, parts[WITHIN]) if WITHIN in parts else None
    if within is not None and within % DAY_S:
        _whole_days(reader, parts[WITHIN])
    return TimeNeeds(
        best_class=best,
        contradictions_below_s=below,
        within_days=None if within is None else within // DAY_S,
    )


def _class(reader: Reader, node: Node) -> str | None:
    scalar = reader.scalar(node)
    if scalar is None or scalar.text in TIME_CLASSES:
        return scalar.text if scalar else None
    reader.unknown("TIME_CLASS", scalar, TIME_CLASSES)
    return None


def _seconds(reader: Reader, node: Node) -> int | None:
    scalar = reader.scalar(node)
    length = read_duration(scalar.text) if scalar else None
    if isinstance(length, Trouble):
        reader.trouble(length, node.place)
        return None
    return length


def _whole_days(reader: Reader, node: Node) -> None:
    message = Text(
        zh="within 要写整天数：阶段开始的时刻不细到小时。",
        en="'within' is in whole days: when a stage begins is no matter of hours.",
    )
    seen = node.text if isinstance(node, Scalar) else ""
    reader.findings.add("DURATION", node.place, message, expected="7d, 2w", seen=seen)
