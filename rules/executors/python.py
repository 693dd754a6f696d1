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

    from rules.form import Conjunction, RuleSet, Section

    #: Column values, constants → numbers of the matched rows, ascending.
    Matcher = Callable[[Sequence[float | None], Sequence[float]], list[int]]

_PYTHON = {
    Operator.EQUAL: "==",
    Operator.OTHER: "!=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
}


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
        ids = self._kinds.ids(kind)
        return tuple(ids[number] for number in matcher(row, constants))

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def source(section: Section) -> tuple[str, tuple[float, ...]]:
    """Give the source of `match(v, k)` and its table of constants."""
    columns = {column.field: place for place, column in enumerate(section.columns)}
    constants: dict[float, int] = {}
    names = ", ".join(f"c{place}" for place in columns.values())
    lines = ["def match(v, k):", f"    {names}, = v", "    hits = []"]
    for number, row in enumerate(section.rows):
        held = " or ".join(
            f"({_condition(conjunction, columns, constants)})" for conjunction in row.alternatives
        )
        lines += [f"    if {held}:", f"        hits.append({number})"]
    return "\n".join([*lines, "    return hits", ""]), tuple(constants)


def _condition(
    conjunction: Conjunction, columns: Mapping[str, int], constants: dict[float, int]
) -> str:
    parts = []
    for comparison in conjunction:
        place = columns[comparison.field]
        constant = constants.setdefault(comparison.value, len(constants))
        operator = _PYTHON[comparison.operator]
        parts.append(f"c{place} is not None and c{place} {operator} k[{constant}]")
    return " and ".join(parts)


def _compile(section: Section) -> tuple[Matcher, tuple[float, ...]]:
    text, constants = source(section)
    scope: dict[str, Matcher] = {}
    exec(compile(text, "<rules>", "exec"), {"__builtins__": {}}, scope)  # noqa: S102 - made above, of numbers and operators only
    return scope["match"], constants
