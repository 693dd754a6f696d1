"""numpy columns: the executor for bulk. All facts of a kind at once, a column for each field.

Each comparison is made once for all rows that share it, and what conjunctions share is kept, block
by block of facts so that a block stays in the processor's cache. Answers are those of the other
executors: numbers are compared as 64-bit floats, which hold every number that the encoder lets
through exactly, and NaN stands for absent, which satisfies nothing, `!=` included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from rules.conditions import Operator
from rules.errors import FactError
from rules.executors.encoding import Kinds, closed
from rules.facts import OTHER_WORD
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rules.facts import Column
    from rules.form import Comparison, Conjunction, RuleSet, Section

    Truth = NDArray[np.bool_]
    Numbers = NDArray[np.float64]

#: Facts a block: its columns and intermediate answers fit a processor's second cache.
BLOCK, LEAST_BLOCK = 16_384, 1_024
#: What intermediate answers of one block may take.
MOST_TEMPORARY_BYTES = 32 << 20

_NUMPY = {
    Operator.EQUAL: np.equal,
    Operator.BELOW: np.less,
    Operator.AT_MOST: np.less_equal,
    Operator.ABOVE: np.greater,
    Operator.AT_LEAST: np.greater_equal,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """One field of many facts, in their order.

    Numbers and flags as numbers or booleans, words as text or as :class:`rules.facts.Encoder`
    numbers them. They are taken as checked: only infinity is refused again.
    """

    values: NDArray[np.generic]
    #: Where the facts have the field; None: everywhere but at NaN, None and masked text.
    present: Truth | None = None


class ColumnsExecutor:
    """Compiles a rule set for facts in bulk."""

    def __init__(self, rule_set: RuleSet) -> None:
        self._version = rule_set.version
        self._kinds = Kinds(rule_set)
        self._sections = {section.kind.name: section for section in rule_set.sections}
        self._plans = {section.kind.name: _Plan(section) for section in rule_set.sections}
        self._closed = False

    @property
    def version(self) -> str:
        return self._version

    def match(self, kind: str, columns: Mapping[str, Values], length: int) -> dict[str, Truth]:
        """Give, by row id in the order of the rule set, for each of `length` facts if it matches.

        A field that `columns` leaves out is absent in every fact; one that no row looks at is not
        read. The answers take a byte a fact and row: go through history in stretches.

        Raises FactError for an unknown kind, for infinity and for a column of another length;
        EngineError when closed.
        """
        if self._closed:
            raise closed()
        self._kinds.declared(kind)
        section = self._sections.get(kind)
        if section is None:
            return {}
        numbers = {
            column.field: _numbers(column, columns[column.field], kind, length)
            for column in section.columns
            if column.field in columns
        }
        answers = np.empty((len(section.rows), length), dtype=np.bool_)
        plan = self._plans[kind]
        for start in range(0, length, plan.block):
            cut = slice(start, start + plan.block)
            plan.fill({name: one[cut] for name, one in numbers.items()}, answers[:, cut])
        return {row.id: answers[number] for number, row in enumerate(section.rows)}

    def match_facts(
        self, kind: str, facts: Sequence[Mapping[str, object]]
    ) -> list[tuple[str, ...]]:
        """Give for each fact what the other executors give.

        Raises FactError for the first bad one.
        """
        columns = self.encode(kind, facts)
        answers = self.match(kind, columns, len(facts))
        matched: list[list[str]] = [[] for _ in facts]
        for row, truth in answers.items():
            for number in np.flatnonzero(truth).tolist():
                matched[number].append(row)
        return [tuple(rows) for rows in matched]

    def encode(self, kind: str, facts: Iterable[Mapping[str, object]]) -> dict[str, Values]:
        """Check facts and give the columns that rows look at.

        Raises FactError for the first bad one.
        """
        rows = [self._kinds.encode(kind, fact) for fact in facts]
        section = self._sections.get(kind)
        if section is None:
            return {}
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(section.columns))
        return {
            column.field: Values(values=table[:, place].copy())
            for place, column in enumerate(section.columns)
        }

    def close(self) -> None:
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True, kw_only=True)
class _Step:
    """A comparison, or the AND of two earlier steps."""

    comparison: Comparison | None = None
    #: Numbers of earlier steps.
    parts: tuple[int, int] = (0, 0)
    #: The row that is this and nothing else: its place in the answers is written at once.
    row: int | None = None


class _Plan:
    """What is computed for a section, in which order; each thing once."""

    def __init__(self, section: Section) -> None:
        self._known: dict[Conjunction, int] = {}
        self._steps: list[_Step] = []
        #: Rows that are copied from steps or put together of several.
        self._joined: list[tuple[int, tuple[int, ...]]] = []
        for number, row in enumerate(section.rows):
            steps = tuple([self._step(conjunction) for conjunction in row.alternatives])
            first = self._steps[steps[0]]
            if len(steps) == 1 and first.row is None:
                first.row = number
            else:
                self._joined.append((number, steps))
        temporary = sum(step.row is None for step in self._steps)
        self.block = max(LEAST_BLOCK, min(BLOCK, MOST_TEMPORARY_BYTES // max(temporary, 1)))

    def fill(self, numbers: Mapping[str, Numbers], answers: Truth) -> None:
        """Write the answers of a block of facts, a line for each row."""
        length = answers.shape[1]
        done: list[Truth] = []
        for step in self._steps:
            out = np.empty(length, np.bool_) if step.row is None else answers[step.row]
            if step.comparison is None:
                left, right = step.parts
                np.logical_and(done[left], done[right], out=out)
            else:
                _compare(numbers.get(step.comparison.field), step.comparison, out)
            done.append(out)
        for number, (first, *others) in self._joined:
            answers[number] = done[first]
            for other in others:
                answers[number] |= done[other]

    def _step(self, conjunction: Conjunction) -> int:
        """Give the step of a conjunction; every beginning is one: rows of one rule begin alike."""
        found = self._known.get(conjunction)
        if found is not None:
            return found
        if len(conjunction) == 1:
            step = _Step(comparison=conjunction[0])
        else:
            step = _Step(parts=(self._step(conjunction[:-1]), self._step(conjunction[-1:])))
        self._steps.append(step)
        self._known[conjunction] = len(self._steps) - 1
        return self._known[conjunction]


def _compare(numbers: Numbers | None, comparison: Comparison, out: Truth) -> None:
    value = float(comparison.value)
    if numbers is None:
        out[:] = False
    elif comparison.operator is Operator.OTHER:
        # Not np.not_equal, which NaN satisfies.
        np.less(numbers, value, out=out)
        out |= numbers > value
    else:
        _NUMPY[comparison.operator](numbers, value, out=out)


def _numbers(column: Column, given: Values, kind: str, length: int) -> Numbers:
    """Give the values as floats, NaN where absent. Raises FactError."""
    values, present = given.values, given.present
    if values.shape != (length,) or (present is not None and present.shape != (length,)):
        raise _refused(kind, column, f"{values.shape}", f"({length},)")
    if values.dtype.kind in "OUT":
        values = _word_numbers(column, values)
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    if present is not None:
        numbers = np.where(present, numbers, np.nan)
    if np.isinf(numbers).any():
        raise _refused(kind, column, "inf", "a finite number")
    return numbers


def _word_numbers(column: Column, words: NDArray[np.generic]) -> Numbers:
    """Number words as the encoder does; what is no text is absent."""
    known = {word: float(number) for number, word in enumerate(column.words, 1)}
    numbers: dict[object, float] = {}
    for word in set(words.tolist()):
        found = known.get(normal(word), float(OTHER_WORD)) if isinstance(word, str) else np.nan
        numbers[word] = found
    return np.array([numbers[word] for word in words.tolist()], dtype=np.float64)


def _refused(kind: str, column: Column, seen: str, expected: str) -> FactError:
    message = Text(
        zh=f"事实类型 {kind} 的列 {column.field}：看到 {seen}，应为 {expected}。请改正后重新提交。",
        en=f"{kind}: column {column.field} is {seen}, expected {expected}. Correct it and try "
        "again.",
    )
    return FactError(message, kind=kind, field=column.field, seen=seen, expected=expected)
