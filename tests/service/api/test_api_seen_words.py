"""What was seen and expected is told in Chinese too, not in English words among Chinese."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import add_customer, problem_of, requirement_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.service.api.house import Caller, House

    Ask = Callable[[Caller, str], TestResponse]

PAST = {"name": "old", "scopes": ["*"], "expires_at": "2020-01-01T00:00:00Z"}


def _without_key(who: Caller, path: str) -> TestResponse:
    return who.post(path, data={"file": (io.BytesIO(b"%PDF"), "a.pdf", "application/pdf")})


def _empty(who: Caller, path: str) -> TestResponse:
    part = (io.BytesIO(b""), "a.pdf", "application/pdf")
    return who.post(path, data={"file": part}, headers={"Idempotency-Key": "k"})


def _two_keys(who: Caller, path: str) -> TestResponse:
    """As the web server hands them on."""
    part = (io.BytesIO(b"%PDF"), "a.pdf", "application/pdf")
    return who.post(path, data={"file": part}, headers={"Idempotency-Key": "k,k"})


WRONG: dict[str, tuple[Ask, str, str]] = {
    "a file of no bytes": (_empty, "0 字节", "0 bytes"),
    "no key": (_without_key, "", "nothing"),
    "two keys": (_two_keys, "两个这样的头", "a comma, or two such headers"),
    "no type": (lambda who, _: who.post("/customers", data=b"{}"), "没有内容", "nothing"),
    "a time that is past": (
        lambda who, _: who.post("/tokens", json=PAST),
        "以后的时间",
        "2020-01-01T00:00:00",
    ),
}


@pytest.mark.parametrize(("ask", "zh", "seen"), WRONG.values(), ids=WRONG)
def test_what_was_seen_is_told_in_chinese(house: House, ask: Ask, zh: str, seen: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    wanted = requirement_of(anna, add_customer(anna), "quotes")
    problem = problem_of(ask(anna, f"/requirements/{wanted['id']}/deliverables"))
    told = problem["messages"]["zh"]
    assert zh in told
    assert re.findall(r"\b(?:bytes|nothing|a time|to come)\b", told) == []
    (trouble,) = problem["errors"]
    assert trouble["seen"].startswith(seen)
    assert trouble["expected"]


def test_a_json_that_is_too_large_is_told_how_large_it_may_be(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    problem = problem_of(anna.post("/customers", json={"name": "x" * 1024 * 1024}))
    assert problem["status"] == 413
    (error,) = problem["errors"]
    assert (error["where"], error["expected"]) == ("body", "at most 1048576 bytes")
    assert "至多 1048576 字节" in problem["messages"]["zh"]


def test_what_may_be_chosen_is_listed_without_english_words(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    problem = problem_of(anna.get("/deliverables?state=open"))
    assert "应为其一：pending、" in problem["messages"]["zh"]
    assert " or " not in problem["messages"]["zh"]


def test_who_may_not_is_told_the_title_of_the_role_and_who_may(house: House) -> None:
    rita = house.somebody("rita", Role.REVIEWER)
    problem = problem_of(rita.post("/customers", json={}))
    assert "您的角色（审核员）" in problem["messages"]["zh"]
    assert problem["remedy"] == "请找有此权限的人：销售、销售经理。"
