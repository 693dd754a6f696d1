"""Fitting, choosing, calibrating, rolling, and what the gates say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from models.coefficient import segments
from models.coefficient.calibration import NONE, chances
from models.coefficient.logistic import from_json
from models.coefficient.value import Residuals
from tests.training.leads_world import DAY, FEATURES, world
from training.coefficient import values, win
from training.coefficient.boosting import Recipe, Way, boosted
from training.coefficient.candidate import TooLittle, candidate
from training.coefficient.judging import JudgedValues, judged_values
from training.coefficient.metrics import auc, coverage_error, ece, interval, log_loss
from training.coefficient.parts import parts
from training.coefficient.regression import regression
from training.coefficient.split import folds, not_censored, split
from training.contract.contract import Contract
from training.gates import conduct, honesty, skill
from training.gates.figures import CardFigures
from training.gates.gate import Answer
from training.gates.limits import Limits
from training.run import asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.candidate import Candidate
    from training.coefficient.win import WinModel

LIMITS = Limits()


@pytest.fixture(scope="module")
def trained() -> Candidate:
    return candidate(world(4000, drift=1.5))


def test_metrics_are_those_of_scikit_learn() -> None:
    from sklearn import metrics  # noqa: PLC0415 - slow, and only here

    rng = np.random.default_rng(0)
    chance = np.round(rng.random(500), 2)
    won = rng.random(500) < chance
    assert auc(won, chance) == pytest.approx(metrics.roc_auc_score(won, chance))
    inside = np.clip(chance, 0.01, 0.99)
    assert log_loss(won, inside) == pytest.approx(metrics.log_loss(won, inside))


def test_calibration_error_sees_chances_that_do_not_come_true() -> None:
    rng = np.random.default_rng(0)
    chance = rng.random(20_000)
    won = rng.random(20_000) < chance
    assert ece(won, chance) < 0.02
    assert ece(won, np.clip(chance + 0.1, 0, 1)) > 0.09


def test_the_same_leads_give_the_same_text_on_one_thread_and_on_two() -> None:
    leads = world(1500)
    texts = {
        boosted(
            FEATURES,
            leads.rows,
            leads.won,
            Recipe(objective="binary", seed=1, rounds=30, threads=threads),
        ).text
        for threads in (1, 1, 2)
    }
    assert len(texts) == 1


def test_logistic_regression_leaves_scikit_learn_as_numbers() -> None:
    leads = world(800)
    rows = leads.rows.copy()
    rows[::7, 1] = np.nan
    model = regression(FEATURES, rows, leads.won)
    again = from_json(model.to_json(), FEATURES)
    assert np.array_equal(again.log_odds(rows), model.log_odds(rows))
    assert auc(leads.won, model.log_odds(rows)) > 0.7


def test_lines_are_chosen_where_trees_are_no_better(trained: Candidate) -> None:
    assert not trained.win.model.is_boosted  # the world is made of lines
    assert trained.win.gain.low <= 0


def test_trees_are_chosen_where_lines_cannot_follow() -> None:
    leads = world(4000)
    bent = np.abs(leads.rows[:, 0]) > 1
    found = win.chosen(replace(leads, won=bent ^ (leads.rows[:, 1] > 1.5)), win.Training())
    assert found.model.is_boosted
    assert found.gain.low > 0


@pytest.mark.parametrize(
    ("stretch", "kept"),
    [
        pytest.param(1.0, False, id="chances that are true stay"),
        pytest.param(3.0, True, id="chances that are too sure are drawn in"),
    ],
)
def test_calibration_only_where_it_helps(stretch: float, kept: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(4)
    true = rng.normal(size=6000)
    leads = replace(world(6000), won=rng.random(6000) < chances(true))
    found = win.helpful(leads, stretch * true + (0.5 if kept else 0.0))
    assert (found != NONE) == kept
    if kept:
        assert found.slope == pytest.approx(1 / stretch, rel=0.15)


@pytest.mark.parametrize(
    ("newer", "kept"),
    [
        pytest.param(0.3, True, id="newer leads go the same way"),
        pytest.param(-0.3, False, id="over all the more likely would be the less likely"),
    ],
)
def test_no_calibration_turns_the_order_round(newer: float, kept: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(4)
    raw = rng.normal(size=6000)
    true = np.where(np.arange(6000) < 3000, 0.1, newer) * raw
    leads = replace(world(6000), won=rng.random(6000) < chances(true))
    found = win.helpful(leads, raw)
    assert (found != NONE) == kept
    assert found.slope > 0


def test_the_rolling_offset_follows_a_drift(trained: Candidate) -> None:
    judge, told = trained.judge, trained.chances
    assert log_loss(judge.won, told.scored) < log_loss(judge.won, told.still)
    assert ece(judge.won, told.scored) < ece(judge.won, told.still)
    assert told.offset.value < -0.1


def test_a_split_by_time_leaves_an_embargo() -> None:
    leads = world(2000)
    found = split(leads, embargo_days=20, seed=1)
    first = leads.assigned_at[found.judge].min()
    assert found.by_time
    assert leads.assigned_at[found.learn].max() < first - 20 * DAY
    assert leads.known_at[found.learn].max() < first
    assert found.embargoed == leads.count - found.learn.size - found.judge.size > 0


def test_no_customer_is_in_two_folds() -> None:
    leads = replace(world(600, dated=False), customer=np.arange(600) // 5)
    fold = folds(leads, count=4, seed=1)
    assert all(len(set(fold[leads.customer == one])) == 1 for one in range(120))
    found = split(leads, embargo_days=0, seed=1)
    assert not set(leads.customer[found.learn]) & set(leads.customer[found.judge])


def test_weights_undo_what_ends_early() -> None:
    """Wins end fast, losses slowly: of those that have ended too many are won."""
    rng = np.random.default_rng(5)
    won = rng.random(20_000) < 0.4
    spans = np.where(won, rng.uniform(0, 20, won.size), rng.uniform(20, 60, won.size))
    watched = rng.uniform(0, 60, won.size)
    ended = spans < watched
    weight = 1 / not_censored(np.minimum(spans, watched), ended)[ended]
    naive = won[ended].mean()
    assert naive > 0.5
    assert np.average(won[ended], weights=weight) == pytest.approx(0.4, abs=0.03)


def test_one_price_for_all_is_a_distribution_too() -> None:
    # ln(1000) as LightGBM rounds it lies above every value: nothing is left to learn a scale from.
    orders = replace(world(600), value=np.where(np.arange(600) % 20, 1000.0, 500.0))
    model = values.fitted(orders, win.Training())
    assert np.isfinite(model.standardised(orders)).all()


def test_the_distribution_of_values_covers_and_knows_more_than_nothing() -> None:
    leads = world(3000, dated=False)
    learn, judge = leads.taken(np.arange(2000)), leads.taken(np.arange(2000, 3000))
    told = judged_values(values.fitted(learn, win.Training()), learn, judge)
    assert told.pinball < 0.9 * told.unconditional
    assert told.scored_error < 0.03
    assert coverage_error(told.below**2) > 0.1  # a distribution that is wrong is seen


@pytest.mark.parametrize(
    ("moved", "answers"),
    [
        pytest.param(0.0, {Answer.PASSED}, id="honest outcomes"),
        pytest.param(1.0, {Answer.FAILED}, id="outcomes dealt out anew: no signal"),
    ],
)
def test_a_history_without_signal_is_refused(moved: float, answers: set[Answer]) -> None:
    leads = world(2000)
    dealt = leads.won[np.random.default_rng(6).permutation(2000)] if moved else leads.won
    found = {gate.id: gate.answer for gate in asked(candidate(replace(leads, won=dealt)))}
    assert {found["G2"]} == answers


def test_every_gate_answers_with_value_and_limit(trained: Candidate) -> None:
    gates = asked(trained)
    assert [gate.id for gate in gates] == [f"G{number}" for number in range(1, 14)]
    assert {gate.id for gate in gates if gate.passed is None} == {"G4", "G9", "G11", "G12"}
    assert all((gate.value is None) == (gate.passed is None) for gate in gates)
    assert all(gate.told.zh and gate.told.en and gate.name.zh for gate in gates)


def test_a_group_that_features_give_away_is_told(trained: Candidate) -> None:
    gate = conduct.fair(trained.learn, None, LIMITS, frozenset())
    assert gate.answer is Answer.FAILED
    assert "size_band" in gate.told.en
    signed = frozenset({"size_band"})
    assert conduct.fair(trained.learn, None, LIMITS, signed).answer is Answer.NOT_ASKED
    assert conduct.fair(trained.learn, {"north": 0.95}, LIMITS, signed).passed
    assert conduct.fair(trained.learn, {"north": 0.85}, LIMITS, signed).answer is Answer.FAILED


def valued(count: int, error: float) -> JudgedValues:
    """Figures of so many orders whose coverage is off by `error`."""
    return JudgedValues(
        count=count,
        pinball=0.5,
        unconditional=1.0,
        still_error=error,
        scored_error=error,
        below=np.zeros(0),
        residuals=Residuals(points=np.zeros(1)),
    )


def spent(pool: float, pay_changes: dict[str, float]) -> CardFigures:
    return CardFigures(pool=pool, target=0.08, orders=100, pay_changes=pay_changes)


@pytest.mark.parametrize(
    ("gate", "answer"),
    [
        (skill.enough(100, 900, LIMITS), Answer.PASSED),
        (skill.enough(99, 900, LIMITS), Answer.FAILED),
        (skill.simpler(interval(np.array([1.0, 1.1])), LIMITS, trees=True), Answer.PASSED),
        (skill.simpler(interval(np.array([-1.0, 1.1])), LIMITS, trees=True), Answer.FAILED),
        (skill.simpler(interval(np.array([-1.0, 1.1])), LIMITS, trees=False), Answer.PASSED),
        (conduct.budget(spent(0.089, {"a": 0.09}), LIMITS), Answer.PASSED),
        (conduct.budget(spent(0.091, {}), LIMITS), Answer.FAILED),
        (conduct.budget(spent(0.069, {}), LIMITS), Answer.FAILED),
        (conduct.budget(spent(0.08, {"a": -0.11}), LIMITS), Answer.FAILED),
        (conduct.budget(CardFigures(), LIMITS), Answer.NOT_ASKED),
        (conduct.cheats({"split": 0.0, "bundle": 0.011}, LIMITS), Answer.FAILED),
        (conduct.cheats({"split": 0.0}, LIMITS), Answer.PASSED),
        (conduct.cheats({}, LIMITS), Answer.NOT_ASKED),
        (conduct.safe(0), Answer.PASSED),
        (conduct.safe(1), Answer.FAILED),
        (conduct.safe(None), Answer.NOT_ASKED),
        (honesty.covers(None, LIMITS), Answer.NOT_ASKED),
        (honesty.covers(valued(250, 0.04), LIMITS), Answer.PASSED),
        (honesty.covers(valued(25_000, 0.04), LIMITS), Answer.FAILED),
        (honesty.covers(valued(250, 0.12), LIMITS), Answer.FAILED),
    ],
)
def test_gates_of_figures(gate: object, answer: Answer) -> None:
    assert getattr(gate, "answer", None) is answer


class Dipped:
    """Rises with the first promised feature, but for a dip of this depth."""

    def __init__(self, depth: float) -> None:
        self.depth = depth

    def log_odds(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        place = [bool(sign) for sign in FEATURES.monotone].index(True)
        at = np.nan_to_num(rows[:, place]) * FEATURES.monotone[place]
        dips = (at > np.median(at)) & (rows.sum(axis=1) > 0)
        return np.where(dips, at - self.depth, at)


@pytest.mark.parametrize(
    ("depth", "passed"),
    [pytest.param(0.0, True, id="rises"), pytest.param(0.5, False, id="dips in half of the rows")],
)
def test_promises_are_tried_on_a_hundred_thousand_pairs(depth: float, passed: bool) -> None:  # noqa: FBT001
    gate = conduct.monotone(cast("WinModel", Dipped(depth)), world(500))
    assert gate.passed is passed
    assert gate.told.en.split(" pairs")[0].split()[-1] == "100000"


def test_a_way_of_growing_trees_is_in_their_text() -> None:
    leads = world(600)
    recipe = Recipe(objective="binary", seed=1, rounds=2, way=Way.WORD_BY_WORD)
    text = boosted(FEATURES, leads.rows, leads.won, recipe).text
    assert "[max_cat_to_onehot: 64]" in text
    assert "[num_leaves: 10]" in text


def test_a_champion_that_is_better_stays(trained: Candidate) -> None:
    judge = trained.judge
    better = np.where(judge.won, 0.9, 0.1)
    assert skill.champion(trained, better, LIMITS).answer is Answer.FAILED
    same = skill.champion(trained, trained.chances.scored, LIMITS)
    assert same.answer is Answer.PASSED
    assert "worst slice a" in same.told.en
    many = skill.champion(trained, better, replace(LIMITS, slice_rows=10**6))
    assert many.told.en.endswith("; no slice has 1000000 leads")


def test_a_feature_that_knows_the_outcome_raises_the_alarm(trained: Candidate) -> None:
    assert honesty.leakage(trained, replace(LIMITS, gap=1.0), future_moves=()).passed
    assert not honesty.leakage(trained, LIMITS, future_moves=("size",)).passed
    rows = trained.learn.rows.copy()
    rows[:, 1] = trained.learn.won + np.random.default_rng(1).normal(size=len(rows)) * 0.2
    leaky = replace(trained, learn=replace(trained.learn, rows=rows))
    told = honesty.leakage(leaky, replace(LIMITS, gap=1.0), future_moves=())
    assert told.answer is Answer.FAILED
    assert "noise" in told.told.en


def test_a_category_of_ids_raises_no_alarm() -> None:
    leads = world(2000)
    rows = leads.rows.copy()
    rows[:, 2] = np.arange(2000) // 2
    assert honesty.single_aucs(replace(leads, rows=rows))["source"] < 0.6


def test_the_parts_are_text_that_reads_again(trained: Candidate) -> None:
    contract = Contract(id="leads", fields=())
    made = parts(trained, contract)
    assert {"features.json", "offset.json", "win.logistic.json", "residual_cdf.json"} <= set(made)
    assert made == parts(trained, contract)
    rates = segments.from_json(made["segments.json"])
    assert 0 < rates.rate("ad") < rates.rate("referral") < 1
    assert rates.rate("never seen") == rates.overall


def test_too_few_wins_to_judge_are_told() -> None:
    leads = world(300)
    with pytest.raises(TooLittle, match="judge: 0 won"):
        candidate(replace(leads, won=leads.won & (np.arange(300) < 150)))
