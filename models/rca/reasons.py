"""Why a candidate stands where it stands: sentences with their figures, zh and en."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.text import Text

if TYPE_CHECKING:
    from models.rca.candidates import Candidate
    from models.rca.evidence import EvidenceDag
    from models.rca.figures import Figures


def rule_reasons(one: Candidate, told: Figures, dag: EvidenceDag) -> tuple[Text, ...]:
    """Say when it was, whom it touched and what those did."""
    found = [] if one.item is None else [_when(one, dag)]
    if told.deals_after is None:
        found.append(
            Text(
                zh="没有记录它影响了哪些商机，因此无法比较。",
                en="Nobody recorded which deals it touched, so they cannot be compared.",
            )
        )
        return tuple(found)
    found.append(_what(told))
    return tuple(found)


def _when(one: Candidate, dag: EvidenceDag) -> Text:
    if one.item is None:
        raise ValueError("a cell has no date")
    name, day, days = dag.by_id[one.item.type].name, one.item.at, abs(one.lead)
    if one.lead < 0:
        return Text(
            zh=f"{name.zh}（{day}）发生在下降开始 {days} 天之后。",
            en=f"{name.en} ({day}) came {days} days after the fall began.",
        )
    return Text(
        zh=f"{name.zh}（{day}）发生在下降开始前 {days} 天。",
        en=f"{name.en} ({day}) came {days} days before the fall began.",
    )


def _what(told: Figures) -> Text:
    before, after = told.rate_before, told.rate_after
    zh, en = f"涉及下降以来的 {told.deals_after:,} 个商机", f"It touches {told.deals_after:,} deals"
    en += " since the fall began"
    if before is not None and after is not None:
        zh += f"：转化率 {before:.1%} → {after:.1%}"
        en += f": {before:.1%} → {after:.1%} converted"
    if told.shortfall is not None and told.interval is not None:
        low, high = told.interval
        zh += f"，少转化 {told.shortfall:,.0f} 个（95% 区间 {low:,.0f} … {high:,.0f}）"
        en += f", {told.shortfall:,.0f} short (95 %: {low:,.0f} … {high:,.0f})"
    if told.did_z is not None:
        zh += f"，相对其他商机 z = {told.did_z:.1f}"
        en += f", z = {told.did_z:.1f} beside the others"
    return Text(zh=zh + "。", en=en + ".")
