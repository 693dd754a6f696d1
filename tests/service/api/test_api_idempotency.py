"""Under an Idempotency-Key a POST happens once: the repeat gets the first answer, word for word."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from service import api
from service.api.idempotency import Attempt, Running, StillRunning
from service.records import Role
from tests.service.api.house import (
    NEW_CUSTOMER,
    ON_BOTH,
    add_customer,
    body_of,
    problem_of,
    requirement_of,
)

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.service.api.house import Caller, House

KEY = {"Idempotency-Key": "6f2d"}


def _create(caller: Caller, **changes: Any) -> TestResponse:
    return caller.post("/customers", json={**NEW_CUSTOMER, **changes}, headers=KEY)


@ON_BOTH
def test_a_repeat_gets_the_first_answer_and_does_nothing(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    first = _create(anna)
    before = house.stored()
    again = _create(anna)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert house.stored() == before


def test_spaces_and_the_order_of_keys_make_no_other_request(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    _create(anna)
    turned = dict(reversed(NEW_CUSTOMER.items()))
    again = anna.post("/customers", json=turned, headers=KEY)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    _create(anna)
    before = house.stored()
    problem = problem_of(_create(anna, name="other"))
    assert problem["status"] == 422
    assert problem["type"] == "urn:countermark:problem:idempotency-key-reused"
    assert house.stored() == before


def test_somebody_else_may_have_the_same_key(house: House) -> None:
    first = _create(house.somebody("anna", Role.SALESPERSON))
    other = _create(house.somebody("ben", Role.SALESPERSON))
    assert other.status_code == 201
    assert body_of(other)["id"] != body_of(first)["id"]


def test_another_route_may_have_the_same_key(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, body_of(_create(anna)), "poc_report")
    assert anna.upload(requirement["id"], b"%PDF", key="6f2d").status_code == 201


def test_what_was_refused_is_asked_anew(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    assert _create(anna, path="fishery").status_code == 422
    assert _create(anna).status_code == 201


@ON_BOTH
def test_an_upload_is_known_by_its_bytes_and_its_name(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    requirement = requirement_of(anna, add_customer(anna), "poc_report")["id"]
    first = anna.upload(requirement, b"%PDF", name="a.pdf")
    before = house.stored()
    again = anna.upload(requirement, b"%PDF", name="a.pdf")
    assert (again.status_code, again.data) == (201, first.data)
    assert anna.upload(requirement, b"%PDF-", name="a.pdf").status_code == 422
    assert anna.upload(requirement, b"%PDF", name="b.pdf").status_code == 422
    assert house.stored() == before


def test_when_the_answer_cannot_be_stored_nothing_is(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    before = house.stored()
    _run(house, "CREATE TRIGGER no BEFORE INSERT ON replies BEGIN SELECT RAISE(FAIL, 'no'); END")
    problem = problem_of(_create(anna))
    assert (problem["status"], problem["type"]) == (500, "urn:countermark:problem:unexpected")
    assert "IntegrityError" not in str(problem)
    logged = capsys.readouterr().err
    assert problem["instance"].rpartition(":")[2] in logged
    assert "IntegrityError" in logged
    assert NEW_CUSTOMER["name"] not in logged
    assert house.stored() == before
    _run(house, "DROP TRIGGER no")
    assert _create(anna).status_code == 201


def _run(house: House, statement: str) -> None:
    path = house.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


@ON_BOTH
@pytest.mark.parametrize("processes", [1, 3])
def test_twelve_at_once_make_one_customer(house: House, processes: int) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    # Each app has its own memory, as each process has.
    apps = [api.create(house.settings, house.ports) for _ in range(processes)]
    answers: list[TestResponse] = []

    def ask(number: int) -> None:
        answers.append(_create(replace(anna, app=apps[number % processes])))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.stored()["customers"] == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.data for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert problem_of(answer)["type"] == "urn:countermark:problem:still-running"
            assert answer.headers["Retry-After"] == "1"


def test_a_key_in_hand_is_not_taken_twice() -> None:
    running, this = Running(), Attempt(id="a", request_hash="x")
    with running.hold(this):
        with pytest.raises(StillRunning), running.hold(this):
            pytest.fail("held twice")
        with running.hold(Attempt(id="b", request_hash="x")):
            pass
    with running.hold(this):
        pass


@pytest.mark.parametrize("path", ["/tokens", "/sessions"])
def test_a_secret_is_never_kept_for_a_repeat(house: House, path: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    bodies = {
        "/tokens": {"name": "ci", "scopes": ["*"]},
        "/sessions": {"login": "anna", "password": "whatever"},
    }
    problem = problem_of(anna.post(path, json=bodies[path], headers=KEY))
    assert problem["status"] == 422
    assert problem["errors"][0]["where"] == "Idempotency-Key"
