"""G5, G6, G13: chances come true, distributions cover, and nothing from the future is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.text import Text
from training.coefficient.metrics import auc, coverage_error, ece
from training.gates.gate import Gate, judged, not_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training.coefficient.candidate import Candidate
    from training.coefficient.judging import JudgedValues
    from training.coefficient.leads import Leads
    from training.gates.limits import Limits

CALIBRATED = Text(zh="概率是否可信", en="chances come true")
COVERS = Text(zh="价值分布是否可信", en="the distribution of values covers")
LEAKAGE = Text(zh="有无泄露", en="nothing from the future")


def calibrated(judge: Leads, scored: NDArray[np.float64], limits: Limits) -> Gate:
    """G5: expected calibration error of all judges, observed over expected in each large slice.

    Neither fails on what chance alone explains: the limit is not below what 95 in 100 worlds show
    in which these chances are true, and a slice is off beyond two standard errors.
    """
    error = ece(judge.won, scored)
    limit = limits.ece_many if judge.count >= limits.many else limits.ece
    limit = max(limit, by_chance(scored))
    off = {
        name: ratio
        for name, ratio, doubt in slice_ratios(judge, scored, limits.slice_rows)
        if abs(ratio - 1) > limits.ratio + doubt
    }
    slices = ", ".join(f"{name} {ratio:.2f}" for name, ratio in off.items())
    told = Text(
        zh=f"校准误差 {error:.4f}；观察/预期偏离的分组：{slices or '无'}",
        en=f"calibration error {error:.4f}; slices off in observed/expected: {slices or 'none'}",
    )
    return judged("G5", CALIBRATED, error, limit, ok=error <= limit and not off, told=told)


def by_chance(chance: NDArray[np.float64], draws: int = 100, seed: int = 20) -> float:
    """Give the calibration error that 95 of 100 draws keep below where the chances are true."""
    rng = np.random.default_rng(seed)
    found = [ece(rng.random(chance.size) < chance, chance) for _ in range(draws)]
    return float(np.quantile(found, 0.95))


def slice_ratios(
    judge: Leads, scored: NDArray[np.float64], fewest: int
) -> list[tuple[str, float, float]]:
    """Give each large slice's observed over expected wins, and two standard errors of it."""
    found = []
    for place, name in enumerate(judge.segments):
        own = judge.segment == place
        if int(own.sum()) < fewest:
            continue
        expected = float(scored[own].sum())
        doubt = 2 * float(np.sum(scored[own] * (1 - scored[own]))) ** 0.5 / expected
        found.append((name, float(judge.won[own].sum()) / expected, doubt))
    return found


def covers(values: JudgedValues | None, limits: Limits) -> Gate:
    """G6: the largest |coverage - promise|, and the pinball loss beside the unconditional one.

    Coverage does not fail on what chance alone explains, as in G5.
    """
    if values is None:
        return not_asked("G6", COVERS, Text(zh="没有足够的金额", en="too few values are known"))
    share = values.pinball / values.unconditional
    limit = max(limits.coverage, covered_by_chance(values.count))
    ok = values.scored_error <= limit and share <= limits.pinball
    told = Text(
        zh=f"覆盖误差 {values.scored_error:.4f}（不滚动时 {values.still_error:.4f}）；"
        f"分位损失为无条件分布的 {share:.3f}（上限 {limits.pinball}）",
        en=f"coverage off by {values.scored_error:.4f} ({values.still_error:.4f} without rolling); "
        f"pinball {share:.3f} of the unconditional (limit {limits.pinball})",
    )
    return judged("G6", COVERS, values.scored_error, limit, ok=ok, told=told)


def covered_by_chance(count: int, draws: int = 200, seed: int = 20) -> float:
    """Give the error that 95 of 100 draws keep below where a distribution covers as promised."""
    rng = np.random.default_rng(seed)
    return float(np.quantile([coverage_error(rng.random(count)) for _ in range(draws)], 0.95))


def single_aucs(leads: Leads) -> Mapping[str, float]:
    """Give each feature's AUC alone, either way round; a category by its own rate of winning."""
    found = {}
    categories = set(leads.features.category_places)
    for place, name in enumerate(leads.features.names):
        column = leads.rows[:, place]
        score = _left_out_rates(column, leads.won) if place in categories else column
        known = np.where(np.isnan(score), -np.inf, score)
        one = auc(leads.won, known)
        found[name] = max(one, 1 - one)
    return found


def _left_out_rates(codes: NDArray[np.float64], won: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give each row the rate of the other half of its category: its own outcome has no say."""
    own = codes.astype(np.int64)
    size = int(own.max()) + 1
    half = np.arange(own.size) % 2
    rates = np.zeros(own.size)
    for side in (0, 1):
        other = half != side
        wins = np.bincount(own[other], weights=won[other], minlength=size)
        rows = np.bincount(own[other], minlength=size)
        rates[~other] = ((wins + float(won.mean())) / (rows + 1))[own[~other]]
    return rates


def auc_doubt(won: NDArray[np.bool_], area: float) -> float:
    """Give the standard error of an AUC (Hanley and McNeil, 1982)."""
    wins, lost = int(won.sum()), int((~won).sum())
    pairs, squares = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (wins - 1) * (pairs - area**2) + (lost - 1) * (squares - area**2)
    return float(((area * (1 - area) + spread) / (wins * lost)) ** 0.5)


def leakage(
    candidate: Candidate, limits: Limits, *, future_moves: tuple[str, ...], explained: str = ""
) -> Gate:
    """G13: no feature that knows alone, none that a changed future moves, no gap between splits.

    A gap within two standard errors is chance. `explained`: why a gap between splits is right (a
    named person's words go into the record).
    """
    alone = single_aucs(candidate.learn)
    worst = max(alone, key=alone.__getitem__)
    inside = auc(candidate.learn.won, candidate.win.out_of_fold)
    outside = auc(candidate.judge.won, candidate.chances.still)
    gap = inside - outside
    gap_limit = max(limits.gap, 2 * auc_doubt(candidate.judge.won, outside))
    by_time = candidate.split.by_time
    gap_ok = not by_time or gap <= gap_limit or bool(explained)
    ok = alone[worst] <= limits.single and not future_moves and gap_ok
    moves = ", ".join(future_moves)
    splits = Text(zh="无时间，未比较划分", en="no times: splits not compared")
    if by_time:
        splits = Text(
            zh=f"随机与按时间划分的 AUC 差 {gap:.3f}（上限 {gap_limit:.3f}）{explained}",
            en=f"AUC of a random split above that by time {gap:.3f} (limit {gap_limit:.3f}) "
            f"{explained}",
        )
    told = Text(
        zh=f"最强单字段 {worst} AUC {alone[worst]:.3f}；未来改变时变化的字段：{moves or '无'}；"
        f"{splits.zh}",
        en=f"strongest feature alone {worst} AUC {alone[worst]:.3f}; moved by a changed future: "
        f"{moves or 'none'}; {splits.en}",
    )
    return judged("G13", LEAKAGE, alone[worst], limits.single, ok=ok, told=told)
