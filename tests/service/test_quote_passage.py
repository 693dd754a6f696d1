"""Which deals a breaker holds, and which quotes count as verified."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from service.actions.quote_evidence import is_valid
from service.causes.stage_deals import dims_of
from service.records import Decision
from tests.service.test_causes import came

EAST: dict[str, Any] = {"dims": {"region": "华东"}}
NORTH: dict[str, Any] = {"dims": {"region": "华北"}}


@pytest.mark.parametrize(
    ("events", "region"),
    [
        pytest.param([came("demo", 5, **EAST)], "华东", id="as it came"),
        pytest.param(
            [came("quote", 9, **NORTH), came("demo", 5, **EAST)],
            "华东",
            id="a deal that moved afterwards leaves no scope",
        ),
        pytest.param(
            [came("demo", 5, **EAST), came("demo", 9, **NORTH)],
            "华东",
            id="its first coming counts",
        ),
        pytest.param([came("quote", 9, **NORTH)], "华北", id="it never came: as it is by now"),
        pytest.param([], None, id="nothing is known"),
    ],
)
def test_a_deal_is_held_as_it_came_to_the_stage(events: list[Any], region: str | None) -> None:
    assert dims_of(events, "demo").get("region") == region


@pytest.mark.parametrize(
    ("sheet", "verdict", "decision", "verified"),
    [
        pytest.param("PASSED", "PASSED", None, True, id="passed"),
        pytest.param("PASSED", "INDETERMINATE", None, True, id="its sheet is valid"),
        pytest.param("FAILED", "FAILED", Decision.ACCEPT, False, id="an outdated sheet"),
        pytest.param("PASSED", "FAILED", None, False, id="a quote that was refused, e.g. forged"),
        pytest.param(
            "PASSED", "FAILED", Decision.ACCEPT, True, id="a reviewer took it all the same"
        ),
        pytest.param("PASSED", "PASSED", Decision.REJECT, False, id="a reviewer turned it down"),
        pytest.param("PASSED", "PASSED", Decision.ASK_AGAIN, False, id="asked for again"),
    ],
)
def test_a_quote_is_verified_where_its_sheet_is_valid_and_it_was_not_refused(
    sheet: str, verdict: str, decision: Decision | None, *, verified: bool
) -> None:
    report = {"checks": [{"id": "cost_sheet.version", "status": sheet}]}
    file: Any = SimpleNamespace(report=report, verdict=verdict, decision=decision)
    assert is_valid(file) is verified
