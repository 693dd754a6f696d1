"""What the fixed columns of funnel tables are called in Chinese exports; dimensions stay as named.

Deals, stages and reps are called as in the service's stage events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Words = Mapping[str, tuple[str, ...]]

DEALS: Words = {
    "stage": ("阶段", "商机阶段"),
    "entered": ("进入日期", "进入时间", "进入日"),
    "converted": ("转化日期", "转化时间", "转化日"),
    "id": ("编号", "商机编号", "商机"),
    "rep": ("销售", "负责人"),
}
COUNTS: Words = {
    "n_hist": ("历史进入", "历史进入数", "历史商机数"),
    "k_hist": ("历史转化", "历史转化数"),
    "n_cur": ("本期进入", "本期进入数", "本期商机数"),
    "k_cur": ("本期转化", "本期转化数"),
}
EVIDENCE: Words = {
    "id": ("编号",),
    "type": ("类型",),
    "at": ("时间", "日期"),
    "until": ("结束", "结束时间", "结束日期"),
    "topic": ("主题",),
    "all": ("全部",),
    "share": ("占比",),
    "cells": ("单元",),
    "reps": ("销售",),
    "deals": ("商机",),
}


def named(header: Sequence[str], words: Words) -> list[str]:
    """Give the header with its fixed columns by their own names.

    Where a column has its own name already, or another word of it came before, a word is left: it
    names a dimension.
    """
    known = {word: name for name, some in words.items() for word in some}
    found: list[str] = []
    for head in header:
        name = known.get(head.strip())
        found.append(name if name and name not in (*header, *found) else head.strip())
    return found


def told(names: Sequence[str], words: Words) -> str:
    """Give names with the first word of each: ``stage（阶段）``."""
    return ", ".join(f"{name}（{words[name][0]}）" if name in words else name for name in names)
