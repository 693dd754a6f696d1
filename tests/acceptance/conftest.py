"""The demo's cast, and the set-ups in which the same story must come out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.demo import authority, company, deliverables
from service.records import Role
from tests.acceptance.houses import House
from tests.service.conftest import (  # noqa: F401 - fixtures are found by being here
    empty_postgres,
    s3_endpoint,
    s3_place,
)
from tests.service.servers import fresh_queue, server_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.demo.company import Company
    from service.demo.deliverables import DocumentPlan
    from service.places import BucketPlace

#: One customer whose path opens to the end, and one for each way in which a file can be bad.
CUSTOMERS = ("lanyan", "huaiji", "nanheng", "tingxu", "mohui", "gelan", "sangyu")
SEED = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who takes part, what they upload, and whose signatures are trusted."""

    company: Company
    documents: tuple[DocumentPlan, ...]
    root_pem: bytes


@pytest.fixture(scope="session")
def cast() -> Cast:
    """A small part of the demo company with its real files."""
    at = datetime.now(UTC).replace(microsecond=0)
    whole, trusted = company.plan(SEED, at), authority.found(at)
    documents = tuple(
        plan
        for plan in deliverables.documents_for(whole, trusted, at)
        if plan.customer in CUSTOMERS
    )
    customers = tuple(one for one in whole.customers if one.key in CUSTOMERS)
    needed = {one.owner for one in customers}
    leads = {Role.ADMIN, Role.VP_SALES, Role.REVIEWER}
    people = tuple(one for one in whole.people if one.role in leads or one.login in needed)
    small = replace(whole, customers=customers, people=people)
    return Cast(company=small, documents=documents, root_pem=trusted.root_pem)


@pytest.fixture
def embedded(tmp_path: Path) -> House:
    """SQLite, a thread pool and a folder: what one gets without any setting."""
    return House(folder=tmp_path / "data", settings={}, workers=0)


@contextmanager
def _grown(tmp_path: Path, database: str, broker: str, bucket: BucketPlace) -> Iterator[House]:
    address = f"s3://{bucket.bucket}/{bucket.prefix}"
    settings = {
        "COUNTERMARK_DATABASE_URL": database,
        "COUNTERMARK_BROKER_URL": broker,
        "COUNTERMARK_STORAGE_URL": f"{address}?endpoint={bucket.endpoint}&region={bucket.region}",
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
    }
    with fresh_queue(broker) as queue:
        settings["COUNTERMARK_QUEUE"] = queue
        yield House(folder=tmp_path / "data", settings=settings, workers=1)


@pytest.fixture
def on_rabbitmq(tmp_path: Path, empty_postgres: str, s3_place: BucketPlace) -> Iterator[House]:  # noqa: F811 - the fixture itself
    """PostgreSQL, Celery on RabbitMQ and an S3 store."""
    with _grown(tmp_path, empty_postgres, server_url("RABBITMQ"), s3_place) as house:
        yield house


@pytest.fixture
def on_redis(tmp_path: Path, empty_postgres: str, s3_place: BucketPlace) -> Iterator[House]:  # noqa: F811 - the fixture itself
    """PostgreSQL, Celery on Redis and an S3 store."""
    with _grown(tmp_path, empty_postgres, server_url("REDIS"), s3_place) as house:
        yield house
