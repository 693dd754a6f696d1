"""Inside what limits the C engine is safe, and how rows are cut up to stay there.

Outside them durable-rules 2.0.28 crashes, hangs with the interpreter lock held, or answers wrong:
65 matches of one fact lose the whole fact, 513 sibling conditions never return, 256 rules on one
condition overrun the heap. The limits here keep a wide distance and are asserted, not hoped for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from rules.conditions import Operator
from rules.errors import EngineError
from rules.facts import LARGEST_WHOLE
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.form import Comparison, Conjunction, Section

#: The engine fails at 65 matches of one fact: no fact can match more rules than a shard holds.
MOST_RULES_A_KIND = 60
#: The engine fails at 512 different conditions below one node.
MOST_CONDITIONS_A_KIND = 60
MOST_KINDS = 250
MOST_RULES = 2_000
#: The engine fails at 253 properties of a message.
MOST_COLUMNS = 200
#: The kind of the sentinel; kinds of fact count from 1.
SENTINEL_KIND = 0
SENTINEL = "s"

_ENGINE = {
    Operator.EQUAL: None,
    Operator.OTHER: "$neq",
    Operator.BELOW: "$lt",
    Operator.AT_MOST: "$lte",
    Operator.ABOVE: "$gt",
    Operator.AT_LEAST: "$gte",
}
#: Numbers as the engine's own parser reads them: it wants a point before an exponent.
_SAFE_NUMBER = re.compile(r"-?\d+(\.\d+(e[+-]\d+)?)?", re.ASCII)


class OutsideEnvelope(EngineError):
    """A definition or a fact that the C engine must not see; always a fault of this room."""

    def __init__(self, seen: str) -> None:
        super().__init__(
            Text(
                zh=f"超出规则引擎的安全范围（{seen}），已拦下。请报告此问题。",
                en=f"Outside what the engine is safe with ({seen}); held back. Report this.",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRule:
    """One pattern: a conjunction of one row, on the columns of its section."""

    #: Number of the row in its section.
    row: int
    conjunction: Conjunction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one handle knows of one kind of fact."""

    kind: str
    #: What the kind is called inside the engine.
    code: int
    #: The columns that its rules look at, by their place in the section: `c3` is place 3.
    columns: Mapping[str, int]
    rules: tuple[EngineRule, ...]


@dataclass(slots=True)
class Shard:
    """What one handle holds; filled while parts are dealt out."""

    #: By the kind of fact: a handle knows a kind once.
    parts: dict[str, Part] = field(default_factory=dict)
    rules: int = 0

    def take(self, part: Part) -> bool:
        """Take the part in, if it fits."""
        rules = self.rules + len(part.rules)
        if part.kind in self.parts or len(self.parts) == MOST_KINDS or rules > MOST_RULES:
            return False
        self.parts[part.kind] = part
        self.rules = rules
        return True


def deal(sections: Sequence[Section]) -> tuple[Shard, ...]:
    """Cut the sections into parts that fit, and deal them out to as few shards as they need."""
    shards: list[Shard] = []
    for code, section in enumerate(sections, SENTINEL_KIND + 1):
        for part in _parts(section, code):
            if not any(shard.take(part) for shard in shards):
                shards.append(Shard())
                shards[-1].take(part)
    return tuple(shards)


def _parts(section: Section, code: int) -> Iterator[Part]:
    rules: list[EngineRule] = []
    conditions: set[Comparison] = set()
    for number, row in enumerate(section.rows):
        for conjunction in row.alternatives:
            more = conditions | set(conjunction)
            if rules and (len(rules) == MOST_RULES_A_KIND or len(more) > MOST_CONDITIONS_A_KIND):
                yield _part(section, code, rules)
                rules, more = [], set(conjunction)
            rules.append(EngineRule(row=number, conjunction=conjunction))
            conditions = more
    if rules:
        yield _part(section, code, rules)


def _part(section: Section, code: int, rules: list[EngineRule]) -> Part:
    used = {comparison.field for rule in rules for comparison in rule.conjunction}
    columns = {
        column.field: place for place, column in enumerate(section.columns) if column.field in used
    }
    return Part(kind=section.kind.name, code=code, columns=columns, rules=tuple(rules))


def define(shard: Shard) -> tuple[str, tuple[int, ...]]:
    """Give the definition of a shard as JSON text and, by rule number, the rows of its rules.

    Rules are called r0, r1, …; only those names, column ids and checked numbers are in the text.
    """
    _assert_fits(shard)
    texts = [f'"{SENTINEL}":{{"all":[{{"m":{{"kind":{SENTINEL_KIND}}}}}]}}']
    rows: list[int] = []
    for part in shard.parts.values():
        for rule in part.rules:
            terms = [f'{{"kind":{part.code}}}']
            terms += [_term(comparison, part) for comparison in rule.conjunction]
            pattern = f'{{"all":[{{"m":{{"$and":[{",".join(terms)}]}}}}]}}'
            texts.append(f'"r{len(rows)}":{pattern}')
            rows.append(rule.row)
    return "{" + ",".join(texts) + "}", tuple(rows)


def write_fact(part: Part, row: Sequence[float | None]) -> str:
    """Give the JSON text of a fact: the columns that this part looks at, absent ones left out."""
    written = "".join(
        f',"c{place}":{write_number(value)}'
        for place in part.columns.values()
        if (value := row[place]) is not None
    )
    return f'{{"id":"f","kind":{part.code}{written}}}'


def write_sentinel() -> str:
    """Give the fact that the sentinel rule of every handle matches."""
    return f'{{"id":"f","kind":{SENTINEL_KIND}}}'


def write_number(value: float) -> str:
    """Write a number so that the engine reads the same one back: `1e-05` as `1.0e-05`."""
    if isinstance(value, int):
        text = str(int(value)) if abs(value) <= LARGEST_WHOLE else "?"
    elif isfinite(value):
        mantissa, mark, exponent = repr(value).partition("e")
        mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
        text = mantissa + mark + exponent
    else:
        text = "?"
    if _SAFE_NUMBER.fullmatch(text) is None:
        raise OutsideEnvelope(f"no number for the engine: {value!r}")
    return text


def _term(comparison: Comparison, part: Part) -> str:
    operator = _ENGINE[comparison.operator]
    pair = f'{{"c{part.columns[comparison.field]}":{write_number(comparison.value)}}}'
    return pair if operator is None else f'{{"{operator}":{pair}}}'


def _assert_fits(shard: Shard) -> None:
    if len(shard.parts) > MOST_KINDS or shard.rules > MOST_RULES:
        raise OutsideEnvelope(f"{len(shard.parts)} kinds, {shard.rules} rules in one handle")
    for part in shard.parts.values():
        conditions = {one for rule in part.rules for one in rule.conjunction}
        if (
            part.code <= SENTINEL_KIND
            or len(part.rules) > MOST_RULES_A_KIND
            or len(conditions) > MOST_CONDITIONS_A_KIND
            or len(part.columns) > MOST_COLUMNS
        ):
            raise OutsideEnvelope(
                f"{part.kind}: {len(part.rules)} rules, {len(conditions)} conditions, "
                f"{len(part.columns)} columns in one handle"
            )
