"""Rows are held against the trail: whoever goes past the actions is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from service.actions import deliverables
from service.actions.audit import Stray, strays
from service.records import Role
from tests.service.api.house import ON_BOTH, add_customer, body_of, requirement_of

if TYPE_CHECKING:
    from tests.service.api.house import House


def tell_a_story(house: House) -> None:
    """Leave something of every kind: a deliverable is uploaded, judged and decided upon."""
    anna = house.somebody("anna", Role.SALESPERSON)
    rita = house.somebody("rita", Role.REVIEWER, region=None, team=None)
    requirement = requirement_of(anna, add_customer(anna), "quotes")
    sent = body_of(anna.upload(requirement["id"], b"not a PDF at all"))
    deliverables.verify(house.ports, sent["id"])
    (review,) = body_of(rita.get("/reviews"))["items"]
    ruling = {"decision": "accept", "reason_code": "original_seen"}
    assert rita.post(f"/reviews/{review['id']}/decision", json=ruling).status_code == 200


def found(house: House) -> tuple[Stray, ...]:
    with house.ports.records.read() as unit:
        return strays(unit)


@ON_BOTH
def test_what_actions_did_agrees_with_the_trail(house: House) -> None:
    tell_a_story(house)
    assert found(house) == ()


@pytest.mark.parametrize(
    ("statement", "kind", "what"),
    [
        pytest.param(
            "UPDATE deliverables SET verdict = 'PASSED'", "deliverable", "changed", id="a verdict"
        ),
        pytest.param("UPDATE stages SET state = 'open'", "stage", "changed", id="a gate"),
        pytest.param("UPDATE people SET role = 'admin'", "person", "changed", id="a role"),
        pytest.param("UPDATE reviews SET decided_by = 'x'", "review", "changed", id="a decider"),
        pytest.param(
            "UPDATE requirements SET needed = 0", "requirement", "changed", id="a requirement"
        ),
        pytest.param("DELETE FROM reviews", "review", "gone", id="a review taken away"),
        pytest.param("DELETE FROM tokens", "token", "gone", id="a token taken away"),
        pytest.param(
            "INSERT INTO tokens SELECT 'x', person_id, name, 'y', scopes, created_at, expires_at, "
            "revoked_at, version FROM tokens LIMIT 1",
            "token",
            "unrecorded",
            id="a token slipped in",
        ),
    ],
)
def test_a_row_changed_past_the_actions_is_found(
    house: House, statement: str, kind: str, what: str
) -> None:
    tell_a_story(house)
    engine = sa.create_engine(house.settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()
    strayed = found(house)
    assert strayed
    assert {(stray.kind, stray.what) for stray in strayed} == {(kind, what)}
