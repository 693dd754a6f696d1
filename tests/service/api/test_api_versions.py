"""People change only the version that they have seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import add_customer, body_of, problem_of, requirement_of

if TYPE_CHECKING:
    from tests.service.api.house import House

REFUSED = {
    "none at all": (None, 428, "precondition-required"),
    "one of a version that is gone": ('"1"', 412, "stale-version"),
    "one of a version to come": ('"3"', 412, "stale-version"),
    "a weak one, which is never enough to change": ('W/"2"', 412, "stale-version"),
    "a weak one of the latest beside a strong one that is gone": (
        'W/"2", "1"',
        412,
        "stale-version",
    ),
    "a tag that nobody gave": ('"caf\xe9"', 412, "stale-version"),
    "something without quotes": ("abc", 400, "malformed-header"),
    "the number alone": ("2", 400, "malformed-header"),
    "a quote that is never closed": ('"2', 400, "malformed-header"),
    "a byte that is no ASCII": ("\xff", 400, "malformed-header"),
    "nothing in it": ("", 400, "malformed-header"),
    "the star beside a tag": ('*, "2"', 400, "malformed-header"),
    "a tag beside the star": ('"2", *', 400, "malformed-header"),
    "two tags without a comma": ('"1" "2"', 400, "malformed-header"),
    "two stars": ("*, *", 400, "malformed-header"),
    "thousands of blanks and commas": ('"2"' + ",   " * 1500 + "x", 400, "malformed-header"),
    "a small w": ('w/"2"', 400, "malformed-header"),
}


@pytest.mark.parametrize(("sent", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_a_change_is_refused_with(house: House, sent: str | None, status: int, code: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/customers/{add_customer(anna)['id']}"
    anna.patch(address, json={"name": "second"}, headers={"If-Match": '"1"'})
    before = house.stored()
    headers = {} if sent is None else {"If-Match": sent}
    problem = problem_of(anna.patch(address, json={"name": "third"}, headers=headers))
    assert (problem["status"], problem["type"]) == (status, f"urn:countermark:problem:{code}")
    assert body_of(anna.get(address))["name"] == "second"
    assert house.stored() == before


@pytest.mark.parametrize(
    ("sent", "seen", "expected"),
    [
        ("garbage", "garbage", 'an ETag in double quotes, such as "7", or * alone'),
        ("\xff", r"\xff", 'an ETag in double quotes, such as "7", or * alone'),
        ("", "nothing", 'an ETag in double quotes, such as "7", or * alone'),
        ('W/"1"', 'W/"1"', 'the strong ETag "1"'),
        ('"7"', '"7"', '"1"'),
    ],
)
def test_a_wrong_tag_is_told_the_right_one(
    house: House, sent: str, seen: str, expected: str
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/customers/{add_customer(anna)['id']}"
    problem = problem_of(anna.patch(address, json={"name": "b"}, headers={"If-Match": sent}))
    (error,) = problem["errors"]
    assert (error["where"], error["seen"], error["expected"]) == ("If-Match", seen, expected)


@pytest.mark.parametrize("sent", ['"1"', '"7", "1"', '"7",,"1",', 'W/"1", "1"', "*"])
def test_a_change_is_taken_with(house: House, sent: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/customers/{add_customer(anna)['id']}"
    answer = anna.patch(address, json={"name": "second"}, headers={"If-Match": sent})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    assert anna.get(address).headers["ETag"] == '"2"'


def test_only_what_is_given_changes(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customer = add_customer(anna)
    answer = anna.patch(
        f"/customers/{customer['id']}", json={"name": "second"}, headers={"If-Match": '"1"'}
    )
    changed = body_of(answer)
    assert changed["name"] == "second"
    assert changed["contacts"] == customer["contacts"]
    assert changed["registered_name"] == customer["registered_name"]


def test_a_change_of_nothing_is_refused(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/customers/{add_customer(anna)['id']}"
    answer = anna.patch(address, json={}, headers={"If-Match": '"1"'})
    assert problem_of(answer)["status"] == 422


@pytest.mark.parametrize(
    ("changes", "where", "seen"),
    [
        ({"signer_role": "it_laed"}, "/signer_role", "it_laed"),
        ({"formats": ["pdf", "pdff"]}, "/formats", "pdff"),
    ],
    ids=["nobody's role, whose signature would not be asked for", "a format that there is not"],
)
def test_a_misspelt_requirement_is_refused(
    house: House, changes: dict[str, object], where: str, seen: str
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    ops = house.somebody("ops", Role.SALES_OPS)
    address = f"/requirements/{requirement_of(anna, add_customer(anna), 'poc_report')['id']}"
    answer = ops.patch(address, json=changes, headers={"If-Match": "*"})
    (error,) = problem_of(answer)["errors"]
    assert (error["where"], error["seen"]) == (where, seen)
    assert body_of(anna.get(address))["version"] == 1


def test_sales_ops_loosen_a_requirement(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    ops = house.somebody("ops", Role.SALES_OPS)
    address = f"/requirements/{requirement_of(anna, add_customer(anna), 'poc_report')['id']}"
    changes = {"formats": ["pdf", "docx"], "max_age_days": None}
    answer = ops.patch(address, json=changes, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    changed = body_of(anna.get(address))
    assert (changed["formats"], changed["max_age_days"]) == (["pdf", "docx"], None)
    assert changed["signer_role"] == "it_lead"
