"""What `page.signature` takes for a signature where none is: sheets with type, dates and remarks.

`python -m benchmarks.decoy_sheets [WHAT SHEETS [FACE ...]]` prints, of SHEETS companies (20) and
the four kinds of `signed_sheets`, how many are told at 0.8 and 0.3 and their median confidence.
Without WHAT, names in the fonts of Chinese that the machine has, which is the promise. WHAT:
`name` a Chinese name set in one of the fonts FACE, `same` the names that the real signatures are
of, `latin` a Latin one, `date` a date in fonts after hands, `remark` lines by hand, `signed` a real
signature of a writer kept back (COUNTERMARK_CORPORA), for comparison.
"""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.promise import record
from benchmarks.signed_sheets import AT, FONTS, KINDS, TITLE, strokes
from service.demo import authority, company
from service.demo.deliverables import brief_of
from service.demo.documents.forms import form_of
from training.marks import ink, words
from training.marks.supplies import gather
from verification.limits import Limits
from verification.marks.handwritten import BELIEVED, SEEN, detect
from verification.pages.raster import Pages

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    Strokes = Callable[[int, int, random.Random], Image.Image]

FIRST_SEED, SHEETS = 7000, 20
#: Fonts of the machine that can set a Chinese name.
CHINESE = "Noto*CJK*Regular*"
#: A typed name is no signature: at most so many may be taken for one.
MOST_PASSED = 0.02
_LETTERS = "王李张刘陈杨赵黄周吴伟芳娜敏静丽强磊军洋"
_LATIN = ("Wang Wei", "Li Na", "Zhang Min", "Chen Jie", "Liu Yang", "Zhao Lei", "Sun Hao")
#: Of the height that a signature may have there, letters of a font have this part.
_SIZE = (0.5, 0.9)


def name(rng: random.Random) -> str:
    """Make up a name of two or three characters."""
    return "".join(rng.choice(_LETTERS) for _ in range(rng.choice([2, 3])))


def date(rng: random.Random) -> str:
    """Make up a day of 2026, in one of two ways of writing it."""
    if rng.random() < 0.5:
        return f"2026.{rng.randrange(1, 13)}.{rng.randrange(1, 29)}"
    return f"{rng.randrange(1, 13)}/{rng.randrange(1, 29)}/2026"


TEXTS: dict[str, Callable[[random.Random], str]] = {
    "name": name,
    "same": lambda rng: rng.choice(words.SIGNED),
    "latin": lambda rng: rng.choice(_LATIN),
    "date": date,
}


def in_type(faces: Sequence[str], text: Callable[[random.Random], str]) -> Strokes:
    """Give what sets a text in one of the fonts, straight on its line."""

    def drawn(letters: int, height: int, rng: random.Random) -> Image.Image:
        del letters
        face = faces[rng.randrange(len(faces))]
        font = ImageFont.truetype(face, max(8, int(height * rng.uniform(*_SIZE))))
        line = text(rng)
        left, top, right, low = font.getbbox(line)
        picture = Image.new("L", (int(right - left) + 4, height), 0)
        at = (2 - left, (height - (low - top)) // 2 - top)
        ImageDraw.Draw(picture).text(at, line, fill=255, font=font)
        return picture

    return drawn


def by_hand(letters: int, height: int, rng: random.Random) -> Image.Image:
    """Draw one to four lines of a remark, together four fifths of the height."""
    del letters
    mask = ink.note(np.random.default_rng(rng.randrange(2**32)), height * 3)
    high = int(height * 0.8)
    wide = max(1, round(mask.shape[1] * high / mask.shape[0]))
    return Image.fromarray((mask * 255).clip(0, 255).astype(np.uint8)).resize((wide, high))


def confidences(drawn: Strokes, count: int) -> list[float]:
    """Give the surest of each sheet, 0 where nothing is told."""
    trusted, sure = authority.found(AT), []
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        whole = company.plan(seed, AT)
        for path, item, pen, _ in KINDS:
            customer = next(one for one in whole.customers if one.path == path)
            brief = brief_of(whole, trusted, customer, at=AT, item=item)
            hand = f"{seed}/{customer.key}/pen/{item}"
            form = replace(form_of(path, item, TITLE, None), pen=pen, hand=hand, strokes=drawn)
            page = Pages(form.write(brief).data, Limits()).at(1)
            found = detect(page.grey) if page else ()
            sure.append(max((round(one.confidence, 3) for one in found), default=0.0))
    return sure


def main() -> int:
    """Print one line; 1 where the promise is missed, 2 where what it takes is not there."""
    what, count, *faces = sys.argv[1:] or ("name", str(SHEETS), *map(str, FONTS.rglob(CHINESE)))
    root = os.environ.get("COUNTERMARK_CORPORA")
    if (what in TEXTS and not faces) or (what == "signed" and not root):
        print("type and dates take the files of fonts, signed takes COUNTERMARK_CORPORA")
        return 2
    if what in TEXTS:
        drawn = in_type(sorted(faces), TEXTS[what])
    elif what == "signed":
        real = Path(str(root)) / "signatures-handwritten"
        drawn = strokes(gather((FONTS,), real, kept_back=True).signatures)
    else:
        drawn = by_hand
    sure = confidences(drawn, int(count))
    passed, seen = (sum(one >= least for one in sure) for least in (BELIEVED, SEEN))
    print(
        f"{what}: of {len(sure)} sheets {passed} at {BELIEVED} or more, {seen} at {SEEN} or more, "
        f"median {statistics.median(sure):.2f}"
    )
    return 0 if sys.argv[1:] or _promised(passed, len(sure)) else 1


def _promised(passed: int, count: int) -> bool:
    share = passed / max(1, count)
    return record(
        id="decoys.typed_names.passed",
        value=share,
        unit="share",
        better="lower",
        aim=MOST_PASSED,
        peer="none",
        peer_value=None,
        own_value=share,
        n=count,
    )


if __name__ == "__main__":
    sys.exit(main())
