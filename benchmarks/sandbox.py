"""What the sandbox costs a file, against the same work in a warm process (about a minute)."""

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
from verification import pipeline
from verification.limits import Limits
from verification.pages import drawing
from verification.pages.picture import Picture, Wanted
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.render import render_file
from verification.sandbox.verify import verify_file
from verification.sandbox.warmth import load_all
from verification.terms import Request, Terms
from verification.values import Submission

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 200
#: Files come one by one, as people upload them; back to back is measured apart.
PAUSE_S = 0.05
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
    pairs = []
    for _ in range(RUNS):
        time.sleep(PAUSE_S)
        pairs.append((milliseconds(boxed), milliseconds(bare)))
    return (
        median(one - other for one, other in pairs),
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
    )


def nothing(sandbox: Sandbox, name: str, pause_s: float) -> None:
    data = a_mail()
    times = []
    for _ in range(RUNS):
        time.sleep(pause_s)
        times.append(milliseconds(lambda: sandbox.run("nothing", b"{}", data)))
    own = median(times)
    record(
        id=name,
        value=own,
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="no sandbox",
        peer_value=0.0,
        own_value=own,
        n=RUNS,
        note=f"an empty job under {sandbox.level}, {1000 * pause_s:g} ms between; median",
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
        note=f"{len(data)} bytes, {sandbox.level}; {1000 * PAUSE_S:g} ms between; median",
    )


def render(sandbox: Sandbox, data: bytes) -> None:
    wanted = Wanted(max_side=1_000)
    assert isinstance(render_file(sandbox, data, wanted), Picture)
    cost, own, peer = compare(
        lambda: render_file(sandbox, data, wanted), lambda: drawing.render(data, wanted)
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
    drawing.warm()
    load_all()
    with Sandbox.start(limits=Limits()) as sandbox:
        print(json.dumps({"level": sandbox.level, "missing": sandbox.missing}))
        nothing(sandbox, "sandbox.round_trip", PAUSE_S)
        nothing(sandbox, "sandbox.round_trip.back_to_back", 0.0)
        for name, data in (("a.pdf", a_pdf()), ("a.jpg", a_photo()), ("a.eml", a_mail())):
            verify(sandbox, name, data)
        render(sandbox, a_pdf())


if __name__ == "__main__":
    main()
