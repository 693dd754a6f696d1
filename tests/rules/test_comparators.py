"""What may stand to the right of a field, how it is understood, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Clause
from rules.facts import Choice, Field, FieldType
from rules.language.comparators import read_comparison
from rules.language.numbers import Trouble
from rules.text import Text

EAST = Choice(word="east", label=Text(zh="华东", en="East"))
NORTH = Choice(word="north", label=Text(zh="华北", en="North"))
SOUTH = Choice(word="south", label=Text(zh="华南", en="South China"))
FIELDS = {
    "visits": Field(
        name="visits", type=FieldType.COUNT, label=Text(zh="次数", en="Visits"), minimum=0
    ),
    "rate": Field(
        name="rate",
        type=FieldType.NUMBER,
        label=Text(zh="率", en="Rate"),
        minimum=0,
        maximum=2,
    ),
    "stock": Field(name="stock", type=FieldType.NUMBER, label=Text(zh="天数", en="Days")),
    "signed": Field(name="signed", type=FieldType.FLAG, label=Text(zh="已签", en="Signed")),
    "note": Field(name="note", type=FieldType.TEXT, label=Text(zh="备注", en="Note")),
    "region": Field(
        name="region",
        type=FieldType.CHOICE,
        label=Text(zh="大区", en="Region"),
        choices=(EAST, NORTH, SOUTH),
    ),
}

SIGNS = ("", "=", "!=", "<", ">=", "in", "in [1,", "≥", "==")

UNDERSTOOD = [
    pytest.param("visits", ">= 3", (">=", (3,), "3"), id="at least"),
    pytest.param("visits", ">=3", (">=", (3,), "3"), id="no blank is needed"),
    pytest.param("visits", "  >  0 ", (">", (0,), "0"), id="blanks do not count"),
    pytest.param("visits", "= 0", ("=", (0,), "0"), id="equal"),
    pytest.param("visits", "!= 2", ("!=", (2,), "2"), id="not equal"),
    pytest.param("visits", "< 2.0", ("<", (2,), "2.0"), id="a whole number with a point"),
    pytest.param("visits", "in [1, 5]", ("in", (1, 5), "[1, 5]"), id="closed interval"),
    pytest.param("visits", "＞＝ ３", (">=", (3,), "3"), id="full-width sign and digit"),
    pytest.param("visits", "≥ 3", (">=", (3,), "3"), id="one-character at least"),
    pytest.param("visits", "≤3", ("<=", (3,), "3"), id="one-character at most"),
    pytest.param("visits", "≠ 3", ("!=", (3,), "3"), id="one-character not equal"),
    pytest.param("visits", "in 【1，5】", ("in", (1, 5), "[1, 5]"), id="Chinese brackets"),
    pytest.param("rate", "< 85%", ("<", (0.85,), "85%"), id="percent divides by a hundred"),
    pytest.param("rate", "< 85 ％", ("<", (0.85,), "85%"), id="full-width percent"),
    pytest.param("rate", "< 29%", ("<", (0.29,), "29%"), id="percent is exact in decimal"),
    pytest.param("rate", "< 0.85", ("<", (0.85,), "0.85"), id="the same without percent"),
    pytest.param("rate", "in [20%, 80%]", ("in", (0.2, 0.8), "[20%, 80%]"), id="percent ends"),
    pytest.param("rate", "in [0.5, 0.5]", ("in", (0.5, 0.5), "[0.5, 0.5]"), id="one point"),
    pytest.param("stock", "> -45.5", (">", (-45.5,), "-45.5"), id="negative number"),
    pytest.param("stock", "= -0", ("=", (0.0,), "-0"), id="minus zero is zero"),
    pytest.param("signed", "= yes", ("=", (1,), "yes"), id="flag yes"),
    pytest.param("signed", "= 是", ("=", (1,), "是"), id="flag in Chinese"),
    pytest.param("signed", "= FALSE", ("=", (0,), "FALSE"), id="flag false in any case"),
    pytest.param("region", "= east", ("=", ("east",), "east"), id="choice by its word"),
    pytest.param("region", "= 华东", ("=", ("east",), "华东"), id="choice by its Chinese label"),
    pytest.param("region", "!= South China", ("!=", ("south",), "South China"), id="label of two"),
    pytest.param(
        "region", "in [华东、华北]", ("in", ("east", "north"), "[华东, 华北]"), id="set of words"
    ),
    pytest.param("note", "= >= 3", ("=", (">= 3",), ">= 3"), id="text may look like a comparison"),
    pytest.param("note", "in [甲, 乙]", ("in", ("甲", "乙"), "[甲, 乙]"), id="set of texts"),
    pytest.param("note", "= (一)", ("=", ("(一)",), "(一)"), id="text is compared after NFKC"),
]

REFUSED = [
    pytest.param("visits", "3", "COMPARISON", "= 3", id="bare value"),
    pytest.param("visits", "== 3", "COMPARISON", "= 3", id="two equal signs"),
    pytest.param("visits", "=> 3", "COMPARISON", ">= 3", id="swapped signs"),
    pytest.param("visits", "<> 3", "COMPARISON", "!= 3", id="SQL's not equal"),
    pytest.param("visits", "~ 3", "COMPARISON", None, id="unknown sign"),
    pytest.param("visits", ">=", "COMPARISON", None, id="nothing after the sign"),
    pytest.param("visits", "", "COMPARISON", None, id="nothing at all"),
    pytest.param("visits", ">= three", "NUMBER", None, id="word for a number"),
    pytest.param("visits", ">= 2.5", "NUMBER", None, id="half a visit"),
    pytest.param("visits", ">= 5%", "NUMBER", None, id="percent of a count"),
    pytest.param("visits", ">= -1", "NUMBER", None, id="negative count"),
    pytest.param("visits", ">= 1,000", "NUMBER", "1000", id="thousands mark"),
    pytest.param("visits", ">= 007", "NUMBER", "7", id="leading zeros"),
    pytest.param("visits", ">= 1_000", "NUMBER", "1000", id="Python's thousands mark"),
    pytest.param("visits", f">= {2**60}", "NUMBER", None, id="more than a float can tell apart"),
    pytest.param("rate", ">= 1e-05", "NUMBER", "0.00001", id="exponent"),
    pytest.param("rate", ">= .5", "NUMBER", "0.5", id="no digit before the point"),
    pytest.param("rate", ">= +0.5", "NUMBER", "0.5", id="plus sign"),
    pytest.param("rate", ">= nan", "NUMBER", None, id="not a number"),
    pytest.param("rate", "< Infinity", "NUMBER", None, id="infinity"),
    pytest.param("rate", "< 0x10", "NUMBER", None, id="hexadecimal"),
    pytest.param("rate", "< ٣", "NUMBER", "3", id="digits of another script"),
    pytest.param("rate", "< 85", "ALWAYS", None, id="percent sign forgotten"),
    pytest.param("rate", "> 85", "NEVER", None, id="above the range"),
    pytest.param("rate", "= 3", "NEVER", None, id="equal to what cannot be"),
    pytest.param("rate", "in [0.8, 0.2]", "NEVER", None, id="interval with its ends swapped"),
    pytest.param("rate", "in [0, 2]", "ALWAYS", None, id="interval of the whole range"),
    pytest.param("visits", ">= 0", "ALWAYS", None, id="a count is always 0 or more"),
    pytest.param("visits", "< 0", "NEVER", None, id="a count is never below 0"),
    pytest.param("visits", "in [1, 2, 3]", "COMPARISON", None, id="three ends"),
    pytest.param("visits", "in 1, 2", "COMPARISON", None, id="no brackets"),
    pytest.param("visits", "in [1,]", "COMPARISON", None, id="an end is missing"),
    pytest.param("signed", "= on", "VALUE", "yes", id="YAML's on"),
    pytest.param("signed", "= off", "VALUE", "no", id="YAML's off"),
    pytest.param("signed", "no", "COMPARISON", "= no", id="bare no"),
    pytest.param("signed", "!= no", "COMPARISON", "= yes", id="a flag is equal or equal"),
    pytest.param("region", "= 华东区", "VALUE", "华东", id="misspelled choice"),
    pytest.param("region", "> 华东", "COMPARISON", None, id="words have no order"),
    pytest.param("region", "in [华东, east]", "COMPARISON", None, id="one word twice"),
    pytest.param("region", "in [华东, 华北, 华南]", "ALWAYS", None, id="all words there are"),
    pytest.param("note", "~ 甲.*", "COMPARISON", None, id="patterns are not a comparison"),
    pytest.param("visits", "__import__('os')", "COMPARISON", None, id="Python"),
    pytest.param("rate", "< 0.5 or 1", "NUMBER", None, id="a free expression"),
]


@pytest.mark.parametrize(("field", "text", "expected"), UNDERSTOOD)
def test_is_understood(
    field: str, text: str, expected: tuple[str, tuple[float | str, ...], str]
) -> None:
    clause = read_comparison(text, FIELDS[field])
    assert isinstance(clause, Clause), clause
    assert (clause.operator.value, clause.operands, clause.threshold) == expected


@pytest.mark.parametrize(("field", "text", "code", "suggestion"), REFUSED)
def test_is_refused(field: str, text: str, code: str, suggestion: str | None) -> None:
    trouble = read_comparison(text, FIELDS[field])
    assert isinstance(trouble, Trouble), trouble
    assert (trouble.code, trouble.suggestion) == (code, suggestion)
    assert trouble.message.zh
    assert trouble.message.en
    assert trouble.expected


@settings(max_examples=300, deadline=None)
@given(
    field=st.sampled_from(sorted(FIELDS)), text=st.text(max_size=20), sign=st.sampled_from(SIGNS)
)
def test_any_text_beside_a_sign_is_a_clause_or_refused(field: str, text: str, sign: str) -> None:
    read = read_comparison(f"{sign} {text}", FIELDS[field])
    if isinstance(read, Clause):
        # What was understood reads the same when it is written out again.
        again = read_comparison(f"{read.operator} {read.threshold}", FIELDS[field])
        assert again == read
    else:
        assert read.message.zh
