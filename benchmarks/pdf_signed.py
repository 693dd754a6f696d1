"""Signed PDFs: our verdict beside bare pyHanko's, against what another suite asserts of real files.

Each file of the corpus `pdf-signed` that has asserted facts becomes one of four expectations:

* ``good``: nothing is wrong with the first signature. Without that suite's trust anchors the right
  answer is PASSED, or INDETERMINATE for a reason of trust alone (``TRUST_REASONS``).
* ``bad``: the signature is not intact, not technically valid, TOTAL_FAILED, its format or its
  dictionary is at fault, the file was changed; or the facts disagree with one another, which
  means that one of several signatures is bad. Right is FAILED, or INDETERMINATE for a reason
  other than trust, for any signature of the file.
* ``open``: asserted INDETERMINATE, or merely "not valid", which without anchors says no more.
  Right is anything but PASSED.
* ``none``: no signature is to be reported. Right is none, or INDETERMINATE.

Recall of bad is the share of ``bad`` files answered rightly; a false alarm is a ``good`` file
answered wrongly. Bare pyHanko is `validate_pdf_signature` as its manual shows it: bad when it is
not intact or not valid, when the coverage is less than a revision, or when its difference
analysis objects; an exception that leaves it is a crash and counts as bad.

Takes about half a minute. Run: ``python -m benchmarks.pdf_signed`` with COUNTERMARK_CORPORA set.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from benchmarks.promise import record
from verification.readers import pyhanko
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyhanko.sign.validation import EmbeddedPdfSignature

    from verification.values import Signature

Answer = Literal["good", "open", "bad", "none"]
Expected = Literal["good", "bad", "open", "none"]

AT = datetime(2026, 6, 1, tzinfo=UTC)
TRUST_REASONS = frozenset({"NO_CERTIFICATE_CHAIN_FOUND", "OUT_OF_BOUNDS_NO_POE"})
BAD_FACTS = frozenset(
    {
        "isSignatureIntact=False",
        "isBLevelTechnicallyValid=False",
        "isPdfSignatureDictionaryConsistent=False",
        "arePdfModificationsDetected=True",
        "undefinedChanges=True",
        "Indication.TOTAL_FAILED",
        "SubIndication.FORMAT_FAILURE",
    }
)
RIGHT: dict[str, frozenset[str]] = {
    "good": frozenset({"good"}),
    "bad": frozenset({"bad", "open"}),
    "open": frozenset({"good", "open", "bad"}),
    "none": frozenset({"none", "open"}),
}
ORDER = ("none", "good", "open", "bad")
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said of the first signature, and the worst of all."""

    first: Answer
    worst: Answer
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what was expected and what was said."""

    name: str
    expected: Expected
    outcome: Outcome

    @property
    def agrees(self) -> bool:
        said = self.outcome.first if self.expected == "good" else self.outcome.worst
        return said in RIGHT[self.expected]


def expectation(facts: list[str]) -> Expected:
    """Read the asserted facts of one file, by the rules of this module's docstring."""
    given = set(facts)
    mixed = any(
        fact.endswith("=True") and f"{fact.removesuffix('=True')}=False" in given for fact in given
    )
    if "Indication.INDETERMINATE" in given:
        return "open"
    if mixed or given & BAD_FACTS:
        return "bad"
    if given == {"Indication.NO_SIGNATURE_FOUND"}:
        return "none"
    return "open" if "isSignatureValid=False" in given else "good"


def three_state(data: bytes) -> Outcome:
    """Ask our own reader, without any anchors."""
    signatures = pyhanko.read(data, at=AT, anchors=(), max_pages=300).signatures
    return _outcome([_answer(signature) for signature in signatures])


def _answer(signature: Signature) -> Answer:
    if signature.status is Status.FAILED:
        return "bad"
    if signature.status is Status.PASSED or signature.sub_indication in TRUST_REASONS:
        return "good"
    return "open"


def _outcome(answers: list[Answer], *, crashed: bool = False) -> Outcome:
    if not answers:
        return Outcome("bad" if crashed else "none", "bad" if crashed else "none", crashed)
    return Outcome(answers[0], max(answers, key=ORDER.index), crashed)


def bare(data: bytes) -> Outcome:
    """Ask pyHanko as its manual shows it."""
    answers: list[Answer] = []
    crashed = False
    try:
        embedded = PdfFileReader(BytesIO(data), strict=False).embedded_signatures
    except Exception:  # noqa: BLE001 - a crash is what is counted here
        return _outcome([], crashed=True)
    for signature in embedded:
        try:
            answers.append(_bare_answer(signature))
        except Exception:  # noqa: BLE001 - a crash is what is counted here
            answers.append("bad")
            crashed = True
    return _outcome(answers, crashed=crashed)


