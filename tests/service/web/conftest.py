"""The whole application, API and pages, around real rows, files and sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.adapters.database import DatabaseRecords
from service.adapters.evidence_key import KeptEvidenceKey
from service.adapters.rule_book import FolderRules
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.adapters.verifier import SandboxVerifier
from service.app import create_app
from service.ports import Ports
from service.settings import load
from tests.service.api.house import House
from tests.service.conftest import TestClock
from tests.service.web.papers import AT, anchors
from tests.service.web.scene import Scene, set_scene
from verification.limits import Limits
from verification.sandbox.client import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def verifier() -> Iterator[SandboxVerifier]:
    """The real sandbox, shared: it keeps nothing between files."""
    verifier = SandboxVerifier(Sandbox.start(limits=Limits(), require="any", at_once=2))
    yield verifier
    verifier.close()


@pytest.fixture
def clock() -> TestClock:
    clock = TestClock()
    clock.at = AT
    return clock


@pytest.fixture
def house(
    sqlite_url: str, tmp_path: Path, clock: TestClock, verifier: SandboxVerifier
) -> Iterator[House]:
    settings = load(
        {
            "COUNTERMARK_DATA": str(tmp_path),
            "COUNTERMARK_DATABASE_URL": sqlite_url,
            "COUNTERMARK_MAX_UPLOAD_MB": "1",
            "COUNTERMARK_LOG_LEVEL": "error",
        }
    )
    records = DatabaseRecords(sqlite_url, clock=clock)
    ports = Ports(
        records=records,
        storage=open_storage(settings),
        verifier=verifier,
        clock=clock,
        anchors=anchors(),
        limits=Limits(),
        rules=FolderRules(None, clock=clock),
        evidence_key=KeptEvidenceKey(settings),
        tariffs=KeptTariffs(settings, open_storage(settings)),
    )
    yield House(create_app(settings, ports), ports, settings, clock, tmp_path / "files")
    records.close()


@pytest.fixture
def scene(house: House) -> Scene:
    return set_scene(house)
