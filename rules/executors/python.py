"""Generated Python: the reference that other executors must agree with, and the fallback.

The source is made from row numbers, column numbers and operators only. Ids and values stand in
tables that the source indexes, so nothing that a person wrote becomes code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from rules.conditions import Operator
from rules.executors.encoding import Kinds, closed
from rules.executors.guards import branches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rules.executors.guards import Branch
    from rules.form import Comparison, RuleSet, Section

    #: Column values → numbers of the rows of matched conjunctions, in any order.
    Matcher = Callable[[Sequence[float | None]], list[int]]

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
        #: How facts of a kind are read, what is asked, and what rows are called; none when closed.
        self._compiled = {
            section.kind.name: (
                self._kinds.plain(section.kind.name),
                _compile(section),
                tuple(row.id for row in section.rows),
            )
            for section in rule_set.sections
        }
        self._closed = False

    @property
    def version(self) -> str:
        return self._version

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        found = self._compiled.get(kind)
        if found is None:
            return self._nothing(kind, fact)
        plain, matcher, ids = found
        hits = matcher(plain(fact) or self._kinds.encode(kind, fact))
        if not hits:
            return ()
        if len(hits) == 1:
            return (ids[hits[0]],)
        # One row may be several conjunctions; it matches once, in its place.
        return tuple([ids[number] for number in sorted(set(hits))])

    def close(self) -> None:
        self._closed = True
        self._compiled = {}

    def _nothing(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        """Refuse, or say that no rule looks at this kind."""
        if self._closed:
            raise closed()
        self._kinds.encode(kind, fact)
        return ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def source(section: Section) -> tuple[str, tuple[float, ...]]:
    """Give the source of `match(v)` and the table of constants that it calls `k`."""
    body = _Body(section)
    for branch in branches(body.conjunctions):
        body.ask(branch, "    ")
    names = "".join(f"c{place}, " for place in range(len(section.columns))) or "() "
    lines = ["def match(v, k=k):", f"    {names}= v", "    hits = []", *body.lines]
    return "\n".join([*lines, "    return hits", ""]), tuple(body.constants)


class _Body:
    """The statements of a function, while they are written."""

    def __init__(self, section: Section) -> None:
        self._columns = {column.field: place for place, column in enumerate(section.columns)}
        pairs = [
            (number, one) for number, row in enumerate(section.rows) for one in row.alternatives
        ]
        self._rows = [number for number, _ in pairs]
        self.conjunctions = [conjunction for _, conjunction in pairs]
        self.constants: dict[float, int] = {}
        self.lines: list[str] = []

    def ask(self, branch: Branch, indent: str) -> None:
        if branch.guard is not None:
            self.lines.append(f"{indent}if {self._held(branch.guard)}:")
            indent += " "
        for member in branch.members:
            held = " and ".join(map(self._held, self.conjunctions[member]))
            self.lines.append(f"{indent}if {held}: hits.append({self._rows[member]})")
        for inner in branch.branches:
            self.ask(inner, indent)

    def _held(self, comparison: Comparison) -> str:
        place = self._columns[comparison.field]
        constant = self.constants.setdefault(comparison.value, len(self.constants))
        operator = _PYTHON[comparison.operator]
        return f"c{place} is not None and c{place} {operator} k[{constant}]"


def _compile(section: Section) -> Matcher:
    text, constants = source(section)
    scope: dict[str, Any] = {"__builtins__": {}, "k": constants}
    exec(compile(text, "<rules>", "exec"), scope)  # noqa: S102 - made above, of numbers and operators only
    matcher: Matcher = scope["match"]
    return matcher
