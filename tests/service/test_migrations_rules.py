"""Rows stand through the way up and down: old ones stay, those of the rules go and come anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service import migrations
from service.adapters.database import DatabaseRecords
from service.rule_records import FactRow, Subject
from tests.service.people import person

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 1, 19, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/countermark.db"
    url: str = request.getfixturevalue("empty_postgres")
    return url


def _fill(url: str) -> None:
    fact = FactRow(
        id="f1",
        kind="weekly",
        subject="华东",
        period=2900,
        at=AT,
        known_at=AT,
        values={"attainment": 0.5},
        hash="h",
    )
    subject = Subject(
        kind="weekly",
        subject="华东",
        period=2900,
        region="华东",
        team=None,
        owner_id=None,
        known_at=AT,
    )
    records = DatabaseRecords(url)
    with records.begin() as unit:
        unit.rules.facts.add([fact], ['{"attainment":0.5}'])
        unit.rules.facts.meet([subject])
        assert unit.rules.facts.window("weekly", ["华东"], (2890, 2900)) == (fact,)
        assert unit.rules.facts.window("weekly", ["华东", "华北"], (2890, 2900)) == (fact,)
        assert unit.rules.facts.window("weekly", ["华东"], (2890, 2899)) == ()
        assert unit.rules.facts.subjects("weekly") == {"华东": subject}
        unit.outbox.put(key="k", kind="rules.act", payload={})
        unit.outbox.put(key="v", kind="deliverables.verify", payload={})
    records.close()


def test_the_first_schema_s_rows_stand_while_the_second_goes_and_comes(empty_url: str) -> None:
    migrations.upgrade(empty_url, "0001")
    records = DatabaseRecords(empty_url)
    with records.begin() as unit:
        unit.people.add(person("p1"))
    migrations.upgrade(empty_url)
    _fill(empty_url)
    assert migrations.downgrade(empty_url, "0001") == "0001"
    with records.read() as unit:
        assert unit.people.get("p1") == person("p1")
        # What only the second schema could explain is no work any more.
        assert sum(unit.outbox.depth().values()) == 1
    migrations.upgrade(empty_url)
    with records.begin() as unit:
        assert unit.people.get("p1") == person("p1")
        assert unit.rules.facts.subjects("weekly") == {}
        assert unit.rules.rounds.take("ticks", every_s=60)
        assert not unit.rules.rounds.take("ticks", every_s=60)
    records.close()
