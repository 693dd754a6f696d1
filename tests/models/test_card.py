"""The rate card: what it says, what is wrong with a file, what it costs, what it pays."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.coefficient import shipped_card
from models.coefficient.budget import (
    Cells,
    OverBudget,
    budget_for,
    cost,
    drawn,
    hard_won_ratio,
    paid,
    solve,
    stretched,
)
from models.coefficient.card import Basis, Compare, falls
from models.coefficient.card_file import CardRefused, read
from models.coefficient.high_value import Orders, basis_of, preview, qualifies, sums_of
from models.coefficient.scored import Scores, coefficient, difficulty
from models.origin import Origin, Traced

if TYPE_CHECKING:
    from models.coefficient.card import RateCard

TEXT = files("models.coefficient").joinpath("attack.card.yaml").read_text("utf-8")
CARD = shipped_card()
HARD = Traced(order="o1", origin=Origin.HARD_WON, evidence=("e1",), answered_days=4)
NATURAL = Traced(order="o2", origin=Origin.NATURAL, evidence=(), answered_days=0)


def test_the_shipped_card_reads_and_is_monotone() -> None:
    assert (CARD.id, CARD.cap, CARD.budget) == ("attack", 1.5, 0.08)
    assert falls(CARD.rates) == []
    assert CARD.high_value.multiple == 3.0


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        pytest.param("id: attack", "idd: attack", 5, "id?", id="a key misspelt"),
        pytest.param("id: attack", "id: attack\nid: b", 6, "each key once", id="a key twice"),
        pytest.param("cap: 1.50", "cap: 1.60", 35, "1..1.5", id="a cap above the most"),
        pytest.param("budget: 8%", "budget: 80%", 37, "0..0.5", id="a budget of most of the pool"),
        pytest.param(
            "- [1.30, 1.32, 1.33, 1.35]", "- [1.30, 1.32, 1.33]", 30, "4", id="a cell is missing"
        ),
        pytest.param(
            "[1.45, 1.47, 1.48, 1.50]",
            "[1.45, 1.47, 1.40, 1.50]",
            33,
            "not below its neighbours",
            id="a higher value that pays less",
        ),
        pytest.param("[1.45, 1.47", "[0.9, 1.47", 33, "1..1.5", id="a rate below one"),
        pytest.param("[1.45, 1.47", "[x, 1.47", 33, "1..1.5", id="a rate that is a word"),
        pytest.param("[0.5, 0.7, 0.9]", "[0.7, 0.5, 0.9]", 15, "ascending", id="bands descend"),
        pytest.param("basis: mean", "basis: average", 42, "mean | trimmed_mean", id="basis"),
        pytest.param("amount: 200", "amount: many", 46, "0..10000", id="amount"),
        pytest.param("basis: mean", "basis: median\n  frction: 0.1", 43, "fraction?", id="nested"),
        pytest.param("amount: 200", "amount: 200%", 46, "0..10000", id="per cent of per cent"),
        pytest.param("card/v1", "card/v9", 4, "card/v1", id="another version of the format"),
        pytest.param("id: attack", "id: &a attack", 5, "no anchors", id="an anchor"),
        pytest.param("rates:", "rates: [", 20, "plain YAML", id="broken YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in TEXT
    with pytest.raises(CardRefused) as refused:
        read(TEXT.replace(old, new, 1))
    problem = refused.value.problems[0]
    assert abs(problem.line - line) <= 3, problem
    assert any(told in one.expected.en for one in refused.value.problems), refused.value.problems
    assert all(one.message.zh and one.message.en for one in refused.value.problems)


def test_a_bare_200_per_cent_is_refused_and_both_readings_are_named() -> None:
    start = TEXT.index("high_value:")
    with pytest.raises(CardRefused) as refused:
        read(TEXT[:start] + "high_value: 200%\n")
    (problem,) = refused.value.problems
    assert problem.seen == "200%"
    assert "exceeds_by_pct" in problem.message.zh
    assert "at_least_multiple" in problem.message.en


def test_all_mistakes_are_told_at_once() -> None:
    text = TEXT.replace("cap: 1.50", "cap: 3").replace("amount: 200", "amount: -1")
    with pytest.raises(CardRefused) as refused:
        read(text)
    assert [one.seen for one in refused.value.problems] == ["3", "-1"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.integers(0, len(TEXT) - 1), st.integers(0, 60))
def test_whatever_is_written_the_card_is_read_or_refused(inserted: str, at: int, cut: int) -> None:
    try:
        card = read(TEXT[:at] + inserted + TEXT[at + cut :])
    except CardRefused:
        return
    assert falls(card.rates) == []


@pytest.mark.parametrize(
    ("p_win", "p_segment", "expected"),
    [
        pytest.param(0.4, 0.4, 0.0, id="as likely as its segment"),
        pytest.param(0.8, 0.4, 0.0, id="likelier"),
        pytest.param(0.05, 0.4, 1.0, id="eight times less likely"),
        pytest.param(0.01, 0.4, 1.0, id="forty times less likely"),
        pytest.param(0.1, 0.4, 2 / 3, id="four times: two thirds of three doublings"),
    ],
)
def test_difficulty(p_win: float, p_segment: float, expected: float) -> None:
    assert difficulty(p_win, p_segment) == pytest.approx(expected)


@pytest.mark.parametrize("p_win", [0.0, -0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p_win: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        difficulty(p_win, 0.5)


@pytest.mark.parametrize(
    ("traced", "scores", "qualified", "expected"),
    [
        pytest.param(NATURAL, (0.4, 0.4, 0.2), False, (1.0, False), id="an easy walk-in"),
        pytest.param(NATURAL, (0.4, 0.4, 0.2), True, (1.3, True), id="the floor of high value"),
        pytest.param(HARD, (0.4, 0.4, 0.2), False, (1.3, False), id="hard-won, an easy lead"),
        pytest.param(HARD, (0.01, 0.4, 0.95), False, (1.5, False), id="hard-won, hard, large"),
        pytest.param(HARD, (0.01, 0.4, 0.95), True, (1.5, False), id="above the floor anyhow"),
        pytest.param(HARD, None, False, (1.0, False), id="no model: the rule alone"),
        pytest.param(HARD, None, True, (1.3, True), id="no model, high value"),
    ],
)
def test_coefficient(
    traced: Traced,
    scores: tuple[float, float, float] | None,
    qualified: bool,  # noqa: FBT001
    expected: tuple[float, bool],
) -> None:
    given_scores = None
    if scores is not None:
        p_win, p_segment, quantile = scores
        given_scores = Scores(p_win=p_win, p_segment=p_segment, value_quantile=quantile)
    found = coefficient(traced, given_scores, CARD, qualifies=qualified)
    assert (found.coefficient, found.floor_applied) == expected
    assert found.fallback is (scores is None)
    assert found.reasons
    assert all(reason.zh and reason.en for reason in found.reasons)


def test_a_floor_above_the_cap_is_told_as_what_it_pays() -> None:
    low = {one: tuple((1.1,) * 4 for _ in range(5)) for one in Origin}
    card = replace(CARD, rates=low, cap=1.2)
    found = coefficient(NATURAL, None, card, qualifies=True)
    assert (found.coefficient, card.floor) == (1.2, 1.2)
    assert "not less than 1.2." in found.reasons[-1].en
    assert CARD.floor == CARD.high_value.weight


ORDERS = Orders(
    value=np.array([100] * 30 + [300, 200, 150]),
    commission=np.array([10] * 33),
    customer_period=np.array([*range(30), 30, 31, 31]),
)


def test_only_the_sum_of_the_period_counts() -> None:
    assert qualifies(ORDERS, sums_of(ORDERS), 300).tolist() == [False] * 30 + [True] * 3


def test_a_limit_of_nothing_is_reached_by_nobody() -> None:
    free = replace(ORDERS, value=np.zeros(33, dtype=np.int64))
    readings = preview(free, CARD.high_value, np.zeros(40, dtype=np.int64))
    assert [(one.limit, one.orders_share, one.pool_cost) for one in readings] == [(0, 0, 0)] * 2


def test_both_readings_are_shown_with_their_cost() -> None:
    history = np.array([100] * 40)
    stands, other = preview(ORDERS, CARD.high_value, history)
    assert (stands.limit, stands.rule.compare) == (300.0, Compare.EXCEEDS_BY_PCT)
    assert (other.limit, other.rule.compare) == (200.0, Compare.AT_LEAST_MULTIPLE)
    assert stands.pool_cost == pytest.approx(3 * 10 * 0.3 / 330)
    assert stands.bundling_exposure == pytest.approx(2 / 33)


@pytest.mark.parametrize(
    ("basis", "fraction", "expected"),
    [
        pytest.param(Basis.MEAN, None, 1099.0, id="a mean follows the largest"),
        pytest.param(Basis.TRIMMED_MEAN, 0.05, 100.0, id="a trimmed mean does not"),
        pytest.param(Basis.MEDIAN, None, 100.0, id="a median does not"),
        pytest.param(Basis.QUANTILE, 0.9, 100.0, id="a quantile"),
    ],
)
def test_basis(basis: Basis, fraction: float | None, expected: float) -> None:
    sums = np.array([100] * 99 + [100_000])
    rule = replace(CARD.high_value, basis=basis, fraction=fraction)
    assert basis_of(sums, rule) == pytest.approx(expected)


def test_too_few_periods_are_no_basis() -> None:
    with pytest.raises(ValueError, match="30 or more"):
        basis_of(np.array([100] * 29), CARD.high_value)


def cells(seed: int, count: int = 2_000, qualified: float = 0.02) -> Cells:
    rng = np.random.default_rng(seed)
    return Cells(
        origin=rng.choice(3, count, p=(0.7, 0.1, 0.2)).astype(np.uint8),
        difficulty_band=rng.integers(0, 5, count).astype(np.uint8),
        value_band=rng.integers(0, 4, count).astype(np.uint8),
        commission=rng.integers(0, 100_000, count),
        qualifies=rng.random(count) < qualified,
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.03, 0.2))
def test_a_solved_card_keeps_to_its_budget_and_its_shape(seed: int, budget: float) -> None:
    some = cells(seed)
    solved = solve(some, replace(CARD, budget=budget))
    assert cost(some, solved).share <= budget
    assert falls(solved.rates) == []
    assert all(1 <= rate <= CARD.cap for rows in solved.rates.values() for r in rows for rate in r)


def test_the_solver_uses_what_the_budget_allows() -> None:
    some = cells(1)
    solved = solve(some, CARD)
    assert cost(some, solved).share > CARD.budget - 0.01


def test_a_short_budget_is_spent_on_hard_won_orders_first() -> None:
    some = cells(1)
    solved = solve(some, replace(CARD, budget=0.06))
    assert {rate for row in solved.rates[Origin.NATURAL] for rate in row} == {1.0}
    assert {rate for row in solved.rates[Origin.ASSISTED] for rate in row} == {1.0}
    assert solved.rates[Origin.HARD_WON][-1][-1] > 1.2
    alike = next(
        one
        for share in range(100, 0, -1)
        if cost(some, one := stretched(CARD, share / 100)).share <= 0.06
    )
    assert (hard_won_ratio(some, solved) or 0) > (hard_won_ratio(some, alike) or 0)


@pytest.mark.parametrize(
    ("ratio", "reached"),
    [pytest.param(1.2, True, id="within the card"), pytest.param(1.6, False, id="beyond its cap")],
)
def test_the_budget_that_a_ratio_needs(ratio: float, reached: bool) -> None:  # noqa: FBT001
    some = cells(1)
    needed = budget_for(some, CARD, ratio)
    assert (needed is not None) == reached
    if needed is not None:
        solved = solve(some, replace(CARD, budget=needed))
        assert hard_won_ratio(some, solved) == pytest.approx(ratio, abs=0.01)


def test_without_hard_won_orders_there_is_no_ratio() -> None:
    some = replace(cells(1), origin=np.zeros(2_000, np.uint8))
    assert (hard_won_ratio(some, CARD), budget_for(some, CARD, 1.2)) == (None, None)


def test_a_floor_beyond_the_budget_is_refused() -> None:
    with pytest.raises(OverBudget, match="floor alone"):
        solve(cells(1, qualified=0.9), CARD)


def test_a_card_costs_what_it_pays() -> None:
    some = cells(2)
    extra = (paid(some, CARD) - 1) @ some.commission / some.commission.sum()
    assert cost(some, CARD).share == pytest.approx(extra)


@given(st.floats(0, 6))
def test_stretching_keeps_a_card_monotone(by: float) -> None:
    changed: tuple[RateCard, ...] = (stretched(CARD, by), drawn(CARD, by))
    assert [falls(one.rates) for one in changed] == [[], []]


def test_a_card_drawn_whole_is_the_card_itself() -> None:
    assert drawn(CARD, 3.0) == CARD
