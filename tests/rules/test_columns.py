"""Facts in columns: what is absent, refused, put together; and how facts are read quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import EngineError, FactError, load_rule_set
from rules.conditions import Operator
from rules.executors import columns as room
from rules.executors.columns import ColumnsExecutor, Values
from rules.executors.guards import FEW, branches
from rules.executors.python import PythonExecutor, rules_source
from rules.form import Comparison
from tests.rules.files import OTHER_KIND, rule, rule_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.form import Conjunction, RuleSet

ASKED = "gate.one/asked"


def rules_on(when: str) -> RuleSet:
    return load_rule_set(rule_file(rule(when)), "a.yaml")


def asked(when: str, **columns: Values) -> list[bool]:
    """Give, fact by fact, whether a gate with this `when` is asked."""
    length = len(next(iter(columns.values())).values)
    with ColumnsExecutor(rules_on(when)) as executor:
        answer: list[bool] = executor.match("week", columns, length)[ASKED].tolist()
    return answer


NAN = float("nan")
COMPARED = [
    pytest.param("> 45", [46, 45, 44], [1, 0, 0], id="above"),
    pytest.param(">= 45", [46, 45, 44], [1, 1, 0], id="at least"),
    pytest.param("< 45", [46, 45, 44], [0, 0, 1], id="below"),
    pytest.param("<= 45", [46, 45, 44], [0, 1, 1], id="at most"),
    pytest.param("= 45", [46, 45, NAN], [0, 1, 0], id="equal; absent is not"),
    pytest.param("!= 45", [46, 45, NAN], [1, 0, 0], id="another; absent is not another"),
    pytest.param("in [40, 45]", [39.9, 40, 45, NAN], [0, 1, 1, 0], id="an interval"),
    pytest.param("> 0", [5e-324, 0.0, -0.0], [1, 0, 0], id="the smallest number is above zero"),
    pytest.param("= 0", [5e-324, 0.0, -0.0], [0, 1, 1], id="minus zero is zero"),
    pytest.param("< 0.3", [0.1 + 0.2, 0.3, 0.29], [0, 0, 1], id="no rounding"),
]


@pytest.mark.parametrize(("when", "values", "wanted"), COMPARED)
def test_a_column_is_compared(when: str, values: list[float], wanted: list[int]) -> None:
    assert asked(f'stock: "{when}"', stock=Values(values=np.array(values))) == list(
        map(bool, wanted)
    )


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">=", "=", "!="])
def test_what_a_mask_hides_satisfies_nothing(operator: str) -> None:
    values = Values(values=np.array([0, 45, 99]), present=np.array([False, False, False]))
    assert asked(f'stock: "{operator} 45"', stock=values) == [False, False, False]


TYPED = [
    pytest.param(
        'visits: "> 999999999999998"',
        {"visits": np.array([10**15 - 2, 10**15 - 1, 2**53 - 1])},
        [0, 1, 1],
        id="large whole numbers",
    ),
    pytest.param('signed: "= yes"', {"signed": np.array([True, False])}, [1, 0], id="flags"),
    pytest.param(
        'region: "= east"',
        {"region": np.array(["east", "north", None], dtype=object)},
        [1, 0, 0],
        id="words; None is absent",
    ),
    pytest.param(
        'region: "!= east"',
        {"region": np.array(["east", "north", None], dtype=object)},
        [0, 1, 0],
        id="another word; None is none",
    ),
    pytest.param(
        'note: "= 甲"',
        {"note": np.array(["甲", " 甲 ", "乙"])},
        [1, 1, 0],
        id="text is compared as the encoder does",
    ),
    pytest.param(
        'stock: "> 1", visits: "> 1"',
        {"stock": np.array([2.0, 2.0]), "visits": np.array([2, 1])},
        [1, 0],
        id="all of several columns",
    ),
    pytest.param('stock: "> 1"', {"visits": np.array([2, 2])}, [0, 0], id="a column left out"),
]


@pytest.mark.parametrize(("when", "columns", "wanted"), TYPED)
def test_columns_are_read_by_their_type(
    when: str, columns: dict[str, Any], wanted: list[int]
) -> None:
    given_ = {name: Values(values=values) for name, values in columns.items()}
    assert asked(when, **given_) == list(map(bool, wanted))


def test_facts_beyond_one_block_are_answered_in_their_place() -> None:
    length = room.BLOCK * 2 + 7
    answer = asked('stock: "> 45"', stock=Values(values=np.arange(length) % 91))
    assert answer == [number % 91 > 45 for number in range(length)]


def test_many_shared_steps_make_blocks_smaller_and_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "MOST_TEMPORARY_BYTES", 1)
    values = Values(values=np.arange(5_000) % 91)
    answer = asked('stock: ">= 45", visits: ">= 1"', stock=values, visits=values)
    assert answer == [number % 91 >= 45 for number in range(5_000)]


def test_no_facts_are_no_answers() -> None:
    with ColumnsExecutor(rules_on('stock: "> 45"')) as executor:
        assert executor.match_facts("week", []) == []
        answers = executor.match("week", {}, 0)
        assert answers[ASKED].tolist() == []


REFUSED = [
    pytest.param({"stock": np.array([1.0, np.inf])}, 2, "inf", id="infinity"),
    pytest.param({"stock": np.array([1.0])}, 2, "(1,)", id="a column that is too short"),
    pytest.param({"stock": np.zeros((2, 2))}, 2, "(2, 2)", id="a table for a column"),
]


@pytest.mark.parametrize(("columns", "length", "seen"), REFUSED)
def test_a_wrong_column_is_refused(columns: dict[str, Any], length: int, seen: str) -> None:
    given_ = {name: Values(values=values) for name, values in columns.items()}
    with ColumnsExecutor(rules_on('stock: "> 45"')) as executor, pytest.raises(FactError) as raised:
        executor.match("week", given_, length)
    assert (raised.value.field, raised.value.seen) == ("stock", seen)
    assert raised.value.message.zh


def test_infinity_where_a_mask_hides_it_is_absent() -> None:
    values = Values(values=np.array([np.inf, 46.0]), present=np.array([False, True]))
    assert asked('stock: "> 45"', stock=values) == [False, True]


def test_kinds_are_told_apart_and_a_closed_executor_says_so() -> None:
    set_ = load_rule_set(rule_file().replace("rules:", f"{OTHER_KIND}rules:"), "a.yaml")
    executor = ColumnsExecutor(set_)
    assert executor.version == set_.version
    assert executor.match("other", {}, 3) == {}
    assert executor.match_facts("other", [{"a": 1}]) == [()]
    with pytest.raises(FactError):
        executor.match("weak", {}, 3)
    with pytest.raises(FactError):
        executor.match_facts("week", [{"stock": NAN}])
    executor.close()
    with pytest.raises(EngineError):
        executor.match("week", {}, 1)


# --- guards: asked first, changing nothing

LIMITS = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]), min_size=1, max_size=40)


@given(
    operators=st.lists(st.sampled_from([one for one in Operator if one != "in"]), min_size=40),
    limits=LIMITS,
)
def test_a_guard_holds_wherever_what_it_guards_holds(
    operators: list[Operator], limits: list[float]
) -> None:
    conjunctions: list[Conjunction] = [
        (Comparison(field="a", operator=operator, value=limit),)
        for operator, limit in zip(operators, limits, strict=False)
    ]
    found = branches(conjunctions)
    paths = [path for branch in found for path in branch.paths()]
    assert sorted(number for number, _ in paths) == list(range(len(conjunctions)))
    for number, guards in paths:
        (own,) = conjunctions[number]
        for guard in guards:
            assert (guard.field, guard.operator) == (own.field, own.operator)
            stricter = own.value - guard.value
            assert stricter >= 0 if own.operator in {">", ">="} else stricter <= 0


def test_many_limits_are_asked_by_halves() -> None:
    limits = [(Comparison(field="a", operator=Operator.BELOW, value=n),) for n in range(64)]
    (branch,) = branches(limits)
    assert branch.guard == limits[63][0]
    assert max(len(guards) for _, guards in branch.paths()) == 5
    (few,) = branches(limits[:FEW])
    assert few.guard is None


def test_generated_code_asks_for_a_guard_once() -> None:
    set_ = load_rule_set(
        rule_file(*(rule(f'stock: "> {n}"', id=f"g{n}") for n in range(40))), "a.yaml"
    )
    assert rules_source(set_.sections[0])[1].endswith(":")
    with PythonExecutor(set_) as python:
        assert len(python.match("week", {"stock": 20})) == 20


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Comparing NaN must not warn: a warning is an error here."""
    with np.errstate(all="raise"):
        yield
