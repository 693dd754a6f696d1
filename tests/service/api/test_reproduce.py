"""Payments computed again after other champions, and what is said where they do not come out."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from service import tasks
from service.actions.reproducing import reproduce
from service.cli import app
from service.payment_records import REPRODUCE
from service.records import MAX_ATTEMPTS, Role
from tests.service.api.house import ON_BOTH, Caller, House
from tests.service.api.test_api_coefficients import LEAD, Q2, closed, contacts, crown, order

if TYPE_CHECKING:
    from typer.testing import Result


@pytest.fixture
def ops(house: House) -> Caller:
    return house.somebody("ops", Role.SALES_OPS)


def asked(house: House, *arguments: str) -> Result:
    environment = {
        "COUNTERMARK_DATA": str(house.settings.data),
        "COUNTERMARK_DATABASE_URL": house.settings.database_url,
        "LANG": "C",
    }
    return CliRunner().invoke(app, ["reproduce", *arguments], env=environment)


def paid(house: House, ops: Caller) -> str:
    crown(house)
    found = closed(ops, order("o1", "c1", Q2, lead=LEAD), events=contacts("c1", Q2, 5))
    return str(found[0]["id"])


def change(house: House, column: str, old: str, new: str) -> None:
    """Change a row as somebody with the database's password would."""
    engine = sa.create_engine(house.settings.database_url)
    with engine.begin() as connection:
        text = sa.text(f"UPDATE payments SET {column} = replace({column}, :old, :new)")  # noqa: S608 - ours
        assert connection.execute(text, {"old": old, "new": new}).rowcount == 1
    engine.dispose()


@ON_BOTH
def test_a_payment_comes_out_after_a_new_champion_and_after_a_roll_back(
    house: House, ops: Caller
) -> None:
    payment = paid(house, ops)
    crown(house, "second")
    for _ in range(2):
        with house.ports.records.read() as unit:
            found = reproduce(unit, house.ports.tariffs, payment)
        assert (found.figures, found.differences) == (found.payment.figures, ())
        done = asked(house, payment, "--json")
        assert (done.exit_code, json.loads(done.stdout)["reproduced"]) == (0, True), done.output
        ops.post("/champions/coefficient/rollback", json={"reason": "complaints", "to": "none"})
    assert "byte for byte" in asked(house, payment).stdout


def test_without_a_model_the_floor_comes_out(house: House, ops: Caller) -> None:
    (found,) = closed(ops, order("o1", "c1", Q2))
    done = asked(house, found["id"], "--json")
    assert (done.exit_code, json.loads(done.stdout)["model"]) == (0, None)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(("figures", '"coefficient":1.', '"coefficient":2.'), "coefficient",
                     id="a higher coefficient"),
        pytest.param(("inputs", "-0.4", "-3.5"), "p_win", id="another feature"),
        pytest.param(("customer", "c1", "c9"), "customer", id="another customer in the row"),
        pytest.param(("figures", ",", ", "), "figures", id="other bytes with the same values"),
    ],
)  # fmt: skip
def test_what_differs_is_told(
    house: House, ops: Caller, spoil: tuple[str, str, str], told: str
) -> None:
    payment = paid(house, ops)
    change(house, *spoil)
    done = asked(house, payment, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["reproduced"]) == (1, False)
    assert told in {one["field"] for one in found["differences"]}
    assert told in done.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param("inputs", "were changed", id="inputs that are cut short"),
        pytest.param("archive", "The model", id="an archive that is gone"),
        pytest.param("card", "The rate card attack/", id="a card that is gone"),
        pytest.param("id", "no such payment", id="a payment that never was"),
    ],
)
def test_what_cannot_be_computed_is_told_why(
    house: House, ops: Caller, spoil: str, said: str
) -> None:
    payment = paid(house, ops)
    if spoil == "inputs":
        change(house, "inputs", '{"claimed"', '"claimed"')
    if spoil in {"archive", "card"}:
        with house.ports.records.read() as unit:
            (row,) = unit.payments.rows.find({"id": payment})
        name = row.archive_sha256 if spoil == "archive" else row.card_sha256
        (lost,) = (house.settings.data / "files").rglob(f"{name}")
        lost.unlink()
    done = asked(house, "nothing" if spoil == "id" else payment)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_of_several_those_that_can_be_computed_are(house: House, ops: Caller) -> None:
    crown(house)
    orders = [order(f"o{n}", f"c{n}", Q2, lead=LEAD) for n in (1, 2)]
    first, last = (one["id"] for one in closed(ops, *orders))
    whole = asked(house, first, last, "--json")
    assert [json.loads(line)["payment"] for line in whole.stdout.splitlines()] == [first, last]
    done = asked(house, first, "nothing", last, "--json")
    assert (whole.exit_code, done.exit_code, done.stdout) == (0, 2, whole.stdout)
    assert "nothing" in done.stderr


def worked_off(house: House) -> dict[str, int]:
    """Do what the outbox orders, as often as it would be tried; gives what is left by state."""
    for _ in range(MAX_ATTEMPTS):
        house.clock.forward(3600)
        with house.ports.records.begin() as unit:
            rows = unit.outbox.lease(limit=9, seconds=60)
        for row in rows:
            assert row.kind == REPRODUCE
            tasks.run(house.ports, row)
    with house.ports.records.read() as unit:
        return {state: count for state, count in unit.outbox.depth().items() if count}


@ON_BOTH
def test_a_closed_order_is_computed_again_by_whoever_takes_the_outbox(
    house: House, ops: Caller
) -> None:
    for _ in range(2):
        with house.ports.records.read() as unit:
            assert unit.outbox.depth().get("ready", 0) == 0
        paid_once = closed(ops, order("o1", "c1", Q2))
        left = worked_off(house)
        assert ("ready" in left, "quarantined" in left) == (False, False), paid_once


def test_a_payment_that_does_not_come_out_is_told_and_stays(
    house: House, ops: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    payment = paid(house, ops)
    change(house, "figures", '"coefficient":1.', '"coefficient":2.')
    with caplog.at_level(logging.ERROR, logger="countermark.service"):
        assert worked_off(house)["quarantined"] == 1
    assert f"payments.not_reproduced id={payment}" in caplog.text
