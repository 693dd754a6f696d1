"""What can hold at all is decided exactly: held against trying values one by one."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Clause, Condition, Join, Operator
from rules.facts import Choice, Field, FieldType
from rules.language.regions import always, possible
from rules.text import Text

LABEL = Text(zh="甲", en="A")
COUNT = Field(name="count", type=FieldType.COUNT, label=LABEL, minimum=0, maximum=4)
RATE = Field(name="rate", type=FieldType.NUMBER, label=LABEL, minimum=0, maximum=1)
WORDS = ("a", "b", "c")
CHOICE = Field(
    name="choice",
    type=FieldType.CHOICE,
    label=LABEL,
    choices=tuple(Choice(word=word, label=LABEL) for word in WORDS),
)
#: Every value, or one of each stretch between the thresholds that are used below.
VALUES: dict[str, tuple[float | str, ...]] = {
    "count": (0, 1, 2, 3, 4),
    "rate": (0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1),
    "choice": WORDS,
}
FIGURES = {"count": (0, 1, 2, 3, 4), "rate": (0.0, 0.25, 0.5, 0.75, 1.0)}


def figure_clause(field: Field) -> st.SearchStrategy[Clause]:
    figures = st.sampled_from(FIGURES[field.name])
    plain = st.tuples(st.sampled_from([one for one in Operator if one is not Operator.IN]), figures)
    ends = st.tuples(figures, figures)
    return st.one_of(
        plain.map(lambda row: clause(field, row[0], (row[1],))),
        ends.map(lambda row: clause(field, Operator.IN, tuple(sorted(row)))),
    )


def clause(field: Field, operator: Operator, operands: tuple[float | str, ...]) -> Clause:
    return Clause(field=field, operator=operator, operands=operands, threshold="")


WORD_CLAUSES = st.one_of(
    st.tuples(st.sampled_from([Operator.EQUAL, Operator.OTHER]), st.sampled_from(WORDS)).map(
        lambda row: clause(CHOICE, row[0], (row[1],))
    ),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(
        lambda words: clause(CHOICE, Operator.IN, tuple(words))
    ),
)
CLAUSES = st.one_of(figure_clause(COUNT), figure_clause(RATE), WORD_CLAUSES)
CONDITIONS = st.recursive(
    CLAUSES,
    lambda parts: st.builds(
        lambda join, some: Condition(join=join, parts=tuple(some)),
        st.sampled_from(tuple(Join)),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=8,
).map(lambda part: Condition(join=Join.ALL, parts=(part,)))


def holds(part: Clause | Condition, fact: dict[str, float | str]) -> bool:
    if isinstance(part, Condition):
        held = [holds(one, fact) for one in part.parts]
        return {Join.ALL: all(held), Join.ANY: any(held), Join.NOT: not any(held)}[part.join]
    value, operands = fact[part.field.name], part.operands
    if part.operator is Operator.IN:
        if isinstance(value, str):
            return value in operands
        return float(operands[0]) <= value <= float(operands[1])
    if part.operator in {Operator.EQUAL, Operator.OTHER}:
        return (value == operands[0]) is (part.operator is Operator.EQUAL)
    figure, to = float(value), float(operands[0])
    return {
        Operator.BELOW: figure < to,
        Operator.AT_MOST: figure <= to,
        Operator.ABOVE: figure > to,
        Operator.AT_LEAST: figure >= to,
    }[part.operator]


@settings(max_examples=500, deadline=None)
@given(condition=CONDITIONS)
def test_it_is_decided_as_trying_every_value_decides(condition: Condition) -> None:
    facts = [dict(zip(VALUES, row, strict=True)) for row in product(*VALUES.values())]
    outcomes = {holds(condition, fact) for fact in facts}
    assert possible(condition) is (True in outcomes)
    assert always(condition) is (False not in outcomes)


def test_what_is_too_large_to_decide_is_nobody_s_fault() -> None:
    never = clause(COUNT, Operator.EQUAL, (1,)), clause(COUNT, Operator.EQUAL, (2,))
    assert not possible(Condition(join=Join.ALL, parts=never))
    assert possible(Condition(join=Join.ALL, parts=never * 200))
