"""What people say of an incident's candidates, as the ranker is taught it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import body_of
from tests.service.api.test_breaker_scope import fallen

if TYPE_CHECKING:
    from tests.service.api.house import House

NONE = (None, "none_of_these")


@pytest.mark.parametrize(
    ("said", "taught"),
    [
        pytest.param(
            [("e1", "root"), ("e2", "symptom")], {"e1": "root", "e2": "symptom"}, id="a root"
        ),
        pytest.param([NONE], {}, id="none of these"),
        pytest.param([("e2", "symptom"), NONE], {"e2": "symptom"}, id="none of these, and more"),
        pytest.param([("e2", "symptom")], None, id="a symptom alone does not say: none of these"),
        pytest.param(
            [("e1", "root"), ("e1", "unrelated")], None, id="a root that was taken back: no more"
        ),
        pytest.param([("e1", "root"), NONE], {}, id="a root that was taken back for none"),
    ],
)
def test_a_label_says_what_a_person_said(
    house: House, said: list[tuple[str | None, str]], taught: dict[str, str] | None
) -> None:
    ops, where = house.somebody("ops", Role.SALES_OPS), fallen(house, "a")
    for candidate, role in said:
        told = {"candidate": candidate, "role": role, "reason": "看过"}
        assert ops.post(f"{where}/verdicts", json=told).status_code == 201
    engineer = house.somebody("ml", Role.ML_ENGINEER)
    labels = body_of(engineer.get("/incident-labels"))["items"]
    expected = [] if taught is None else [{"roles": taught, "shown": ["e1", "e2", "e3"]}]
    assert [one["verdict"] for one in labels] == expected
