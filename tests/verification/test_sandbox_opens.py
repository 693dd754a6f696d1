"""Warm means warm: over all real files at hand, nothing is imported or opened in a child.

Python reports what it opens and imports to an audit hook. What a C library opens it does not, so
the reports are also compared with those of the same pipeline outside any sandbox.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpora import corpus
from verification import pipeline
from verification.codec import to_json
from verification.limits import Limits
from verification.pages.picture import Wanted
from verification.policies import load, names
from verification.sandbox.client import Sandbox
from verification.sandbox.outcome import Answer
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

LIMITS = Limits(cpu_seconds=15, wall_seconds=40)
AT = datetime(2026, 11, 24, tzinfo=UTC)
FOLDERS = ("typed", "pdf-signed", "ofd", "ooxml-signed", "mail", "dated-media", "pdf-hostile")

#: Said to audit hooks as an "import" by what looks modules up among those already loaded.
_HARMLESS = ("sys.", "object.__")

ENCODINGS = ("gb18030", "gbk", "big5", "utf-16", "utf-16-le", "shift_jis", "euc-kr", "koi8-r")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS, jobs="tests.verification.sandbox_jobs") as started:
        yield started


def _files(folder: str) -> list[Path]:
    return sorted(path for path in corpus(folder).rglob("*") if path.is_file())


def _watch(sandbox: Sandbox, job: str, request: Any, data: bytes) -> list[str]:
    """Give what the child tried to open or import; nothing for one that ran into a cap."""
    order = json.dumps({"job": job, "request": to_json(request)}).encode()
    outcome = sandbox.run("watched", order, data)
    return json.loads(outcome.report)["events"] if isinstance(outcome, Answer) else []


def _attempts(sandbox: Sandbox, name: str, data: bytes) -> set[str]:
    terms = Terms(at=AT, policy=load(names()[-1]), limits=LIMITS)
    request = Request(name=name, received_at=AT, terms=terms)
    seen = _watch(sandbox, "verify", request, data)
    seen += _watch(sandbox, "render", Wanted(max_side=400), data)
    return {event for event in seen if not event.startswith(_HARMLESS)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_opened_for_real_files(sandbox: Sandbox, folder: str) -> None:
    opened: dict[str, str] = {}
    for path in _files(folder):
        for event in _attempts(sandbox, path.name, path.read_bytes()):
            opened.setdefault(event, path.name)
    assert opened == {}


@pytest.mark.parametrize("folder", FOLDERS[:-1])  # hostile files are for the sandbox alone
def test_report_is_the_same_inside_and_outside(sandbox: Sandbox, folder: str) -> None:
    terms = Terms(at=AT, policy=load(names()[-1]), limits=LIMITS)
    different = []
    for path in _files(folder):
        data = path.read_bytes()
        request = Request(name=path.name, received_at=AT, terms=terms)
        boxed = verify_file(sandbox, io.BytesIO(data), request)
        bare = pipeline.verify(Submission(data=data, name=path.name, received_at=AT), terms)
        if boxed != replace(bare, sandbox=sandbox.level):
            different.append(path.name)
    assert different == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nothing_is_opened_for_mail_in_any_encoding(sandbox: Sandbox, encoding: str) -> None:
    words = {"koi8-r": "отчёт", "euc-kr": "보고서"}.get(encoding, "報告")
    if encoding in {"gb18030", "gbk"}:
        words = "报告"
    body = (
        "From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 2 Nov 2026 10:00:00 +0800\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={encoding}\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode()
    assert _attempts(sandbox, f"{words}.eml", body + words.encode(encoding)) == set()


def test_nothing_is_opened_for_text_in_any_encoding(sandbox: Sandbox) -> None:
    opened: dict[str, set[str]] = {}
    for encoding in ENCODINGS:
        stream = io.BytesIO("a,b\r\n1,2\r\n".encode(encoding))
        opened[encoding] = _attempts(sandbox, "a.csv", stream.getvalue())
    assert set().union(*opened.values()) == set(), opened
