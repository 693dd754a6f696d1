"""Inside what limits the C engine is safe, and how rows are cut up to stay there.

Outside them durable-rules 2.0.28 crashes, hangs with the interpreter lock held, or answers wrong:
65 matches of one fact lose the whole fact, 513 sibling conditions never return, 256 rules on one
condition overrun the heap. The limits here keep a wide distance and are asserted, not hoped for.

Numbers do not reach the engine either, whose parser loses `1e-05` and whose whole numbers saturate:
it only ever compares a column with the constants that rules name, so it is given ranks among them.
With the constants 30 and 45, these are 1 and 3, and 29, 30, 31, 45, 46 become 0, 1, 2, 3, 4.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import getitem
from typing import TYPE_CHECKING

from rules.conditions import Operator
from rules.errors import EngineError
from rules.executors.guards import branches
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rules.executors.cells import Cell
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
class Scale:
    """A column, as one handle knows it: the constants that its values are ranked among."""

    #: Ascending, each once; finite.
    constants: tuple[float, ...]
    #: What is written of a fact, by its place in a cell: nothing of an absent value, which is 0,
    #: and rank n of place n + 1.
    written: tuple[str, ...]

    def rank(self, constant: float) -> int:
        """Give the rank of a constant: 1, 3, …; even ones lie between two or beyond them."""
        return 2 * bisect_left(self.constants, constant) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one handle knows of one kind of fact."""

    kind: str
    #: What the kind is called inside the engine.
    code: int
    #: The columns that its rules look at: the engine calls them c0, c1, … in this order.
    columns: Mapping[str, Scale]
    rules: tuple[EngineRule, ...]

    @property
    def constants(self) -> dict[str, tuple[float, ...]]:
        """What its rules compare each column with."""
        return {name: scale.constants for name, scale in self.columns.items()}


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
    places = {column.field: place for place, column in enumerate(section.columns)}
    for rule in _side_by_side(section, places):
        more = len(conditions.union(rule.conjunction))
        if rules and (len(rules) == MOST_RULES_A_KIND or more > MOST_CONDITIONS_A_KIND):
            yield _part(section.kind.name, code, rules, places)
            rules, conditions = [], set()
        rules.append(rule)
        conditions.update(rule.conjunction)
    if rules:
        yield _part(section.kind.name, code, rules, places)


def _side_by_side(section: Section, places: Mapping[str, int]) -> list[EngineRule]:
    """Put rules that look at the same columns together: each part then reads few of them."""
    rules = [
        EngineRule(row=number, conjunction=conjunction)
        for number, row in enumerate(section.rows)
        for conjunction in row.alternatives
    ]
    return sorted(
        rules, key=lambda rule: tuple(places[comparison.field] for comparison in rule.conjunction)
    )


def _part(kind: str, code: int, rules: list[EngineRule], places: Mapping[str, int]) -> Part:
    constants: dict[str, set[float]] = {}
    for comparison in (one for rule in rules for one in rule.conjunction):
        constants.setdefault(comparison.field, set()).add(comparison.value)
    used = sorted(constants, key=places.__getitem__)
    columns = {name: _scale(number, constants[name]) for number, name in enumerate(used)}
    return Part(kind=kind, code=code, columns=columns, rules=tuple(rules))


def _scale(number: int, constants: set[float]) -> Scale:
    ranks = range(2 * len(constants) + 1)
    return Scale(
        constants=tuple(sorted(constants)),
        written=("", *(f',"c{number}":{rank}' for rank in ranks)),
    )


def define(shard: Shard) -> tuple[str, tuple[int, ...]]:
    """Give the definition of a shard as JSON text and, by rule number, the rows of its rules.

    Rules are called r0, r1, …; only those names, column ids and ranks are in the text.
    """
    _assert_fits(shard)
    texts = [f'"{SENTINEL}":{{"all":[{{"m":{{"kind":{SENTINEL_KIND}}}}}]}}']
    rows: list[int] = []
    for part in shard.parts.values():
        names = {name: f"c{number}" for number, name in enumerate(part.columns)}
        for rule, conjunction in _guarded(part):
            terms = [f'{{"kind":{part.code}}}']
            terms += [_term(comparison, names, part) for comparison in conjunction]
            pattern = f'{{"all":[{{"m":{{"$and":[{",".join(terms)}]}}}}]}}'
            texts.append(f'"r{len(rows)}":{pattern}')
            rows.append(rule.row)
    return "{" + ",".join(texts) + "}", tuple(rows)


def _guarded(part: Part) -> Iterator[tuple[EngineRule, Conjunction]]:
    """Give the rules with guards put in front: the engine shares equal beginnings."""
    conjunctions = [rule.conjunction for rule in part.rules]
    guards = dict(path for branch in branches(conjunctions) for path in branch.paths())
    for number, rule in enumerate(part.rules):
        yield rule, tuple(dict.fromkeys((*guards[number], *rule.conjunction)))


def writer(part: Part) -> Callable[[Cell], str]:
    """Make what writes a fact as JSON text: the columns that this part looks at, absent ones not.

    A cell has a place for each of them (:mod:`rules.executors.cells`).
    """
    head = f'{{"id":"f","kind":{part.code}'
    written = [scale.written for scale in part.columns.values()]

    def write(cell: Cell) -> str:
        return f"{head}{''.join(map(getitem, written, cell))}}}"

    return write


def write_sentinel() -> str:
    """Give the fact that the sentinel rule of every handle matches."""
    return f'{{"id":"f","kind":{SENTINEL_KIND}}}'


def write_retraction() -> str:
    """Give the text that takes back any fact: the engine looks for its id alone."""
    return '{"id":"f"}'


def _term(comparison: Comparison, names: Mapping[str, str], part: Part) -> str:
    operator = _ENGINE[comparison.operator]
    rank = part.columns[comparison.field].rank(comparison.value)
    pair = f'{{"{names[comparison.field]}":{rank}}}'
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
