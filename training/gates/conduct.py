"""G7 to G12: monotone, stable, within budget, fair to groups, proof against cheats, safe to load.

What needs a card, a simulator or an artefact is given as figures; without them a gate is not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.calibration import chances
from models.text import Text
from training.coefficient.metrics import auc
from training.coefficient.regression import regression
from training.gates.gate import Gate, judged, not_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from training.coefficient.candidate import Candidate
    from training.coefficient.leads import Leads
    from training.coefficient.win import WinModel
    from training.gates.figures import CardFigures
    from training.gates.limits import Limits

MONOTONE = Text(zh="单调性", en="monotone where promised")
STABLE = Text(zh="稳定性", en="bands stay where they are")
BUDGET = Text(zh="预算", en="within the budget")
FAIR = Text(zh="群体公平", en="fair to groups")
CHEATS = Text(zh="防作弊", en="proof against cheats")
SAFE = Text(zh="工件安全", en="safe to load")
_NO_CARD = Text(
    zh="没有费率卡的试算结果：晋升前必须补问",
    en="no figures of a card were given: to be asked before promotion",
)
PAIRS = 100_000
#: A lead is scored at so many values of a feature, and each two of them are a pair.
CHAIN = 5
#: Of people whose pay moves far, so many are named.
_NAMED = 5
#: Bands of the chance that moves are counted in: 0.1 of a coefficient of 1 + (1 - p) / 2.
BANDS = 5


def monotone(model: WinModel, leads: Leads, *, seed: int = 20) -> Gate:
    """G7: `PAIRS` pairs that differ in one promised feature; none may go the wrong way."""
    promised = [place for place, sign in enumerate(leads.features.monotone) if sign]
    if not promised:
        nothing = Text(zh="契约没有承诺单调字段", en="the contract promises none")
        return not_asked("G7", MONOTONE, nothing)
    rng = np.random.default_rng(seed)
    wrong = 0
    low, high = np.triu_indices(CHAIN, k=1)
    each = PAIRS // len(promised) // low.size
    for place in promised:
        rows = np.repeat(leads.rows[rng.integers(0, leads.count, each)], CHAIN, axis=0)
        known = leads.rows[~np.isnan(leads.rows[:, place]), place]
        rows[:, place] = np.sort(rng.choice(known, (each, CHAIN)), axis=1).ravel()
        chain = model.log_odds(rows).reshape(each, CHAIN)
        rise = chain[:, high] - chain[:, low]
        wrong += int((rise * leads.features.monotone[place] < 0).sum())
    pairs = each * len(promised) * low.size
    names = ", ".join(leads.features.names[place] for place in promised)
    told = Text(
        zh=f"{pairs} 对中 {wrong} 对方向相反（{names}）",
        en=f"{wrong} of {pairs} pairs go the wrong way ({names})",
    )
    return judged("G7", MONOTONE, wrong, 0, ok=wrong == 0, told=told)


def bands(chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the band, 0 to `BANDS` - 1, of each chance."""
    return np.minimum((chance * BANDS).astype(np.int64), BANDS - 1)


