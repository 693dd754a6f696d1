"""What a fact may carry: everything else is refused before any engine sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules import FactError, executors, load_rule_set
from rules.executors.python import PythonExecutor
from tests.rules.files import rule, rule_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.executors import Executor

EVERY_FIELD = (
    'region: "= east", 达成率: "> 50%", stock: "> 45", 已签字: "= yes", '
    'note: "in [甲, (一)]", visits: "in [1, 5]"'
)
RULE_SET = load_rule_set(rule_file(rule(EVERY_FIELD)), "a.yaml")
RIGHT: dict[str, object] = {
    "region": "east",
    "rate": 0.9,
    "stock": 46,
    "signed": True,
    "note": "甲",
    "visits": 3,
}
ASKED = "gate.one/asked"

REFUSED = [
    pytest.param("visits", 1.0, "1.0", id="a float for a count"),
    pytest.param("visits", True, "true", id="a flag for a count"),
    pytest.param("visits", "3", "'3'", id="text for a count, which the engine would coerce"),
    pytest.param("visits", -1, "-1", id="a negative count"),
    pytest.param("visits", 2**53, str(2**53), id="a count that a float cannot tell apart"),
    pytest.param("visits", 2**70, str(2**70), id="a count at which the engine saturates"),
    pytest.param("visits", 10**5000, "a very large whole number", id="5,000 digits"),
    pytest.param("visits", None, "None", id="null, which the engine never compares"),
    pytest.param("visits", [1], "a value of type list", id="a list, which runs over the heap"),
    pytest.param("visits", {"$gt": 1}, "a value of type dict", id="an expression of the engine"),
    pytest.param("stock", float("nan"), "nan", id="not a number, which reads as null"),
    pytest.param("stock", float("inf"), "inf", id="infinity, which loses the fact"),
    pytest.param("stock", -float("inf"), "-inf", id="minus infinity"),
    pytest.param("stock", 2**53, str(2**53), id="a whole number that a float rounds"),
    pytest.param("stock", 10**400, "a very large whole number", id="more than any float"),
    pytest.param("stock", "46", "'46'", id="text for a number"),
    pytest.param("stock", True, "true", id="a flag for a number"),
    pytest.param("stock", 1j, "a value of type complex", id="a complex number"),
    pytest.param("rate", 85, "85", id="percent where a ratio is declared"),
    pytest.param("rate", -0.01, "-0.01", id="below the range"),
    pytest.param("signed", 1, "1", id="1 for a flag, which the engine would take"),
    pytest.param("signed", "true", "'true'", id="a word for a flag, which the engine would take"),
    pytest.param("note", 5, "5", id="a number for text"),
    pytest.param("note", b"x", "a value of type bytes", id="bytes for text"),
    pytest.param("note", "x" * 1025, repr("x" * 60 + "…"), id="text of more than 1 KB"),
    pytest.param("note", "长" * 342, repr("长" * 60 + "…"), id="1 KB counts bytes"),
    pytest.param("note", "x" * 65536, repr("x" * 60 + "…"), id="64 KB, which equal empty text"),
    pytest.param("region", "west", "'west'", id="a word that was not declared"),
    pytest.param("region", "华东", "'华东'", id="a label: facts use the word"),
    pytest.param("region", "East", "'East'", id="another case"),
    pytest.param("region", 1, "1", id="the number of a word"),
    pytest.param("region", ["east"], "a value of type list", id="a list of words"),
]

UNKNOWN = [
    pytest.param("visit", "'visit'", id="a slip of the pen"),
    pytest.param("id", "'id'", id="the engine's own id"),
    pytest.param("sid", "'sid'", id="the engine's session: 1,025 of them kill it"),
    pytest.param("$s", "'$s'", id="the engine's mark of a session"),
    pytest.param("kind", "'kind'", id="the engine's guard"),
    pytest.param("c0", "'c0'", id="the engine's own column"),
    pytest.param("costarring", "'costarring'", id="a name that collides with liquid"),
    pytest.param("rate.x", "'rate.x'", id="a nested name"),
    pytest.param("x" * 9_000_000, repr("x" * 60 + "…"), id="9 MB, which overrun the stack"),
    pytest.param(7, "7", id="a name that is a number"),
]


@pytest.fixture(params=[PythonExecutor, executors.default])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with request.param(RULE_SET) as chosen:
        yield chosen


def test_a_right_fact_is_taken(executor: Executor) -> None:
    assert ASKED in executor.match("week", RIGHT)


@pytest.mark.parametrize(("field", "value", "seen"), REFUSED)
def test_a_wrong_value_is_refused(executor: Executor, field: str, value: object, seen: str) -> None:
    with pytest.raises(FactError) as raised:
        executor.match("week", RIGHT | {field: value})
    error = raised.value
    assert (error.kind, error.field, error.seen) == ("week", field, seen)
    assert error.expected
    assert error.message.zh
    # The refusal leaves nothing behind.
    assert ASKED in executor.match("week", RIGHT)


@pytest.mark.parametrize(("name", "seen"), UNKNOWN)
def test_an_unknown_field_is_refused(executor: Executor, name: str, seen: str) -> None:
    with pytest.raises(FactError) as raised:
        executor.match("week", RIGHT | {name: 1})
    error = raised.value
    assert (error.kind, error.field, error.seen) == ("week", None, seen)


def test_the_nearest_field_is_named(executor: Executor) -> None:
    with pytest.raises(FactError) as raised:
        executor.match("week", {"visit": 1})
    assert raised.value.expected == "visits"
    assert "visits" in raised.value.message.zh
    with pytest.raises(FactError) as raised:
        executor.match("week", {"c0": 1})
    assert raised.value.expected == "a field that the rule file declares"


def test_an_unknown_kind_is_refused(executor: Executor) -> None:
    with pytest.raises(FactError) as raised:
        executor.match("weak", RIGHT)
    assert (raised.value.kind, raised.value.seen, raised.value.expected) == (
        "weak",
        "'weak'",
        "week",
    )


EQUAL = [
    pytest.param({"note": "（一）"}, id="full-width text is the same text"),
    pytest.param({"note": "  甲 "}, id="blanks around text do not count"),
    pytest.param({"stock": 45.00001}, id="a float just above"),
    pytest.param({"rate": 1}, id="a whole number for a number"),
    pytest.param({"visits": 1}, id="lower end of an interval"),
    pytest.param({"visits": 5}, id="upper end of an interval"),
]
DIFFERENT = [
    pytest.param({"note": "乙"}, id="another text"),
    pytest.param({"note": ""}, id="empty text"),
    pytest.param({"note": "甲" * 300}, id="text that begins alike"),
    pytest.param({"note": 'x","kind":1,"c0":1,"z":"'}, id="text that looks like the engine's"),
    pytest.param({"note": "\x00\ud800"}, id="text that no engine could hold"),
    pytest.param({"stock": 45}, id="equal is not above"),
    pytest.param({"stock": 1e-05}, id="a float that the engine's parser loses"),
    pytest.param({"visits": 6}, id="above an interval"),
    pytest.param({"signed": False}, id="a flag that is down"),
    pytest.param({"region": "north"}, id="another word"),
]


@pytest.mark.parametrize("changed", EQUAL)
def test_the_fact_still_matches_with(executor: Executor, changed: dict[str, object]) -> None:
    assert ASKED in executor.match("week", RIGHT | changed)


@pytest.mark.parametrize("changed", DIFFERENT)
def test_the_fact_no_longer_matches_with(executor: Executor, changed: dict[str, object]) -> None:
    assert executor.match("week", RIGHT | changed) == ()


@pytest.mark.parametrize("field", RIGHT)
def test_a_field_that_is_absent_satisfies_nothing(executor: Executor, field: str) -> None:
    fact = {name: value for name, value in RIGHT.items() if name != field}
    assert ASKED not in executor.match("week", fact)


def test_absent_is_not_unequal(executor: Executor) -> None:
    """`!=` asks for a value that is another one, not for silence."""
    text = rule_file(rule('region: "!= east"', needs='all: {note: "!= 甲"}'))
    with executors.default(load_rule_set(text, "a.yaml")) as chosen:
        assert chosen.match("week", {"region": "north"}) == (ASKED,)
        assert chosen.match("week", {"note": "乙"}) == ()
        assert len(chosen.match("week", {"region": "north", "note": "乙"})) == 3
    assert executor.match("week", {}) == ()
