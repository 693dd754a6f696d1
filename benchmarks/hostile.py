"""Hostile files through the sandbox: no death but a child's, a verdict for each (5 minutes).

The corpus `pdf-hostile` where COUNTERMARK_CORPORA is set, the bombs of the tests, and 10,000
mutations of small signed and unsigned files of our own, all under the limits of the service.
"""

from __future__ import annotations

import io
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.promise import record
from tests.verification import bombs, mailing, sealing, typed
from tests.verification import office_signing as office
from tests.verification import signing as made
from verification.limits import Limits
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.errors import SandboxUnavailable
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.values import Report

MUTATIONS = 10_000
#: Besides signed files: what comes every day, and every container.
KINDS = ("xlsx", "pptx", "doc", "msg", "jpg", "png", "heic", "mp4", "mov", "zip", "html")
MOST_SECONDS = 30.0
LIMITS = Limits()
TERMS = Terms(at=made.NOW, policy=load(), anchors=(made.authority().der,), limits=LIMITS)

_MAIL = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: order\r\nMIME-Version: 1.0\r\n"
    b"Date: Wed, 20 May 2026 08:00:00 +0000\r\nReceived: from x by y; Wed, 20 May 2026 08:01:00"
    b" +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b--\r\n"
)


@dataclass(slots=True)
class Tally:
    """What a class of files came to."""

    name: str
    files: int = 0
    deaths: int = 0
    silent: int = 0
    slowest: float = 0.0
    verdicts: dict[str, int] = field(default_factory=dict)

    def show(self) -> None:
        verdicts = ", ".join(f"{status} {n}" for status, n in sorted(self.verdicts.items()))
        print(
            f"{self.name:24} n {self.files:6}  service deaths {self.deaths}  without a reason "
            f"{self.silent}  slowest {self.slowest:5.1f} s  {verdicts}"
        )


def seeds() -> dict[str, bytes]:
    """Give small files of the kinds that deliverables are."""
    return {
        "signed.pdf": made.sign(made.plain(form=True), box=(200, 10, 290, 60)),
        "stamped.pdf": made.sign(made.plain(), stamper=made.stamper()),
        "plain.pdf": made.plain(),
        "signed.docx": office.packed(office.signed()),
        "sealed.ofd": sealing.sealed(),
        "signed.eml": mailing.signed(),
        "opaque.eml": mailing.opaque(),
        "domain.eml": mailing.domain_signed(mailing.signed()),
        "mail.eml": _MAIL,
        **{f"a.{name}": typed.sample_of(name) for name in KINDS},
    }


def mutated(data: bytes, choice: random.Random) -> bytes:
    """Flip, overwrite, cut out, double or cut off, once to eight times."""
    changed = bytearray(data)
    for _ in range(choice.randint(1, 8)):
        place, length = choice.randrange(len(changed) or 1), choice.randint(1, 64)
        match choice.randrange(6):
            case 0 | 1:
                changed[place : place + 1] = bytes([choice.randrange(256)])
            case 2:
                changed[place : place + length] = choice.randbytes(length)
            case 3:
                del changed[place : place + length]
            case 4:
                changed[place:place] = changed[place : place + length]
            case _:
                number = choice.choice((0, 1, 0x7F, 0x80, 0xFF))
                changed[place : place + 4] = bytes([number]) * 4
    return bytes(changed[: choice.randrange(len(changed))] if choice.random() < 0.05 else changed)


def mutations() -> Iterator[tuple[str, bytes]]:
    choice = random.Random(20261125)  # noqa: S311 - a seeded choice of places
    files = sorted(seeds().items())
    for number in range(MUTATIONS):
        name, data = files[number % len(files)]
        yield name, mutated(data, choice)


def corpus() -> Iterator[tuple[str, bytes]]:
    root = os.environ.get("COUNTERMARK_CORPORA")
    folder = Path(root) / "pdf-hostile" if root else None
    if folder is None or not folder.is_dir():
        print("COUNTERMARK_CORPORA is not set: pdf-hostile is left out", file=sys.stderr)
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def examine(sandbox: Sandbox, tally: Tally, files: Iterator[tuple[str, bytes]]) -> None:
    for name, data in files:
        tally.files += 1
        began = time.monotonic()
        try:
            report = verify_file(sandbox, io.BytesIO(data), Request(name=name, terms=TERMS))
        except (SandboxUnavailable, OSError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            tally.deaths += 1
            continue
        tally.slowest = max(tally.slowest, time.monotonic() - began)
        tally.verdicts[report.verdict] = tally.verdicts.get(report.verdict, 0) + 1
        tally.silent += not has_reason(report)
    tally.show()


def has_reason(report: Report) -> bool:
    """Tell whether a verdict is explained: PASSED by a check, anything else by a reason."""
    if report.verdict is Status.PASSED:
        return any(check.status is Status.PASSED for check in report.checks)
    return bool(report.sub_indication) and any(check.remedy for check in report.checks)


def main() -> int:
    """Measure; 1 where a promise was missed."""
    tallies = [Tally("pdf-hostile"), Tally("bombs"), Tally("mutations")]
    sources = [corpus(), ((f.__name__, f()) for f in bombs.BOMBS), mutations()]
    with Sandbox.start(limits=LIMITS) as sandbox:
        for tally, files in zip(tallies, sources, strict=True):
            examine(sandbox, tally, files)
    n = sum(tally.files for tally in tallies)
    bad = sum(tally.deaths + tally.silent for tally in tallies)
    slowest = max(tally.slowest for tally in tallies)
    kept = record(
        id="verification.hostile.deaths",
        value=bad,
        unit="files",
        better="lower",
        aim=0,
        peer="none",
        peer_value=None,
        own_value=bad,
        n=n,
        note="files after which the service was gone, or whose verdict had no reason",
    )
    in_time = record(
        id="verification.hostile.slowest",
        value=slowest,
        unit="s",
        better="lower",
        aim=MOST_SECONDS,
        peer="none",
        peer_value=None,
        own_value=slowest,
        n=n,
        note="wall time of the slowest verdict, sandbox included",
    )
    return 0 if kept & in_time else 1


if __name__ == "__main__":
    sys.exit(main())
