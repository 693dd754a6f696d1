"""G1 to G4: enough to learn from, better than nothing and than lines, no worse than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.text import Text
from training.coefficient.metrics import interval, losses
from training.coefficient.win import FEWEST_FOR_TREES
from training.gates.gate import Gate, judged, not_asked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.coefficient.candidate import Candidate
    from training.coefficient.metrics import Interval
    from training.gates.limits import Limits

ENOUGH = Text(zh="样本是否足够", en="enough to learn from")
SKILL = Text(zh="是否优于总体赢单率", en="better than the rate of winning alone")
SIMPLER = Text(zh="更复杂的模型是否更好", en="trees only where they beat lines")
CHAMPION = Text(zh="不劣于现任模型", en="no worse than the champion")


def enough(wins: int, losses_: int, limits: Limits) -> Gate:
    """G1: wins and losses that learn."""
    fewer = min(wins, losses_)
    alone = fewer < FEWEST_FOR_TREES
    told = Text(
        zh=f"学习样本中赢单 {wins}，丢单 {losses_}" + ("；只用逻辑回归" if alone else ""),
        en=f"{wins} won and {losses_} lost leads learn"
        + ("; logistic regression alone" if alone else ""),
    )
    return judged("G1", ENOUGH, fewer, limits.fewest, ok=fewer >= limits.fewest, told=told)


def skill(
    won: NDArray[np.bool_], scored: NDArray[np.float64], prior: float, limits: Limits
) -> Gate:
    """G2: log-loss against the learners' rate of winning, paired, on the judges."""
    gain = interval(losses(won, np.full(won.size, prior)) - losses(won, scored))
    told = Text(
        zh=f"对数损失改善 {gain.mean:.4f}（95 % 区间 {gain.low:.4f} 至 {gain.high:.4f}）；"
        "不大于 0 就没有可用的信号",
        en=f"log-loss better by {gain.mean:.4f} (95 %: {gain.low:.4f} to {gain.high:.4f}); "
        "not above 0: there is no signal to pay by",
    )
    return judged("G2", SKILL, gain.low, limits.gain, ok=gain.low > limits.gain, told=told)


def simpler(gain: Interval, limits: Limits, *, trees: bool) -> Gate:
    """G3: trees are the candidate only where they beat logistic regression beyond doubt."""
    better = gain.low > limits.gain
    told = Text(
        zh=f"LightGBM 相对逻辑回归改善 {gain.mean:.4f}（{gain.low:.4f} 至 {gain.high:.4f}）；"
        f"候选为{' LightGBM' if trees else '逻辑回归'}",
        en=f"LightGBM over logistic {gain.mean:.4f} ({gain.low:.4f} to {gain.high:.4f}); "
        f"the candidate is {'LightGBM' if trees else 'logistic regression'}",
    )
    return judged("G3", SIMPLER, gain.low, limits.gain, ok=better or not trees, told=told)


def champion(candidate: Candidate, before: NDArray[np.float64] | None, limits: Limits) -> Gate:
    """G4: the champion's chances of the same judges, if there is a champion."""
    if before is None:
        return not_asked("G4", CHAMPION, Text(zh="没有现任模型", en="there is no champion"))
    judge = candidate.judge
    worse = losses(judge.won, candidate.chances.scored) - losses(judge.won, before)
    overall = interval(worse)
    slices = {
        name: float(worse[judge.segment == place].mean())
        for place, name in enumerate(judge.segments)
        if int((judge.segment == place).sum()) >= limits.slice_rows
    }
    worst = max(slices, key=slices.__getitem__, default="")
    ok = overall.high <= limits.worse and slices.get(worst, 0.0) <= limits.worse_slice
    found = Text(
        zh=f"没有满 {limits.slice_rows} 条的分组可查", en=f"no slice has {limits.slice_rows} leads"
    )
    if slices:
        seen = f"{worst} {slices[worst]:.4f}"
        found = Text(
            zh=f"最差分组 {seen}（上限 {limits.worse_slice}）",
            en=f"worst slice {seen} (limit {limits.worse_slice})",
        )
    told = Text(
        zh=f"对数损失变化上界 {overall.high:.4f}；{found.zh}",
        en=f"log-loss worse by {overall.high:.4f} at most; {found.en}",
    )
    return judged("G4", CHAMPION, overall.high, limits.worse, ok=ok, told=told)
