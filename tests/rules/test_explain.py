"""Why, and why not: three values, clause by clause, and the nearest change that would flip it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import nearest
from rules.clauses import clause_holds
from rules.conditions import Condition, Join
from rules.executors.python import PythonExecutor
from rules.explain import results, truth, why
from rules.facts import LARGEST_WHOLE, FieldType
from rules.kinds import Dedupe, Missing, Mode
from rules.reasons import Code
from rules.states import Phase, RuleState
from tests.rules import timed_rules as t

if TYPE_CHECKING:
    from rules.conditions import Clause
    from rules.form import AnyRule

RED = t.asks(t.WEEKLY, rate="< 80% for 2 consecutive weeks", stock="> 45")


def run_of(condition: Condition) -> str:
    """Give the id of the run in it, as the language names it."""
    return next(one.field.name for one in condition.clauses() if one.feature)


TRUTHS = [
    pytest.param(Join.ALL, {"rate": 0.8, "stock": 50}, True, id="all: both"),
    pytest.param(Join.ALL, {"rate": 0.8, "stock": 40}, False, id="all: one fails"),
    pytest.param(Join.ALL, {"rate": 0.8}, None, id="all: one is not known"),
    pytest.param(Join.ALL, {"rate": 0.9}, False, id="all: what fails decides, known or not"),
    pytest.param(Join.ANY, {"rate": 0.8}, True, id="any: what holds decides, known or not"),
    pytest.param(Join.ANY, {"rate": 0.9}, None, id="any: one fails, one is not known"),
    pytest.param(Join.ANY, {"rate": 0.9, "stock": 40}, False, id="any: both fail"),
    pytest.param(Join.NOT, {"rate": 0.9, "stock": 40}, True, id="not: none holds"),
    pytest.param(Join.NOT, {"rate": 0.8}, False, id="not: one holds"),
    pytest.param(Join.NOT, {"rate": 0.9}, None, id="not: silence proves nothing"),
    pytest.param(Join.NOT, {}, None, id="not: of nothing"),
]


@pytest.mark.parametrize(("join", "fact", "expected"), TRUTHS)
def test_truth_has_three_values(
    join: Join, fact: dict[str, object], *, expected: bool | None
) -> None:
    assert truth(t.asks(t.WEEKLY, join, rate="< 85%", stock="> 45"), fact) is expected


#: Values around every threshold, and the ends of the ranges.
GRID: dict[str, list[object]] = {
    "rate": [0.0, 0.2, 0.5, 0.799, 0.8, 0.85, 2.0, 0, 2],
    "stock": [0, 44.5, 45, 46, 400],
    "signed": [True, False],
    "visits": [0, 1, 3, 4, LARGEST_WHOLE],
    "note": ["甲", "乙", "", "ＰＯＣ"],
    "stage": ["a", "b", "c"],
}
LINES = {
    "rate": [
        "< 80%",
        "<= 0",
        ">= 2",
        "= 0.5",
        "!= 0.5",
        "in [20%, 80%]",
        "> 1.9999999",
        "< 0.000000001",
    ],
    "stock": ["> 45", "< 45", ">= 400", "in [44.5, 45]", "!= 45"],
    "signed": ["= yes", "= no"],
    "visits": [">= 3", "< 1", "= 3", "!= 0", "in [1, 3]", "> 3"],
    "note": ["= 甲", "!= 甲", "in [甲, POC]"],
    "stage": ["= a", "!= a", "in [a, c]"],
}
CLAUSES = [
    t.clauses(t.WEEKLY, **{name: line})[0] for name, lines in LINES.items() for line in lines
]
CONDITIONS = st.recursive(
    st.sampled_from(CLAUSES),
    lambda inner: st.builds(
        lambda join, parts: Condition(join=join, parts=tuple(parts)),
        st.sampled_from(list(Join)),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
).map(lambda part: part if isinstance(part, Condition) else all_of(part))
FACTS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in GRID.items()}
)


def all_of(*parts: Clause) -> Condition:
    return Condition(join=Join.ALL, parts=parts)


@given(condition=CONDITIONS, fact=FACTS)
def test_the_reference_and_the_rows_of_an_engine_say_the_same(
    condition: Condition, fact: dict[str, object]
) -> None:
    rule = t.warning("rule", condition)
    with PythonExecutor(t.rules(rule)) as executor:
        assert (rule.enter in executor.match("weekly", fact)) is (truth(condition, fact) is True)


@given(condition=CONDITIONS, fact=FACTS, wanted=st.booleans())
@settings(max_examples=400)
def test_the_nearest_change_flips_the_condition_and_keeps_to_the_ranges(
    condition: Condition, fact: dict[str, object], *, wanted: bool
) -> None:
    change = nearest.change(condition, fact, wanted=wanted)
    if change is None:
        # Then no fact at all does: tried on a grid that has a point in every cell.
        names = sorted({one.field.name for one in condition.clauses()})
        for values in product(*(POINTS[name] for name in names)):
            assert truth(condition, dict(zip(names, values, strict=True))) is not wanted
        return
    changed = fact | {one.field: one.to for one in change}
    assert truth(condition, changed) is wanted
    assert (change == ()) is (truth(condition, fact) is wanted)
    for one in change:
        assert one.seen == fact.get(one.field)
        field = next(known for known in t.WEEKLY.fields if known.name == one.field)
        if field.type in {FieldType.COUNT, FieldType.NUMBER}:
            assert isinstance(one.to, int | float)
            assert (field.minimum or 0) <= one.to <= (field.maximum or LARGEST_WHOLE)
        if field.type is FieldType.COUNT:
            assert isinstance(one.to, int)


#: A point in every cell that the thresholds cut the fields into.
POINTS: dict[str, list[object]] = {
    "rate": [0.0, 1e-10, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 0.9, 1.9999999, 1.99999999, 2.0],
    "stock": [0, 44.5, 44.7, 45, 46, 400],
    "signed": [True, False],
    "visits": [0, 1, 2, 3, 4],
    "note": ["甲", "POC", "其他"],
    "stage": ["a", "b", "c"],
}


@given(condition=CONDITIONS, fact=FACTS)
@settings(max_examples=200)
def test_no_change_of_fewer_fields_would_do(condition: Condition, fact: dict[str, object]) -> None:
    change = nearest.change(condition, fact)
    names = sorted({one.field.name for one in condition.clauses()})
    fewer = 0 if change is None else len(change) - 1
    for chosen in (some for size in range(max(fewer, 0) + 1) for some in combinations(names, size)):
        if change is not None and len(chosen) >= len(change):
            continue
        for values in product(*(POINTS[name] for name in chosen)):
            changed = fact | dict(zip(chosen, values, strict=True))
            assert truth(condition, changed) is not True


NEAREST = [
    pytest.param({"stock": "> 45"}, {"stock": 45}, {"stock": 46}, id="46 days instead of 45"),
    pytest.param({"stock": "> 45.5"}, {"stock": 40}, {"stock": 45.6}, id="tenths as it is written"),
    pytest.param({"rate": "< 80%"}, {"rate": 0.84}, {"rate": 0.79}, id="79 % instead of 84 %"),
    pytest.param({"rate": "<= 80%"}, {"rate": 0.84}, {"rate": 0.8}, id="the line itself"),
    pytest.param({"rate": "in [20%, 40%]"}, {"rate": 0.9}, {"rate": 0.4}, id="the nearer end"),
    pytest.param({"rate": "< 0.000000001"}, {"rate": 1}, {"rate": 0}, id="the end of the range"),
    pytest.param({"visits": "> 3"}, {"visits": 1}, {"visits": 4}, id="whole numbers"),
    pytest.param({"signed": "= yes"}, {"signed": False}, {"signed": True}, id="a flag"),
    pytest.param({"stage": "!= a"}, {"stage": "a"}, {"stage": "b"}, id="another word"),
    pytest.param({"note": "= 甲"}, {}, {"note": "甲"}, id="what is not known"),
    pytest.param({"stock": "> 45", "rate": "< 80%"}, {"stock": 50, "rate": 0.8}, {"rate": 0.79},
                 id="only what does not hold"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "fact", "expected"), NEAREST)
def test_the_nearest_change_is_a_figure_that_people_write(
    lines: dict[str, str], fact: dict[str, object], expected: dict[str, object]
) -> None:
    change = nearest.change(t.asks(t.WEEKLY, **lines), fact)
    assert change is not None
    assert {one.field: one.to for one in change} == expected


def test_of_several_ways_the_cheapest_is_told() -> None:
    either = t.asks(t.WEEKLY, Join.ANY, rate="< 10%", stock="> 45", visits=">= 9")
    (only,) = nearest.change(either, {"rate": 0.9, "stock": 44, "visits": 1}) or ()
    assert (only.field, only.seen, only.to) == ("stock", 44, 46)
    both = t.asks(t.WEEKLY, rate="< 10%", visits=">= 9")
    one = Condition(join=Join.ANY, parts=(both, *t.clauses(t.WEEKLY, stock="> 399")))
    change = nearest.change(one, {"rate": 0.1, "visits": 8, "stock": 0}) or ()
    assert [found.field for found in change] == ["stock"], "one field before two"


def test_what_contradicts_itself_has_no_nearest_change() -> None:
    never = Condition(
        join=Join.ALL,
        parts=(*t.clauses(t.WEEKLY, rate="< 20%"), *t.clauses(t.WEEKLY, rate="> 80%")),
    )
    assert nearest.change(never, {"rate": 0.5}) is None


def test_between_two_lines_closer_than_any_step_there_is_still_a_value() -> None:
    lines = (*t.clauses(t.WEEKLY, rate="> 0.5"), *t.clauses(t.WEEKLY, rate="< 0.50000000001"))
    (change,) = nearest.change(Condition(join=Join.ALL, parts=lines), {"rate": 0.9}) or ()
    assert all(clause_holds(clause, change.to) for clause in lines)


def test_why_not_says_figures_and_the_nearest_change_in_both_languages() -> None:
    rule = t.warning("red", RED)
    run = run_of(RED)
    answer = why(rule, {run: 2, "rate": 0.78, "stock": 45}, None, t.START)
    assert (answer.fired, answer.holds, answer.part) == (False, False, "when")
    assert [(one.field, one.passed, one.value) for one in answer.results] == [
        (run, True, 2),
        ("stock", False, 45),
    ]
    assert "只要库存周转天数为 46（现在为 45），“when”就会成立。" in answer.sentence.zh
    assert "`when` would hold if Stock were 46 instead of 45." in answer.sentence.en
    assert "库存周转天数为 45，不满足“大于 45”。" in answer.sentence.zh
    assert "Stock is 45, which is not above 45." in answer.sentence.en


def test_why_not_says_how_many_more_periods() -> None:
    rule = t.warning("red", RED)
    answer = why(rule, {run_of(RED): 0, "stock": 50}, None, t.START)
    assert [(one.seen, one.to) for one in answer.change] == [(0, 2)]
    assert "再多 2 期（现在 0 期）" in answer.sentence.zh
    assert "went on for 2 more (now 0)" in answer.sentence.en


def test_why_says_what_held_and_what_would_end_it() -> None:
    rule = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"), t.asks(t.WEEKLY, rate=">= 88%"))
    answer = why(rule, {"rate": 0.84}, state(rule, Phase.ACTIVE, level="low"), t.START)
    assert (answer.fired, answer.part) == (True, "until")
    assert [(one.field, one.to) for one in answer.change] == [("rate", 0.88)]
    assert "周达成率为 84%，满足“小于 85%”。" in answer.sentence.zh
    new = why(rule, {"rate": 0.84}, None, t.START)
    assert (new.fired, new.change) == (True, ())
    plain = replace(rule, until=None)
    ends = why(plain, {"rate": 0.84}, state(plain, Phase.ACTIVE, level="low"), t.START)
    assert (ends.part, [one.to for one in ends.change]) == ("when", [0.85])


LOW = t.warning("low", t.asks(t.WEEKLY, rate="< 85%"), inhibited_by=("red",))


def state(rule: AnyRule, phase: Phase, **more: object) -> RuleState:
    made = RuleState(
        rule=rule.id, subject="华东", phase=phase, episode=1, since=t.START, told_at=t.START
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name, in a test


REASONS = [
    pytest.param(LOW, {"rate": 0.8}, None, True, [], id="nothing stands in the way"),
    pytest.param(
        replace(LOW, mode=Mode.OFF), {"rate": 0.8}, None, False, [Code.OFF], id="it is off"
    ),
    pytest.param(
        replace(LOW, mode=Mode.SHADOW), {"rate": 0.8}, None, True, [Code.SHADOW], id="on trial"
    ),
    pytest.param(
        replace(LOW, effective_from=t.START + t.HOUR),
        {"rate": 0.8}, None, False, [Code.NOT_EFFECTIVE], id="not yet in force",
    ),
    pytest.param(
        replace(LOW, effective_to=t.START),
        {"rate": 0.8}, None, False, [Code.NOT_EFFECTIVE], id="no longer in force",
    ),
    pytest.param(
        LOW, {"rate": 0.8}, state(LOW, Phase.INHIBITED), False, [Code.INHIBITED], id="inhibited"
    ),
    pytest.param(
        LOW, {"rate": 0.8}, state(LOW, Phase.ACTIVE, level="low"), True, [Code.TOLD], id="told"
    ),
    pytest.param(
        replace(LOW, dedupe=Dedupe(until_clear=False)),
        {"rate": 0.8}, state(LOW, Phase.ACTIVE), False, [Code.TOLD], id="its key was told before",
    ),
    pytest.param(
        replace(LOW, missing=Missing.WARN), {}, None, False, [Code.NO_DATA], id="data is lacking"
    ),
    pytest.param(
        t.award("subject"),
        {"visits": 2}, state(t.award("subject"), Phase.GIVEN), False, [Code.TOLD],
        id="given before is not given for this fact",
    ),
    pytest.param(
        t.breaker(half_open_after=60.0),
        {"rate": 0.6}, state(t.breaker(), Phase.OPEN), True, [Code.WAITS], id="open, it waits",
    ),
    pytest.param(
        t.breaker(half_open_after=60.0),
        {"rate": 0.4}, state(t.breaker(), Phase.HALF_OPEN), True, [Code.WAITS], id="half-open",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fact", "known", "fired", "codes"), REASONS)
def test_reasons_beside_the_figures(
    rule: AnyRule,
    fact: dict[str, object],
    known: RuleState | None,
    *,
    fired: bool,
    codes: list[Code],
) -> None:
    answer = why(rule, fact, known, t.START)
    assert (answer.fired, [reason.code for reason in answer.reasons]) == (fired, codes)
    for reason in answer.reasons:
        assert reason.sentence.zh in answer.sentence.zh
        assert reason.sentence.en in answer.sentence.en


def test_a_gate_says_what_is_missing_and_what_would_open_it() -> None:
    answer = why(t.gate(), {"stage": "a", "signed": True, "visits": 1}, None, t.START)
    assert [(one.part, one.passed) for one in answer.results] == [
        ("when", True),
        ("require/paper", True),
        ("require/calls", False),
    ]
    assert (answer.fired, [(one.field, one.to) for one in answer.change]) == (
        False,
        [("visits", 3)],
    )
    assert answer.sentence.en.startswith("gate: not open.")
    assert why(t.gate(), {"stage": "a", "signed": True, "visits": 3}, None, t.START).fired


def test_a_clause_of_which_nothing_is_known_says_so_and_names_no_fact() -> None:
    (known, unknown) = results(
        "when", t.asks(t.WEEKLY, rate="< 85%", stock="> 45"), {"rate": 0.9}, "f"
    )
    assert (known.fact, known.passed, unknown.fact, unknown.value) == ("f", False, None, None)
    assert unknown.sentence.zh == "库存周转天数没有数据，无法判断是否大于 45。"
    assert unknown.sentence.en == "Stock is not known, so whether it is above 45 is open."
