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


WRONG: dict[str, tuple[Ask, str, str]] = {
    "a file of no bytes": (_empty, "0 字节", "0 bytes"),
    "no key": (_without_key, "", "nothing"),
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
