"""Generated Python: the reference that other executors must agree with, and the fallback.

The source is made from row numbers, column numbers and operators only. Ids and values stand in
tables that the source indexes, so nothing that a person wrote becomes code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rules.conditions import Operator
from rules.executors.encoding import Kinds, closed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.form import Comparison, Conjunction, RuleSet, Section

    #: Column values, constants → numbers of the matched rows, in any order.
    Matcher = Callable[[Sequence[float | None], Sequence[float]], list[int]]

_PYTHON = {
    Operator.EQUAL: "==",
    Operator.OTHER: "!=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
}


#: Which of two comparisons of one column and operator lets more through.
_WEAKEST_FIRST = {
    Operator.BELOW: -1,
    Operator.AT_MOST: -1,
    Operator.ABOVE: 1,
    Operator.AT_LEAST: 1,
}
#: So few rows are asked one after the other.
FEW = 3


class PythonExecutor:
    """Compiles one function a kind of fact."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._version = rule_set.version
        self._kinds = Kinds(rule_set)
        self._matchers = {section.kind.name: _compile(section) for section in rule_set.sections}
        self._closed = False

    @property
    def version(self) -> str:
        return self._version

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        if self._closed:
            raise closed()
        row = self._kinds.encode(kind, fact)
        if kind not in self._matchers:
            return ()
        matcher, constants = self._matchers[kind]
        hits = matcher(row, constants)
        if not hits:
            return ()
        # One row may be several conjunctions; it matches once, in its place.
        ids = self._kinds.ids(kind)
        return tuple([ids[number] for number in sorted(set(hits))])

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def source(section: Section) -> tuple[str, tuple[float, ...]]:
    """Give the source of `match(v, k)` and its table of constants.

    Conjunctions that begin with the same column and operator stand together, halved again and
    again below an `if` of their weakest constant: what is far from every limit is asked little.
    """
    body = _Body({column.field: place for place, column in enumerate(section.columns)})
    groups: dict[object, list[tuple[int, Conjunction]]] = {}
    for number, row in enumerate(section.rows):
        for conjunction in row.alternatives:
            first = conjunction[0]
            alike = first if first.operator not in _WEAKEST_FIRST else None
            key = (first.field, first.operator, alike)
            groups.setdefault(key, []).append((number, conjunction))
    for group in groups.values():
        sign = _WEAKEST_FIRST.get(group[0][1][0].operator, 0)
        body.ask(sorted(group, key=lambda one: sign * one[1][0].value), "    ")
    names = "".join(f"c{place}, " for place in range(len(section.columns)))
    lines = ["def match(v, k):", f"    {names}= v", "    hits = []", *body.lines]
    return "\n".join([*lines, "    return hits", ""]), tuple(body.constants)


class _Body:
    """The statements of a function, while they are written."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._columns = columns
        self.constants: dict[float, int] = {}
        self.lines: list[str] = []

    def ask(self, rows: Sequence[tuple[int, Conjunction]], indent: str) -> None:
        """Ask for each row's conjunction; the first ones are ordered from the weakest on."""
        if len(rows) <= FEW:
            for number, conjunction in rows:
                held = " and ".join(map(self._held, conjunction))
                self.lines.append(f"{indent}if {held}: hits.append({number})")
            return
        self.lines.append(f"{indent}if {self._held(rows[0][1][0])}:")
        middle = len(rows) // 2
        self.ask(rows[:middle], indent + " ")
        self.ask(rows[middle:], indent + " ")

    def _held(self, comparison: Comparison) -> str:
        place = self._columns[comparison.field]
        constant = self.constants.setdefault(comparison.value, len(self.constants))
        operator = _PYTHON[comparison.operator]
        return f"c{place} is not None and c{place} {operator} k[{constant}]"


def _compile(section: Section) -> tuple[Matcher, tuple[float, ...]]:
    text, constants = source(section)
    scope: dict[str, Matcher] = {}
    exec(compile(text, "<rules>", "exec"), {"__builtins__": {}}, scope)  # noqa: S102 - made above, of numbers and operators only
    return scope["match"], constants
