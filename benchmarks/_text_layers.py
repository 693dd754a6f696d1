"""Text layers that say other words than the pages show, and honest ones: how many are told."""

from __future__ import annotations

import hashlib
import random
import statistics
import tempfile
import time
from collections import defaultdict
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pymupdf

from benchmarks import _layers as layers
from benchmarks._scanned_pdfs import SEED, own_scans
from service.demo import authority, company, deliverables
from service.demo.documents.brief import PDF
from service.paths import names
from tests.verification.lying import LINES, lying, replaced
from tests.verification.masking import lettered
from verification.limits import Limits
from verification.values import Line
from verification.words import Words
from verification.words.layer import compared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from verification.words.layer import Compared
    from verification.words.places import Place

#: Shares of a layer's signs that OCR misread.
NOISE = (0.01, 0.03)
SCANS, OWN = 8, 16
#: How often a figure of each layer is changed.
EDITS = 4
LATIN = ("helv", "tiro", "cour")
_LATIN_LINE = "Total 1234567890.00"


class Counts:
    """What was told of how many, by name, and the CPU that it took."""

    def __init__(self) -> None:
        self.told: dict[str, list[bool]] = defaultdict(list)
        self.ms: dict[str, list[float]] = defaultdict(list)

    def look(self, name: str, data: bytes, words: Words | None = None) -> tuple[Place, ...]:
        began = time.process_time()
        found: Compared = compared(data, words or Words(data, Limits()))
        self.ms[name].append((time.process_time() - began) * 1000)
        return found.places

    def add(self, name: str, *, told: bool) -> None:
        self.told[name].append(told)

    def share(self, beginning: str) -> tuple[float, int]:
        """Give the share that was told of all whose name begins so, and of how many."""
        seen = [
            one for name, told in self.told.items() if name.startswith(beginning) for one in told
        ]
        return sum(seen) / max(1, len(seen)), len(seen)

    def print(self) -> None:
        for name, told in self.told.items():
            took = self.ms.get(name)
            cost = f"; median {statistics.median(took):.0f} ms CPU" if took else ""
            print(f"  {name}: told of {sum(told)} of {len(told)}{cost}")


class _Seen(Words):
    """Words of a scan that is read once, however many layers are laid beneath it."""

    def __init__(self, data: bytes, kept: dict[int, tuple[Line, ...]]) -> None:
        super().__init__(data, Limits())
        self._once = kept

    def drawn(self, page: int) -> tuple[Line, ...]:
        if page not in self._once:
            self._once[page] = super().drawn(page)
        return self._once[page]


def measure(root: Path, at: datetime, *, tuned: bool = False) -> Counts:
    """Look at demo's PDFs, at fonts that lie, and at scans of one half of the corpora."""
    counts = Counts()
    _demo(counts, at)
    _fonts(counts)
    for folder in ("receipts", "signature-pages"):
        paths = [path for path in sorted((root / folder).glob("*.jpg")) if _half(path) != tuned]
        _scans(counts, folder, paths[:SCANS])
    with tempfile.TemporaryDirectory() as folder_of_own:
        own = own_scans(Path(folder_of_own), at, OWN)
        _scans(counts, "demo's papers", [path for n, path in enumerate(own) if n % 2 != tuned])
    return counts


def _half(path: Path) -> bool:
    """Say whether a file is kept back."""
    return bool(hashlib.sha256(path.name.encode()).digest()[-1] % 2)


def _demo(counts: Counts, at: datetime) -> None:
    for name, data in demo_pdfs(at):
        places = counts.look("honest: drawn, demo company", data)
        counts.add("honest: drawn, demo company", told=bool(places))
        for one in places:
            print(f"    {name}: {one.said} / {one.shown}")


def demo_pdfs(at: datetime) -> Iterator[tuple[str, bytes]]:
    whole, trusted = company.plan(SEED, at), authority.found(at)
    for path in names():
        customer = next(one for one in whole.customers if one.path == path)
        steps = tuple(step for step in deliverables.steps_of(path) if "!" not in step)
        for plan in deliverables.catalogue(whole, trusted, at, customer, steps=steps):
            if plan.media_type == PDF:
                yield plan.name, plan.data


def _fonts(counts: Counts) -> None:
    rng = random.Random(7002)  # noqa: S311 - the same pairs each time
    pairs = [pair for pair in permutations("0123456789", 2) if pair[0] in "".join(LINES)]
    for name in ("china-s", "helv", "tibo"):
        font = pymupdf.Font(name)
        lines = LINES if name == "china-s" else [_LATIN_LINE]
        counts.add(
            "honest: drawn, Type 0",
            told=bool(counts.look("honest: drawn, Type 0", lying(lines, {}, font))),
        )
        for one, other in rng.sample(pairs, 15):
            _found(counts, "edited: drawn, Type 0, a figure", lying(lines, {one: other}, font))
    for face in ("Helvetica", "Times-Roman", "Courier"):
        counts.add(
            "honest: drawn, simple",
            told=bool(counts.look("honest: drawn, simple", lettered(_LATIN_LINE, {}, face))),
        )
        for one, other in rng.sample(pairs, 15):
            _found(
                counts, "edited: drawn, simple, a figure", lettered(_LATIN_LINE, {one: other}, face)
            )
    for one, other in (("叁", "陆"), ("柒", "伍"), ("万", "亿"), ("伍", "壹"), ("拾", "佰")):
        _found(counts, "edited: drawn, Type 0, a figure in words", lying(LINES, {one: other}))
    _found(counts, "edited: drawn, ActualText", replaced(LINES, 4, "含税合计 275,838.00 元"))
    _found(counts, "edited: drawn, ActualText", replaced(LINES, 6, "经研究，不同意按该方案实施。"))


def _found(counts: Counts, name: str, data: bytes) -> None:
    counts.add(name, told=bool(counts.look(name, data)))


def _scans(counts: Counts, name: str, paths: list[Path]) -> None:
    for path in paths:
        picture, once = path.read_bytes(), dict[int, tuple[Line, ...]]()
        rng = random.Random(path.name)  # noqa: S311 - the same errors each time
        small = layers.read(picture, "small")
        laid = {
            "tiny": layers.read(picture, "tiny"),
            "small": small,
            **{
                f"small, {share:.0%} misread": layers.disturbed(small, share, rng)
                for share in NOISE
            },
        }
        for kind, lines in laid.items():
            data = layers.under(picture, lines)
            places = counts.look(f"honest: scans, {name}, {kind}", data, _Seen(data, once))
            counts.add(f"honest: scans, {name}, {kind}", told=bool(places))
            for one in places:
                print(f"    {path.name}, {kind}: says {one.said!r}, shows {one.shown!r}")
        for kind in ("small", "small, 1% misread"):
            _edited(counts, f"edited: scans, {name}, {kind}", (picture, laid[kind]), (rng, once))


def _edited(
    counts: Counts,
    name: str,
    scan: tuple[bytes, tuple[layers.Laid, ...]],
    chance: tuple[random.Random, dict[int, tuple[Line, ...]]],
) -> None:
    """Change one figure of a layer, several times anew."""
    (picture, lines), (rng, once) = scan, chance
    for _ in range(EDITS):
        edited = layers.with_other_figure(lines, rng)
        if edited is None:
            return
        data = layers.under(picture, edited)
        places = counts.look(name, data, _Seen(data, once))
        counts.add(name, told=any(one.kind == "figure" for one in places))
