"""Values have one form as JSON, however they are written and read: their hash is over it."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.facts import FactKind, Field, FieldType, Period
from rules.text import Text
from service.actions.fact_hashes import values_text, writer_of
from service.adapters.database.json_columns import read_json

NAMES = ("b", "a", "百分%", 'quoted"')


def _text(word: str) -> Text:
    return Text(zh=word, en=word)


def _kind(*types: FieldType) -> FactKind:
    fields = tuple(
        Field(name=name, type=type_, label=_text(name))
        for name, type_ in zip(NAMES, types, strict=False)
    )
    return FactKind(
        name="k", label=_text("k"), fields=fields, period=Period.DAY, subject=_text("outlet")
    )


NUMBERS = writer_of(_kind(*(FieldType.NUMBER,) * 4))
WHOLE = st.integers(-(2**53), 2**53)
DECIMAL = st.floats(allow_nan=False, allow_infinity=False)
#: Where Python begins to write exponents, and where the shortest digits are two.
BORDERS = st.sampled_from(
    [
        1e-4, 0.00011, math.nextafter(1e-4, 0), 9.5e-5, 1e-5, 1e-7, 1e16, math.nextafter(1e16, 0),
        1e15, 1e22, 1e23, -0.0, 0.0, 5e-324, 2.0**-44, 2.0**50 + 0.25, 2.0**50 + 0.75, 10.00001,
    ]
)  # fmt: skip
NUMBER = st.one_of(WHOLE, DECIMAL, st.floats(-1e6, 1e6), BORDERS)


@given(st.lists(NUMBER, min_size=4, max_size=4), st.permutations(NAMES))
@example([1e-05, 0.5, 0.5, 0.5], list(NAMES))
def test_numbers_are_written_as_json_writes_them(numbers: list[float], names: list[str]) -> None:
    values = dict(zip(names, numbers, strict=True))
    assert NUMBERS(values) == values_text(values)


@pytest.mark.parametrize(
    ("write", "values"),
    [
        pytest.param(NUMBERS, {"a": 0.5}, id="some fields are not there"),
        pytest.param(writer_of(_kind(FieldType.NUMBER)), {"b": 0.5}, id="a single field"),
        pytest.param(
            writer_of(_kind(FieldType.NUMBER, FieldType.TEXT)), {"b": 1, "a": "1e-5,"}, id="words"
        ),
    ],
)
def test_other_values_are_written_as_json_writes_them(write: Any, values: dict[str, Any]) -> None:
    assert write(values) == values_text(values)


@given(st.dictionaries(st.text(), st.one_of(NUMBER, st.text(), st.booleans(), st.none())))
def test_what_was_written_is_read_as_it_was(values: dict[str, Any]) -> None:
    read = read_json(values_text(values))
    assert read == values
    assert values_text(read) == values_text(values)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r'{"a":"\ud800"}', id="half of a surrogate pair"),
        pytest.param('{"a":123456789012345678901234567890}', id="a number of 30 digits"),
        pytest.param(r'{"a":"\ud83d\ude00"}', id="a surrogate pair"),
    ],
)
def test_rare_text_is_read_as_python_reads_it(text: str) -> None:
    assert read_json(text) == json.loads(text)
