"""The gates of a ranker: the coefficient's frame, asked of causes.

G1 enough incidents; G2 better than the rule by hand; G4 no worse than the champion; G5 chances are
true; G6 tie sets cover and are small; G8 another seed ranks alike; G12 safe to load; G13 no feature
gives the root away; G14 the golden incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.text import Text
from training.gates.gate import Gate, judged, not_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training.rca.judging import Judged

Z95 = 1.96

ENOUGH = Text(zh="事件是否足够", en="enough incidents")
SKILL = Text(zh="是否优于人工规则", en="better than the rule by hand")
CHAMPION = Text(zh="不劣于现任模型", en="no worse than the champion")
CALIBRATED = Text(zh="概率是否属实", en="chances are true")
TIES = Text(zh="并列集合", en="tie sets cover, and are small")
STABLE = Text(zh="稳定性", en="another seed ranks alike")
SAFE = Text(zh="工件安全", en="safe to load")
LEAKAGE = Text(zh="单一特征泄漏", en="no feature gives the root away")
GOLDEN = Text(zh="标准事件", en="the golden incident")


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesLimits:
    """Shares in 0..1; sizes in candidates."""

    fewest: int = 50
    gain: float = 0.0
    ece: float = 0.05
    covered: float = 0.95
    tie_size: float = 1.6
    alike: float = 0.90
    single: float = 0.90


LIMITS = CausesLimits()


def enough(incidents: int, limits: CausesLimits = LIMITS) -> Gate:
    """G1: incidents that are learned from."""
    told = Text(zh=f"学习了 {incidents} 个事件", en=f"{incidents} incidents are learned from")
    ok = incidents >= limits.fewest
    return judged("G1", ENOUGH, float(incidents), float(limits.fewest), ok=ok, told=told)


def skill(
    ours: NDArray[np.bool_], by_hand: NDArray[np.bool_], limits: CausesLimits = LIMITS
) -> Gate:
    """G2: roots that came first, paired with the rule's, on incidents never seen."""
    gains = ours.astype(np.float64) - by_hand
    low = float(gains.mean() - Z95 * gains.std(ddof=1) / np.sqrt(len(gains)))
    told = Text(
        zh=f"首位命中 {ours.mean():.1%}，人工规则 {by_hand.mean():.1%}；增益下界 {low:.3f}",
        en=f"the root came first in {ours.mean():.1%}, by hand in {by_hand.mean():.1%}; "
        f"the gain is {low:.3f} at least (95 %)",
    )
    return judged("G2", SKILL, low, limits.gain, ok=low > limits.gain, told=told)


def champion() -> Gate:
    """G4 is asked where both models rank the same incidents: the registry's to do."""
    told = Text(zh="训练时没有给出现任模型", en="no champion was given to training")
    return not_asked("G4", CHAMPION, told)


def calibrated(found: Mapping[str, Judged], limits: CausesLimits = LIMITS) -> Gate:
    """G5: the first candidate's chance against how often it was the root; the worst profile's.

    It does not fail on what chance alone explains: with few judges the limit is wider.
    """
    limit = {name: max(limits.ece, one.ece_by_chance) for name, one in found.items()}
    name = max(found, key=lambda one: found[one].ece_first - limit[one])
    worst = found[name].ece_first
    told = Text(
        zh=f"首位概率的校准误差最差 {worst:.3f}（{name}）",
        en=f"the first's chance is off by {worst:.3f} at worst ({name})",
    )
    return judged("G5", CALIBRATED, worst, limit[name], ok=worst <= limit[name], told=told)


def ties(found: Mapping[str, Judged], limits: CausesLimits = LIMITS) -> Gate:
    """G6: the least covering profile, and the largest mean size."""
    covered = min(one.covered for one in found.values())
    size = max(one.tie_size for one in found.values())
    told = Text(
        zh=f"至少覆盖 {covered:.1%} 的根因，平均大小至多 {size:.2f}（上限 {limits.tie_size}）",
        en=f"they hold the root in {covered:.1%} at least, with {size:.2f} candidates on average "
        f"at most (limit {limits.tie_size})",
    )
    ok = covered >= limits.covered and size <= limits.tie_size
    return judged("G6", TIES, covered, limits.covered, ok=ok, told=told)


def stable(alike: float, limits: CausesLimits = LIMITS) -> Gate:
    """G8: share of incidents with the same first candidate by a ranker of another seed."""
    told = Text(
        zh=f"换随机种子后 {alike:.1%} 的事件首位相同",
        en=f"by another seed {alike:.1%} of the incidents have the same first",
    )
    return judged("G8", STABLE, alike, limits.alike, ok=alike >= limits.alike, told=told)


def safe(*, opened: bool | None) -> Gate:
    """G12: None before it was sealed and opened."""
    if opened is None:
        return not_asked("G12", SAFE, Text(zh="尚未封装", en="not sealed yet"))
    told = Text(zh="已在独立进程中试装", en="loaded in a process of its own")
    return judged("G12", SAFE, 0.0, 0.0, ok=opened, told=told)


def leakage(single: Mapping[str, float], limits: CausesLimits = LIMITS) -> Gate:
    """G13: the best that any feature does alone (roots that come first, either way)."""
    name = max(single, key=lambda one: single[one])
    told = Text(
        zh=f"单一特征最好为 {name}：首位命中 {single[name]:.1%}",
        en=f"the best alone is {name}: the root comes first in {single[name]:.1%}",
    )
    ok = single[name] <= limits.single
    return judged("G13", LEAKAGE, single[name], limits.single, ok=ok, told=told)


def golden(ranks: Mapping[str, int]) -> Gate:
    """G14: the known root stands first in each stage of the golden incident."""
    worst = max(ranks.values())
    seen = ", ".join(f"{stage}: {rank}" for stage, rank in ranks.items())
    told = Text(zh=f"已知根因的名次 {seen}", en=f"the known root's rank: {seen}")
    return judged("G14", GOLDEN, float(worst), 1.0, ok=worst == 1, told=told)
