"""How often the hints alarm on files that nobody is known to have edited, and what they find.

Every PDF of the corpora `typed` and `pdf-signed`; to pictures (`receipts`, `signature-pages`,
`seals`) only the last two hints apply. What is found: honest generated quotes in which a total is
painted over, replaced or pasted over, or one figure of a number is set anew; every second scan with
one place copied to another. The scans between chose the limits: ``hints tuned`` tells of those.

Scans in PDFs: the same scans, each filling a page, and pages of the demo company that are printed
and scanned here (``hints scans`` does these alone).

Text layers: fonts that lie, and what OCR lays beneath scans, honest, misread and edited; the half
of the scans that chose the limits with ``hints layers tuned`` (``hints layers`` does these alone).

Takes about 20 minutes. Run: ``python -m benchmarks.hints`` with COUNTERMARK_CORPORA set.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks._copied_places import count as count_copies
from benchmarks._copied_places import scans
from benchmarks._scanned_pdfs import in_pdf, own_scans, seconds
from benchmarks._text_layers import measure as measure_text_layers
from benchmarks.promise import record
from tests.verification import test_hints as edits
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.values import Report

AT = datetime(2026, 11, 20, tzinfo=UTC)
FOLDERS = ("typed", "pdf-signed", "receipts", "signature-pages")
HINTS = ("hint.hidden", "hint.number_fonts", "hint.editor", "hint.text_layer")
#: Of figures that a text layer has otherwise than the page so many are to be told.
LAYER, FOUND = "hint.text_layer", 0.9
#: Of which one place may be copied, and by how many of these at most it is told wrongly.
COPY, MOST_COPY_ALARMS = "hint.copy_move", 0.01
SEED, TUNED_SEED = 7001, 7000
#: Pages of our own that are scanned, and the longest PDF whose cost is told.
OWN_PAGES, LONG = 60, 16
#: A hint that alarms on more honest files than this may only annotate.
MOST_ALARMS = 0.02
TERMS = Terms(at=AT, policy=load(), requirement=Requirement(content=Content(hints=True)))


def examined(data: bytes, name: str) -> Report:
    return verify(Submission(data=data, name=name, received_at=AT), TERMS)


def told(data: bytes, name: str) -> set[str]:
    report = examined(data, name)
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
        print(f"{folder}: {judged} PDFs, {seen}; {others} other files: no hint of PDFs applies")
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


def measure_pictures(root: Path, *, tuned: bool = False) -> bool:
    """Count both hints on pictures, on the half that is reported or on the other."""
    paths = scans(root)[0 if tuned else 1]
    seen = count_copies(paths, TUNED_SEED if tuned else SEED, examined)
    n = max(1, seen.untouched)
    print(f"{n} scans of the half that {'chose the limits' if tuned else 'is reported'}:")
    print(
        f"  {COPY}: {seen.found}/{seen.copied} copies found; told of {seen.false_alarms or 'none'}"
    )
    for name, made in sorted(seen.made_by.items()):
        print(f"    {name}: {seen.found_by[name]}/{made}")
    print(f"  hint.ela marks {seen.marked_untouched}/{n} as they are, ", end="")
    print(f"{seen.marked_copied}/{seen.copied} with a copy")
    print(f"  {seen.cpu_s * 1000 / n:.0f} ms CPU a picture, all checks")
    share = len(seen.false_alarms) / n
    return tuned or promised(f"{COPY}.false_alarms", share, n, aim=MOST_COPY_ALARMS)


def measure_scans(root: Path) -> bool:
    """Count copied places in PDFs that are scans, and what long ones cost."""
    real = scans(root)[1]
    with tempfile.TemporaryDirectory() as folder:
        own = own_scans(Path(folder), AT, OWN_PAGES)
        kept = [_in_pdfs("corpora", real), _in_pdfs("own", own)]
    # Of one size, as one office scanner makes them.
    pages = [path.read_bytes() for path in real if path.parent.name == "signature-pages"][:LONG]
    took = ", ".join(f"{one:.2f} s" for one in seconds(examined, pages))
    print(f"CPU of a PDF with 1, 2, 4, … {LONG} scanned pages, all checks: {took}")
    return all(kept)


def _in_pdfs(name: str, paths: tuple[Path, ...]) -> bool:
    seen = count_copies(paths, SEED, lambda data, _name: examined(in_pdf(data), "a.pdf"))
    n = max(1, seen.untouched)
    print(f"{n} scans in PDFs ({name}): {seen.found}/{seen.copied} copies found; ", end="")
    print(f"told of {seen.false_alarms or 'none'}; {seen.cpu_s * 1000 / n:.0f} ms CPU a PDF")
    for how, made in sorted(seen.made_by.items()):
        print(f"    {how}: {seen.found_by[how]}/{made}")
    share = len(seen.false_alarms) / n
    return promised(f"{COPY}.pdf.{name}.false_alarms", share, n, aim=MOST_COPY_ALARMS)


def measure_layers(root: Path, *, tuned: bool = False) -> bool:
    """Count what is told of text layers, honest and edited."""
    counts = measure_text_layers(root, AT, tuned=tuned)
    counts.print()
    kept = []
    for kind in ("drawn", "scans"):
        alarms, honest = counts.share(f"honest: {kind}")
        found, edited = counts.share(f"edited: {kind}")
        print(
            f"text layers, {kind}: {alarms:.1%} of {honest} honest, {found:.1%} of {edited} edited"
        )
        if not tuned:
            kept.append(promised(f"{LAYER}.{kind}.false_alarms", alarms, honest))
            kept.append(
                promised(f"{LAYER}.{kind}.found", found, edited, aim=FOUND, better="higher")
            )
    return all(kept)


def main() -> int:
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: there are no real files to measure on")
        return 2
    if "scans" in sys.argv[1:]:
        return 0 if measure_scans(Path(root)) else 1
    if "layers" in sys.argv[1:]:
        return 0 if measure_layers(Path(root), tuned="tuned" in sys.argv[1:]) else 1
    if "tuned" in sys.argv[1:]:
        return 0 if measure_pictures(Path(root), tuned=True) else 1
    began = time.process_time()
    alarms, count = measure_alarms(Path(root))
    print(f"{(time.process_time() - began) * 1000 / max(1, count):.0f} ms CPU a PDF, all checks")
    kept = [promised(f"{name}.false_alarms", alarms[name] / max(1, count), count) for name in HINTS]
    found, edited = measure_found()
    print(f"generated edits: {found}/{edited} found")
    kept += [measure_pictures(Path(root)), measure_scans(Path(root)), measure_layers(Path(root))]
    return 0 if all(kept) and found == edited else 1


def promised(
    name: str,
    share: float,
    count: int,
    *,
    aim: float = MOST_ALARMS,
    better: Literal["lower", "higher"] = "lower",
) -> bool:
    return record(
        id=name,
        value=share,
        unit="share",
        better=better,
        aim=aim,
        peer="none",
        peer_value=None,
        own_value=share,
        n=count,
    )


if __name__ == "__main__":
    sys.exit(main())
