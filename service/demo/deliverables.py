"""Which customer's salesperson uploads what, in order, and what must be said of each file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from service.demo.documents import cto_letter, it_mail, poc_report, quotes, roi_sheet
from service.demo.documents.brief import Brief, Draft, working_time
from service.demo.documents.signing import time_stamp
from service.demo.twins import TWINS, Answer, twin
from service.paths import load
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from service.demo.authority import Authority
    from service.demo.company import Company, CustomerPlan
    from service.demo.twins import Twin

#: How many days before the story each file is made.
DAYS_AGO = {"poc_report": 16, "it_mail": 15, "roi_sheet": 12, "quotes": 9, "cto_letter": 4}
HOUR = {"poc_report": 10, "it_mail": 14, "roi_sheet": 11, "quotes": 9, "cto_letter": 16}

#: The decision path that all customers of the demo are on.
PATH = "software"
PASSED = Answer(verdict=Status.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPlan:
    """One upload, and what it must be answered with."""

    #: Key of the customer.
    customer: str
    stage: str
    item: str
    #: The format that is asked for here, as verification names it.
    kind: str
    name: str
    media_type: str
    data: bytes
    expected_verdict: Status
    #: Any of these is a right reason; empty where the file is good.
    expected_sub_indications: tuple[str, ...]
    #: What is wrong with it; None for a good file.
    twin: str | None
    told: Text


def _time_stamped(brief: Brief) -> Draft:
    """Write the report and let the demo's authority stamp it an hour and a half later."""
    good = poc_report.write(brief)
    stamped_at = brief.made_at + timedelta(minutes=90)
    data = time_stamp(good.data, brief.authority, stamped_at)
    return Draft(name=good.name, media_type=good.media_type, data=data)


def _quote(rank: int, brief: Brief) -> Draft:
    return quotes.write(brief, rank)


#: Step of the story → item, how its good file is written, what is told of it.
GOOD: dict[str, tuple[str, Callable[[Brief], Draft], Text]] = {
    "poc": (
        "poc_report",
        poc_report.write,
        Text(
            zh="POC 测试报告，IT 负责人已电子签名",
            en="the POC report, digitally signed by the IT lead",
        ),
    ),
    "poc+timestamp": (
        "poc_report",
        _time_stamped,
        Text(
            zh="POC 测试报告，IT 负责人已电子签名，并加盖可信时间戳",
            en="the POC report, signed by the IT lead and time-stamped by an authority",
        ),
    ),
    "mail": (
        "it_mail",
        it_mail.write,
        Text(zh="IT 负责人的确认邮件", en="the IT lead's mail of confirmation"),
    ),
    "roi": (
        "roi_sheet",
        roi_sheet.write,
        Text(zh="ROI 测算表，公式与结果齐全", en="the ROI workbook with its formulas"),
    ),
    "quote1": (
        "quotes",
        partial(_quote, 0),
        Text(zh="我方报价单", en="our own quote"),
    ),
    "quote2": (
        "quotes",
        partial(_quote, 1),
        Text(zh="第二家供应商报价单", en="the second supplier's quote"),
    ),
    "quote3": (
        "quotes",
        partial(_quote, 2),
        Text(zh="第三家供应商报价单", en="the third supplier's quote"),
    ),
    "letter": (
        "cto_letter",
        cto_letter.write,
        Text(zh="CTO 签署的技术认可函", en="the letter of approval, signed by the CTO"),
    ),
}

_TECH = ("poc", "mail")
_QUOTES = ("quote1", "quote2", "quote3")
#: Customer → uploads in order: a key of GOOD, or ``item!twin``.
STORY = (
    ("lanyan", ("poc+timestamp", "mail", "roi", *_QUOTES, "letter")),
    ("yushan", (*_TECH, "roi", "quote1", "quote2")),
    ("huaiji", ("poc_report!renamed_type", "mail")),
    ("nanheng", ("poc_report!changed_after_signing", "mail")),
    ("mohui", (*_TECH, "roi_sheet!back_dated")),
    ("zhuoyuan", (*_TECH, "roi", *_QUOTES, "cto_letter!signed_by_somebody_else")),
    ("tingxu", ("poc_report!unknown_authority", "mail")),
    ("luoxiu", (*_TECH, "roi", "quote1", "quote2", "quotes!truncated")),
    ("sangyu", ("poc_report!too_old", "it_mail!back_dated")),
    ("yanping", (*_TECH, "roi", *_QUOTES, "cto_letter!bit_flipped")),
    ("gelan", ("poc_report!signed_by_somebody_else", "it_mail!truncated")),
    # A first try that failed, then the right file: the stage opens after all.
    ("songmo", (*_TECH, "roi_sheet!truncated", "roi", "quote1", "quotes!too_old")),
)


def documents_for(company: Company, authority: Authority, at: datetime) -> tuple[DocumentPlan, ...]:
    """Make every upload of the story, in order; takes some seconds."""
    return tuple(
        _plan_step(_Maker(company, authority, at), company.customer(key), step)
        for key, steps in STORY
        for step in steps
    )


def catalogue(
    company: Company, authority: Authority, at: datetime, customer: CustomerPlan
) -> Iterator[DocumentPlan]:
    """Make every good file and every twin for one customer, one after the other."""
    maker = _Maker(company, authority, at)
    for step in GOOD:
        yield _plan_step(maker, customer, step)
    for one in TWINS:
        yield _plan_step(maker, customer, f"{one.item}!{one.name}")


def stages_to_open(documents: tuple[DocumentPlan, ...], customer: str) -> tuple[str, ...]:
    """Say which stages of a customer open, one after the other, before any reviewer decides."""
    passed = [
        document.item
        for document in documents
        if document.customer == customer and document.expected_verdict is Status.PASSED
    ]
    opened: list[str] = []
    for stage in load(PATH).stages:
        if any(passed.count(need.item) < need.needed for need in stage.requirements):
            break
        opened.append(stage.key)
    return tuple(opened)


@dataclass(frozen=True, slots=True)
class _Maker:
    company: Company
    authority: Authority
    at: datetime

    def brief(self, customer: CustomerPlan, item: str) -> Brief:
        minute = self.company.customers.index(customer) * 4
        made_at = working_time(self.at, days_ago=DAYS_AGO[item], hour=HOUR[item], minute=minute)
        return Brief(
            company=self.company, customer=customer, authority=self.authority, made_at=made_at
        )


def _plan_step(maker: _Maker, customer: CustomerPlan, step: str) -> DocumentPlan:
    item, is_twin, name = step.partition("!")
    if is_twin:
        return _plan_twin(maker, customer, twin(item, name))
    item, write, told = GOOD[step]
    return _plan(customer, item, write(maker.brief(customer, item)), PASSED, told=told)


def _plan_twin(maker: _Maker, customer: CustomerPlan, one: Twin) -> DocumentPlan:
    draft = one.make(maker.brief(customer, one.item))
    return _plan(customer, one.item, draft, one.answer, told=one.told, twin_name=one.name)


def _plan(
    customer: CustomerPlan,
    item: str,
    draft: Draft,
    answer: Answer,
    *,
    told: Text,
    twin_name: str | None = None,
) -> DocumentPlan:
    stage, need = next(
        (stage, need)
        for stage in load(PATH).stages
        for need in stage.requirements
        if need.item == item
    )
    return DocumentPlan(
        customer=customer.key,
        stage=stage.key,
        item=item,
        kind=need.formats[0],
        name=draft.name,
        media_type=draft.media_type,
        data=draft.data,
        expected_verdict=answer.verdict,
        expected_sub_indications=answer.sub_indications,
        twin=twin_name,
        told=told,
    )
