"""Hostile files through examination and rendering: no death but the child's, a reason for each."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.corpora import corpus
from tests.verification import bombs
from verification.limits import Limits
from verification.pages.picture import Wanted
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.render import render_file
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.values import Report

#: Smaller than in service, so that what hangs does not make the tests wait.
LIMITS = Limits(cpu_seconds=3, wall_seconds=8, page_seconds=1)
AT = datetime(2026, 11, 24, tzinfo=UTC)
WANTED = Wanted(max_side=800)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS) as started:
        yield started


@pytest.fixture(scope="module")
def server(sandbox: Sandbox) -> int:
    return _server(sandbox)


def _server(sandbox: Sandbox) -> int:
    running = sandbox._server  # noqa: SLF001 - that it is still the same one is what is asked
    assert running is not None
    return running._process.pid  # noqa: SLF001 - as above


def _examine(sandbox: Sandbox, data: bytes, name: str) -> Report:
    terms = Terms(at=AT, policy=load(), limits=LIMITS)
    return verify_file(sandbox, io.BytesIO(data), Request(name=name, terms=terms))


def _has_reason(report: Report) -> bool:
    if report.verdict is Status.PASSED:
        return report.sub_indication is None and any(
            check.status is Status.PASSED for check in report.checks
        )
    return report.sub_indication is not None


def test_there_are_enough_of_them() -> None:
    assert len(bombs.BOMBS) >= 20
    assert len(set(bombs.BOMBS)) == len(bombs.BOMBS)


@pytest.mark.parametrize("bomb", bombs.BOMBS, ids=lambda bomb: bomb.__name__)
def test_bomb_is_small_and_harms_nobody(
    sandbox: Sandbox, server: int, bomb: Callable[[], bytes]
) -> None:
    data = bomb()
    assert len(data) <= 32 << 20
    report = _examine(sandbox, data, f"{bomb.__name__}.bin")
    assert _has_reason(report), report
    assert report.cpu_ms < 1000 * (LIMITS.cpu_seconds + 1.5)
    render_file(sandbox, data, WANTED)
    assert _server(sandbox) == server


def test_hostile_pdfs_of_the_corpus_all_get_a_reason(sandbox: Sandbox, server: int) -> None:
    files = sorted(path for path in corpus("pdf-hostile").rglob("*") if path.is_file())
    assert files
    without = []
    for path in files:
        data = path.read_bytes()
        if not _has_reason(_examine(sandbox, data, path.name)):
            without.append(path.name)
        render_file(sandbox, data, WANTED)
    assert without == []
    assert _server(sandbox) == server
