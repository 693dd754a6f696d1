"""The schema by versions: what they make is what the tables say, up, down and up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from service import migrations
from service.adapters.database import DatabaseRecords
from service.adapters.database.engine import connect
from service.adapters.database.tables import METADATA
from service.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/countermark.db"
    url: str = request.getfixturevalue("empty_postgres")
    return url


def test_up_down_up_reaches_the_same_schema(empty_url: str) -> None:
    assert migrations.current(empty_url) is None
    assert migrations.upgrade(empty_url) == migrations.latest()
    first = _shape(empty_url)
    assert migrations.downgrade(empty_url) is None
    assert _shape(empty_url) == {}
    assert migrations.upgrade(empty_url) == migrations.latest()
    assert _shape(empty_url) == first
    assert migrations.current(empty_url) == migrations.latest()


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    records = DatabaseRecords(empty_url)
    with records.begin() as unit:
        unit.effects.claim("kept")
    migrations.upgrade(empty_url)
    with records.begin() as unit:
        assert not unit.effects.claim("kept")
    records.close()


def test_the_migrated_schema_is_what_the_tables_say(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = connect(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    engine.dispose()
    assert differences == []


def test_a_fresh_chain_holds(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    records = DatabaseRecords(empty_url)
    with records.read() as unit:
        assert unit.audit.verify() == ()
    records.close()


def test_a_server_that_is_not_there_is_told_as_unavailable() -> None:
    with pytest.raises(Unavailable):
        migrations.current("postgresql://nobody@127.0.0.1:1/nothing")


def _shape(url: str) -> dict[str, list[str]]:
    engine = connect(url)
    inspector = sa.inspect(engine)
    shape = {
        table: sorted(
            [
                *(f"{c['name']} {c['type']} {c['nullable']}" for c in inspector.get_columns(table)),
                *(f"index {i['name']} {i['unique']}" for i in inspector.get_indexes(table)),
                *(f"to {k['referred_table']}" for k in inspector.get_foreign_keys(table)),
            ]
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()
    return shape
