"""Types named with the extension hidden, against libmagic (about 10 seconds)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.promise import record
from verification.identify import identify
from verification.identify.formats import FORMATS, fits_media_type
from verification.limits import LimitExceeded, Limits
from verification.values import FileType

if TYPE_CHECKING:
    from collections.abc import Callable

AIM = 0.985
AIM_MS = 5.0
#: What an encrypted package is, only its password tells: contracts.md then asks for `ooxml`.
_OPEN_XML = frozenset(
    name for name in FORMATS if name[:2] in {"do", "xl", "pp"} and name[-1] in {"x", "m", "b"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what its name says it is, what each side said."""

    name: str
    expected: str
    found: FileType
    peer: str | None
    milliseconds: float


def agrees(expected: str, found: FileType) -> bool:
    """Say whether the answer is what contracts.md asks for."""
    if found.format == "ooxml" and found.encrypted:
        return expected in _OPEN_XML
    return found.format == expected


def measure(folder: Path, peer: Callable[[Path], str | None]) -> list[Row]:
    rows = []
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        began = time.perf_counter()
        try:
            found = identify(data, Limits())
        except LimitExceeded:
            found = FileType(format=None, media_type="", extension=None)
        spent = (time.perf_counter() - began) * 1000
        rows.append(Row(path.name, path.name.partition("__")[0], found, peer(path), spent))
    return rows


def find_peer() -> tuple[str, Callable[[Path], str | None]]:
    """Give libmagic by its module or its program; else a peer that says nothing."""
    if find_spec("magic") is not None:
        magic = import_module("magic")
        return "libmagic (python-magic)", lambda path: str(magic.from_file(str(path), mime=True))
    program = shutil.which("file")
    if program is None:
        return "libmagic (not installed)", lambda _: None
    version = _ask([program, "--version"]).partition("\n")[0]
    return f"libmagic ({version})", lambda path: _ask([program, "-b", "--mime-type", str(path)])


def _ask(command: list[str]) -> str:
    answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return answer.stdout.strip()


def peer_agrees(row: Row) -> bool:
    """Take any media type that the format goes by; libmagic knows no finer names."""
    return row.peer is not None and fits_media_type(row.expected, row.peer.lower())


def print_table(rows: list[Row], peer: str) -> None:
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row.expected].append(row)
    print(f"{'type':8}{'n':>5}{'exact':>9}{'libmagic':>10}   missed   ({peer})")
    for name, group in sorted(by_type.items()):
        own = sum(row.found.format == row.expected for row in group) / len(group)
        other = sum(peer_agrees(row) for row in group) / len(group)
        missed = ", ".join(f"{r.name} → {r.found.format}" for r in group if r.found.format != name)
        print(f"{name:8}{len(group):>5}{own:>9.3f}{other:>10.3f}   {missed}")


def share(rows: list[Row], right: Callable[[Row], bool]) -> float:
    return sum(right(row) for row in rows) / len(rows)


def keep_promises(rows: list[Row], peer: str) -> bool:
    """Print the totals and write both promises; gives whether both were kept."""
    exact = share(rows, lambda row: row.found.format == row.expected)
    contract = share(rows, lambda row: agrees(row.expected, row.found))
    other = share(rows, peer_agrees)
    spent = median(row.milliseconds for row in rows)
    types = len({row.expected for row in rows})
    print(f"total {len(rows)} files, {types} types: exact {exact:.4f}, libmagic {other:.4f}")
    print(f"where encrypted Office Open XML may be called ooxml: {contract:.4f}")
    kept = record(
        id="type.exact",
        value=exact,
        unit="share",
        better="higher",
        aim=AIM,
        peer=peer,
        peer_value=other if rows[0].peer is not None else None,
        own_value=exact,
        n=len(rows),
        note=f"{contract:.4f} where encrypted Office Open XML may be called ooxml",
    )
    quick = record(
        id="type.identify_ms",
        value=spent,
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="none",
        peer_value=None,
        own_value=spent,
        n=len(rows),
        note="median wall time a file, outside the sandbox",
    )
    return kept and quick


def main() -> int:
    """Measure on the real files; 2 where there are none."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: no real files to measure on", file=sys.stderr)
        return 2
    peer, ask = find_peer()
    rows = measure(Path(root) / "typed", ask)
    print_table(rows, peer)
    return 0 if keep_promises(rows, peer) else 1


if __name__ == "__main__":
    sys.exit(main())
