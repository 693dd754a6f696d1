"""Rules and facts over time in a few words, for tests of what follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rules import periods, simulation
from rules.conditions import Clause, Condition, Join
from rules.executors.python import PythonExecutor
from rules.facts import Choice, FactKind, Field, FieldType, Period
from rules.form import RuleSet, rule_set
from rules.history import Fact
from rules.kinds import Action, Award, Breaker, Dedupe, Gate, GateItem, Needs, WarningRule
from rules.language.lowering import lower
from rules.language.timed import read_line
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.form import AnyRule
    from rules.simulation import Timeline

REGIONS = ("华东", "华北", "华南", "华中", "西南", "西北", "东北")


def text(word: str) -> Text:
    return Text(zh=word, en=word)


def field(name: str, kind: FieldType, zh: str, **more: Any) -> Field:
    return Field(name=name, type=kind, label=Text(zh=zh, en=name.capitalize()), **more)


WEEKLY = FactKind(
    name="weekly",
    label=text("weekly"),
    period=Period.WEEK,
    fields=(
        field("rate", FieldType.NUMBER, "周达成率", minimum=0, maximum=2, unit="ratio"),
        field("stock", FieldType.NUMBER, "库存周转天数", minimum=0, maximum=400, unit="days"),
        field("signed", FieldType.FLAG, "已签字"),
        field("visits", FieldType.COUNT, "拜访次数"),
        field("note", FieldType.TEXT, "备注"),
        field(
            "stage",
            FieldType.CHOICE,
            "阶段",
            choices=tuple(Choice(word=word, label=text(word)) for word in ("a", "b", "c")),
        ),
    ),
)
FUNNEL = FactKind(
    name="funnel",
    label=text("funnel"),
    period=Period.DAY,
    subjects=REGIONS,
    fields=(field("rate", FieldType.NUMBER, "演示转报价率", minimum=0, maximum=1, unit="ratio"),),
)
#: The end of week 1 of 2026 and of its second day.
WEEK_1 = periods.number(Period.WEEK, datetime(2025, 12, 31, tzinfo=periods.ZONE))
DAY_1 = periods.number(Period.DAY, datetime(2026, 1, 1, tzinfo=periods.ZONE))
START = datetime(2026, 1, 1, tzinfo=periods.ZONE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def asks(kind: FactKind, join: Join = Join.ALL, /, **lines: str) -> Condition:
    """Give a condition of lines as a rule file has them."""
    return Condition(join=join, parts=clauses(kind, **lines))


def clauses(kind: FactKind, /, **lines: str) -> tuple[Clause, ...]:
    fields = {one.name: one for one in kind.fields}
    read = [read_line(line, fields[name], kind.period) for name, line in lines.items()]
    assert all(isinstance(one, Clause) for one in read), read
    return tuple(one for one in read if isinstance(one, Clause))


def act(name: str) -> tuple[Action, ...]:
    return (Action(name=name, parameters=(("to", "all"),)),)


def warning(name: str, when: Condition, until: Condition | None = None, **more: Any) -> WarningRule:
    values: dict[str, Any] = {
        "id": name,
        "name": text(name),
        "on": "weekly",
        "when": when,
        "until": until,
        "level": name,
        "do": act(f"do {name}"),
        "then": act(f"then {name}"),
    }
    return WarningRule(**values | more)


def breaker(**more: Any) -> Breaker:
    values: dict[str, Any] = {
        "id": "funnel",
        "name": text("funnel"),
        "on": "funnel",
        "open_when": asks(FUNNEL, rate="< 35%"),
        "close_when": asks(FUNNEL, rate=">= 45%"),
        "do": act("suspend"),
        "then": act("resume"),
    }
    return Breaker(**values | more)


def award(*key: str, when: Condition | None = None, **more: Any) -> Award:
    values: dict[str, Any] = {
        "id": "award",
        "name": text("award"),
        "on": "weekly",
        "when": when or asks(WEEKLY, visits=">= 3"),
        "dedupe": Dedupe(key=key, until_clear=False),
        "do": act("award"),
    }
    return Award(**values | more)


def gate(**more: Any) -> Gate:
    items = tuple(
        GateItem(item=name, name=text(name), needs=Needs.ALL, clauses=clauses(WEEKLY, **lines))
        for name, lines in {"paper": {"signed": "= yes"}, "calls": {"visits": ">= 3"}}.items()
    )
    values: dict[str, Any] = {
        "id": "gate",
        "name": text("gate"),
        "on": "weekly",
        "when": clauses(WEEKLY, stage="= a"),
        "locked_as": "待补全",
        "require": items,
    }
    return Gate(**values | more)


def rules(*listed: AnyRule, kinds: tuple[FactKind, ...] = (WEEKLY, FUNNEL)) -> RuleSet:
    sections = tuple(
        lower(kind, [rule for rule in listed if rule.on == kind.name])
        for kind in kinds
        if any(rule.on == kind.name for rule in listed)
    )
    return rule_set(kinds, listed, sections)


def week(number: int, subject: str = "华东", /, **values: object) -> Fact:
    """Give the fact of a week (from 1), known when the week ends."""
    return fact(WEEKLY, WEEK_1 + number - 1, subject, values)


def day(number: int, subject: str = "华东", /, **values: object) -> Fact:
    return fact(FUNNEL, DAY_1 + number - 1, subject, values)


def days(number: int, rate: float, subjects: Iterable[str] = REGIONS) -> list[Fact]:
    return [day(number, subject, rate=rate) for subject in subjects]


def fact(
    kind: FactKind,
    period: int,
    subject: str,
    values: dict[str, object],
    *,
    known_at: datetime | None = None,
) -> Fact:
    end = periods.end(kind.period, period)
    name = f"{kind.name} {subject} {period}" + (f" {known_at}" if known_at else "")
    return Fact(
        id=name,
        kind=kind.name,
        subject=subject,
        period=period,
        at=end,
        known_at=known_at or end,
        values=values,
    )


def end_of_week(number: int) -> datetime:
    return periods.end(Period.WEEK, WEEK_1 + number - 1)


def end_of_day(number: int) -> datetime:
    return periods.end(Period.DAY, DAY_1 + number - 1)


def play(listed: RuleSet, facts: Iterable[Fact], **more: Any) -> Timeline:
    with PythonExecutor(listed) as executor:
        return simulation.run(listed, executor, facts, **more)


def told(timeline: Timeline, *, by: Period = Period.WEEK) -> list[str]:
    """Give the firings as ``2 yellow entered``: period (from 1), rule, event."""
    first = WEEK_1 if by is Period.WEEK else DAY_1
    # What happens at the end of a period is counted to it.
    numbers = [
        periods.number(by, firing.at - timedelta(seconds=1)) - first + 1
        for firing in timeline.firings
    ]
    return [
        f"{number} {firing.rule} {firing.event}"
        for number, firing in zip(numbers, timeline.firings, strict=True)
    ]
