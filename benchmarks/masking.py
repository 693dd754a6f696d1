"""PDFs of which programs read different things: how many are found, how many honest ones alarm.

Masked: corpus `pdf-hostile`, the content masking of its manipulation tests and exploits. Honest,
as far as masking goes: the rest of that corpus (other attacks), `pdf-signed`, `typed`, and the
earlier revisions within those files, which were files of their own once. Both in halves by the
parity of the name's hash. Then the traps and honest oddities of our own; and every figure of the
fonts in the honest files, taken for every other. Further folders of honest PDFs may be named. The
check is asked as it runs in an examination, without the sandbox.

Takes about a minute. Run: ``python -m benchmarks.masking [FOLDER…]``, COUNTERMARK_CORPORA set.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.promise import record
from tests.verification.masking import HONEST, MASKED
from verification.readers import pymupdf_glyphs
from verification.readers.pdf_history import earlier_revisions
from verification.readers.pdf_readings import read_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: 85 of 93, the share of the whole set that is to be found; and who was measured on it before.
FOUND, ALARMS, CPU_MS = 85 / 93, 0.03, 300.0
PEER, PEER_FOUND = "text and pixels of two engines, as a prototype", 70 / 93


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One file: whether it alarmed, and what that took."""

    name: str
    half: str
    told: bool
    ms: float


def judge(name: str, data: bytes) -> Judged:
    begin = time.process_time()
    faults, _ = read_faults(data)
    letters = disguised(data)
    ms = (time.process_time() - begin) * 1000
    return Judged(name=name, half=half_of(name), told=bool(faults or letters), ms=ms)


def half_of(name: str) -> str:
    return "AB"[hashlib.sha256(name.encode()).digest()[-1] % 2]


def disguised(data: bytes) -> bool:
    try:
        return bool(pymupdf_glyphs.disguised_letters(data))
    except Exception:  # noqa: BLE001 - what cannot be drawn lies to nobody; so the check
        return False


def exchanged(paths: Iterable[Path]) -> None:
    """Take every figure of real fonts for every other: two of a font exchanged, or one alone."""
    counts: Counter[tuple[str, str]] = Counter()
    for path in paths:
        half, fonts = half_of(path.name), defaultdict[str, dict[str, Any]](dict)
        try:
            for font, figure, look in pymupdf_glyphs.figures(path.read_bytes()):
                fonts[font].setdefault(figure, look)
        except Exception:  # noqa: BLE001, S112 - broken on purpose: it has no figures
            continue
        for looks in fonts.values():
            _exchange(looks, half, counts)
    for title in ("two exchanged", "one alone"):
        cells = []
        for half in ("A", "B"):
            told, tried = counts[half, f"{title}, told"], counts[half, title]
            cells.append(f"{told} of {tried} ({told / max(1, tried):.2f})")
        print(f"figures of real fonts, {title:15}" + "".join(f"{cell:>24}" for cell in cells))


def _exchange(looks: dict[str, Any], half: str, counts: Counter[tuple[str, str]]) -> None:
    for one, other in combinations(looks, 2):
        both = [
            pymupdf_glyphs.taken_for(looks[one], other),
            pymupdf_glyphs.taken_for(looks[other], one),
        ]
        counts[half, "two exchanged"] += 1
        counts[half, "two exchanged, told"] += all(both) or any(it and it[1] for it in both)
    for figure, look in looks.items():
        for meant in set("0123456789") - {figure}:
            found = pymupdf_glyphs.taken_for(look, meant)
            counts[half, "one alone"] += 1
            counts[half, "one alone, told"] += bool(found and found[1])


def is_masked(path: Path) -> bool:
    """Tell by folder and name; the other manipulation tests submit forms and run scripts."""
    folder = path.parent.name
    if folder == "01-testsuite-03-manipulation":
        return path.name[0].isupper()
    return folder.startswith("02-exploits") and "content-masking" in path.name


def pdfs(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and b"%PDF-" in path.read_bytes()[:1024]:
            yield path


def revisions(paths: Iterable[Path]) -> Iterator[Judged]:
    for path in paths:
        data = path.read_bytes()
        yield from (judge(path.name, data[:end]) for end in earlier_revisions(data))


def line(title: str, judged: list[Judged]) -> None:
    """Print one line: both halves, and together."""
    cells = []
    for half in ("A", "B", "AB"):
        those = [one for one in judged if one.half in half]
        cells.append(f"{sum(one.told for one in those):4} of {len(those):3}")
    print(f"{title:36}" + "".join(f"{cell:>14}" for cell in cells))


def promised(
    name: str, judged: list[Judged], aim: float, better: Literal["higher", "lower"]
) -> bool:
    share = sum(one.told for one in judged) / max(1, len(judged))
    is_found = better == "higher"
    return record(
        id=f"pdf.appearance.{name}",
        value=share,
        unit="share",
        better=better,
        aim=aim,
        peer=PEER if is_found else "none",
        peer_value=PEER_FOUND if is_found else None,
        own_value=share,
        n=len(judged),
    )


def main(folders: list[str]) -> int:
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: there are no real files to measure on")
        return 2
    pymupdf_glyphs.warm()
    print(f"{'told':36}{'half A':>14}{'half B':>14}{'all':>14}")
    # Some of the masked files have their header where nobody looks for it.
    hostile = sorted((Path(root) / "pdf-hostile").rglob("*.pdf"))
    masked = [judge(path.name, path.read_bytes()) for path in hostile if is_masked(path)]
    others = [path for path in hostile if not is_masked(path)]
    named = {
        "pdf-hostile, other attacks": others,
        "pdf-signed": [*pdfs(Path(root) / "pdf-signed")],
        "typed": [*pdfs(Path(root) / "typed")],
        **{Path(folder).name: [*pdfs(Path(folder))] for folder in folders},
    }
    line("masked", masked)
    honest: list[Judged] = []
    for title, paths in named.items():
        judged = [judge(path.name, path.read_bytes()) for path in paths]
        line(title, judged)
        honest += judged
    earlier = [*revisions(path for paths in named.values() for path in paths)]
    line("earlier revisions of these", earlier)
    line("honest, all", honest + earlier)
    line("traps of our own", [judge(name, make()) for name, make in MASKED.items()])
    line("honest oddities of our own", [judge(name, make()) for name, make in HONEST.items()])
    exchanged(path for paths in named.values() for path in paths)
    print("alarms: " + ", ".join(sorted({one.name for one in honest + earlier if one.told})))
    return 0 if kept(masked, honest + earlier) else 1


def kept(masked: list[Judged], honest: list[Judged]) -> bool:
    took = [one.ms for one in masked + honest]
    print(f"CPU: median {statistics.median(took):.1f} ms, slowest {max(took):.0f} ms")
    return all(
        (
            promised("found", masked, FOUND, "higher"),
            promised("false_alarms", honest, ALARMS, "lower"),
            record(
                id="pdf.appearance.cpu_ms",
                value=statistics.median(took),
                unit="ms",
                better="lower",
                aim=CPU_MS,
                peer="none",
                peer_value=None,
                own_value=statistics.median(took),
                n=len(took),
            ),
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
