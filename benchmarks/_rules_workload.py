"""Two hundred rules, facts of twelve fields, and what each fact must match: the oracle."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from rules.conditions import Operator
from rules.facts import Choice, Column, FactKind, Field, FieldType
from rules.form import Comparison, Row, RuleSet, Section, rule_set
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The kind of each fact, and the fact.
Facts = tuple[tuple[str, dict[str, object]], ...]
#: For each fact the ids of the rules that match, in the order of the rules.
Matched = list[tuple[str, ...]]

RULES, FACTS = 200, 4_000
MEASURES = tuple(f"m{number}" for number in range(9))
REGIONS = ("east", "north", "south", "west")
#: In the guarded workload: kinds of fact, each with its own ten rules.
KINDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One rule: for facts of this kind, a measure is below a limit."""

    id: str
    kind: str
    measure: str
    below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    name: str
    #: Whether rules ask for the kind of fact, too.
    guarded: bool
    thresholds: tuple[Threshold, ...]
    facts: Facts

    def rule_set(self) -> RuleSet:
        """Give the rules as our executors take them."""
        kinds = dict.fromkeys(threshold.kind for threshold in self.thresholds)
        sections = tuple(_section(self.thresholds, kind) for kind in kinds)
        return rule_set(tuple(section.kind for section in sections), (), sections)

    def expected(self) -> Matched:
        """Judge every rule for every fact, straight from the numbers."""
        return [_judge(self.thresholds, kind, fact) for kind, fact in self.facts]


def workloads(round_: int = 0) -> tuple[Workload, Workload]:
    """Give A1, guarded by the kind of fact, and A2, where all 200 rules look at every fact.

    Each round has the same rules and facts of its own.
    """
    guarded = tuple(
        Threshold(id=f"r{n}", kind=f"k{n // 10}", measure=MEASURES[n % 9], below=0.05)
        for n in range(RULES)
    )
    open_ = tuple(
        Threshold(id=f"r{n}", kind="k0", measure=MEASURES[n % 9], below=(n + 1) * 0.0115 / RULES)
        for n in range(RULES)
    )
    kinds = tuple(f"k{n}" for n in range(KINDS))
    seed = 1 + 2 * round_
    return (
        Workload(name="A1", guarded=True, thresholds=guarded, facts=_facts(seed, kinds)),
        Workload(name="A2", guarded=False, thresholds=open_, facts=_facts(seed + 1, ("k0",))),
    )


def _facts(seed: int, kinds: Sequence[str]) -> Facts:
    rng = Random(seed)  # noqa: S311 - a workload, not a secret
    return tuple((rng.choice(kinds), _fact(rng)) for _ in range(FACTS))


def _fact(rng: Random) -> dict[str, object]:
    fact: dict[str, object] = {name: rng.random() for name in MEASURES}
    return fact | {"region": rng.choice(REGIONS), "signed": rng.random() < 0.5, "note": "每周"}


def _judge(
    thresholds: Sequence[Threshold], kind: str, fact: Mapping[str, object]
) -> tuple[str, ...]:
    return tuple(
        one.id
        for one in thresholds
        if one.kind == kind and float(str(fact[one.measure])) < one.below
    )


def _section(thresholds: Sequence[Threshold], kind: str) -> Section:
    own = [threshold for threshold in thresholds if threshold.kind == kind]
    rows = tuple(
        Row(
            id=one.id,
            alternatives=(
                (Comparison(field=one.measure, operator=Operator.BELOW, value=one.below),),
            ),
        )
        for one in own
    )
    used = dict.fromkeys(one.measure for one in own)
    columns = tuple(Column(field=name, type=FieldType.NUMBER) for name in MEASURES if name in used)
    return Section(kind=_kind(kind), columns=columns, rows=rows)


def _kind(name: str) -> FactKind:
    measures = tuple(
        Field(name=one, type=FieldType.NUMBER, label=_text(one), minimum=0, maximum=1)
        for one in MEASURES
    )
    choices = tuple(Choice(word=word, label=_text(word)) for word in REGIONS)
    region = Field(name="region", type=FieldType.CHOICE, label=_text("region"), choices=choices)
    signed = Field(name="signed", type=FieldType.FLAG, label=_text("signed"))
    note = Field(name="note", type=FieldType.TEXT, label=_text("note"))
    return FactKind(name=name, label=_text(name), fields=(*measures, region, signed, note))


def _text(word: str) -> Text:
    return Text(zh=word, en=word)
