"""Words read on generated Chinese pages, on receipts, on clock crops (11 CPU minutes)."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks import _ocr_pages as made
from benchmarks.promise import record
from verification.readers import rapidocr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from verification.readers.rapidocr import Size

    Read = Callable[[NDArray[np.uint8]], Sequence[str]]

KINDS = {"clean": made.clean, "noisy": made.noisy, "24 px": made.small}
PAGES, SEED = 4, 71_007_001
AIMS: dict[Size, tuple[float, float]] = {"tiny": (0.04, 2.5), "small": (0.02, 10.0)}
CLOCKS = 40


def plain(text: str) -> str:
    """Give text without spaces and with one width of each sign."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def distance(one: str, other: str) -> int:
    """Count the insertions, deletions and replacements between two texts."""
    before = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (sign != its)))
        before = now
    return before[-1]


def ours(size: Size) -> Read:
    return lambda pixels: [word.text for word in rapidocr.read_page(pixels, size=size)]


def peer() -> Read:
    """Give rapidocr as it comes, on one thread."""
    import logging  # noqa: PLC0415 - only where the peer runs

    from rapidocr import RapidOCR  # noqa: PLC0415 - it loads for a second

    logging.disable(logging.INFO)
    one = "EngineConfig.onnxruntime."
    engine: Any = RapidOCR(
        params={
            "Global.log_level": "error",
            f"{one}intra_op_num_threads": 1,
            f"{one}inter_op_num_threads": 1,
        }
    )
    return lambda pixels: list(engine(pixels[:, :, ::-1]).txts or ())


def tesseract(pixels: NDArray[np.uint8]) -> list[str]:
    """Read with Debian's tesseract in a process of its own; its CPU time is not ours to see."""
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PPM")
    command = ["tesseract", "-", "-", "-l", "chi_sim+eng"]
    done = subprocess.run(
        command, input=stream.getvalue(), capture_output=True, check=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )  # fmt: skip
    return done.stdout.decode().split("\n")


def pages(read: Read) -> tuple[dict[str, float], dict[str, str], float]:
    """Give the error rate of each kind of page and of each page, and CPU seconds of a page."""
    rates, each, seconds = {}, {}, []
    for kind, draw in KINDS.items():
        wrong, total = [], []
        for number in range(PAGES):
            page = draw(SEED + number)
            start = time.process_time()
            got = plain("".join(read(page.pixels)))
            seconds.append(time.process_time() - start)
            said = plain("".join(page.lines))
            wrong.append(distance(said, got))
            total.append(len(said))
        rates[kind] = sum(wrong) / sum(total)
        each[kind] = " and ".join(f"{a / b:.4f}" for a, b in zip(wrong, total, strict=True))
    return rates, each, median(seconds)


def runs(text: str) -> Counter[str]:
    """Give the runs of at least two letters and figures; what divides them is not judged."""
    return Counter(re.findall(r"[A-Z0-9]{2,}", text.upper()))


def spaced(text: str) -> Counter[str]:
    """Give what stands between spaces, with its punctuation: the stricter rule."""
    return Counter(unicodedata.normalize("NFKC", text).upper().split())


RULES = (runs, spaced)


@dataclass(frozen=True, slots=True)
class Recall:
    """Words found and words said by each of RULES, in each half: every other receipt."""

    found: NDArray[np.int64]
    said: NDArray[np.int64]
    seconds: float
    n: int

    def share(self, rule: int) -> float:
        return float(self.found[rule].sum() / self.said[rule].sum())

    def halves(self, rule: int) -> str:
        one, other = self.found[rule] / self.said[rule]
        return f"halves {one:.4f} and {other:.4f}"


