"""Named attacks on signed PDFs, each made anew: what we say of them, beside bare pyHanko.

Families: incremental saving, signature wrapping and universal signature forgery (Mladenov et al.,
CCS 2019), shadow attacks (Mainka et al., NDSS 2021), evil annotations and sneaky signatures
(Rohlmann et al., S&P 2021). The signer's root is trusted, so that nothing but the attack stands
in the way. A file counts as PASSED when every signature in it passes; `none` means that no
signature is reported. Bare pyHanko passes a file as `benchmarks.pdf_signed` tells. The last row
holds lawful files: there PASSED is right.

Then every byte of the covered range that a seed chooses is changed in a file of its own; none
may pass.

Takes about half a minute. Run: ``python -m benchmarks attacks``.
"""

from __future__ import annotations

import logging
import random
import sys
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.pdf_signed import AT, bare
from benchmarks.promise import record
from tests.verification import signing as made
from tests.verification.attacks import FAMILIES, LAWFUL, signed
from verification.readers import pyhanko
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEED, MUTATIONS = 20_260_601, 1_000
_ORDER = ("PASSED", "none", "INDETERMINATE", "FAILED")


def outcome(data: bytes) -> str:
    """Give the worst status in the file, or none."""
    root = made.authority().der
    read = pyhanko.read(data, at=AT, anchors=(root,), max_pages=300)
    return max((one.status.value for one in read.signatures), key=_ORDER.index, default="none")


def report_families() -> None:
    """Print one line a family and record how many attacks pass."""
    heads = ("n", "FAILED", "INDET.", "none", "PASSED", "pyHanko")
    print(f"{'family':30}" + "".join(f"{head:>9}" for head in heads))
    passed, peer, total = 0, 0, 0
    for family, attacks in FAMILIES.items():
        own, theirs = _line(family, attacks)
        passed, peer, total = passed + own, peer + theirs, total + len(attacks)
    refused = [len(LAWFUL) - count for count in _line("(lawful)", LAWFUL)]
    _record("passed", [passed, peer], total, "every file made anew, the signer's root trusted")
    _record("lawful_refused", refused, len(LAWFUL), "lawful files that do not pass")


def _record(name: str, counts: list[int], n: int, note: str) -> None:
    record(
        id=f"verification.attacks.{name}",
        value=float(counts[0]),
        unit="files",
        better="lower",
        aim=0,
        peer="pyHanko 0.38",
        peer_value=float(counts[1]),
        own_value=float(counts[0]),
        n=n,
        note=note,
    )


def _line(family: str, attacks: Mapping[str, Callable[[], bytes]]) -> tuple[int, int]:
    files = [make() for make in attacks.values()]
    said = Counter(outcome(data) for data in files)
    peer = sum(bare(data).worst == "good" for data in files)
    counts = [said[name] for name in ("FAILED", "INDETERMINATE", "none", "PASSED")]
    print(f"{family:30}" + "".join(f"{count:9}" for count in (len(files), *counts, peer)))
    return said["PASSED"], peer


def report_mutations() -> None:
    """Change one byte of the covered range at a time and record how many files pass."""
    pdf = signed()
    begin = pdf.index(b"<30", pdf.index(b"/Contents <30"))
    end = pdf.index(b">", begin)
    assert outcome(pdf) == Status.PASSED.value
    dice = random.Random(SEED)  # noqa: S311 - a seeded trial, not a secret
    passed = [0, 0]
    for position in dice.sample([*range(begin), *range(end + 1, len(pdf))], MUTATIONS):
        changed = bytearray(pdf)
        changed[position] ^= dice.randrange(1, 256)
        passed[0] += outcome(bytes(changed)) == Status.PASSED.value
        passed[1] += bare(bytes(changed)).worst == "good"
    _record("mutations_passed", passed, MUTATIONS, "one byte of the covered range changed")


def main() -> int:
    """Run both parts."""
    print("attacks: about half a minute")
    logging.disable(logging.CRITICAL)
    pyhanko.warm()
    report_families()
    report_mutations()
    return 0


if __name__ == "__main__":
    sys.exit(main())
