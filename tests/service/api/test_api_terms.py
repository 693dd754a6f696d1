"""A deliverable is judged by what was asked when it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf

from service.actions import deliverables
from service.records import Role
from tests.service.api.house import add_customer, body_of, requirement_of

if TYPE_CHECKING:
    from tests.service.api.house import House


def test_a_requirement_changed_after_the_upload_does_not_touch_it(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    olga = house.somebody("olga", Role.SALES_OPS, region=None, team=None)
    requirement = requirement_of(anna, add_customer(anna), "quotes")
    with pymupdf.open() as document:
        document.new_page()
        pdf = document.tobytes()
    before = body_of(anna.upload(requirement["id"], pdf, key="before"))
    changed = olga.patch(
        f"/requirements/{requirement['id']}",
        json={"formats": ["xlsx"]},
        headers={"If-Match": '"1"'},
    )
    assert changed.status_code == 200, changed.text
    after = body_of(anna.upload(requirement["id"], pdf, key="after"))
    reasons = []
    for sent in (before, after):
        deliverables.verify(house.ports, sent["id"])
        report = body_of(anna.get(f"/deliverables/{sent['id']}"))["report"]
        reasons.append([check["sub_indication"] for check in report["checks"]])
    assert "TYPE_NOT_ALLOWED" not in reasons[0]
    assert "TYPE_NOT_ALLOWED" in reasons[1]
