"""Words read where it counts: in a confined child, under its caps, by a server of its own."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

from tests.verification.test_words import EXPECTED, LINES, encoded, page
from verification.content import Content, Letter, Look, PageSeal, Video, WrittenSignature
from verification.limits import MIB, Limits
from verification.policies import load
from verification.readers import rapidocr
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Report, Requirement

pytestmark = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")

PLAIN = Terms(at=datetime(2026, 11, 26, tzinfo=UTC), policy=load())
READING = replace(PLAIN, look=Look(words=True))


def asked(content: Content) -> Terms:
    return replace(PLAIN, requirement=Requirement(content=content))


@pytest.mark.parametrize(
    ("terms", "needed"),
    [
        pytest.param(PLAIN, False, id="nothing is asked"),
        pytest.param(READING, True, id="words are looked for"),
        pytest.param(asked(Content(letter=Letter())), True, id="a letter"),
        pytest.param(asked(Content(hints=True)), True, id="marks of editing"),
        pytest.param(asked(Content(seal=PageSeal())), False, id="any seal"),
        pytest.param(asked(Content(seal=PageSeal(holder="甲公司"))), True, id="a seal with a name"),
        pytest.param(asked(Content(signature=WrittenSignature())), False, id="signed anywhere"),
        pytest.param(
            asked(Content(signature=WrittenSignature(near=("签字",)))), True, id="signed at a label"
        ),
        pytest.param(asked(Content(video=Video(clock=True))), True, id="a clock in a film"),
        pytest.param(asked(Content(video=Video(least_seconds=9))), False, id="a film of 9 s"),
    ],
)
def test_models_are_loaded_only_for_what_needs_words(terms: Terms, *, needed: bool) -> None:
    assert terms.needs_words is needed


def verified(sandbox: Sandbox, data: bytes, terms: Terms) -> Report:
    return verify_file(sandbox, io.BytesIO(data), Request(name="a.png", terms=terms))


@pytest.mark.slow
def test_a_page_is_read_in_the_confined_child_and_only_when_asked() -> None:
    data = encoded(page(*LINES).rotate(180))
    with Sandbox.start(limits=Limits()) as sandbox:
        assert verified(sandbox, data, PLAIN).words == ()
        assert sandbox._reader is None  # noqa: SLF001 - that no second server was started
        report = verified(sandbox, data, READING)
        assert report.sandbox == sandbox.level
        assert [line.text.replace(" ", "") for line in report.words] == EXPECTED
        assert not report.limits
        assert sandbox.for_words() is sandbox.for_words()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limits", "name"),
    [
        pytest.param(Limits(cpu_seconds=1), "cpu_seconds", id="too long"),
        pytest.param(
            Limits(address_bytes=800 * MIB, ocr_address_bytes=800 * MIB),
            "ocr_address_bytes",
            id="too large",
        ),
        pytest.param(Limits(ocr_pages=0), "ocr_pages", id="too many pages"),
    ],
)
def test_a_page_over_a_cap_is_a_finding(limits: Limits, name: str) -> None:
    # So many lines that no machine reads them within a second.
    full = Image.new("RGB", (3100, 3000), "white")
    line = page("甲方应当在三十个工作日内支付合同总价的百分之五").crop((0, 70, 1000, 140))
    for left, top in product((20, 1040, 2060), range(0, 2900, 80)):
        full.paste(line, (left, top))
    with Sandbox.start(limits=limits) as sandbox:
        report = verified(sandbox, encoded(full), replace(READING, limits=limits))
    assert [limit.name for limit in report.limits] == [name]
    assert report.verdict == "INDETERMINATE"
    assert any(finding.sub_indication == "LIMIT_EXCEEDED" for finding in report.checks)


@pytest.mark.slow
def test_the_memory_of_one_file_ends_with_it_and_the_server_does_not_grow() -> None:
    resident = []
    with Sandbox.start(limits=Limits()) as sandbox:
        for _ in range(4):
            assert verified(sandbox, encoded(page(*LINES)), READING).words
            server = sandbox.for_words()._server  # noqa: SLF001 - the process that forks
            assert server is not None
            pages = Path(f"/proc/{server._process.pid}/statm").read_text().split()[1]  # noqa: SLF001
            resident.append(int(pages) * os.sysconf("SC_PAGE_SIZE"))
    # A child's peak was 441 MB of addresses above its server's (docs/decisions/0014).
    assert max(resident) - resident[0] < 16 * MIB
