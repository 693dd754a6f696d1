"""docs/api.md names what there is: every address and every kind of problem."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.access import table
from service.api import idempotency, multipart, refusals, throttle  # noqa: F401 - define problems
from service.errors import ServiceError

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")


def _kinds(kind: type[ServiceError]) -> set[str]:
    return {kind.code}.union(*(_kinds(child) for child in kind.__subclasses__()))


def test_every_problem_is_explained() -> None:
    codes = _kinds(ServiceError) | {refusal.code for refusal in refusals.EXPLAINED.values()}
    named = set(re.findall(r"`([a-z-]+)`", PAGE))
    assert codes | {"unexpected"} <= named


@pytest.mark.parametrize(
    "rule", sorted({rule for _, rule in table().routes if rule.startswith("/api/v1/")})
)
def test_every_address_is_named(rule: str) -> None:
    parts = re.sub(r"<(int:)?\w+>", "{", rule.removeprefix("/api/v1")).split("/")
    shape = "/".join(r"\{\w+\}" if part == "{" else re.escape(part) for part in parts)
    assert re.search(rf"`{shape}`", PAGE), rule
