"""Every bad input gets a problem that says what was seen, what was expected, and keeps nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from service.api import idempotency, versions
from service.api.pattern_words import PATTERNS
from service.records import Role
from tests.service.api.house import (
    NEW_CUSTOMER,
    Row,
    body_of,
    check_problem,
    problem_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.api.house import House


def _json(**changes: Any) -> dict[str, Any]:
    return {"json": {**NEW_CUSTOMER, **changes}}


def _text(text: str | bytes) -> dict[str, Any]:
    return {"data": text, "headers": {"Content-Type": "application/json"}}


BODIES = {
    "a field that nobody knows": Row(_json(colour="red"), 422, "invalid", "/colour", '"red"'),
    "a field that is missing": Row(
        {"json": {"name": "A", "path": "software"}}, 422, "invalid", "/registered_name", "nothing"
    ),
    "a number for a name": Row(_json(name=5), 422, "invalid", "/name", "5"),
    "null for a name": Row(_json(name=None), 422, "invalid", "/name", "null"),
    "a name of blanks": Row(_json(name="   "), 422, "invalid", "/name"),
    "a name with a line end": Row(_json(name="a\nb"), 422, "invalid", "/name"),
    "a name with NUL": Row(_json(name="a\0b"), 422, "invalid", "/name"),
    "a name of 201 characters": Row(_json(name="a" * 201), 422, "invalid", "/name"),
    "half a surrogate pair": Row(
        _text('{"name": "\\ud800"}'),
        422,
        "invalid",
        "body",
        "half of a surrogate pair, such as \\ud800",
    ),
    "a path that there is not": Row(_json(path="fishery"), 422, "invalid", "/path", "fishery"),
    "a contact role that the path does not know": Row(
        _json(contacts={"ceo": {"name": "A", "email": "a@example.com"}}),
        422,
        "invalid",
        "/contacts/ceo",
        "ceo",
    ),
    "a contact without mail": Row(
        _json(contacts={"cto": {"name": "A"}}), 422, "invalid", "/contacts/cto/email", "nothing"
    ),
    "a list for the body": Row({"json": [1]}, 422, "invalid", "body", "a list"),
    "half an object": Row(_text('{"name": '), 400, "malformed-json", "line 1, column 10"),
    "no body": Row(_text(""), 400, "malformed-json", "body", "nothing"),
    "blanks alone": Row(_text("  \n"), 400, "malformed-json", "body", "nothing"),
    "a key that is given twice": Row(
        _text('{"name": "a", "name": "b"}'), 400, "malformed-json", "body", 'the key "name" twice'
    ),
    "NaN": Row(_text('{"name": NaN}'), 400, "malformed-json", "body", "NaN"),
    "bytes that are no UTF-8": Row(
        _text(b'{"name": "\xff"}'),
        400,
        "malformed-json",
        "byte 10",
        "the byte 0xFF, which is no UTF-8 here",
    ),
    "UTF-16": Row(
        _text('{"name": "a"}'.encode("utf-16")),
        400,
        "malformed-json",
        "byte 0",
        "the byte 0xFF, which is no UTF-8 here",
    ),
    "a mark of the byte order": Row(
        _text(b"\xef\xbb\xbf{}"), 400, "malformed-json", "line 1, column 1", "a byte order mark"
    ),
    "a quote that is never closed": Row(
        _text('{"name": "a'), 400, "malformed-json", "line 1, column 10", "a string without its end"
    ),
    "something behind the object": Row(
        _text("{} {}"), 400, "malformed-json", "line 1, column 4", "more after the end"
    ),
    "200,000 brackets": Row(
        _text("[" * 200_000),
        400,
        "malformed-json",
        "body",
        "brackets that are nested too deeply",
    ),
    "300 brackets, each of them closed": Row(
        _text("[" * 300 + "]" * 300),
        422,
        "invalid",
        "body",
        "brackets that are nested too deeply",
    ),
    "a number of 6,000 digits": Row(
        _text('{"name": ' + "9" * 6000 + "}"),
        400,
        "malformed-json",
        "body",
        "a number of 6000 digits",
    ),
    "a number beyond all computing": Row(
        _text('{"name": 1e400}'), 400, "malformed-json", "body", "the number 1e400"
    ),
    "a form instead of JSON": Row(
        {"data": {"name": "A"}},
        415,
        "wrong-media-type",
        "Content-Type",
        "application/x-www-form-urlencoded",
    ),
    "a body above the limit": Row(
        _text(json.dumps({"name": "a" * 1_200_000})), 413, "too-large", None
    ),
}


@pytest.mark.parametrize("row", BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_is_explained_and_stores_nothing(house: House, row: Row) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    before = house.stored()
    check_problem(anna.post("/customers", **row.arguments), row)
    assert house.stored() == before


QUERIES = {
    "a parameter that nobody knows": ("/customers?colour=red", "colour", '"red"'),
    "a parameter that is given twice": ("/customers?limit=1&limit=2", "limit", '["1", "2"]'),
    "a limit of nothing": ("/customers?limit=0", "limit", '"0"'),
    "a limit above 100": ("/customers?limit=101", "limit", '"101"'),
    "a limit in words": ("/customers?limit=ten", "limit", '"ten"'),
    "a state that there is not": ("/deliverables?state=done", "state", '"done"'),
    "a verdict in small letters": ("/reviews?verdict=passed", "verdict", '"passed"'),
    "a cursor that is of no row": ("/customers?after=garbage", "after", '"garbage"'),
    "a state in Chinese": ("/deliverables?state=已完成", "state", '"已完成"'),
    "what turns a line about": ("/deliverables?state=%E2%80%AEx", "state", '"\\u202ex"'),
    "a cursor that is no id": ("/customers?after=%00", "after", '"\\u0000"'),
}


@pytest.mark.parametrize(("path", "where", "seen"), QUERIES.values(), ids=QUERIES.keys())
def test_a_bad_parameter_is_explained(house: House, path: str, where: str, seen: str) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    problem = problem_of(ops.get(path))
    assert problem["status"] == 422
    assert [(error["where"], error["seen"]) for error in problem["errors"]] == [(where, seen)]
    assert problem["errors"][0]["expected"]


def test_a_wrong_enum_is_told_what_there_is(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    (error,) = problem_of(ops.get("/deliverables?state=done"))["errors"]
    assert error["expected"] == "one of pending, judged, quarantined"


def test_a_text_of_the_wrong_form_is_told_in_words(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    body = {"name": "a\0b", "scopes": ["customers.read"]}
    (error,) = problem_of(ops.post("/tokens", json=body))["errors"]
    assert error["seen"] == '"a\\u0000b"'
    assert error["expected"].startswith("one line that is not blank, without control characters")


def test_every_form_of_a_text_has_words(house: House) -> None:
    """Keys and versions in headers are read elsewhere, with words of their own."""
    elsewhere = {idempotency.FORM.pattern, versions.SCHEMA}
    document = body_of(house.app.test_client().get("/api/openapi.json"))
    found = {pattern for pattern in _patterns(document) if not pattern.startswith("^urn:")}
    assert found - elsewhere == set(PATTERNS)


def _patterns(node: Any) -> Iterator[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get("pattern"), str):
        yield node["pattern"]
    for child in children:
        yield from _patterns(child)


def test_all_troubles_of_a_body_come_at_once(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    problem = problem_of(anna.post("/customers", json={"name": 5, "colour": "red"}))
    assert {error["where"] for error in problem["errors"]} == {
        "/name",
        "/colour",
        "/path",
        "/registered_name",
    }


REFUSALS = {
    "an address that there is not": ("GET", "/nonsense", 404, "not-found"),
    "a method that the address does not take": ("DELETE", "/customers", 405, "method-not-allowed"),
    "a customer that there is not": ("GET", "/customers/nobody", 404, "not-found"),
    "an id with NUL in it": ("GET", "/customers/a%00b", 404, "not-found"),
    "a page number that is no number": ("GET", "/deliverables/x/pages/one", 404, "not-found"),
}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"), REFUSALS.values(), ids=REFUSALS.keys()
)
def test_what_is_not_there_is_a_problem_too(
    house: House, method: str, path: str, *, status: int, code: str
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    problem = problem_of(anna.ask(method, path))
    assert (problem["status"], problem["type"]) == (status, f"urn:countermark:problem:{code}")
    assert problem["remedy"]


def test_a_wrong_method_is_told_the_right_ones(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    answer = anna.ask("DELETE", "/customers")
    assert "POST" in answer.headers["Allow"]
    (error,) = problem_of(answer)["errors"]
    assert (error["where"], error["seen"]) == ("method", "DELETE")
    assert "POST" in error["expected"]


PARAMETERS = {
    "one that nothing declares": ("/customers?colour=red", ["colour"]),
    "two of them": ("/customers?a=1&b=2", ["a", "b"]),
    "one given twice": ("/customers?a=1&a=2", ["a"]),
}


@pytest.mark.parametrize(("path", "where"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_a_change_takes_no_parameters_that_it_does_not_declare(
    house: House, path: str, where: list[str]
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    body = {"name": "Acme", "registered_name": "Acme Ltd", "path": "software"}
    problem = problem_of(anna.post(path, json=body))
    assert problem["status"] == 422
    assert [error["where"] for error in problem["errors"]] == where
    assert anna.post("/customers", json=body).status_code == 201
