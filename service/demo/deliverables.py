"""Which customer's salesperson uploads what, in order, and what must be said of each file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from service.demo import industries
from service.demo.documents import cto_letter, it_mail, poc_report, quotes, roi_sheet
from service.demo.documents.brief import Brief, Draft, working_time
from service.demo.documents.signing import time_stamp
from service.demo.software_twins import TWINS, twin
from service.demo.twins import Answer
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

#: On the other paths: so many days before the story for each stage that follows, and the last.
DAYS_A_STAGE, DAYS_OF_LAST = 3, 4
#: The decision path that most customers of the demo are on.
PATH = "software"
PASSED = Answer(verdict=Status.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPlan:
    """One upload, and what it must be answered with."""

    #: Key of the customer, and the decision path that it is on.
    customer: str
    path: str
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
    #: What must have been handed in before for a fault to be seen; see `twins.Twin.after`.
    after: str = "nothing"


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


def _all_of(path: str, tried: str) -> tuple[str, ...]:
    """Everything as asked, with a bad file before the first good one of its item."""
    pieces = industries.pieces(path)
    item = tried.partition("!")[0]
    first = next(place for place, piece in enumerate(pieces) if piece.item == item)
    steps = [piece.step for piece in pieces]
    return (*steps[:first], tried, *steps[first:])


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
    # One customer of each other industry: a first try that fails, then everything as asked.
    ("qushi", _all_of("hardware", "spec_sheet!changed_after_signing")),
    ("henglu", _all_of("services", "sponsor_mail!back_dated")),
    ("tieyuan", _all_of("automation", "site_photos!renamed_type")),
    ("anheyi", _all_of("medical", "registration!too_old")),
    ("zhenxue", _all_of("education", "course_plan!signed_by_somebody_else")),
)


def documents_for(company: Company, authority: Authority, at: datetime) -> tuple[DocumentPlan, ...]:
    """Make every upload of the story, in order; takes some seconds."""
    return tuple(
        _plan_step(_Maker(company, authority, at), company.customer(key), step)
        for key, steps in STORY
        for step in steps
    )


def steps_of(path: str) -> tuple[str, ...]:
    """Name every good file and every twin of a decision path."""
    if path == PATH:
        return (*GOOD, *(f"{one.item}!{one.name}" for one in TWINS))
    good = (piece.step for piece in industries.pieces(path))
    return (*good, *(f"{one.item}!{one.name}" for one in industries.twins(path)))


def catalogue(
    company: Company,
    authority: Authority,
    at: datetime,
    customer: CustomerPlan,
    *,
    steps: tuple[str, ...] | None = None,
) -> Iterator[DocumentPlan]:
    """Make files for one customer, one after the other: every good one and every twin, or some."""
    maker = _Maker(company, authority, at)
    for step in steps_of(customer.path) if steps is None else steps:
        yield _plan_step(maker, customer, step)


def brief_of(
    company: Company, authority: Authority, customer: CustomerPlan, *, at: datetime, item: str
) -> Brief:
    """Give what the writer of a file is told of it."""
    return _Maker(company, authority, at).brief(customer, item)


def stages_to_open(documents: tuple[DocumentPlan, ...], customer: str) -> tuple[str, ...]:
    """Say which stages of a customer open, one after the other, before any reviewer decides."""
    mine = [document for document in documents if document.customer == customer]
    passed = [one.item for one in mine if one.expected_verdict is Status.PASSED]
    opened: list[str] = []
    for stage in load(mine[0].path).stages if mine else ():
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
        days_ago, hour = _when(customer.path, item)
        minute = self.company.customers.index(customer) * 3 % 60
        made_at = working_time(self.at, days_ago=days_ago, hour=hour, minute=minute)
        return Brief(
            company=self.company, customer=customer, authority=self.authority, made_at=made_at
        )


def _when(path: str, item: str) -> tuple[int, int]:
    """Give how many days before the story, and at which hour, an item is made."""
    if path == PATH:
        return DAYS_AGO[item], HOUR[item]
    stages = load(path).stages
    place, stage = next(
        (place, stage)
        for place, stage in enumerate(reversed(stages))
        for need in stage.requirements
        if need.item == item
    )
    rank = [need.item for need in stage.requirements].index(item)
    return DAYS_OF_LAST + DAYS_A_STAGE * place, 9 + 2 * rank


def _plan_step(maker: _Maker, customer: CustomerPlan, step: str) -> DocumentPlan:
    item, is_twin, name = step.partition("!")
    if is_twin:
        return _plan_twin(maker, customer, _twin(customer.path, item, name))
    item, write, told = _good(customer.path)[step]
    return _plan(customer, item, write(maker.brief(customer, item)), PASSED, told=told)


def _good(path: str) -> dict[str, tuple[str, Callable[[Brief], Draft], Text]]:
    if path == PATH:
        return GOOD
    return {one.step: (one.item, one.write, one.told) for one in industries.pieces(path)}


def _twin(path: str, item: str, name: str) -> Twin:
    if path == PATH:
        return twin(item, name)
    return next(one for one in industries.twins(path) if (one.item, one.name) == (item, name))


def _plan_twin(maker: _Maker, customer: CustomerPlan, one: Twin) -> DocumentPlan:
    draft = one.make(maker.brief(customer, one.item))
    plan = _plan(customer, one.item, draft, one.answer, told=one.told)
    return replace(plan, twin=one.name, after=one.after)


def _plan(
    customer: CustomerPlan,
    item: str,
    draft: Draft,
    answer: Answer,
    *,
    told: Text,
) -> DocumentPlan:
    stage, need = next(
        (stage, need)
        for stage in load(customer.path).stages
        for need in stage.requirements
        if need.item == item
    )
    return DocumentPlan(
        customer=customer.key,
        path=customer.path,
        stage=stage.key,
        item=item,
        kind=need.formats[0],
        name=draft.name,
        media_type=draft.media_type,
        data=draft.data,
        expected_verdict=answer.verdict,
        expected_sub_indications=answer.sub_indications,
        twin=None,
        told=told,
    )
