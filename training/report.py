"""The model card: what was learnt from what, how good it is, and what each gate said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.coefficient.parts import metrics
from training.gates.gate import Answer
from training.gates.honesty import slice_ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.coefficient.candidate import Candidate
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
