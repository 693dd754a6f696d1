"""How often the hints alarm on files that nobody is known to have edited, and what they find.

Every PDF of the corpora `typed` and `pdf-signed`; pictures (`receipts`, `signature-pages`) are
counted, and none of the three hints applies to them. What is found: honest generated quotes in
which a total is painted over, replaced or pasted over, or one figure of a number is set anew.

Takes about 20 seconds. Run: ``python -m benchmarks.hints`` with COUNTERMARK_CORPORA set.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.promise import record
from tests.verification import test_hints as edits
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = datetime(2026, 11, 20, tzinfo=UTC)
FOLDERS = ("typed", "pdf-signed", "receipts", "signature-pages")
HINTS = ("hint.hidden", "hint.number_fonts", "hint.editor")
#: A hint that alarms on more honest files than this may only annotate.
MOST_ALARMS = 0.02
TERMS = Terms(at=AT, policy=load(), requirement=Requirement(content=Content(hints=True)))


def told(data: bytes, name: str) -> set[str]:
    report = verify(Submission(data=data, name=name, received_at=AT), TERMS)
    return {
        one.id for one in report.checks if one.id in HINTS and one.status is Status.INDETERMINATE
    }


def files(root: Path, folder: str) -> Iterator[Path]:
    yield from (path for path in sorted((root / folder).rglob("*")) if path.is_file())


def measure_alarms(root: Path) -> tuple[Counter[str], int]:
    alarms: Counter[str] = Counter()
    count = 0
    for folder in FOLDERS:
        judged, others, here = 0, 0, Counter[str]()
        for path in files(root, folder):
            data = path.read_bytes()
            if b"%PDF-" not in data[:1024]:
                others += 1
                continue
            judged += 1
            found = told(data, path.name)
            here.update(found)
            if found:
                print(f"  {folder}/{path.name}: {', '.join(sorted(found))}")
        seen = dict(here) or "no alarm"
        print(f"{folder}: {judged} PDFs, {seen}; {others} other files: no hint applies")
        alarms += here
        count += judged
    return alarms, count


def measure_found() -> tuple[int, int]:
    totals = ("375,838.00", "332,600.00", "43,238.00", "146,000.00", "128,000.00")
    cases = [
        edits.edited(change, words)
        for change in (edits.covered, edits.replaced, edits.pasted)
        for words in totals
    ]
    cases += [
        edits.number(("1", "helv", 11, 0), (str(n), *odd), ("45.00", "helv", 11, 0))
        for n in range(10)
        for odd in (("tiro", 11.0, 0.0), ("helv", 12.0, 0.0), ("helv", 11.0, 1.0))
    ]
    return sum(bool(told(data, "a.pdf")) for data in cases), len(cases)


def main() -> int:
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: there are no real files to measure on")
        return 2
    began = time.process_time()
    alarms, count = measure_alarms(Path(root))
    print(f"{(time.process_time() - began) * 1000 / max(1, count):.0f} ms CPU a PDF, all checks")
    kept = [promised(f"{name}.false_alarms", alarms[name] / max(1, count), count) for name in HINTS]
    found, edited = measure_found()
    print(f"generated edits: {found}/{edited} found")
    return 0 if all(kept) and found == edited else 1


def promised(name: str, share: float, count: int) -> bool:
    return record(
        id=name,
        value=share,
        unit="share",
        better="lower",
        aim=MOST_ALARMS,
        peer="none",
        peer_value=None,
        own_value=share,
        n=count,
    )


if __name__ == "__main__":
    sys.exit(main())
