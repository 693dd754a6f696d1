"""Seals on pages: found where they are, and nowhere else; generated pages and real ones.

No peer was run beside it.
`--pages N` sets how many generated pages of each sort are drawn; `--every N` takes every Nth
real one. Of the real pages without a seal every second one was looked at while it was built;
`--tuning` draws pages of the seeds that the bounds were chosen by.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.promise import record
from tests.verification import stamped
from verification.limits import Limits
from verification.marks.seals import in_colour
from verification.pages.raster import Pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.values import Mark

_KINDS: tuple[stamped.Kind, ...] = ("round", "oval", "square")
_LOOKS: tuple[stamped.Look, ...] = ("plain", "faint", "scan", "jpeg", "photo")
#: Seals in real pictures, counted by eye. The last one was found by an earlier version of this
#: benchmark, which took the page for one without.
_REAL = {
    "seals/1.png": 1,
    "seals/2.jpg": 2,
    "seals/5.jpg": 1,
    "seals/no_seal_2.jpg": 0,
    "seals/seal_0.png": 1,
    "signature-pages/73f628ec78.jpg": 1,
}
#: Seeds that nothing was tried on while it was built, and those that it was tried on.
_FIRST_SEED, _TUNED_SEED = 70_000, 20_000


class Bench:
    """Looks at pages and keeps the processor time of each."""

    def __init__(self) -> None:
        self.cpu_ms: list[float] = []

    def look(self, data: bytes) -> list[Mark]:
        raster = Pages(data, Limits()).at(1)
        assert raster is not None
        start = time.process_time()
        found = in_colour(raster)
        self.cpu_ms.append((time.process_time() - start) * 1000)
        return found


def generated(bench: Bench, first: int, count: int) -> tuple[int, int]:
    """Give how many seals there are and how many were found, telling which sorts were missed."""
    there, missed = 0, Counter[str]()
    for number in range(count):
        for kind in _KINDS:
            look = _LOOKS[number % len(_LOOKS)]
            overlap = kind != "square" and number % 4 == 0
            page = stamped.page(first + number, kind, look, overlap=overlap)
            found = len(bench.look(page.jpeg()))
            there += len(page.names)
            missed[f"{kind} {look}{' overlapping' * overlap}"] += max(0, len(page.names) - found)
    print("missed:", {sort: n for sort, n in missed.items() if n})
    return there, there - missed.total()


def negatives(first: int, count: int) -> Iterator[bytes]:
    for number in range(count):
        out = io.BytesIO()
        stamped.negative(first + number).save(out, "JPEG", quality=85)
        yield out.getvalue()


def real(bench: Bench, root: Path) -> tuple[int, int]:
    found = {name: len(bench.look((root / name).read_bytes())) for name in _REAL}
    print("real pictures, found of there:", {n: f"{found[n]} of {_REAL[n]}" for n in _REAL})
    return sum(_REAL.values()), sum(min(found[name], _REAL[name]) for name in _REAL)


def without(bench: Bench, paths: list[Path]) -> float:
    """Give the share of real pages on which a seal is said to be: none of them has a red one."""
    fired = [path for path in paths if bench.look(path.read_bytes())]
    print("fired on:", [path.name for path in fired])
    return len(fired) / len(paths)


def sealless(root: Path) -> tuple[list[Path], list[Path]]:
    """Give real pages without a red seal: those that were looked at, and those kept back."""
    names = ("receipts", "signature-pages")
    paths = [path for name in names for path in sorted((root / name).glob("*.jpg"))]
    first, second = (
        [path for path in half if f"{path.parent.name}/{path.name}" not in _REAL]
        for half in (paths[::2], paths[1::2])
    )
    return first, second


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--pages", type=int, default=100)
    given.add_argument("--every", type=int, default=1)
    given.add_argument("--tuning", action="store_true")
    options = given.parse_args()
    first = _TUNED_SEED if options.tuning else _FIRST_SEED
    bench = Bench()
    there, found = generated(bench, first, options.pages)
    _tell("seal.recall.generated", found / there, there, aim=0.95)
    alarms = sum(bool(bench.look(data)) for data in negatives(first, 2 * options.pages))
    _tell("seal.false_alarms.generated", alarms / (2 * options.pages), 2 * options.pages, aim=0.01)
    corpora = os.environ.get("COUNTERMARK_CORPORA")
    if corpora:
        there, found = real(bench, Path(corpora))
        _tell("seal.recall.real", found / there, there, aim=0.95)
        for half, own in zip(("tuned", "kept_back"), sealless(Path(corpora)), strict=True):
            taken = own[:: options.every]
            share = without(bench, taken)
            _tell(f"seal.false_alarms.real.{half}", share, len(taken), aim=0.01)
    ordered = sorted(bench.cpu_ms)
    record(
        id="seal.cpu", value=ordered[len(ordered) // 2], unit="ms", better="lower", aim=100,
        peer="none", peer_value=None, own_value=ordered[len(ordered) // 2], n=len(ordered),
        note=f"median a page without drawing it; p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms",
    )  # fmt: skip


def _tell(name: str, value: float, n: int, *, aim: float) -> None:
    record(
        id=name, value=value, unit="share", better="higher" if "recall" in name else "lower",
        aim=aim, peer="none", peer_value=None, own_value=value, n=n,
    )  # fmt: skip


if __name__ == "__main__":
    main()
