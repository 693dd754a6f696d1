"""The file of evidence types: YAML to a graph, every mistake told with its line and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from models.coefficient.yaml_reading import (
    Problems,
    Refused,
    items,
    members,
    number,
    root_of,
    word,
)
from models.rca.causes.evidence import (
    BreakerAction,
    EvidenceDag,
    EvidenceType,
    Provenance,
    catalogue_text,
)
from models.text import Text

if TYPE_CHECKING:
    import yaml

FORMAT = "countermark/evidence/1"
MOST_TYPES = 200
MOST_LAG_DAYS = 365
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_KEYS = ("type", "name", "caused_by", "lag_days", "provenance", "breaker", "topics")
_OPTIONAL = ("caused_by", "breaker", "topics")
_SO_MANY = Text(zh=f"1..{MOST_TYPES} 个类型", en=f"1..{MOST_TYPES} types")
_NAME = Text(
    zh="以 a-z 开头，其后为 a-z、0-9 和 _，至多 40 个字符",
    en="a-z first, then a-z, 0-9 and _, at most 40",
)
_ENDS = Text(zh="[首日, 末日]，首日不晚于末日", en="[first, last], first <= last")
_CAUSE_ONCE = Text(zh="每个原因只出现一次", en="each cause once")
_NO_WAY_BACK = Text(zh="没有回到同一类型的路", en="no way back to a type")


class DagRefused(Refused):
    """A file of evidence types with mistakes; `problems` has each with its line."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """A type and where it and each of its causes stand."""

    type: EvidenceType
    node: yaml.Node
    causes: dict[str, yaml.Node]


@cache
def catalogue() -> EvidenceDag:
    """Give the types that ship."""
    return read_dag(catalogue_text())


def read_dag(text: str) -> EvidenceDag:
    """Read and check a file of evidence types. Raises DagRefused with all its mistakes."""
    problems = Problems()
    root = root_of(text, problems)
    listed = members(root, ("format", "types"), problems) if root is not None else {}
    if "format" in listed:
        word(listed["format"], problems, among=(FORMAT,))
    nodes = items(listed["types"], problems) if "types" in listed else []
    if "types" in listed and not 1 <= len(nodes) <= MOST_TYPES:
        message = Text(zh="类型的数量不在允许范围内。", en="So many types are not allowed.")
        seen = f"{len(nodes)}"
        problems.at(listed["types"], message, seen=seen, expected=_SO_MANY)
    found: dict[str, _Declared] = {}
    for node in nodes:
        _add(node, found, problems)
    for check in (_check_parents, _check_cycles):
        # A cause that a mistake hides would be told as unknown.
        if not problems.found:
            check(found, problems)
    if problems.found:
        raise DagRefused(problems.found)
    return EvidenceDag(types=tuple(one.type for one in found.values()))


def _add(node: yaml.Node, found: dict[str, _Declared], problems: Problems) -> None:
    told = members(node, _KEYS, problems, optional=_OPTIONAL)
    if not {"type", "name", "lag_days", "provenance"} <= told.keys():
        return
    name = word(told["type"], problems) or ""
    if not _ID.fullmatch(name):
        message = Text(zh="类型名不合格。", en="This is no name for a type.")
        problems.at(told["type"], message, seen=name, expected=_NAME)
    elif name in found:
        line = found[name].node.start_mark.line + 1
        message = Text(zh=f"类型 {name} 重复。", en=f"The type {name} stands twice.")
        once = Text(zh=f"只出现一次；第 {line} 行已有", en=f"once; line {line} has it")
        problems.at(told["type"], message, seen=name, expected=once)
        return
    texts = members(told["name"], ("zh", "en"), problems)
    words = {key: word(value, problems) or "" for key, value in texts.items()}
    parents = items(told["caused_by"], problems) if "caused_by" in told else []
    source = word(told["provenance"], problems, among=tuple(Provenance))
    breaker = word(told["breaker"], problems, among=_BREAKERS) if "breaker" in told else None
    lag = _lag(told["lag_days"], problems)
    topics = _topics(told["topics"], problems) if "topics" in told else ()
    names = [word(one, problems) or "" for one in parents]
    if source is None or lag is None or len(words) < 2:  # noqa: PLR2004 - two languages
        return
    kind = EvidenceType(
        id=name,
        name=Text(zh=words["zh"], en=words["en"]),
        caused_by=tuple(names),
        lag_days=lag,
        provenance=Provenance(source),
        breaker=BreakerAction(breaker) if breaker else None,
        topics=topics,
    )
    found[name] = _Declared(kind, told["type"], dict(zip(names, parents, strict=True)))


_BREAKERS = tuple(BreakerAction)


def _topics(node: yaml.Node, problems: Problems) -> tuple[str, ...]:
    found: list[str] = []
    for one in items(node, problems):
        topic = word(one, problems) or ""
        if not _ID.fullmatch(topic) or topic in found:
            message = Text(zh="主题名不合格或重复。", en="This is no topic, or it stands twice.")
            problems.at(one, message, seen=topic, expected=_NAME)
        found.append(topic)
    return tuple(found)


def _lag(node: yaml.Node, problems: Problems) -> tuple[int, int] | None:
    ends = items(node, problems)
    if len(ends) == 2:  # noqa: PLR2004 - two ends
        first, last = (
            number(one, problems, least=0, most=MOST_LAG_DAYS, whole=True) for one in ends
        )
        if first is None or last is None:
            return None
        if first <= last:
            return int(first), int(last)
    message = Text(zh="这里应为首日和末日。", en="A first and a last day are expected here.")
    seen = ", ".join(str(getattr(one, "value", "…")) for one in ends)
    problems.at(node, message, seen=seen, expected=_ENDS)
    return None


def _check_parents(found: dict[str, _Declared], problems: Problems) -> None:
    for one in found.values():
        for parent, node in one.causes.items():
            if parent not in found:
                word(node, problems, among=tuple(found))
        if len(one.causes) != len(one.type.caused_by):
            message = Text(zh="同一原因重复。", en="A cause stands twice.")
            seen = ", ".join(one.type.caused_by)
            problems.at(one.node, message, seen=seen, expected=_CAUSE_ONCE)


def _check_cycles(found: dict[str, _Declared], problems: Problems) -> None:
    """Take away types whose causes are all gone; what is left lies on a cycle or below one."""
    left = {name: set(one.type.caused_by) for name, one in found.items()}
    while free := [name for name, causes in left.items() if not causes & left.keys()]:
        for name in free:
            del left[name]
    if left:
        way = _cycle(left)
        message = Text(zh="这些类型互为因果。", en="These types cause one another in a circle.")
        seen = " <- ".join(way)
        problems.at(found[way[0]].node, message, seen=seen, expected=_NO_WAY_BACK)


def _cycle(causes: dict[str, set[str]]) -> list[str]:
    way = [min(causes)]
    while True:
        above = min(causes[way[-1]] & causes.keys())
        if above in way:
            return [*way[way.index(above) :], above]
        way.append(above)
