"""The model card: what was learnt from what, how good it is, and what each gate said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.text import Text
from training.coefficient.parts import metrics
from training.coefficient.search import FEWEST as FEWEST_SEARCHED
from training.gates.gate import Answer
from training.gates.honesty import slice_ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.coefficient.candidate import Candidate
    from training.coefficient.search import Searched
    from training.gates.gate import Gate
    from training.snapshot import Snapshot

_SIGNS = {Answer.PASSED: "✓ passed 通过", Answer.FAILED: "✗ failed 未通过"}
_NOT_ASKED = "– not asked 未问"
#: Slices of fewer leads say little.
FEWEST = 100


def model_card(candidate: Candidate, gates: Sequence[Gate], snapshot: Snapshot) -> str:
    """Give MODEL_CARD.md; its pictures are in plots/."""
    figures = metrics(candidate)
    refused = any(gate.answer is Answer.FAILED for gate in gates)
    lines = [
        f"# Attack coefficient 攻坚系数: {snapshot.contract.id}",
        "",
        f"**{'Refused 已拒绝' if refused else 'Candidate 候选'}.**",
        f"Learnt from {figures['learn']} leads, judged by {figures['judge']} that it never saw",
        f"({'the newest' if figures['by_time'] else 'drawn: there are no times'};",
        f"{figures['embargoed']} in between left out).",
        f"学习 {figures['learn']} 条线索，由未见过的 {figures['judge']} 条评判。",
        "",
        f"- Data 数据: `{snapshot.sha256}`, {len(snapshot.records)} orders",
        f"- Model 模型: {figures['win_model']}",
        f"- Calibration 校准: {'kept 采用' if figures['calibrated'] else 'none helped 未采用'}",
        "",
        "## Gates 闸门",
        "",
        "| gate | question 问题 | answer 结论 | value 数值 | limit 上限/下限 | seen 说明 |",
        "|---|---|---|---|---|---|",
        *(_row(gate) for gate in gates),
        "",
        "## Figures 指标",
        "",
        *_chances(figures),
        "",
        "![calibration](plots/calibration.svg) ![stability](plots/stability.svg)",
        *_slices(candidate),
        *_value(candidate),
        *_search(candidate.win.searched),
        "",
        "## Learnt from 学习字段",
        "",
        ", ".join(f"`{name}`" for name in candidate.learn.features.names),
        "",
        "Who sold, what the law protects and what was written afterwards is not among them.",
        "销售人员、受保护特征和分配之后的字段均未使用。",
    ]
    return "\n".join(lines) + "\n"


def _chances(figures: dict[str, Any]) -> list[str]:
    rows = [
        f"| {words} | {figures[f'log_loss_{name}']:.4f} | {figures[f'auc_{name}']:.4f} "
        f"| {figures[f'ece_{name}']:.4f} |"
        for name, words in (
            ("scored", "as scored 实际评分"),
            ("still", "without rolling offset 不滚动"),
            ("boosted", "LightGBM"),
            ("logistic", "logistic 逻辑回归"),
        )
    ]
    return ["| chances of the judges | log-loss | AUC | ECE |", "|---|---|---|---|", *rows]


def _row(gate: Gate) -> str:
    value = "" if gate.value is None else f"{gate.value:.4g}"
    limit = "" if gate.limit is None else f"{gate.limit:.4g}"
    said = _SIGNS.get(gate.answer, _NOT_ASKED)
    told = f"{gate.told.en} {gate.told.zh}".replace("|", "/")
    return f"| {gate.id} | {gate.name.en} {gate.name.zh} | {said} | {value} | {limit} | {told} |"


def _slices(candidate: Candidate) -> list[str]:
    ratios = slice_ratios(candidate.judge, candidate.chances.scored, FEWEST)
    if len(ratios) <= 1:
        return []
    return [
        "",
        "![slices](plots/slices.svg)",
        "",
        "| segment 细分 | observed / expected 实际/预期 | ± |",
        "|---|---|---|",
        *(f"| {name or '(blank)'} | {ratio:.2f} | {doubt:.2f} |" for name, ratio, doubt in ratios),
    ]


def _value(candidate: Candidate) -> list[str]:
    values = candidate.values
    if values is None:
        return ["", "Values 金额: too few to learn a distribution 样本不足."]
    return [
        "",
        f"Values 金额: {values.count} orders judged;",
        f"pinball {values.pinball:.4f} against {values.unconditional:.4f} unconditional;",
        f"coverage off by {values.scored_error:.4f}.",
        "",
        "![coverage](plots/coverage.svg)",
    ]


def _search(searched: Searched | None) -> list[str]:
    """Tell what a search tried, one row a setting, and which stays."""
    if searched is None:
        return []
    said = ending(searched)
    told = ["", "## Search 参数搜索", "", said.en, said.zh]
    if searched.fixed_loss is None:
        return told
    teach, rank, prove = searched.parts
    rows = [("fixed 固定", searched.fixed, searched.fixed_loss)]
    rows += [
        (f"{number}", one.setting, one.loss) for number, one in enumerate(searched.tried, start=1)
    ]
    return [
        *told,
        "",
        f"Of those that learn {teach} taught, {rank} ranked, {prove} proved; judges took no part.",
        f"学习样本中 {teach} 条用于拟合，{rank} 条排名，{prove} 条证明；评判样本未参与。",
        "",
        f"| setting 参数 | log-loss, ranking 排名损失 | {' | '.join(searched.fixed.numbers)} |",
        "|---" * (2 + len(searched.fixed.numbers)) + "|",
        *(
            f"| {name} | {loss:.5f} | {' | '.join(f'{one:g}' for one in own.numbers.values())} |"
            for name, own, loss in rows
        ),
    ]


def ending(searched: Searched) -> Text:
    """Say in one sentence what a search came to."""
    gap, asked = searched.difference, searched.tries
    if searched.fixed_loss is None:
        return Text(
            zh=f"要求尝试 {asked} 组参数，未尝试：样本不足以采用树模型，或某部分的赢单或丢单少于 "
            f"{FEWEST_SEARCHED}。沿用固定参数。",
            en=f"{asked} settings asked for, none tried: too few leads for trees, or a part with "
            f"fewer than {FEWEST_SEARCHED} wins or losses. The fixed setting stays.",
        )
    if gap is None:
        return Text(
            zh=f"尝试 {asked} 组参数，无一优于固定参数，沿用固定参数。",
            en=f"{asked} settings tried; none was nearer than the fixed one, which stays.",
        )
    span = f"{gap.mean:+.4f} ({gap.low:+.4f} … {gap.high:+.4f})"
    if searched.taken:
        return Text(
            zh=f"尝试 {asked} 组参数，最佳一组取代固定参数：对数损失 {span}。",
            en=f"{asked} settings tried; the best takes the fixed one's place: log-loss {span}.",
        )
    return Text(
        zh=f"尝试 {asked} 组参数，最佳一组并非确定更好（对数损失 {span}），沿用固定参数。",
        en=f"{asked} settings tried; the best is not better beyond doubt (log-loss {span}), the "
        "fixed one stays.",
    )
