"""What bent paper costs: words, seals, signatures, pages known again (about three CPU minutes).

The same generated pages are photographed flat (askew, on a dark table, in light from one side) and
bowed by shares of their height; the flat photograph is the peer. `reuse` is the share of pages
told, whichever of the two came first, `reuse_other` that of forms filled in otherwise.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from benchmarks import _ocr_pages
from benchmarks.ocr import distance, plain
from benchmarks.promise import record
from benchmarks.reuse import known
from service.actions.reuse_pages import clarity
from tests.verification import papers, stamped
from tests.verification.bowing import photographed
from verification.content import Content, PageSeal, WrittenSignature
from verification.fingerprints.likeness import compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import opened
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.readers import rapidocr
from verification.terms import Terms
from verification.values import Requirement, Status, Submission
from verification.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

#: How far the middle of a row stands out, as a share of the page's height: 0.05 of A4 are 15 mm.
BOWS = (0.0, 0.02, 0.05, 0.08)
WORD_PAGES, SEALS, SIGNED, FORMS = 3, 16, 16, 16
SEED = 88_000
#: What a bow may cost: a share of pages, or of characters.
MOST_LOST = 0.05


def saved(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def errors(bow: float) -> float:
    """Give the share of characters that are read wrong."""
    wrong = total = 0
    for number in range(WORD_PAGES):
        page = _ocr_pages.clean(SEED + number)
        photo = photographed(Image.fromarray(page.pixels), bow, number)
        got = plain("".join(line.text for line in Words(saved(photo), Limits()).of(1)))
        said = plain("".join(page.lines))
        wrong += distance(said, got)
        total += len(said)
    return wrong / total


def passed(images: list[Image.Image], bow: float, asked: Content) -> float:
    """Give the share of pages on which the mark that is asked for is found."""
    terms = Terms(
        at=datetime(2027, 1, 1, tzinfo=UTC), policy=load(), requirement=Requirement(content=asked)
    )
    found = 0
    for number, image in enumerate(images):
        report = verify(
            Submission(data=saved(photographed(image, bow, number)), name="a.jpg"), terms
        )
        found += any(
            one.id.startswith("page.") and one.status is Status.PASSED for one in report.checks
        )
    return found / len(images)


def told(images: list[Image.Image], pages: list[Image.Image], bow: float) -> tuple[float, float]:
    """Give the share of photos told to be the page, and of pages told to be what was a photo."""
    later = earlier = 0
    for number, (image, one) in enumerate(zip(images, pages, strict=True)):
        photo, page = saved(photographed(image, bow, number)), papers.fingerprint(one)
        looks = fingerprints(photo, Limits()).pages
        if page is not None:
            as_later = max(looks, key=lambda look: clarity(compare(opened(look), page), look))
            later += known(opened(as_later), page)
            as_earlier = max(looks, key=lambda look: clarity(compare(page, opened(look)), look))
            earlier += known(page, opened(as_earlier))
    return later / len(images), earlier / len(images)


def signed() -> list[Image.Image]:
    """Give signed pages on which the flat page passes, as scanned."""
    from training.marks.drawing import samples  # noqa: PLC0415 - only where there are fonts
    from training.marks.supplies import gather  # noqa: PLC0415 - as above
    from verification.marks.handwritten import BELIEVED, detect  # noqa: PLC0415 - as above

    written = Path(os.environ["COUNTERMARK_CORPORA"]) / "signatures-handwritten"
    supplies = gather((Path("/usr/share/fonts"),), written, kept_back=True)
    pages: list[Image.Image] = []
    for one in samples(SEED, supplies, 20 * SIGNED):
        grey: NDArray[np.uint8] = np.asarray(255 - one.view, np.uint8)
        found = detect(grey)
        if len(one.signatures) and found and found[0].confidence >= BELIEVED:
            pages.append(Image.fromarray(grey).convert("RGB"))
        if len(pages) == SIGNED:
            break
    return pages


def measured() -> Iterator[tuple[str, int, Callable[[float], float]]]:
    """Give what is measured, of how many pages, and how."""
    seals = [stamped.page(SEED + number).image for number in range(SEALS)]
    forms = [papers.form(SEED + number, 0) for number in range(FORMS)]
    if rapidocr.available():
        yield "words", WORD_PAGES, errors
    yield "seal", SEALS, lambda bow: passed(seals, bow, Content(seal=PageSeal()))
    others = [papers.form(SEED + number, 1) for number in range(FORMS)]
    yield "reuse", FORMS, lambda bow: min(told(forms, forms, bow))
    yield "reuse_other", FORMS, lambda bow: max(told(others, forms, bow))
    if os.environ.get("COUNTERMARK_CORPORA"):
        pages = signed()
        asked = Content(signature=WrittenSignature())
        yield "signature", len(pages), lambda bow: passed(pages, bow, asked)


def main() -> int:
    """Measure each bow beside the flat photograph; 1 where one costs more than it may."""
    met = True
    for what, n, rate in measured():
        flat = rate(BOWS[0])
        better = "lower" if what in {"words", "reuse_other"} else "higher"
        unit = "share of characters" if what == "words" else "share"
        aim = flat + MOST_LOST if better == "lower" else flat - MOST_LOST
        for bow in BOWS[1:]:
            value = rate(bow)
            met &= record(
                id=f"curved.{what}.{bow:.2f}", value=value, unit=unit,
                better="lower" if better == "lower" else "higher", aim=aim,
                peer="the same pages photographed flat", peer_value=flat, own_value=value, n=n,
                note=f"flat {flat:.4f}",
            )  # fmt: skip
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