def moved(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Give the share of leads that move by two bands or more."""
    return float((np.abs(bands(before) - bands(after)) > 1).mean())


def stable(
    candidate: Candidate, limits: Limits, champion: NDArray[np.float64] | None = None
) -> Gate:
    """G8: models of leads drawn again, and the champion where there is one."""
    own = candidate.chances.still
    moves = max(moved(own, other) for other in candidate.redrawn)
    beside = None if champion is None else moved(own, champion)
    ok = moves <= limits.moves and (beside is None or beside <= limits.moves_champion)
    told = Text(
        zh=f"重抽样后移动两档以上的最多 {moves:.1%}；相对现任："
        + ("没有现任模型" if beside is None else f"{beside:.1%}"),
        en=f"{moves:.1%} move by two bands or more when leads are drawn again; champion: "
        + ("none" if beside is None else f"{beside:.1%} (limit {limits.moves_champion:.0%})"),
    )
    return judged("G8", STABLE, moves, limits.moves, ok=ok, told=told)


def budget(figures: CardFigures, limits: Limits) -> Gate:
    """G9: the pool against its target, and anybody's pay beyond the limit without a signature."""
    if figures.pool is None:
        return not_asked("G9", BUDGET, _NO_CARD)
    off = figures.pool - figures.target
    far = [who for who, one in figures.pay_changes.items() if abs(one) > limits.pay]
    named, signed = ", ".join(far[:_NAMED]), ", ".join(figures.signed_pay)
    told = Text(
        zh=f"{figures.orders} 单：系数使奖金池增加 {figures.pool:.1%}，目标 {figures.target:.1%}；"
        f"{len(far)} 人的收入变化超过 {limits.pay:.0%} 且无人签字"
        + (f"（{named}）" if far else "")
        + (f"；已签字：{signed}" if signed else "")
        + (
            "；请先用 countermark card solve 按这些评判期的订单调整费率"
            if abs(off) > limits.pool
            else ""
        ),
        en=f"{figures.orders} orders: coefficients add {figures.pool:.1%} to the pool, target "
        f"{figures.target:.1%}; {len(far)} people's pay moves by more than {limits.pay:.0%} "
        "without a signature"
        + (f" ({named})" if far else "")
        + (f"; signed for: {signed}" if signed else "")
        + (
            "; bring the card there by `countermark card solve` on these orders, the judges'"
            if abs(off) > limits.pool
            else ""
        ),
    )
    ok = abs(off) <= limits.pool and not far
    return judged("G9", BUDGET, off, limits.pool, ok=ok, told=told)


def fair(
    leads: Leads, ratios: Mapping[str, float] | None, limits: Limits, signed: frozenset[str]
) -> Gate:
    """G10: groups that features give away, and mean coefficients of groups where a card paid them.

    Without a card only a failure is an answer. `signed`: groups whose proxies a person accepts.
    """
    guesses = proxy_aucs(leads)
    if not guesses and ratios is None:
        nothing = Text(
            zh="契约没有审计群体（role: audit）",
            en="the contract names no audit group (role: audit)",
        )
        return not_asked("G10", FAIR, nothing)
    off = [name for name, ratio in (ratios or {}).items() if abs(ratio - 1) > limits.groups]
    given = [name for name in guesses if guesses[name] > limits.proxy and name not in signed]
    worst = max(guesses.values(), default=0.5)
    names = ", ".join([*off, *given])
    accepted = ", ".join(sorted(signed & guesses.keys()))
    told = Text(
        zh=f"最易猜出的群体 AUC {worst:.3f}；超限：{names or '无'}"
        + (f"；已签字接受：{accepted}" if accepted else "")
        + ("；系数比未问（无费率卡）" if ratios is None else ""),
        en=f"a group is guessed with AUC {worst:.3f}; beyond limits: {names or 'none'}"
        + (f"; signed for: {accepted}" if accepted else "")
        + ("; coefficients of groups not asked (no card)" if ratios is None else ""),
    )
    if ratios is None and not given:
        return not_asked("G10", FAIR, told)
    return judged("G10", FAIR, worst, limits.proxy, ok=not (off or given), told=told)


def proxy_aucs(leads: Leads) -> Mapping[str, float]:
    """Give the AUC of guessing each audit group from the features; one half guesses the other."""
    found: dict[str, float] = {}
    half = np.arange(leads.count) % 2 == 0
    for name, codes in leads.audit.items():
        largest = int(np.bincount(codes).argmax()) if codes.size else 0
        member = codes == largest
        if min(int(member[half].sum()), int((~member)[half].sum())) < 1:
            continue
        model = regression(leads.features, leads.rows[half], member[half])
        found[name] = auc(member[~half], chances(model.log_odds(leads.rows[~half])))
    return found


def cheats(gains: Mapping[str, float] | None, limits: Limits) -> Gate:
    """G11: what each cheat gains, as a share of honest pay (from the simulator)."""
    if not gains:
        return not_asked("G11", CHEATS, _NO_CARD)
    worst = max(gains, key=gains.__getitem__)
    told = Text(
        zh=f"收益最高的作弊 {worst}：{gains[worst]:+.2%}",
        en=f"the best cheat, {worst}, gains {gains[worst]:+.2%}",
    )
    ok = gains[worst] <= limits.cheat
    return judged("G11", CHEATS, gains[worst], limits.cheat, ok=ok, told=told)


def safe(golden_differences: int | None) -> Gate:
    """G12: golden rows that differ after the artefact was signed, validated and loaded again."""
    if golden_differences is None:
        nothing = Text(zh="工件尚未签名", en="the artefact has not been signed yet")
        return not_asked("G12", SAFE, nothing)
    told = Text(
        zh=f"{golden_differences} 个样例行不同", en=f"{golden_differences} golden rows differ"
    )
    return judged("G12", SAFE, golden_differences, 0, ok=not golden_differences, told=told)
