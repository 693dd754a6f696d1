"""The words of an incident's report and plots, in both languages."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Literal

from service.causes.plots import Words
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["zh", "en"]

PLOTS: Mapping[Language, Words] = {
    "zh": Words(
        funnel="每日转化率（按进入日）",
        heat="各单元的转化率：之前 → 之后",
        timeline="证据时间线",
        waterfall="转化率变化的分解",
        onset="开始下降",
        before="之前",
        mix="结构变化",
        rest="其余",
        others="另 {count} 个单元",
        now="之后",
        everything="全部",
    ),
    "en": Words(
        funnel="Rate a day, by the day of entry",
        heat="Rates of the cells: before → since",
        timeline="Evidence over time",
        waterfall="The change of the rate, taken apart",
        onset="fell on",
        before="before",
        mix="mix",
        rest="rest",
        others="{count} other cells",
        now="since",
        everything="everything",
    ),
}
ROLES: Mapping[str, Text] = {
    "root": Text(zh="根因", en="root"),
    "contributing": Text(zh="促成", en="contributing"),
    "mediator": Text(zh="中介", en="mediator"),
    "symptom": Text(zh="症状", en="symptom"),
    "coincident": Text(zh="巧合", en="coincident"),
    "unrelated": Text(zh="无关", en="unrelated"),
    "none_of_these": Text(zh="都不是", en="none of these"),
}
PHASES: Mapping[str, Text] = {
    "closed": Text(zh="闭合", en="closed"),
    "open": Text(zh="断开", en="open"),
    "half_open": Text(zh="半开", en="half-open"),
}
SCOPES: Mapping[str, Text] = {
    "all": Text(zh="全部下降，没有哪个单元单独下降。", en="Everything fell, no cell alone."),
    "cells": Text(
        zh="下降的是下列单元，其余没有超出结构变化的下降。",
        en="These cells fell; the rest did not beyond its mix.",
    ),
    "none": Text(zh="尚不能定位。", en="Not localisable yet."),
}
COUNTED = Text(
    zh="上面的转化数包括更早进入的商机在此后的转化；第二、三节只数此后进入的商机及其在通常天数内的转化，"
    "所以数字可能不同。",
    en="These conversions include those, since then, of deals that had entered before; sections 2 "
    "and 3 count deals that entered since then alone, and conversions within the usual days, so "
    "their figures may differ.",
)
NO_CANDIDATE = Text(
    zh="没有候选：开始下降前后没有登记任何证据，也没有定位到单元。",
    en="There is no candidate: no evidence was recorded about the onset, and no cell was found.",
)
LACKING = Text(
    zh="□ 代表本文件字体没有的字（如表情符号、阿拉伯文），共 {count} 处；原文见网页或 Markdown。",
    en="□ stands for a letter that this file's font lacks, such as an emoji or Arabic: {count} in "
    "all. The page and the Markdown show them.",
)
CHANCE = Text(
    zh="概率由规则排序给出，未经校准；不会自动触发熔断。",
    en="Ranked by hand: the chances are not calibrated and trip no breaker by themselves.",
)


def say(text: Text, language: Language) -> str:
    """Give a text in one language."""
    return text.zh if language == "zh" else text.en


def chance(p_root: float) -> str:
    """Give a chance as no more than it is: at .796 no breaker trips that asks for .80."""
    return f"{floor(p_root * 100 + 1e-9) / 100:.2f}"
