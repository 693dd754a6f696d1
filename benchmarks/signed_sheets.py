"""How many sheets of the demo company that were signed by hand `page.signature` leaves open.

`python -m benchmarks.signed_sheets [SHEETS [BAD]]` (COUNTERMARK_CORPORA): so many of each kind are
printed, signed with a real signature of a writer from whom nothing was learnt, and scanned; then
BAD of each that nobody signed, that bear a typed name, or a signature where none is asked for. Two
of the kinds are asked on a path; the others are why they are not.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks.promise import record
from service.demo import authority, company
from service.demo.deliverables import brief_of
from service.demo.documents.forms import form_of
from training.marks.supplies import gather
from verification.content import Content, WrittenSignature
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Submission

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
FONTS = Path("/usr/share/fonts")
FIRST_SEED, SHEETS, BAD = 3000, 100, 10
TITLE = "样机签收单"
#: Path and item; the words above the place where one signs; whether the path asks.
KINDS = (
    ("hardware", "sample_receipt", "签收人（签字）：", True),
    ("education", "attendance", "授课教师（签字）：", True),
    ("automation", "fat_report", "客户代表（签字）：", False),
    ("medical", "committee_minutes", "主任委员（签字）：", False),
)
#: Of real pages a fifth is left open (docs/checks/page-signature.md): ours should be little worse.
MOST_OPEN = 0.25
TERMS = Terms(
    at=AT,
    policy=load(),
    requirement=Requirement(
        content=Content(signature=WrittenSignature(near=("签字", "Signature")))
    ),
)


def strokes(
    inks: Sequence[NDArray[np.float32]],
) -> Callable[[int, int, random.Random], Image.Image]:
    """Give what draws one of the real signatures, by chance, as high as is asked for."""

    def drawn(letters: int, height: int, rng: random.Random) -> Image.Image:
        del letters
        ink = Image.fromarray((inks[rng.randrange(len(inks))] * 255).clip(0, 255).astype(np.uint8))
        wide = max(1, round(ink.width * height / ink.height))
        return ink.resize((wide, height), Image.Resampling.LANCZOS)

    return drawn


def told(kind: tuple[str, str, str, bool], count: int, **form: object) -> Counter[str]:
    """Count what is said of sheets of so many companies; each has a hand of its own."""
    path, item, pen, _asked = kind
    trusted, tally = authority.found(AT), Counter[str]()
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        whole = company.plan(seed, AT)
        customer = next(one for one in whole.customers if one.path == path)
        brief = brief_of(whole, trusted, customer, at=AT, item=item)
        hand = f"{seed}/{customer.key}/pen/{item}"
        sheet = replace(form_of(path, item, TITLE, None), pen=pen, hand=hand, **form)  # type: ignore[arg-type]
        said = verify(Submission(data=sheet.write(brief).data, name="a.pdf", received_at=AT), TERMS)
        found = [one for one in said.checks if one.id == "page.signature"]
        reasons = [one.sub_indication for one in found if one.sub_indication]
        tally[reasons[0] if reasons else "PASSED"] += 1
    return tally


def main() -> int:
    """Print a row for each kind; the promise is of those that a path asks."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: there are no signatures to measure with")
        return 2
    count, bad = (*map(int, sys.argv[1:3]), *(SHEETS, BAD)[len(sys.argv[1:3]) :])
    written = Path(root) / "signatures-handwritten"
    drawn = strokes(gather((FONTS,), written, kept_back=True).signatures)
    left_open, asked = 0, 0
    for kind in KINDS:
        honest = told(kind, count, strokes=drawn)
        print(f"{kind[1]:18} signed    {dict(honest)}", flush=True)
        if kind[3]:
            left_open += count - honest["PASSED"]
            asked += count
            for how in ("nobody", "typed", "elsewhere"):
                wrong = told(kind, bad, strokes=drawn, by_hand=how)
                print(f"{kind[1]:18} {how:9} {dict(wrong)}", flush=True)
    share = left_open / max(1, asked)
    kept = record(
        id="sheets.signature.left_open",
        value=share,
        unit="share",
        better="lower",
        aim=MOST_OPEN,
        peer="none",
        peer_value=None,
        own_value=share,
        n=asked,
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