def _bare_answer(signature: EmbeddedPdfSignature) -> Answer:
    context = ValidationContext(trust_roots=[], allow_fetching=False, moment=AT)
    if signature.sig_object_type == "/DocTimeStamp":
        stamp = validate_pdf_timestamp(signature, context)
        return "good" if stamp.intact and stamp.valid else "bad"
    status = validate_pdf_signature(signature, context)
    covered = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    kept = status.docmdp_ok is not False
    return "good" if status.intact and status.valid and covered and kept else "bad"


def agreement(folder: Path, judge: Callable[[bytes], Outcome]) -> list[Row]:
    """Judge every file that has asserted facts."""
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    return [
        Row(name, expectation(entry["facts"]), judge((folder / name).read_bytes()))
        for name, entry in sorted(expected.items())
        if entry["facts"]
    ]


def seconds(judge: Callable[[bytes], Outcome], files: Iterable[bytes]) -> list[float]:
    """Give the best CPU time of some runs for each file."""
    return [min(_once(judge, data) for _ in range(REPEATS)) for data in files]


def _once(judge: Callable[[bytes], Outcome], data: bytes) -> float:
    begin = time.process_time()
    judge(data)
    return time.process_time() - begin


def share(rows: list[Row], expected: Expected, *, right: bool) -> float:
    """Give the share of rows of one expectation that were answered rightly (or wrongly)."""
    chosen = [row.agrees is right for row in rows if row.expected == expected]
    return sum(chosen) / len(chosen)


def report_agreement(folder: Path) -> None:
    """Print the table and record the promises about what is said."""
    own, peer = agreement(folder, three_state), agreement(folder, bare)
    print(f"{'file':48} {'expected':9} {'ours':12} {'bare pyHanko':12}")
    for ours, theirs in zip(own, peer, strict=True):
        said = [_said(row) for row in (ours, theirs)]
        print(f"{ours.name[:47]:48} {ours.expected:9} {said[0]:12} {said[1]:12}")
    crashes = [sum(row.outcome.crashed for row in rows) for rows in (own, peer)]
    agree = [sum(row.agrees for row in rows) / len(rows) for rows in (own, peer)]
    recall = [share(rows, "bad", right=True) for rows in (own, peer)]
    alarms = [share(rows, "good", right=False) for rows in (own, peer)]
    _record("agreement", agree, "higher", aim=0.90, n=len(own))
    _record(
        "recall_of_bad", recall, "higher", aim=0.90, n=sum(row.expected == "bad" for row in own)
    )
    _record("false_alarms", alarms, "lower", aim=0.08, n=sum(row.expected == "good" for row in own))
    _record("crashes", [float(count) for count in crashes], "lower", aim=0, n=len(own))


def _said(row: Row) -> str:
    said = row.outcome.first if row.expected == "good" else row.outcome.worst
    return f"{said}{'' if row.agrees else ' ✗'}{' crash' if row.outcome.crashed else ''}"


def _record(
    name: str, values: list[float], better: Literal["higher", "lower"], *, aim: float, n: int
) -> None:
    record(
        id=f"verification.pdf_signed.{name}",
        value=values[0],
        unit="files" if name == "crashes" else "share",
        better=better,
        aim=aim,
        peer="pyHanko 0.38",
        peer_value=values[1],
        own_value=values[0],
        n=n,
        note="three-state, without anchors; see the docstring",
    )


def report_times(folder: Path) -> None:
    """Record the promises about CPU time, over every file of the corpus."""
    files = [path.read_bytes() for path in sorted(folder.glob("*.pdf"))]
    own, peer = seconds(three_state, files), seconds(bare, files)
    middle = [statistics.median(times) * 1000 for times in (own, peer)]
    last = statistics.quantiles(own, n=20)[-1] * 1000
    record(
        id="verification.pdf_signed.ratio",
        value=middle[0] / middle[1],
        unit="ratio",
        better="lower",
        aim=3,
        peer="pyHanko 0.38",
        peer_value=middle[1],
        own_value=middle[0],
        n=len(files),
        note="median CPU ms a file; ours also compares revisions as objects and as pictures",
    )
    for name, value, aim in (("median_ms", middle[0], 150), ("p95_ms", last, 1000)):
        record(
            id=f"verification.pdf_signed.{name}",
            value=value,
            unit="ms",
            better="lower",
            aim=aim,
            peer="pyHanko 0.38",
            peer_value=middle[1] if name == "median_ms" else None,
            own_value=value,
            n=len(files),
            note="CPU, warm, outside the sandbox",
        )


def main() -> int:
    """Run both parts; 2 where the corpus is not at hand."""
    print("pdf_signed: about half a minute")
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root or not (Path(root) / "pdf-signed").is_dir():
        print("COUNTERMARK_CORPORA names no folder with pdf-signed in it", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    pyhanko.warm()
    report_agreement(Path(root) / "pdf-signed")
    report_times(Path(root) / "pdf-signed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
