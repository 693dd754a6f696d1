"""The bodies that the pages show are taken as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import body_of

if TYPE_CHECKING:
    from tests.service.api.house import House

DOCS = Path(__file__).parents[3] / "docs"
SHOWN = re.compile(r"```http\nPOST /api/v1(\S+)\nContent-Type: (\S+)\n\n(.*?)```", re.DOTALL)
BODIES = SHOWN.findall((DOCS / "causes.md").read_text("utf-8"))


def test_each_way_to_send_has_its_body() -> None:
    assert [path for path, _, _ in BODIES] == [
        "/stage-events",
        "/stage-events/csv?source=crm",
        "/evidence-items",
        "/evidence-items/collected/training",
    ]


@pytest.mark.parametrize(("path", "kind", "body"), BODIES, ids=[one[0] for one in BODIES])
def test_a_body_of_the_pages_is_taken(house: House, path: str, kind: str, body: str) -> None:
    ops = house.somebody("ops", Role.SALES_OPS)
    answer = ops.post(path, data=body.encode(), headers={"Content-Type": kind})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = body_of(answer)
    if "stage-events" in path:
        assert (told["accepted"], told["refused"]) == (2, [])
    else:
        assert len(told["items"]) == 1
