"""Signatures by hand found on scanned pages, against components and a forest (about 2 minutes)."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._signature_scores import Page, auc, average_precision
from benchmarks.promise import record
from training.marks.scans import is_tuning, read
from verification.marks.handwritten import BELIEVED, detect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.marks.handwritten import Detection

AIM_AUC, AIM_AP50, AIM_MS = 0.985, 0.80, 150.0
_FONTS = Path("/usr/share/fonts")
_DRAWN = 150
PEER = "connected components + random forest, 5 folds of these very pages"


def main() -> int:
    """Measure, print the table and keep or miss the promises; 2 without the corpora."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set", file=sys.stderr)
        return 2
    pages = read(Path(root) / "signature-pages")
    found, spent = judged(pages)
    from benchmarks import _signature_peer  # noqa: PLC0415 - scikit-learn, only after our own time

    other = _signature_peer.answers(pages)
    print(
        f"signature-pages: {len(pages)} pages, {sum(len(p.boxes) > 0 for p in pages)} signed, "
        f"{sum(len(page.boxes) for page in pages)} signatures"
    )
    print(f"{'':44}{'AUC':>8}{'AP50':>8}{'AP30':>8}")
    for name, answers in (("countermark", found), (PEER[:42], other)):
        print(
            f"{name:44}{auc(pages, answers):>8.3f}{average_precision(pages, answers, 0.5):>8.3f}"
            f"{average_precision(pages, answers, 0.3):>8.3f}"
        )
    print_halves(pages, found)
    print_believed("signature-pages", pages, found)
    drawn(Path(root) / "signatures-handwritten")
    return 0 if keep(pages, (found, other), spent) else 1


def judged(pages: Sequence[Page]) -> tuple[list[tuple[Detection, ...]], float]:
    """Give what is found on each page, and the median of its milliseconds of CPU."""
    found, spent = [], []
    for page in pages:
        began = time.process_time()
        found.append(detect(page.grey, least=0.005))
        spent.append((time.process_time() - began) * 1000)
    return found, float(np.median(spent))


def print_halves(pages: Sequence[Page], answers: Sequence[Sequence[Detection]]) -> None:
    """Print the figures of the half that settings were chosen by, and of the other."""
    for what, tuning in (("tuning half", True), ("kept back", False)):
        chosen = [
            (page, found)
            for page, found in zip(pages, answers, strict=True)
            if is_tuning(page.name) == tuning
        ]
        half, found = [one[0] for one in chosen], [one[1] for one in chosen]
        print(
            f"{what}: {len(half)} pages, AUC {auc(half, found):.3f}, "
            f"AP50 {average_precision(half, found, 0.5):.3f}, "
            f"AP30 {average_precision(half, found, 0.3):.3f}"
        )
        print_believed(what, half, found)


def print_believed(
    name: str, pages: Sequence[Page], answers: Sequence[Sequence[Detection]]
) -> None:
    """Print how many pages would pass, of those that are signed and of those that are not."""
    passed = [any(one.confidence >= BELIEVED for one in found) for found in answers]
    for what, is_signed in (("signed", True), ("unsigned", False)):
        chosen = [
            p for p, page in zip(passed, pages, strict=True) if (len(page.boxes) > 0) == is_signed
        ]
        print(f"{name}: of {len(chosen)} {what} pages {sum(chosen)} would pass")


def drawn(signatures: Path) -> None:
    """Judge pages that are drawn here, signed by writers that nothing was learnt from."""
    from training.marks.drawing import samples  # noqa: PLC0415 - only where there are fonts
    from training.marks.supplies import gather  # noqa: PLC0415 - as above

    try:
        supplies = gather((_FONTS,), signatures, kept_back=True)
    except LookupError as error:
        print(f"drawn pages: not measured, {error}")
        return
    pages = [
        Page(str(i), 255 - one.view, one.signatures)
        for i, one in enumerate(samples(99, supplies, _DRAWN))
        if not len(one.doubtful)
    ]
    found, _ = judged(pages)
    print(
        f"drawn pages: {len(pages)}, AUC {auc(pages, found):.3f}, "
        f"AP50 {average_precision(pages, found, 0.5):.3f}, "
        f"AP30 {average_precision(pages, found, 0.3):.3f}"
    )
    print_believed("drawn pages", pages, found)


def keep(
    pages: Sequence[Page],
    answers: tuple[Sequence[Sequence[Detection]], Sequence[Sequence[Detection]]],
    spent: float,
) -> bool:
    """Write the promises; gives whether all were kept."""
    own, other = answers
    auc_own, ap_own = auc(pages, own), average_precision(pages, own, 0.5)
    return all(
        [
            record(id="signature.auc", value=auc_own, unit="share", better="higher", aim=AIM_AUC,
                   peer=PEER, peer_value=auc(pages, other), own_value=auc_own, n=len(pages)),
            record(id="signature.ap50", value=ap_own, unit="share", better="higher", aim=AIM_AP50,
                   peer=PEER, peer_value=average_precision(pages, other, 0.5), own_value=ap_own,
                   n=len(pages)),
            record(id="signature.cpu", value=spent, unit="ms", better="lower", aim=AIM_MS,
                   peer="none", peer_value=None, own_value=spent, n=len(pages),
                   note="median CPU of one page, decoding left out"),
        ]
    )  # fmt: skip


if __name__ == "__main__":
    for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if os.environ.get(_name) != "1":
            os.environ[_name] = "1"
            os.execv(sys.executable, [sys.executable, "-m", "benchmarks.signature_pages"])  # noqa: S606 - ourselves, in one thread
    sys.exit(main())
