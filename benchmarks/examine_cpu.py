"""CPU for identify, hash and metadata, over every file of the corpora (about a minute)."""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from benchmarks.promise import record
from verification import claims, intake
from verification.examination import Context
from verification.identify import dissect
from verification.limits import MIB, LimitExceeded, Limits
from verification.reconcile import reconcile
from verification.values import Claim, Requirement, Submission

AIM_MS = 25.0
MOST_BYTES = 20 * MIB
#: The sources that validate signatures have promises of their own.
_SIGNATURES = "signatures"


def examine(data: bytes) -> str:
    """Hash, identify, read the metadata, bring the times onto one line; gives the format."""
    limits = Limits()
    submission = Submission(data=data, name="file")
    intake.take_in(submission, limits)
    anatomy = dissect(data, limits)
    context = Context(
        submission=submission,
        requirement=Requirement(),
        file_type=anatomy.file_type,
        at=datetime(2026, 11, 25, tzinfo=UTC),
        anchors=(),
        limits=limits,
        anatomy=anatomy,
    )
    found: list[Claim] = []
    for source in claims.load():
        name = anatomy.file_type.format
        if source.id.endswith(_SIGNATURES) or (source.formats and name not in source.formats):
            continue
        try:
            found += source.collect(context).claims
        except LimitExceeded:
            continue
    reconcile(found, at=context.at)
    return anatomy.file_type.format or "none"


def main() -> int:
    """Measure on the real files; 2 where there are none."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: no real files to measure on", file=sys.stderr)
        return 2
    by_format: dict[str, list[float]] = defaultdict(list)
    for path in sorted(Path(root).rglob("*")):
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        data = path.read_bytes()
        began = time.process_time()
        name = examine(data)
        by_format[name].append((time.process_time() - began) * 1000)
    print(f"{'format':8}{'n':>6}{'median ms':>11}{'most ms':>10}")
    for name, spent in sorted(by_format.items()):
        print(f"{name:8}{len(spent):>6}{median(spent):>11.2f}{max(spent):>10.2f}")
    spent = [one for group in by_format.values() for one in group]
    return 0 if _keep(spent) else 1


def _keep(spent: list[float]) -> bool:
    middle, high = median(spent), quantiles(spent, n=20)[-1]
    kept = [
        record(
            id=f"verification.examine_{name}_ms",
            value=value,
            unit="ms",
            better="lower",
            aim=AIM_MS,
            peer="none",
            peer_value=None,
            own_value=value,
            n=len(spent),
            note=f"identify, hash and metadata, CPU a file up to 20 MB, most {max(spent):.0f} ms",
        )
        for name, value in (("median", middle), ("p95", high))
    ]
    return all(kept)


if __name__ == "__main__":
    sys.exit(main())
