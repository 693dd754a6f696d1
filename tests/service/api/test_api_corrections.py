"""An export that is corrected, or has more in it, and is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.actions.cause_evidence import standing
from service.records import Role
from tests.service.api.house import body_of, problem_of

if TYPE_CHECKING:
    from tests.service.api.house import House


def test_a_corrected_export_takes_the_place_of_the_one_before(house: House) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)

    def send(said: int, **more: Any) -> Any:
        rows = [
            {"id": f"{one}", "deal": f"D{one}", "day": "2026-05-02", "text": "太贵"}
            for one in range(said)
        ]
        return ops.post(
            "/evidence-items/collected/surveys", json={"source": "crm", "rows": rows, **more}
        )

    first = body_of(send(12))["items"][0]
    problem = problem_of(send(15))
    assert (problem["status"], "correction: true" in problem["remedy"]) == (409, True)
    second = body_of(send(15, correction=True))["items"][0]
    assert second["source_id"] == f"{first['source_id']}~2"
    # The same again changes nothing; the one of before is another again, and it may be put back.
    assert body_of(send(15))["items"] == body_of(send(15, correction=True))["items"] == [second]
    assert send(12).status_code == 409
    third = body_of(send(12, correction=True))["items"][0]
    with house.ports.records.read() as unit:
        rows = unit.causes.evidence.find(order="-day")
        assert [one.id for one in standing(rows)] == [third["id"]]
        assert (len(rows), unit.audit.verify()) == (3, ())
