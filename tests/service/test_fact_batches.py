"""A batch does what its facts do one by one, and what asking every rule of every fact does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cached_property
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from rules import periods
from rules.conditions import Condition, Join
from rules.facts import Choice, Derived, FactKind, Field, FieldType, Period, Sum, Window
from rules.kinds import Award, Dedupe, Missing, WarningRule
from rules.text import Text
from service.actions import facts
from service.actions.fact_fates import Batch, Fate, Late
from service.actors import Actor
from service.ports.rule_book import Glance
from service.records import Role
from tests.service.made_rules import MadeRules, every, line, made, notify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rules.form import AnyRule
    from service.adapters.database import DatabaseRecords
    from service.ports import Ports
    from tests.service.conftest import TestClock

OPS = Actor(person_id="ops", name="ops", role=Role.SALES_OPS, region=None, team=None)
WORDS = ("red", "amber", "green")
SUBJECTS = tuple(f"outlet-{number}" for number in range(6))


def text(word: str) -> Text:
    return Text(zh=word, en=word)


def field(name: str, type_: FieldType = FieldType.NUMBER, **more: Any) -> Field:
    return Field(name=name, type=type_, label=text(name), **more)


RATE = field("rate", minimum=0, maximum=1)
SOLD = field("sold", FieldType.COUNT, minimum=0)
SHOWN = field("shown", FieldType.COUNT, minimum=0)
SIGNED = field("signed", FieldType.FLAG)
LIGHT = field(
    "light",
    FieldType.CHOICE,
    choices=tuple(Choice(word=word, label=text(word)) for word in WORDS),
)
DUE = field("due", FieldType.TIME)
STOCK = field("stock", max_age=40 * 86400.0)
SHARE = field("share", derived=Derived(sum=Sum.RATIO, inputs=("sold", "shown")))
SOLD_3 = field(
    "sold_3",
    FieldType.COUNT,
    derived=Derived(sum=Sum.SUM, inputs=("sold",), window=Window(length=3, unit=Period.WEEK)),
)
FIELDS = (RATE, SOLD, SHOWN, SIGNED, LIGHT, DUE, STOCK, SHARE, SOLD_3)


def _kind(name: str) -> FactKind:
    return FactKind(name=name, label=text(name), fields=FIELDS, period=Period.WEEK)


def _any(*parts: Any) -> Condition:
    return Condition(join=Join.ANY, parts=parts)


def _warning(name: str, when: Condition, until: Condition | None = None, **more: Any) -> Any:
    values: dict[str, Any] = {
        "id": name,
        "name": text(name),
        "when": when,
        "until": until,
        "level": "yellow",
        "do": (notify("区域经理"),),
    }
    return WarningRule(on="", **values | more)


#: Those of the first table can be ruled out by a fact alone; those of the second need its past.
OF_THE_FACT: tuple[AnyRule, ...] = (
    _warning("low", every(line(RATE, "< 20%"))),
    _warning("lower", every(line(RATE, "< 15%")), inhibited_by=("twice",)),
    _warning("twice", every(line(RATE, "< 40% for 2 consecutive weeks")), level="red"),
    _warning("thrice", every(line(RATE, "in [20%, 70%] for 3 consecutive weeks"))),
    _warning("unsigned", every(line(SIGNED, "= no for 2 consecutive weeks"), line(SOLD, "> 5"))),
    _warning("lights", _any(line(LIGHT, "in [red, amber]"), line(SOLD, ">= 9"))),
    _warning("recover", every(line(RATE, "< 30%")), every(line(RATE, ">= 80%"))),
    _warning("share", every(line(SHARE, "< 50%"))),
    _warning("share of weeks", every(line(SHARE, "< 60% for 2 consecutive weeks"))),
    _warning("overdue", every(line(DUE, "older than 60 days"))),
    _warning("stock", every(line(STOCK, "> 45"), line(RATE, "< 60%"))),
    _warning("once", every(line(RATE, "< 50%")), dedupe=Dedupe(until_clear=False)),
    Award(
        id="award",
        name=text("award"),
        on="",
        when=every(line(SOLD, ">= 8")),
        dedupe=Dedupe(key=("subject", "period"), until_clear=False),
        do=(),
    ),
)
OF_ITS_PAST: tuple[AnyRule, ...] = (
    _warning("mean", every(line(RATE, "mean of 3 weeks < 45%"))),
    _warning("change", every(line(SOLD, "change over 1 week < -2"))),
    _warning("sum", every(line(SOLD_3, "> 18"))),
    _warning("still", every(line(LIGHT, "not changed within 20 days"))),
    _warning("tells", every(line(STOCK, "> 70")), missing=Missing.WARN),
)


@dataclass(frozen=True)
class Told:
    """What is kept of one way of sending, without the ids and names that differ between ways."""

    fates: list[tuple[Any, ...]]
    facts: list[tuple[Any, ...]]
    firings: list[tuple[Any, ...]]
    states: list[tuple[Any, ...]]
    subjects: list[tuple[Any, ...]]
    held: list[tuple[Any, ...]]
    orders: int


class _Asking(Glance):
    """Rules nothing out: every rule is asked of every fact."""

    def ruling_out(self, *_: object) -> Callable[[object], bool]:
        return lambda _: False

    def concerns(self, *_: object) -> bool:
        return True


class _Ways:
    """One house in which the same facts come in several ways, each as a kind of its own."""

    def __init__(
        self, records: DatabaseRecords, clock: TestClock, rules: Sequence[AnyRule]
    ) -> None:
        self.records = records
        self.clock = clock
        names = ("batch", "single", "asked")
        known = made(
            *(_on(rule, name) for name in names for rule in rules),
            kinds=tuple(map(_kind, names)),
        )
        self._rules = MadeRules(known, clock.at)
        self._asking = MadeRules(known, clock.at)
        with self._asking.using() as in_force:
            self._asking.put_in(replace(in_force, glance=_Asking(known)))
        self._fates: dict[str, list[tuple[Any, ...]]] = {name: [] for name in names}

    def send(self, rows: Sequence[Mapping[str, Any]], late: Late) -> None:
        """Send in each way; one by one they come in the order in which a batch is taken."""
        self.clock.forward(3600)
        self._submit("batch", rows, late)
        for row in sorted(rows, key=lambda row: (row["subject"], row["period"])):
            self._submit("single", [row], late)
            self._submit("asked", [row], late)

    def _submit(self, kind: str, rows: Sequence[Mapping[str, Any]], late: Late) -> None:
        rules = self._asking if kind == "asked" else self._rules
        ports = cast("Ports", SimpleNamespace(records=self.records, rules=rules, clock=self.clock))
        receipt = facts.submit(ports, OPS, Batch(kind=kind, rows=rows, late=late))
        told = sorted(zip(rows, receipt.fates, strict=True), key=lambda one: _place(one[0]))
        self._fates[kind] += [
            (*_place(row), fate.fate, fate.code, fate.where) for row, fate in told
        ]

    @cached_property
    def _orders(self) -> Counter[str]:
        """Count the orders on the outbox by the firing that gave them."""
        with self.records.begin() as unit:
            rows = unit.outbox.lease(limit=10_000, seconds=60)
            return Counter(row.payload["firing"] for row in rows)

    def told(self, kind: str) -> Told:
        with self.records.read() as unit:
            kept = unit.rules.facts.window(kind, SUBJECTS, (-(2**62), 2**62))
            names = {one.id: (one.subject, one.period, one.hash) for one in kept}
            firings = [one for one in unit.rules.firings.find() if one.kind == kind]
            return Told(
                fates=self._fates[kind],
                facts=[(*names[one.id], names.get(one.corrects or "")) for one in kept],
                firings=sorted(map(_Names(kind, names).firing, firings), key=repr),
                states=sorted(
                    (
                        _bare(kind, one.rule), one.subject, one.phase, one.episode, one.since,
                        one.level, one.step, one.told_at, one.no_data,
                    )
                    for one in unit.rules.state_rows.find()
                    if one.kind == kind
                ),
                subjects=sorted(
                    (one.subject, one.period, one.known_at, one.region)
                    for one in unit.rules.facts.subjects(kind).values()
                ),
                held=sorted(
                    ((one.subject, one.period, one.code, one.row) for one in
                     unit.rules.held_facts.find({"kind": kind})),
                    key=repr,
                ),
                orders=sum(self._orders[one.id] for one in firings),
            )  # fmt: skip

    def close(self) -> None:
        self._rules.close()
        self._asking.close()


class _Names:
    """Says what a firing tells in words that are the same for each way."""

    def __init__(self, kind: str, facts: Mapping[str, tuple[Any, ...]]) -> None:
        self._kind = kind
        self._facts = facts

    def firing(self, one: Any) -> tuple[Any, ...]:
        explanation = [
            {**clause, "fact": self._facts.get(clause["fact"])} for clause in one.explanation
        ]
        told = (one.subject, one.event, one.episode, one.at, one.level, one.sentence)
        seen = [self._facts[fact] for fact in one.facts]
        actions = [(action["name"], action["parameters"]) for action in one.actions]
        return (_bare(self._kind, one.rule), *told, seen, explanation, actions)


def _on(rule: AnyRule, kind: str) -> AnyRule:
    """Give the rule about a kind, with ids and inhibitors of its own."""
    named = replace(rule, id=f"{kind}.{rule.id}", on=kind)
    if isinstance(named, WarningRule):
        return replace(named, inhibited_by=tuple(f"{kind}.{one}" for one in named.inhibited_by))
    return named


def _bare(kind: str, rule: str) -> str:
    return rule.removeprefix(f"{kind}.")


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["subject"], row["period"]


def _chosen(rng: Random, rules: Iterable[AnyRule], most: int) -> list[AnyRule]:
    chosen = rng.sample(tuple(rules), k=rng.randint(0, most))
    known = {rule.id for rule in chosen}
    return [
        replace(rule, inhibited_by=tuple(set(rule.inhibited_by) & known))
        if isinstance(rule, WarningRule)
        else rule
        for rule in chosen
    ]


def _row(rng: Random, week: int) -> dict[str, Any]:
    """Give a row that is a fact, now and then one that is none."""
    number = max(1, min(20, week + rng.choice((0, 0, 0, 0, 0, 1, 1, -1, -3))))
    end = periods.end(Period.WEEK, 2921 + number)
    values: dict[str, Any] = {
        "rate": rng.choice((0.1, 0.18, 0.35, 0.5, 0.65, 0.9)),
        "sold": rng.randint(0, 10),
        "shown": rng.randint(0, 12),
        "signed": rng.random() < 0.5,
        "light": rng.choice(WORDS),
        "due": end.astimezone(UTC).isoformat(),
        "stock": rng.choice((30, 50.5, 80)),
    }
    for name in rng.sample(tuple(values), k=rng.choice((0, 0, 0, 1, 3))):
        del values[name]
    if rng.random() < 0.05:
        values |= rng.choice(({"rate": 2}, {"share": 0.5}, {"nobody": 1}, {"light": "blue"}))
    return {"subject": rng.choice(SUBJECTS), "period": f"2026-W{number:02}", "values": values}


def _batches(rng: Random) -> Iterable[tuple[list[dict[str, Any]], Late]]:
    week = 1
    sent: list[dict[str, Any]] = []
    for _ in range(7):
        rows = [_row(rng, week) for _ in range(rng.randint(1, 14))]
        rows += rng.sample(sent, k=min(len(sent), rng.randint(0, 3)))
        rows += rng.sample(rows, k=rng.randint(0, 1))
        rng.shuffle(rows)
        yield rows, rng.choice((Late.HOLD, Late.ACCEPT))
        sent += rows
        week += rng.randint(0, 3)


@pytest.mark.parametrize("seed", range(24))
def test_a_batch_tells_what_its_facts_tell_one_by_one_and_asked_of_every_rule(
    records: DatabaseRecords, clock: TestClock, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - facts of a test
    rules = _chosen(rng, OF_THE_FACT, 8)
    if seed % 3 == 0:
        rules += _chosen(rng, OF_ITS_PAST, 2)
    ways = _Ways(records, clock, rules)
    for rows, late in _batches(rng):
        ways.send(rows, late)
    batch, single, asked = map(ways.told, ("batch", "single", "asked"))
    ways.close()
    assert batch == single
    assert single == asked
    with records.read() as unit:
        assert not unit.audit.verify()
    # A way that held or refused everything would agree with any other.
    assert sum(fate[2] is Fate.ACCEPTED for fate in batch.fates) > 10
