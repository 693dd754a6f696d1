"""What an upload asks of the records, and how rows of several tables go in together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from service.errors import AlreadyThere
from service.records import Reply, Wanted
from tests.service.people import AT, deliverable, requirement, settle_in

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.ports.records import Unit

MINE = {"customer.owner_id": "p1", "id": "r1"}
REPLY = Reply(
    id="k1", request_hash="h", status=201, body="{}", headers={"ETag": '"1"'}, created_at=AT
)


@pytest.mark.parametrize(
    ("where", "there"),
    [
        pytest.param({"id": "r1"}, True, id="anybody's requirement"),
        pytest.param(MINE, True, id="my own customer's"),
        pytest.param({**MINE, "customer.owner_id": "p2"}, False, id="somebody else's"),
        pytest.param({"id": "r1", "customer.region": ("east",)}, True, id="of my region"),
        pytest.param({"id": "r1", "customer.region": ("west",)}, False, id="of another region"),
        pytest.param({"id": "r1", "customer.region": ()}, False, id="for somebody of no region"),
        pytest.param({"id": "r2"}, False, id="no such requirement"),
    ],
)
def test_only_a_requirement_within_reach_is_given(
    records: DatabaseRecords, where: dict[str, Any], *, there: bool
) -> None:
    with records.begin() as unit:
        settle_in(unit)
        unit.replies.add(REPLY)
    contacts = {"cto": {"name": "李雷", "email": "li@example.com"}}
    with records.read() as unit:
        known = Wanted(
            requirement=requirement("r1", "c1", "s1"),
            path="software",
            registered_name="华东精密机械有限公司",
            contacts=contacts,
        )
        assert unit.uploads.asked(where, "k1") == ((known, REPLY) if there else None)


def test_a_key_without_an_answer_hides_no_requirement(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        settle_in(unit)
    with records.read() as unit:
        found = unit.uploads.asked(MINE, "k1")
    assert found is not None
    assert found[1] is None


def test_rows_of_several_tables_are_kept_together(records: DatabaseRecords) -> None:
    def enter(unit: Unit) -> None:
        for number in range(40):
            unit.deliverables.add(deliverable(f"d{number:02}"))
            unit.replies.add(replace(REPLY, id=f"k{number:02}"))
        unit.outbox.put(key="only", kind="verify", payload={})

    with records.begin() as unit:
        settle_in(unit)
    records.together(enter)
    with records.read() as unit:
        assert len(unit.deliverables.find()) == 40
        assert unit.replies.get("k39") is not None
        assert unit.outbox.depth() == {"ready": 1}


@pytest.mark.parametrize("table", ["deliverables", "replies"])
def test_one_row_that_is_there_keeps_those_of_other_tables_out(
    records: DatabaseRecords, table: str
) -> None:
    """Each table's own count is looked at, whichever of them comes first."""
    taken = {"deliverables": deliverable("d1"), "replies": REPLY}
    with records.begin() as unit:
        settle_in(unit)
        getattr(unit, table).add(taken[table])

    def enter(unit: Unit) -> None:
        unit.deliverables.add(deliverable("d1"))
        unit.replies.add(REPLY)
        unit.outbox.put(key="only", kind="verify", payload={})

    with pytest.raises(AlreadyThere):
        records.together(enter)
    with records.read() as unit:
        assert len(unit.deliverables.find()) == (table == "deliverables")
        assert unit.outbox.depth() == {}
