"""CPU of a whole verdict in the warm sandbox, by kind of file (a minute).

Run: ``python -m benchmarks.verdict_cpu`` with COUNTERMARK_CORPORA set. `cpu_ms` is what the child
spent from the request to its answer: identification, claims, signatures, every check.
"""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.promise import record
from verification.limits import Limits
from verification.policies import load
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms

AT = datetime(2026, 6, 1, tzinfo=UTC)
LIMITS = Limits()
TERMS = Terms(at=AT, policy=load(), limits=LIMITS)
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A corpus and what a verdict on one of its files may cost, in milliseconds."""

    id: str
    folders: tuple[str, ...]
    #: Only files with at least one signature; their time is divided by how many.
    per_signature: bool
    median: float
    p95: float | None = None


KINDS = (
    Kind("identify", ("typed", "dated-media"), per_signature=False, median=25),
    Kind("pdf", ("pdf-signed",), per_signature=False, median=150, p95=1000),
    Kind("ofd", ("ofd",), per_signature=True, median=30),
    Kind("ooxml", ("ooxml-signed",), per_signature=True, median=15),
    Kind("mail", ("mail",), per_signature=False, median=20),
)


def measure(sandbox: Sandbox, root: Path, kind: Kind) -> list[float]:
    """Give milliseconds a file (or a signature), sorted."""
    spent = []
    for folder in kind.folders:
        for path in sorted((root / folder).rglob("*")):
            if not path.is_file() or path.suffix == ".json" or path.stat().st_size > 20 * MIB:
                continue
            with path.open("rb") as file:
                report = verify_file(sandbox, file, Request(name=path.name, terms=TERMS))
            if kind.per_signature and not report.signatures:
                continue
            spent.append(report.cpu_ms / (len(report.signatures) if kind.per_signature else 1))
    return sorted(spent)


def keep(kind: Kind, spent: list[float]) -> bool:
    kept = _record(kind, "median", statistics.median(spent), aim=kind.median, n=len(spent))
    if kind.p95 is None:
        return kept
    return kept & _record(kind, "p95", spent[int(len(spent) * 0.95)], aim=kind.p95, n=len(spent))


def _record(kind: Kind, figure: str, value: float, *, aim: float, n: int) -> bool:
    return record(
        id=f"verification.cpu.{kind.id}.{figure}",
        value=value,
        unit="ms",
        better="lower",
        aim=aim,
        peer="none",
        peer_value=None,
        own_value=value,
        n=n,
        note="CPU of the child a signature" if kind.per_signature else "CPU of the child a file",
    )


def main() -> int:
    """Measure; 2 where the real files are not at hand, 1 where an aim was missed."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: real files are not at hand", file=sys.stderr)
        return 2
    with Sandbox.start(limits=LIMITS) as sandbox:
        results = [keep(kind, measure(sandbox, Path(root), kind)) for kind in KINDS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
