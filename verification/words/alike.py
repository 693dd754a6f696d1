"""Signs that are taken for one another, and signs that decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A figure and letters (small ones) that are drawn like it: never told apart.
LOOK_ALIKE: Mapping[str, str] = {
    "0": "oqdcu〇口",
    "1": "lijtr丨|",
    "2": "z",
    "3": "з",
    "4": "a",
    "5": "s",
    "6": "bg",
    "7": "t",
    "8": "b",
    "9": "gq",
    "一": "-",
}
#: What OCR takes for one another in a scan that people read with ease.
TAKEN_FOR: Mapping[str, str] = {
    "0": "68",
    "1": "7",
    "2": "7",
    "3": "58",
    "5": "68",
    "6": "8",
    "8": "9",
    "4": "9",
    "一": "二",
    "二": "三",
    "三": "五王",
    "十": "千",
    "千": "干",
    "壹": "壶",
    "百": "佰",
    "万": "方",
    "未": "末",
    "不": "木",
    "无": "元",
}
#: Figures in Chinese, as amounts are written; 一 is left out, which is read as a dash.
CAPITALS = frozenset("二三四五六七八九十百千万亿零壹贰叁肆伍陆柒捌玖拾佰仟")
#: Signs of which one more or one less turns a decision round.
DECIDING_SIGNS = frozenset("不未否无非拒绝驳废免")
DECIDING_WORDS = frozenset(
    [
        *("not", "no", "never", "yes", "approve", "approved", "approves", "reject", "rejected"),
        *("rejects", "refuse", "refused", "refuses", "decline", "declined", "declines", "deny"),
        *("denied", "agree", "agreed", "disagree", "accept", "accepted", "pass", "passed", "fail"),
        *("failed", "valid", "invalid", "void", "withdrawn"),
    ]
)
#: Radicals that programs put where a character was meant and that NFKC leaves as they are.
RADICALS: Mapping[str, str] = dict(
    zip(
        "⺁⺈⺌⺗⺟⺠⺢⺩⺫⺮⺳⺶⺸⺼⻁⻄⻅⻆⻉⻋⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "厂刀小心母民水王四竹网羊羊肉虎西见角贝车长门雨青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
