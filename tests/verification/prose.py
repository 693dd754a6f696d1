"""Texts as companies write them: reports of their own words, and forms of one template.

A sentence is a pattern with gaps; reports draw theirs with other figures and words, so that two
of them share turns of phrase and no more.
"""

from __future__ import annotations

import random
import re
import textwrap
from typing import Literal

import pymupdf

from tests.verification.quoting import word

Language = Literal["zh", "en"]

_PATTERNS = {
    "zh": (
        "在{a}环节，系统平均响应时间为{n}毫秒，较改造前下降{p}%。",
        "{d}，项目组在{a}现场完成了{b}的联调，共记录问题{n}项。",
        "{b}模块连续运行{n}小时，未发现内存泄漏，峰值占用{p}%。",
        "客户反馈{a}人员每天需要手工录入{n}张单据，希望由{b}自动生成。",
        "经抽查{n}条样本，{b}的识别准确率达到{p}%，满足约定指标。",
        "由于{a}网络带宽有限，{b}的数据同步改为每{n}分钟一次。",
        "建议下一阶段将{b}推广到{a}，预计节省人工{n}小时。",
        "{a}负责人认为{b}的报表格式与现有制度不一致，需调整{n}处字段。",
        "测试期间{b}共处理{n}笔业务，其中{p}笔需要人工复核。",
        "针对{a}提出的权限要求，{b}增加了{n}级审批。",
    ),
    "en": (
        "In the {a} the average response time was {n} ms, {p} % less than before the change.",
        "On {d} the team tested the {b} together with the {a} and noted {n} open points.",
        "The {b} ran for {n} hours without a leak, at most {p} % of memory in use.",
        "Staff of the {a} enter {n} slips by hand each day and want the {b} to write them.",
        "Of {n} samples drawn at random the {b} recognised {p} % correctly, as agreed.",
        "As the line to the {a} is narrow, the {b} now synchronises every {n} minutes.",
        "We propose to extend the {b} to the {a}, which should save {n} hours of work.",
        "The head of the {a} found that reports of the {b} differ in {n} fields from house rules.",
        "During the trial the {b} handled {n} cases, {p} of which a person looked at again.",
        "As the {a} had asked, the {b} now needs {n} approvals for changes of rights.",
    ),
}
_PLACES = {
    "zh": ("仓储", "一号车间", "财务", "质检", "采购", "门店", "客服中心", "物流", "研发", "人事"),
    "en": (
        *("warehouse", "first workshop", "finance office", "test bench", "buying office"),
        *("branch", "call centre", "freight yard", "laboratory", "staff office"),
    ),
}
_THINGS = {
    "zh": (
        "订单接口",
        "票据识别",
        "排产引擎",
        "对账服务",
        "权限中心",
        "消息总线",
        "数据看板",
        "日志审计",
    ),
    "en": (
        *("order interface", "slip reader", "planning engine", "matching service"),
        *("rights service", "message bus", "dashboard", "audit log"),
    ),
}
_NAMES = {
    "zh": ("宏达", "远景", "恒信", "金桥", "瑞丰", "天成", "博远", "华立", "中联", "新创"),
    "en": ("Alder", "Birch", "Cedar", "Dover", "Elm", "Forth", "Grove", "Heath", "Iver", "Kent"),
}
_FIRM = {"zh": "{}科技有限公司", "en": "{} Holdings Ltd"}
#: Fields of a form, each with what is filled in.
_FIELDS = {
    "zh": (
        *("甲方：{firm}", "签订日期：{d}", "合同金额：人民币{n}元", "交付日期：{d}"),
        *("联系人：{firm}{a}部", "付款比例：{p}%", "项目编号：{n}", "交付地点：{a}"),
    ),
    "en": (
        *("Customer: {firm}", "Date: {d}", "Amount: EUR {n}", "Delivery: {d}"),
        *("Contact: {a} of {firm}", "Paid in advance: {p} %", "Project: {n}", "Place: {a}"),
    ),
}


def firm(language: Language, number: int) -> str:
    names = _NAMES[language]
    return _FIRM[language].format(names[number % 10] + names[number // 10 % 10].lower())


def sentence(language: Language, chance: random.Random) -> str:
    return _filled(chance.choice(_PATTERNS[language]), language, chance, "")


def report(language: Language, seed: int, customer: str, sentences: int = 24) -> list[str]:
    """Write a report for a customer who is named in every sixth sentence."""
    chance = random.Random(seed)  # noqa: S311 - a plan, not a secret
    lines = [sentence(language, chance) for _ in range(sentences)]
    lead = {"zh": "{}项目验收报告", "en": "Report on the trial at {}"}[language].format(customer)
    named = [
        f"{customer}: {line}" if number % 6 == 0 else line for number, line in enumerate(lines)
    ]
    return [lead, *named]


def form(language: Language, template: int, filled: int, sentences: int = 20) -> list[str]:
    """Write a form: sentences follow from the template, fields and two remarks do not."""
    fixed = random.Random(template)  # noqa: S311 - a plan, not a secret
    own = random.Random(template * 100_003 + filled)  # noqa: S311 - the same
    name = firm(language, own.randrange(100))
    fields = [_filled(one, language, own, name) for one in _FIELDS[language]]
    terms = [sentence(language, fixed) for _ in range(sentences)]
    remarks = [sentence(language, own) for _ in range(2)]
    return [*fields[:4], *terms[: sentences // 2], *fields[4:], *terms[sentences // 2 :], *remarks]


def pdf(lines: list[str], width: int) -> bytes:
    """Print lines, broken after `width` letters, on as many pages as that takes."""
    broken = [part for one in lines for part in _broken(one, width)]
    with pymupdf.open() as document:
        for first in range(0, len(broken), 45):
            page = document.new_page()
            for number, text in enumerate(broken[first : first + 45]):
                font = "helv" if text.isascii() else "china-s"
                page.insert_text((50, 60 + 17 * number), text, fontname=font, fontsize=9)
        return bytes(document.tobytes())


def docx(lines: list[str]) -> bytes:
    return word(list(lines))


def _broken(line: str, width: int) -> list[str]:
    if line.isascii():
        return textwrap.wrap(line, 2 * width)
    parts = [""]
    for piece in re.findall(r"[0-9A-Za-z.,-]+|.", line):  # no program breaks within a number
        if len(parts[-1]) + len(piece) > width:
            parts.append("")
        parts[-1] += piece
    return parts


def _filled(pattern: str, language: Language, chance: random.Random, name: str) -> str:
    return pattern.format(
        a=chance.choice(_PLACES[language]),
        b=chance.choice(_THINGS[language]),
        n=chance.randint(12, 98_000),
        p=chance.randint(3, 97),
        d=f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        firm=name,
    )


#: What was measured in two trials.
OURS = "151 381 0.81 204 459 0.32 248 539 0.63 299 651 0.74"
THEIRS = "147 358 0.88 202 470 0.43 251 532 0.61 292 666 0.77"


def trial(customer: str, figures: str, day: str = "2026-11-03") -> list[str]:
    """Give a report that is nearly all template: a name, a day and twelve figures are its own."""
    rows = [f"{users} {' '.join(row)}" for users, row in zip("5678", _rows(figures), strict=True)]
    return [f"客户 {customer} 于 {day} 试用", *report("zh", 1, firm("zh", 3)), *rows]


def _rows(figures: str) -> list[tuple[str, ...]]:
    return list(zip(*[iter(figures.split())] * 3, strict=True))
