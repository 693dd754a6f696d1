"""A fact that is ruled out by itself matches nothing, whatever its history."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from rules import features, periods
from rules.conditions import Aggregate, Clause, Condition, Join, Operator
from rules.executors.python import PythonExecutor
from rules.facts import FieldType, Period, Sum
from rules.first_look import FirstLook
from rules.form import rule_set
from rules.kinds import WarningRule
from rules.language.feature_names import field_of
from rules.language.lowering import lower
from tests.rules.histories import FIRST, WORDS, clause, derived, fact, feature, kind_of, text

if TYPE_CHECKING:
    from rules.facts import Field
    from rules.form import RuleSet
    from rules.history import Fact

KIND = kind_of(
    Period.WEEK,
    derived("share", Sum.RATIO, "sold", "shown"),
    derived("sold_3", Sum.SUM, "sold", length=3),
)
FIELDS = {field.name: field for field in KIND.fields}
RATE, SHARE, SOLD = FIELDS["rate"], FIELDS["share"], FIELDS["sold"]
BELOW, AT_LEAST = Operator.BELOW, Operator.AT_LEAST


def asked(*conditions: Condition) -> RuleSet:
    rules = tuple(
        WarningRule(id=f"r{number}", name=text("r"), on=KIND.name, when=when, level="yellow", do=())
        for number, when in enumerate(conditions)
    )
    return rule_set((KIND,), rules, (lower(KIND, rules),) if rules else ())


def enters(known: RuleSet) -> frozenset[str]:
    return frozenset(rule.enter for rule in known.rules if isinstance(rule, WarningRule))


def every(*clauses: Clause) -> Condition:
    return Condition(join=Join.ALL, parts=clauses)


def never(*clauses: Clause) -> Condition:
    return Condition(join=Join.NOT, parts=clauses)


def run(test: Clause, operator: Operator, times: float) -> Clause:
    return of(feature(test.field, Aggregate.RUN, 4, test), operator, times)


def of(one: Any, operator: Operator, *operands: float) -> Clause:
    made = clause(field_of(one), operator, *operands)
    return Clause(
        field=made.field,
        operator=operator,
        operands=operands,
        threshold=made.threshold,
        feature=one,
    )


LOW = clause(RATE, BELOW, 0.5)
MEAN = of(feature(RATE, Aggregate.MEAN, 3), BELOW, 0.5)
RED = clause(FIELDS["light"], Operator.EQUAL, "red")
OLD = of(feature(FIELDS["due"], Aggregate.AGE), AT_LEAST, 24.0)
ROWS: dict[str, tuple[tuple[Condition, ...], dict[str, Any], bool]] = {
    "a limit that it keeps": ((every(LOW),), {"rate": 0.5}, True),
    "a limit that it breaks": ((every(LOW),), {"rate": 0.4}, False),
    "the field is not there": ((every(LOW),), {"sold": 1}, True),
    "a run that it cannot end": ((every(run(LOW, AT_LEAST, 2)),), {"rate": 0.5}, True),
    "a run that it may end": ((every(run(LOW, AT_LEAST, 2)),), {"rate": 0.4}, False),
    "a run that must not be": ((never(run(LOW, AT_LEAST, 2)),), {"rate": 0.9}, False),
    "a run in a range, from below": (
        (every(run(clause(RATE, Operator.IN, 0.2, 0.5), AT_LEAST, 2)),),
        {"rate": 0.1},
        True,
    ),
    "a run in a range, within": (
        (every(run(clause(RATE, Operator.IN, 0.2, 0.5), AT_LEAST, 2)),),
        {"rate": 0.5},
        False,
    ),
    "a run of words is left to the history": (
        (every(run(RED, AT_LEAST, 2)),),
        {"light": "green"},
        False,
    ),
    "a mean is left to the history": ((every(MEAN),), {"rate": 0.9}, False),
    "a mean beside a limit that it keeps": (
        (every(MEAN, clause(SOLD, BELOW, 3)),),
        {"rate": 0.1, "sold": 3},
        True,
    ),
    "one rule asks only the history": ((every(LOW), every(MEAN)), {"rate": 0.9}, False),
    "the wider of two limits": (
        (every(LOW), every(clause(RATE, BELOW, 0.7))),
        {"rate": 0.6},
        False,
    ),
    "beyond the wider of two limits": (
        (every(LOW), every(clause(RATE, BELOW, 0.7))),
        {"rate": 0.8},
        True,
    ),
    "a word": ((every(RED),), {"light": "red"}, False),
    "another word": ((every(RED),), {"light": "green"}, True),
    "a share that is derived from it": (
        (every(clause(SHARE, BELOW, 0.5)),),
        {"sold": 1, "shown": 4},
        False,
    ),
    "a share that keeps the limit": (
        (every(clause(SHARE, BELOW, 0.5)),),
        {"sold": 3, "shown": 4},
        True,
    ),
    "a run of shares": (
        (every(run(clause(SHARE, BELOW, 0.5), AT_LEAST, 2)),),
        {"sold": 3, "shown": 4},
        True,
    ),
    "a sum over weeks is left to the history": (
        (every(clause(FIELDS["sold_3"], BELOW, 9)),),
        {"sold": 10},
        False,
    ),
    "nobody asks": ((), {"rate": 0.1}, True),
}


def looked(known: RuleSet, one: Fact) -> bool:
    return FirstLook(known, enters(known)).cannot_match(KIND.name, one, one.at)


@pytest.mark.parametrize("name", ROWS)
def test_a_fact_is_ruled_out_where_it_says_enough(name: str) -> None:
    conditions, values, ruled_out = ROWS[name]
    assert looked(asked(*conditions), fact(Period.WEEK, FIRST[Period.WEEK], values)) is ruled_out


@pytest.mark.parametrize(("hours", "ruled_out"), [(23, True), (25, False)])
def test_an_age_is_known_without_a_history(hours: int, *, ruled_out: bool) -> None:
    end = periods.end(Period.WEEK, FIRST[Period.WEEK])
    values = {"due": end - timedelta(hours=hours)}
    one = fact(Period.WEEK, FIRST[Period.WEEK], values)
    assert looked(asked(every(OLD)), one) is ruled_out


def _comparison(rng: Random, field: Field) -> Clause:
    match field.type:
        case FieldType.CHOICE:
            return clause(field, Operator.EQUAL, rng.choice(WORDS))
        case FieldType.FLAG:
            return clause(field, Operator.EQUAL, rng.choice((0, 1)))
    limit = rng.choice((0.2, 0.5, 0.8)) if field.name in {"rate", "share"} else rng.randint(1, 12)
    operator = rng.choice((BELOW, Operator.AT_MOST, Operator.ABOVE, AT_LEAST, Operator.IN))
    if operator is Operator.IN:
        return clause(field, operator, limit / 2, limit)
    return clause(field, operator, limit)


def _clause(rng: Random) -> Clause:
    names = ("rate", "sold", "signed", "light", "share", "sold_3")
    test = _comparison(rng, FIELDS[rng.choice(names)])
    if rng.random() < 0.4:
        return run(test, rng.choice((AT_LEAST, BELOW, Operator.EQUAL)), rng.choice((1, 2, 3)))
    if rng.random() < 0.1:
        return MEAN
    return test


def _condition(rng: Random) -> Condition:
    join = rng.choice((Join.ALL, Join.ALL, Join.ALL, Join.ANY, Join.NOT))
    return Condition(join=join, parts=tuple(_clause(rng) for _ in range(rng.randint(1, 3))))


def _history(rng: Random) -> tuple[Fact, ...]:
    weeks = sorted(rng.sample(range(6), k=rng.randint(1, 6)))
    return tuple(fact(Period.WEEK, FIRST[Period.WEEK] + week, _values(rng)) for week in weeks)


def _values(rng: Random) -> dict[str, object]:
    values: dict[str, object] = {
        "rate": rng.choice((0.1, 0.25, 0.5, 0.79, 0.9)),
        "sold": rng.randint(0, 6),
        "shown": rng.randint(0, 6),
        "signed": rng.random() < 0.5,
        "light": rng.choice(WORDS),
    }
    return {name: value for name, value in values.items() if rng.random() < 0.85}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_ruled_out_matches_no_row(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - rules and facts of a test
    known = asked(*(_condition(rng) for _ in range(rng.randint(1, 4))))
    (section,) = known.sections
    look = FirstLook(known, enters(known))
    with PythonExecutor(known) as executor:
        for _ in range(60):
            history = _history(rng)
            last = history[-1]
            enriched = features.enrich(KIND, section.features, history, last.at)
            matched = enters(known) & {*executor.match(KIND.name, enriched)}
            assert not (matched and look.cannot_match(KIND.name, last, last.at)), (known, history)
