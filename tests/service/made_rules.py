"""Rules made in the test itself: the seed's weekly warnings, a breaker and an award."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rules import executors
from rules.conditions import Clause, Condition, Join
from rules.evaluation import Evaluator
from rules.facts import FactKind, Field, FieldType, Period
from rules.form import rule_set
from rules.kinds import Action, Award, Breaker, Dedupe, Mode, Scope, WarningRule
from rules.language.lowering import lower
from rules.language.timed import read_line
from rules.text import Text
from service.ports.rule_book import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rules.form import AnyRule, RuleSet
    from service.ports.rule_book import InForce

REGIONS = ("华东", "华北")


def _label(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


ATTAINMENT = Field(
    name="attainment",
    type=FieldType.NUMBER,
    label=_label("周达成率", "weekly attainment"),
    minimum=0,
    maximum=5,
    unit="ratio",
)
STOCK = Field(
    name="stock_days",
    type=FieldType.NUMBER,
    label=_label("库存周转天数", "stock days"),
    minimum=0,
    maximum=1000,
)
PROMO = Field(name="promo", type=FieldType.FLAG, label=_label("促销周", "promotion week"))
NOTED = Field(name="noted_at", type=FieldType.TIME, label=_label("登记时间", "noted at"))
RATE = Field(
    name="rate", type=FieldType.NUMBER, label=_label("转化率", "conversion"), minimum=0, maximum=1
)
MINUTES = Field(name="minutes", type=FieldType.COUNT, label=_label("时长", "minutes"))
REGION, PERSON = _label("区域", "region"), _label("销售", "salesperson")
WEEKLY = FactKind(
    name="weekly",
    label=_label("周报", "weekly figures"),
    fields=(ATTAINMENT, STOCK, PROMO, NOTED),
    period=Period.WEEK,
    subject=REGION,
    subjects=REGIONS,
)
FUNNEL = FactKind(
    name="funnel",
    label=_label("漏斗", "funnel"),
    fields=(RATE,),
    period=Period.DAY,
    subject=REGION,
)
STREAM = FactKind(
    name="live_stream",
    label=_label("直播", "live stream"),
    fields=(MINUTES,),
    period=Period.MOMENT,
    subject=PERSON,
)
KINDS = (WEEKLY, FUNNEL, STREAM)


def line(field: Field, text: str, period: Period = Period.WEEK) -> Clause:
    """Read one line of a rule."""
    clause = read_line(text, field, period)
    assert isinstance(clause, Clause), clause
    return clause


def every(*clauses: Clause) -> Condition:
    return Condition(join=Join.ALL, parts=clauses)


def notify(*roles: str, template: str = "plain") -> Action:
    return Action(name="notify", parameters=(("template", template), ("to", list(roles))))


def red(*, below: str = "80%", mode: Mode = Mode.LIVE) -> WarningRule:
    return WarningRule(
        id="target.red",
        name=_label("红色预警", "Red"),
        on="weekly",
        mode=mode,
        when=every(line(ATTAINMENT, f"< {below} for 2 consecutive weeks"), line(STOCK, "> 45")),
        until=every(line(ATTAINMENT, ">= 85%")),
        level="red",
        severity="high",
        do=(
            notify("区域经理", "总部销售VP", template="weekly_red"),
            Action(name="freeze", parameters=(("period", "next_month"), ("what", "新品配额"))),
            Action(
                name="propose",
                parameters=(
                    ("approvers", ["区域总监", "总部销售VP"]),
                    ("need", "all"),
                    ("what", "目标重置建议报告"),
                    ("within", 259200.0),
                ),
            ),
        ),
        then=(notify("区域经理", template="cleared"),),
    )


def yellow() -> WarningRule:
    return WarningRule(
        id="target.yellow",
        name=_label("黄色提醒", "Yellow"),
        on="weekly",
        when=every(line(ATTAINMENT, "< 85%")),
        level="yellow",
        inhibited_by=("target.red",),
        do=(notify("区域经理", template="weekly_yellow"),),
    )


def breaker(*, half_open_after: float | None = 86400.0) -> Breaker:
    return Breaker(
        id="funnel.quote",
        name=_label("报价熔断", "Quote breaker"),
        on="funnel",
        scope=Scope.EVERY,
        open_when=every(line(RATE, "< 35%", Period.DAY)),
        close_when=every(line(RATE, ">= 45%", Period.DAY)),
        half_open_after=half_open_after,
        do=(
            Action(name="suspend", parameters=(("what", "财务审批"),)),
            Action(name="push", parameters=(("to", ["全员"]), ("what", "应急演示包"))),
            Action(
                name="require_training",
                parameters=(
                    ("course", "报价策略"),
                    ("exam", True),
                    ("hours", 2),
                    ("who", "未参训销售"),
                ),
            ),
            Action(name="read_confirm", parameters=(("doc", "产品参数表"), ("to", ["销售"]))),
        ),
    )


def award() -> Award:
    return Award(
        id="stream.points",
        name=_label("有效直播", "Live stream"),
        on="live_stream",
        when=every(line(MINUTES, ">= 30", Period.MOMENT)),
        dedupe=Dedupe(key=("subject", "period"), until_clear=False),
        do=(
            Action(
                name="award", parameters=(("amount", 50), ("what", "points"), ("within", 7200.0))
            ),
            Action(name="open_review", parameters=(("cause", "live_stream"),)),
        ),
    )


def usual() -> tuple[AnyRule, ...]:
    return (red(), yellow(), breaker(), award())


def made(*rules: AnyRule, kinds: tuple[FactKind, ...] = KINDS) -> RuleSet:
    sections = tuple(
        lower(kind, looking)
        for kind in kinds
        if (looking := [rule for rule in rules if rule.on == kind.name])
    )
    return rule_set(kinds, rules, sections)


class MadeRules:
    """`ports.rule_book.RuleBook` over rules that a test has made."""

    def __init__(self, known: RuleSet, since: datetime) -> None:
        self.trouble = None
        self._since = since
        self.put(known)

    def put(self, known: RuleSet) -> None:
        evaluator = Evaluator(known, executors.default(known))
        files = {rule.id: "made.yaml" for rule in known.rules}
        self.put_in(in_force(known, evaluator, files=files, since=self._since))

    def put_in(self, compiled: InForce) -> None:
        self._in_force = compiled

    @contextmanager
    def using(self) -> Iterator[InForce]:
        yield self._in_force

    def refresh(self) -> tuple[RuleSet, RuleSet] | None:
        return None

    def close(self) -> None:
        self._in_force.evaluator.close()
