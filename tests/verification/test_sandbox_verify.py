"""A file through the sandbox: a Report in every case, and nothing in it taken on trust."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pymupdf
import pytest

from verification import pipeline
from verification.codec import to_json
from verification.content import Look
from verification.limits import Limits
from verification.pages.picture import Picture, Wanted
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.outcome import Death
from verification.sandbox.render import NotRendered, measure_pages, render_file
from verification.sandbox.troubles import explain
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import FileType, Finding, Limit, Report, Status, Submission, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = Limits(file_bytes=200_000, cpu_seconds=5, wall_seconds=20, report_bytes=50_000)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
REQUEST = Request(
    name="报告.pdf",
    media_type="application/pdf",
    received_at=AT,
    terms=Terms(at=AT, policy=load(), limits=LIMITS),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS) as started:
        yield started


@pytest.fixture(scope="module")
def taken_over() -> Iterator[Sandbox]:
    with Sandbox.start(limits=LIMITS, jobs="tests.verification.sandbox_liars") as started:
        yield started


def a_pdf(pages: int = 1) -> bytes:
    with pymupdf.open() as document:
        for _ in range(pages):
            document.new_page(width=200, height=100).insert_text((20, 50), "offer")
        return bytes(document.tobytes())


def test_a_look_that_nobody_asked_for_costs_no_report() -> None:
    """The child dies of looking; type, times and verdict come all the same, and it is told."""
    terms = replace(REQUEST.terms, look=Look(marks=True))
    with Sandbox.start(limits=LIMITS, jobs="tests.verification.looking_jobs") as frail:
        plain = verify_file(frail, io.BytesIO(a_pdf()), REQUEST)
        looked = verify_file(frail, io.BytesIO(a_pdf()), replace(REQUEST, terms=terms))
    assert (looked.type, looked.verdict, looked.claims) == (
        plain.type,
        plain.verdict,
        plain.claims,
    )
    *checks, told = looked.checks
    assert tuple(checks) == plain.checks
    assert (told.id, told.status) == ("sandbox.run", Status.NOT_APPLICABLE)


def test_report_is_the_one_that_the_pipeline_gives_in_process(sandbox: Sandbox) -> None:
    data = a_pdf()
    boxed = verify_file(sandbox, io.BytesIO(data), REQUEST)
    bare = pipeline.verify(
        Submission(data=data, name=REQUEST.name, media_type=REQUEST.media_type, received_at=AT),
        REQUEST.terms,
    )
    assert boxed == replace(bare, sandbox=sandbox.level)
    assert boxed.type.format == "pdf"
    assert boxed.cpu_ms > 0


def test_file_over_the_cap_is_hashed_whole_and_never_opened(sandbox: Sandbox) -> None:
    data = bytes(300_000)
    report = verify_file(sandbox, io.BytesIO(data), REQUEST)
    assert (report.size, report.sha256) == (300_000, hashlib.sha256(data).hexdigest())
    assert (report.verdict, report.sub_indication) == (Status.INDETERMINATE, "LIMIT_EXCEEDED")
    assert report.limits == (Limit(name="file_bytes", seen="300000", allowed="200000"),)
    assert report.cpu_ms == 0


def test_both_paths_say_the_same_of_a_file_over_the_cap(sandbox: Sandbox) -> None:
    terms = replace(REQUEST.terms, policy=load("signed"))
    data = a_pdf() + bytes(300_000)
    boxed = verify_file(sandbox, io.BytesIO(data), replace(REQUEST, terms=terms))
    bare = pipeline.verify(Submission(data=data, name=REQUEST.name), terms)
    assert (boxed.verdict, boxed.sub_indication) == (bare.verdict, bare.sub_indication)
    assert boxed.verdict is Status.INDETERMINATE


def _forged(**changes: object) -> bytes:
    report = Report(
        path="/etc/passwd",
        sha256="0" * 64,
        size=-1,
        type=FileType(format="pdf", media_type="application/pdf", extension="pdf"),
        verdict=Status.PASSED,
        sub_indication=None,
        checks=(
            Finding(
                id="type.declared",
                version=1,
                status=Status.FAILED,
                sub_indication="TYPE_MISMATCH",
                message=Text(zh="类型\0不符", en="wrong \ud800 type"),
            ),
        ),
        policy="mine@9",
        sandbox="bubblewrap+landlock+seccomp+moat",
        cpu_ms=-1.0,
    )
    return json.dumps(to_json(report) | changes).encode()


def test_lies_about_what_is_known_here_are_overwritten(taken_over: Sandbox) -> None:
    data = _forged()
    report = verify_file(taken_over, io.BytesIO(data), REQUEST)
    assert (report.path, report.size) == ("报告.pdf", len(data))
    assert report.sha256 == hashlib.sha256(data).hexdigest()
    assert report.sandbox == taken_over.level
    assert report.policy == REQUEST.terms.policy.label
    assert report.cpu_ms > 0


def test_verdict_follows_from_the_findings_not_from_the_child(taken_over: Sandbox) -> None:
    report = verify_file(taken_over, io.BytesIO(_forged()), REQUEST)
    assert (report.verdict, report.sub_indication) == (Status.FAILED, "TYPE_MISMATCH")


def test_text_that_no_database_takes_is_mended(taken_over: Sandbox) -> None:
    report = verify_file(taken_over, io.BytesIO(_forged()), REQUEST)
    assert report.checks[0].message == Text(zh="类型\ufffd不符", en="wrong \ufffd type")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half an object"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 40_000, id="deeper than the parser goes"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"9" * 20_000, id="a number without end"),
        pytest.param(_forged(extra=1), id="a field that nobody knows"),
        pytest.param(_forged(checks=None), id="null where a list belongs"),
        pytest.param(_forged(verdict="EXCELLENT"), id="a status that there is not"),
        pytest.param(_forged(size="1"), id="a text where a number belongs"),
        pytest.param(b'{"__class__": "os.system"}', id="something to build"),
    ],
)
def test_answer_that_is_no_report_is_a_finding(taken_over: Sandbox, answer: bytes) -> None:
    report = verify_file(taken_over, io.BytesIO(answer), REQUEST)
    assert (report.verdict, report.sub_indication) == (Status.INDETERMINATE, "PARSER_CRASHED")
    (finding,) = report.checks
    assert finding.id == "sandbox.run"
    assert finding.remedy is not None


@pytest.mark.parametrize(
    ("said", "pixels"),
    [
        pytest.param({"width": 10, "height": 10}, 299, id="a byte short"),
        pytest.param({"width": 10, "height": 10}, 301, id="a byte more"),
        pytest.param({"width": -10, "height": -10}, 300, id="negative sides"),
        pytest.param({"width": 0, "height": 0}, 0, id="no pixels"),
        pytest.param({"width": 101, "height": 1}, 303, id="wider than asked for"),
        pytest.param({"width": True, "height": 10}, 30, id="a truth for a width"),
        pytest.param({"width": 10}, 300, id="no height"),
        pytest.param({"cannot": ["x"]}, 0, id="a reason that is none"),
        pytest.param([], 0, id="not an object"),
    ],
)
def test_pixels_are_counted_here(taken_over: Sandbox, said: object, pixels: int) -> None:
    data = json.dumps({"report": said, "pixels": pixels}).encode()
    assert isinstance(render_file(taken_over, data, Wanted(max_side=100)), NotRendered)


def test_pixels_that_add_up_are_a_picture(taken_over: Sandbox) -> None:
    data = json.dumps({"report": {"width": 20, "height": 5}, "pixels": 300}).encode()
    picture = render_file(taken_over, data, Wanted(max_side=100))
    assert picture == Picture(width=20, height=5, rgb=bytes(300))


@pytest.mark.parametrize(
    ("said", "sizes"),
    [
        pytest.param([[595, 842.5]], ((595.0, 842.5),), id="a page"),
        pytest.param([[0, 0]], ((0.0, 0.0),), id="a page that cannot be drawn"),
        pytest.param([[1, 2]] * 301, ((1.0, 2.0),) * 300, id="more pages than the cap"),
        pytest.param([[-1, 2]], None, id="a negative side"),
        pytest.param([[10**300, 2]], None, id="a side past all reason"),
        pytest.param([[10**400, 2]], None, id="a side past all floats"),
        pytest.param([[float("nan"), 2]], None, id="a side that is no number"),
        pytest.param([[True, 2]], None, id="a truth for a side"),
        pytest.param([["1", 2]], None, id="a text for a side"),
        pytest.param([[1, 2, 3]], None, id="three sides"),
        pytest.param({"0": [1, 2]}, None, id="no list"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_page_sizes_stay_within_reason(taken_over: Sandbox, said: object, sizes: object) -> None:
    lie = json.dumps({"report": {"sizes": said}, "pixels": 0}).encode()
    measured = measure_pages(taken_over, lie)
    assert measured == sizes if sizes is not None else isinstance(measured, NotRendered)


def test_page_is_drawn_in_the_sandbox(sandbox: Sandbox) -> None:
    data = a_pdf(2)
    sizes = measure_pages(sandbox, data)
    assert isinstance(sizes, tuple)
    assert len(sizes) == 2
    picture = render_file(sandbox, data, Wanted(page=2, max_side=100))
    assert isinstance(picture, Picture)
    assert picture.width in range(95, 101)
    assert len(picture.rgb) == 3 * picture.width * picture.height
    missing = render_file(sandbox, data, Wanted(page=3, max_side=100))
    assert isinstance(missing, NotRendered)
    assert missing.message.zh == "文件没有这一页。"


@pytest.mark.parametrize(
    ("death", "word"),
    [
        (Death(kind="signal", detail="SIGSEGV"), "PARSER_CRASHED"),
        (Death(kind="exit", detail="ValueError"), "PARSER_CRASHED"),
        (
            Death(
                kind="timeout",
                detail="wall clock",
                limit=Limit(name="wall_seconds", seen="> 30", allowed="30"),
            ),
            "LIMIT_EXCEEDED",
        ),
        (
            Death(kind="too_large", detail="x", limit=Limit(name="odd", seen="1", allowed="0")),
            "LIMIT_EXCEEDED",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_every_death_is_explained_and_never_fails_a_file(death: Death, word: str) -> None:
    finding = explain(death)
    assert (finding.status, finding.sub_indication) == (Status.INDETERMINATE, word)
    assert finding.remedy is not None
    seen = death.limit.allowed if death.limit else death.detail
    assert seen in finding.message.zh
    assert seen in finding.message.en
