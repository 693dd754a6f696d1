"""A house of its own for each test of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service import api
from service.adapters.database import DatabaseRecords
from service.adapters.evidence_key import KeptEvidenceKey
from service.adapters.rule_book import FolderRules
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.adapters.verifier import SandboxVerifier
from service.ports import Ports
from service.settings import load
from tests.service.api.house import House
from verification.limits import Limits
from verification.sandbox.client import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.service.conftest import TestClock


@pytest.fixture(scope="session")
def verifier() -> Iterator[SandboxVerifier]:
    """The real sandbox, shared: it keeps nothing between files."""
    verifier = SandboxVerifier(Sandbox.start(limits=Limits(), require="any", at_once=1))
    yield verifier
    verifier.close()


@pytest.fixture
def house_url(request: pytest.FixtureRequest) -> str:
    """The house's database: SQLite where a test does not ask for both."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def house(
    house_url: str, tmp_path: Path, clock: TestClock, verifier: SandboxVerifier
) -> Iterator[House]:
    settings = load(
        {
            "COUNTERMARK_DATA": str(tmp_path),
            "COUNTERMARK_DATABASE_URL": house_url,
            "COUNTERMARK_MAX_UPLOAD_MB": "1",
            "COUNTERMARK_LOG_LEVEL": "error",
        }
    )
    records = DatabaseRecords(house_url, clock=clock)
    ports = Ports(
        records=records,
        storage=open_storage(settings),
        verifier=verifier,
        clock=clock,
        anchors=(),
        limits=Limits(),
        rules=FolderRules(None, clock=clock),
        evidence_key=KeptEvidenceKey(settings),
        tariffs=KeptTariffs(settings, open_storage(settings)),
    )
    yield House(api.create(settings, ports), ports, settings, clock, tmp_path / "files")
    records.close()
