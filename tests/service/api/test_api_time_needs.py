"""What a gate asks of the times of a file becomes what the file is judged by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

import rules
from service.actions import customers, deliverables, requirements
from service.actions.accounts import actor_of
from service.actions.deliverables import Asked, Upload
from service.adapters.rule_book import FolderRules
from service.records import Role
from tests.service.api.house import NEW_CUSTOMER
from verification import codec
from verification.values import Requirement, Trust

if TYPE_CHECKING:
    from service.ports import Ports
    from tests.service.api.house import House

ITEM = "poc_report"


def timed(house: House, time: str) -> Ports:
    """Put rules in force of which one gate asks something of the times of its files."""
    text = rules.pack("software")
    line = f"all: {{{ITEM}.counted: "
    place = text.index(line)
    indent = place - text.rindex("\n", 0, place) - 1
    folder = house.files.parent / "rules"
    folder.mkdir()
    (folder / "software.yaml").write_text(
        text[:place] + f"time: {time}\n" + " " * indent + text[place:], "utf-8"
    )
    return replace(house.ports, rules=FolderRules(folder, clock=house.clock))


def asked(house: House, time: str, *, days: int, oldest: int | None) -> Requirement:
    """Upload a file so many days after the stage began; give what it is judged by."""
    ports = timed(house, time) if time else house.ports
    seller = actor_of(house.person("seller", Role.SALESPERSON))
    stored = ports.storage.put([b"%PDF-1.7"], max_bytes=100)
    with ports.records.begin() as unit:
        customer = customers.create(ports, unit, seller, customers.CustomerDraft(**NEW_CUSTOMER))
        one = next(
            r for r in unit.requirements.find({"customer_id": customer.id}) if r.item == ITEM
        )
        unit.requirements.replace(replace(one, max_age_days=oldest))
    house.clock.forward(days * 86_400)
    with ports.records.begin() as unit:
        upload = Upload(name="a.pdf", declared_type=None, stored=stored)
        wanted, _ = requirements.for_upload(unit, seller, one.id)
        row = deliverables.receive(ports, unit, seller, wanted=wanted, upload=upload)
    return codec.from_json(Asked, row.asked).requirement


@pytest.mark.parametrize(
    ("time", "oldest", "age"),
    [
        pytest.param("", None, None, id="nothing is asked"),
        pytest.param("", 60, 60, id="so many days before the upload"),
        pytest.param("{within: 7d}", None, 20 + 7, id="so many days before the stage began"),
        pytest.param("{within: 7d}", 10, 10, id="both: the later of the two"),
        pytest.param("{within: 7d}", 60, 20 + 7, id="both: the stage is the later one"),
    ],
)
def test_the_window_begins(house: House, time: str, oldest: int | None, age: int | None) -> None:
    found = asked(house, time, days=20, oldest=oldest)
    expected = None if age is None else house.clock() - timedelta(days=age)
    assert found.not_before == expected


def test_class_and_contradictions_are_handed_on(house: House) -> None:
    found = asked(house, "{class: T3, contradictions: 1d}", days=0, oldest=None)
    assert (found.best_time, found.contradictions_below_s) == (Trust.T3, 86_400)