def receipts(read: Read) -> Recall:
    """Read the receipts of the corpus."""
    folder = Path(os.environ["COUNTERMARK_CORPORA"]) / "receipts"
    files = sorted(folder.glob("*.jpg"))
    found, said = np.zeros((2, 2), np.int64), np.zeros((2, 2), np.int64)
    seconds = []
    for number, file in enumerate(files):
        with file.with_suffix(".box.csv").open(encoding="utf-8", errors="replace") as rows:
            truth = " ".join(",".join(row[8:]) for row in csv.reader(rows))
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("RGB"))
        start = time.process_time()
        got = " ".join(read(pixels))
        seconds.append(time.process_time() - start)
        for rule, tokens in enumerate(RULES):
            found[rule, number % 2] += (tokens(truth) & tokens(got)).total()
            said[rule, number % 2] += tokens(truth).total()
    return Recall(found, said, median(seconds), len(files))


def clocks() -> tuple[float, float]:
    """Give the share of burnt-in times read exactly, and CPU milliseconds for one."""
    font = ImageFont.load_default(28)
    right, spent = 0, []
    for number in range(CLOCKS):
        text = (
            f"2026-11-{number % 28 + 1:02} {number % 24:02}:{number * 7 % 60:02}:{number % 60:02}"
        )
        image = Image.new("RGB", (330, 48), (30 + 3 * number, 90, 60))
        ImageDraw.Draw(image).text((14, 6), text, font=font, fill="white")
        start = time.process_time()
        got = rapidocr.read_line(np.asarray(image), size="tiny")
        spent.append(time.process_time() - start)
        right += got is not None and plain(got[0]) == plain(text)
    return right / CLOCKS, median(spent) * 1000


def measure() -> bool:
    other = peer()
    peer_rates, _, peer_seconds = pages(other)
    third = pages(tesseract)[0] if shutil.which("tesseract") else {}
    met = True
    for size, (aim, most) in AIMS.items():
        rates, each, seconds = pages(ours(size))
        for kind, rate in rates.items():
            said = f"{third[kind]:.4f}" if third else "not installed"
            met &= record(
                id=f"ocr.cer.{size}.{kind}", value=rate, unit="share of characters",
                better="lower", aim=aim, peer="rapidocr 3.10, its own settings",
                peer_value=peer_rates[kind], own_value=rate, n=PAGES,
                note=f"pages {each[kind]}; tesseract {said}",
            )  # fmt: skip
        met &= record(
            id=f"ocr.page.{size}", value=seconds, unit="CPU s a page", better="lower", aim=most,
            peer="rapidocr 3.10, its own settings", peer_value=peer_seconds, own_value=seconds,
            n=PAGES * len(KINDS),
        )  # fmt: skip
    exact, milliseconds = clocks()
    met &= record(
        id="ocr.clock.exact", value=exact, unit="share", better="higher", aim=0.98, peer="none",
        peer_value=None, own_value=exact, n=CLOCKS,
    )  # fmt: skip
    met &= record(
        id="ocr.clock.ms", value=milliseconds, unit="CPU ms", better="lower", aim=40, peer="none",
        peer_value=None, own_value=milliseconds, n=CLOCKS,
    )  # fmt: skip
    return _receipts(other) and met if os.environ.get("COUNTERMARK_CORPORA") else met


def _receipts(other: Read) -> bool:
    met = True
    theirs = receipts(other)
    tess = receipts(tesseract) if shutil.which("tesseract") else None
    for size, aim in (("small", 0.93), ("tiny", 0.85)):
        mine = receipts(ours(size))  # type: ignore[arg-type]  # the two names of Size
        for rule, tokens in enumerate(RULES):
            third = "not installed" if tess is None else f"{tess.share(rule):.4f}"
            met &= record(
                id=f"ocr.receipts.{size}.{tokens.__name__}", value=mine.share(rule),
                unit="share of words", better="higher", aim=aim,
                peer="rapidocr 3.10, its own settings",
                peer_value=theirs.share(rule), own_value=mine.share(rule), n=mine.n,
                note=f"{mine.halves(rule)}; {mine.seconds:.2f} CPU s each; "
                f"peer {theirs.seconds:.2f}; tesseract: {third}",
            )  # fmt: skip
    return met


def main() -> int:
    if not rapidocr.warm() or not made.fonts_are_there():
        print("ocr: needs the extra `ocr` and the fonts of fonts-noto-cjk", file=sys.stderr)
        return 2
    return 0 if measure() else 1


if __name__ == "__main__":
    sys.exit(main())
