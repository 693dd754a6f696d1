"""Random rule sets and facts from a seed: small in each case, wide over many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Clause, Operator
from rules.facts import Choice, FactKind, Field, FieldType
from rules.form import RuleSet, rule_set
from rules.kinds import Gate, GateItem, Needs
from rules.language.lowering import TooWide, lower
from rules.text import Text

if TYPE_CHECKING:
    from random import Random

#: Where engines go wrong: signs, ends of ranges, exponents, neighbours of whole numbers.
FIGURES = (
    0.0, 1.0, -1.0, 0.5, 0.35, 0.85, 1e-05, 3e-06, 1e16, 1.5e-07, 1e22, -1e-300, 5e-324,
    1.7976931348623157e308, 2.0**53 - 1, 123456.789, 0.1 + 0.2, 0.30000000000000004, 1e15,
)  # fmt: skip
COUNTS = (0, 1, 2, 3, 4, 7, 59, 60, 61, 65535, 65536, 2**31 - 1, 2**31, 2**32, 2**53 - 1)
TEXTS = ("甲", "乙", "", "a", "A", "true", "1", "x" * 1024, 'quote"\\', "\x00", "<b>", "审批 ✓")
#: A time is never compared itself; its age is a feature.
COMPARED = tuple(one for one in FieldType if one is not FieldType.TIME)
WORDS = ("红", "黄", "绿", "true", "0")


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


def random_clause(rng: Random, field: Field) -> Clause:
    numeric = field.type in {FieldType.COUNT, FieldType.NUMBER}
    if numeric:
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
    return Clause(field=field, operator=operator, operands=operands, threshold=shown)


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


def random_rule_set(rng: Random, *, gates_a_kind: int) -> RuleSet:
    """Give a rule set of one to three kinds with about so many gates each."""
    kinds = [random_kind(rng, f"k{number}") for number in range(rng.randint(1, 3))]
    gates: list[Gate] = []
    for kind in kinds:
        for number in range(rng.randint(1, gates_a_kind)):
            gate = random_gate(rng, kind, f"{kind.name}.g{number}")
            try:
                lower(kind, (gate,))
            except TooWide:
                continue
            gates.append(gate)
    sections = tuple(
        lower(kind, [gate for gate in gates if gate.on == kind.name])
        for kind in kinds
        if any(gate.on == kind.name for gate in gates)
    )
    return rule_set(tuple(kinds), tuple(gates), sections)


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
