"""Generated Python: the reference that other executors must agree with, and the fallback.

One function a kind of fact looks at the fact and asks the rules. Its source is made of row numbers,
field numbers, operators and the numbers that rules compare with: no word that a person wrote
becomes code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rules.conditions import Operator
from rules.executors.encoding import Kinds, closed
from rules.executors.guards import branches, calm
from rules.executors.plain import compile_glance, variables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.executors.glance import Row
    from rules.executors.guards import Branch
    from rules.facts import Encoder
    from rules.form import Comparison, RuleSet, Section

    #: Fact (or its columns) → ids of the matched rows in their order.
    Matcher = Callable[[Mapping[str, object], Row | None], tuple[str, ...]]

#: `NAME` and `VALUE` are put in; an absent column is NaN, of which none of these holds.
_PYTHON = {
    Operator.EQUAL: "NAME == VALUE",
    Operator.OTHER: "(NAME < VALUE or NAME > VALUE)",
    Operator.BELOW: "NAME < VALUE",
    Operator.AT_MOST: "NAME <= VALUE",
    Operator.ABOVE: "NAME > VALUE",
    Operator.AT_LEAST: "NAME >= VALUE",
}


class PythonExecutor:
    """Compiles one function a kind of fact."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._version = rule_set.version
        self._kinds = Kinds(rule_set)
        #: By kind; none when closed.
        self._matchers = {
            section.kind.name: _compile(section, self._kinds.encoder(section.kind.name))
            for section in rule_set.sections
        }
        self._closed = False

    @property
    def version(self) -> str:
        return self._version

    def match(self, kind: str, fact: Mapping[str, object]) -> tuple[str, ...]:
        try:
            matcher = self._matchers[kind]
        except KeyError:
            return self._nothing(kind, fact)
        return matcher(fact, None)

    def matcher(self, kind: str) -> Matcher:
        """Give what matches facts of a kind that rules look at, for many of them."""
        return self._matchers[kind]

    def close(self) -> None:
        self._closed = True
        self._matchers = {}

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


def rules_source(section: Section) -> list[str]:
    """Give the lines that ask all rules, once the columns are known."""
    body = _Body(section)
    for branch in branches(body.conjunctions):
        body.ask(branch, "")
    return ["hits = []", *body.lines, "return told(hits) if hits else ()"]


class _Body:
    """The statements of a function, while they are written."""

    def __init__(self, section: Section) -> None:
        self._names = variables(section.kind, section.columns)
        pairs = [
            (number, one) for number, row in enumerate(section.rows) for one in row.alternatives
        ]
        self._rows = [number for number, _ in pairs]
        self.conjunctions = [conjunction for _, conjunction in pairs]
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
        name = self._names[comparison.field]
        held = _PYTHON[comparison.operator].replace("NAME", name)
        return held.replace("VALUE", repr(comparison.value))


def _compile(section: Section, encoder: Encoder) -> Matcher:
    told = _teller(tuple([row.id for row in section.rows]))
    conjunctions = [one for row in section.rows for one in row.alternatives]
    return compile_glance(encoder, rules_source(section), {"told": told}, calm(conjunctions))


def _teller(ids: tuple[str, ...]) -> Callable[[list[int]], tuple[str, ...]]:
    """Name rows by their numbers, in their order."""
    single = [(one,) for one in ids]

    def told(hits: list[int]) -> tuple[str, ...]:
        if len(hits) == 1:
            return single[hits[0]]
        # One row may be several conjunctions; it matches once, in its place.
        return tuple([ids[number] for number in sorted(set(hits))])

    return told
