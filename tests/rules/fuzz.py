"""Random rule sets and facts from a seed: small in each case, wide over many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Aggregate, Clause, Condition, Join, Operator
from rules.facts import Choice, FactKind, Field, FieldType, Period, Window
from rules.form import RuleSet, rule_set
from rules.kinds import Award, Breaker, Dedupe, Gate, GateItem, Needs, WarningRule
from rules.language.feature_names import feature_of, field_of
from rules.language.lowering import TooWide, lower
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from rules.conditions import Feature
    from rules.form import AnyRule

#: Where engines go wrong: signs, ends of ranges, exponents, neighbours of whole numbers.
FIGURES = (
    0.0, -0.0, 1.0, -1.0, 0.5, 0.35, 0.85, 1e-05, 3e-06, 1e16, 1.5e-07, 1e22, -1e-300, 5e-324,
    1.7976931348623157e308, 2.0**53 - 1, 123456.789, 0.1 + 0.2, 0.30000000000000004, 1e15,
)  # fmt: skip
COUNTS = (0, 1, 2, 3, 4, 7, 59, 60, 61, 65535, 65536, 2**31 - 1, 2**31, 2**32, 2**53 - 1)
TEXTS = ("甲", "乙", "", "a", "A", "true", "1", "x" * 1024, 'quote"\\', "\x00", "<b>", "审批 ✓")
#: A time is never compared itself; its age is a feature.
COMPARED = tuple(one for one in FieldType if one is not FieldType.TIME)
WORDS = ("红", "黄", "绿", "true", "0")
NUMERIC = frozenset({FieldType.COUNT, FieldType.NUMBER})
WEEKS = Window(length=4, unit=Period.WEEK)


def text(word: str) -> Text:
    return Text(zh=word, en=word)


def random_kind(rng: Random, name: str) -> FactKind:
    fields = tuple(
        Field(
            name=f"f{number}",
            type=kind,
            label=text(f"f{number}"),
            choices=tuple(Choice(word=word, label=text(word)) for word in WORDS)
            if kind is FieldType.CHOICE
            else (),
            minimum=0 if kind is FieldType.COUNT else None,
        )
        for number, kind in enumerate(rng.choices(COMPARED, k=rng.randint(2, 9)))
    )
    return FactKind(name=name, label=text(name), fields=fields)


def random_feature(rng: Random, field: Field) -> Feature:
    """Give a number that is computed of this field: to an engine a column like any other."""
    aggregate = rng.choice((Aggregate.RUN, Aggregate.MEAN, Aggregate.CHANGE, Aggregate.MOST))
    if aggregate is not Aggregate.RUN:
        return feature_of(field, aggregate, WEEKS)
    test = Clause(field=field, operator=Operator.BELOW, operands=(0.8,), threshold="0.8")
    return feature_of(field, aggregate, WEEKS, test)


def random_clause(rng: Random, field: Field) -> Clause:
    feature = None
    if field.type in NUMERIC:
        if rng.random() < 0.25:
            feature = random_feature(rng, field)
            field = field_of(feature)
        pool: tuple[float | str, ...] = COUNTS if field.type is FieldType.COUNT else FIGURES
        operator = rng.choice(tuple(Operator))
        size = 2 if operator is Operator.IN else 1
        operands = tuple(sorted(rng.choices(pool, k=size)))
    elif field.type is FieldType.FLAG:
        operator, operands = Operator.EQUAL, (rng.choice((0, 1)),)
    else:
        operator = rng.choice((Operator.EQUAL, Operator.OTHER, Operator.IN))
        words = WORDS if field.type is FieldType.CHOICE else TEXTS
        operands = tuple(rng.sample(words, k=rng.randint(1, 3) if operator is Operator.IN else 1))
    shown = ", ".join(str(operand) for operand in operands)
    return Clause(
        field=field, operator=operator, operands=operands, threshold=shown, feature=feature
    )


def random_condition(rng: Random, kind: FactKind, depth: int = 3) -> Condition:
    """Give clauses and conditions of every join, some deep in one another."""
    join = rng.choice(tuple(Join))
    parts: list[Clause | Condition] = []
    for _ in range(rng.randint(1, 3)):
        if depth > 1 and rng.random() < 0.35:
            parts.append(random_condition(rng, kind, depth - 1))
        else:
            parts.append(random_clause(rng, rng.choice(kind.fields)))
    return Condition(join=join, parts=tuple(parts))


def random_clauses(rng: Random, kind: FactKind, most: int) -> tuple[Clause, ...]:
    fields = rng.sample(kind.fields, k=min(len(kind.fields), rng.randint(1, most)))
    return tuple(random_clause(rng, field) for field in fields)


def random_gate(rng: Random, kind: FactKind, name: str) -> Gate:
    require = tuple(
        GateItem(
            item=f"i{number}",
            name=text(f"i{number}"),
            needs=rng.choice(tuple(Needs)),
            clauses=random_clauses(rng, kind, 3),
        )
        for number in range(rng.randint(1, 3))
    )
    when = random_clauses(rng, kind, 2)
    return Gate(
        id=name, name=text(name), on=kind.name, when=when, locked_as="待补全", require=require
    )


def random_warning(rng: Random, kind: FactKind, name: str) -> WarningRule:
    until = random_condition(rng, kind) if rng.random() < 0.5 else None
    when = random_condition(rng, kind)
    return WarningRule(
        id=name, name=text(name), on=kind.name, when=when, until=until, level="yellow"
    )


def random_breaker(rng: Random, kind: FactKind, name: str) -> Breaker:
    opened, closed = random_condition(rng, kind), random_condition(rng, kind)
    return Breaker(id=name, name=text(name), on=kind.name, open_when=opened, close_when=closed)


def random_award(rng: Random, kind: FactKind, name: str) -> Award:
    when = random_condition(rng, kind)
    return Award(id=name, name=text(name), on=kind.name, when=when, dedupe=Dedupe(), do=())


RULES: tuple[Callable[[Random, FactKind, str], AnyRule], ...] = (
    random_gate,
    random_warning,
    random_breaker,
    random_award,
)


def random_rule_set(rng: Random, *, rules_a_kind: int) -> RuleSet:
    """Give a rule set of one to three kinds with about so many rules each, of all kinds."""
    kinds = [random_kind(rng, f"k{number}") for number in range(rng.randint(1, 3))]
    rules: list[AnyRule] = []
    for kind in kinds:
        for number in range(rng.randint(1, rules_a_kind)):
            rule = rng.choice(RULES)(rng, kind, f"{kind.name}.r{number}")
            try:
                lower(kind, (rule,))
            except TooWide:
                continue
            rules.append(rule)
    sections = tuple(
        lower(kind, [rule for rule in rules if rule.on == kind.name])
        for kind in kinds
        if any(rule.on == kind.name for rule in rules)
    )
    return rule_set(tuple(kinds), tuple(rules), sections)


def seen_kinds(rule_set: RuleSet) -> tuple[FactKind, ...]:
    """Give the kinds of facts as they are matched: with a field for each feature."""
    kinds = {kind.name: kind for kind in rule_set.kinds}
    kinds |= {section.kind.name: section.kind for section in rule_set.sections}
    return tuple(kinds.values())


def random_value(rng: Random, field: Field) -> object:
    if field.type is FieldType.COUNT:
        return rng.choice(COUNTS)
    if field.type is FieldType.NUMBER:
        return rng.choice((*FIGURES, rng.uniform(-2, 2), rng.randint(-9, 9)))
    if field.type is FieldType.FLAG:
        return rng.random() < 0.5
    return rng.choice(WORDS if field.type is FieldType.CHOICE else TEXTS)


def random_fact(rng: Random, kind: FactKind) -> dict[str, object]:
    """Give a fact of this kind that leaves some fields out."""
    present = (field for field in kind.fields if rng.random() < 0.85)
    return {field.name: random_value(rng, field) for field in present}
