"""What the sandbox costs a file, against the same work in a warm process (about 30 seconds)."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

import pymupdf
from PIL import Image

from benchmarks.promise import record
from verification import pages, pipeline
from verification.limits import Limits
from verification.pages import Picture, Wanted
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.render import render_file
from verification.sandbox.verify import verify_file
from verification.sandbox.warmth import load_all
from verification.terms import Request, Terms
from verification.values import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 250
AIM_MS = 15.0
AT = datetime(2026, 11, 24, tzinfo=UTC)
TERMS = Terms(at=AT, policy=load())


def a_pdf() -> bytes:
    """Give an offer of three pages."""
    with pymupdf.open() as document:
        for number in range(3):
            page = document.new_page()
            for line in range(40):
                page.insert_text((50, 60 + 18 * line), f"Position {number}.{line}: 12,500.00")
        return bytes(document.tobytes(deflate=True))


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1_200, 900), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def a_mail() -> bytes:
    return (
        b"From: it@example.org\r\nTo: sales@example.org\r\nSubject: POC\r\n"
        b"Date: Mon, 2 Nov 2026 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nfine\r\n"
    )


def milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def compare(boxed: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float, float]:
    """Give median of the differences, and both medians, run in turns: noise hits both alike."""
    pairs = [(milliseconds(boxed), milliseconds(bare)) for _ in range(RUNS)]
    return (
        median(one - other for one, other in pairs),
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
    )


def nothing(sandbox: Sandbox) -> None:
    data = a_mail()
    own = median(milliseconds(lambda: sandbox.run("nothing", b"{}", data)) for _ in range(RUNS))
    record(
        id="sandbox.round_trip",
        value=own,
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="no sandbox",
        peer_value=0.0,
        own_value=own,
        n=RUNS,
        note=f"fork, {sandbox.level}, an empty job, the way back; median",
    )


def verify(sandbox: Sandbox, name: str, data: bytes) -> None:
    request = Request(name=name, received_at=AT, terms=TERMS)
    submission = Submission(data=data, name=name, received_at=AT)
    cost, own, peer = compare(
        lambda: verify_file(sandbox, io.BytesIO(data), request),
        lambda: pipeline.verify(submission, TERMS),
    )
    record(
        id=f"sandbox.overhead.{name.rpartition('.')[2]}",
        value=cost,
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="verification.pipeline in a warm process",
        peer_value=peer,
        own_value=own,
        n=RUNS,
        note=f"{len(data)} bytes, {sandbox.level}; median of the differences of runs in turns",
    )


def render(sandbox: Sandbox, data: bytes) -> None:
    wanted = Wanted(max_side=1_000)
    assert isinstance(render_file(sandbox, data, wanted), Picture)
    cost, own, peer = compare(
        lambda: render_file(sandbox, data, wanted), lambda: pages.render(data, wanted)
    )
    record(
        id="sandbox.overhead.page",
        value=cost,
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="verification.pages in a warm process",
        peer_value=peer,
        own_value=own,
        n=RUNS,
        note=f"a page of text at 1,000 px, {sandbox.level}; median of the differences",
    )


def main() -> None:
    pipeline.warm()
    pages.warm()
    load_all()
    with Sandbox.start(limits=Limits()) as sandbox:
        print(json.dumps({"level": sandbox.level, "missing": sandbox.missing}))
        nothing(sandbox)
        for name, data in (("a.pdf", a_pdf()), ("a.jpg", a_photo()), ("a.eml", a_mail())):
            verify(sandbox, name, data)
        render(sandbox, a_pdf())


if __name__ == "__main__":
    main()
