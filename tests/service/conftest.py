"""Real databases, brokers and stores for the tests of the service, fresh for each test."""

from __future__ import annotations

import secrets
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
import sqlalchemy as sa
from moto.server import ThreadedMotoServer

from service import migrations
from service.adapters.database import DatabaseRecords
from service.adapters.database.tables import AUDIT_HEAD, METADATA
from service.adapters.storage import FolderStorage, ObjectStorage, open_storage
from service.chain import GENESIS
from service.places import BucketPlace, FolderPlace, MemoryPlace, Place
from service.settings import load
from tests.service.servers import fresh_queue, server_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class TestClock:
    """A clock that stands until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "countermark.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@contextmanager
def new_postgres() -> Iterator[str]:
    """Make a PostgreSQL database without any table, dropped at the end."""
    server = sa.make_url(server_url("POSTGRES")).set(drivername="postgresql+psycopg")
    name = f"countermark_test_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = server.set(drivername="postgresql", database=name)
    yield url.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def empty_postgres() -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with new_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[str]:
    """A PostgreSQL database of this session's own, dropped at its end."""
    with new_postgres() as url:
        migrations.upgrade(url)
        yield url


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A server that speaks S3, inside this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_place(s3_endpoint: str) -> BucketPlace:
    """An empty bucket of this test's own."""
    bucket = f"countermark-{secrets.token_hex(6)}"
    client = boto3.client(
        "s3",
        endpoint_url=s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    return BucketPlace(
        bucket=bucket,
        prefix="some/prefix",
        endpoint=s3_endpoint,
        region="us-east-1",
        access_key="test",
        secret_key="test",
    )


@pytest.fixture(params=["folder", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> FolderStorage | ObjectStorage:
    """An empty storage of each kind."""
    places: dict[str, Callable[[], Place]] = {
        "folder": lambda: FolderPlace(path=tmp_path / "files"),
        "memory": MemoryPlace,
        "s3": lambda: request.getfixturevalue("s3_place"),
    }
    settings = load({"COUNTERMARK_DATA": str(tmp_path / "data")})
    return open_storage(replace(settings, storage=places[request.param]()))


@pytest.fixture
def postgres_url(migrated_postgres: str) -> str:
    """The session's PostgreSQL database with all tables emptied."""
    url = sa.make_url(migrated_postgres).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    names = ", ".join(METADATA.tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names}")
        connection.execute(sa.insert(AUDIT_HEAD).values(id=1, seq=0, hash=GENESIS))
    engine.dispose()
    return migrated_postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database: each test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def records(database_url: str, clock: TestClock) -> Iterator[DatabaseRecords]:
    """Records in either database, by the test's own clock."""
    records = DatabaseRecords(database_url, clock=clock)
    yield records
    records.close()


@pytest.fixture(params=["RABBITMQ", "REDIS"])
def broker(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """URL of a broker and a queue of this test's own."""
    url = server_url(request.param)
    with fresh_queue(url) as queue:
        yield url, queue
