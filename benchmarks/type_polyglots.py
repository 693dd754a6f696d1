"""Files that are two formats at once, and whether both are listed (about 5 seconds)."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks._polyglots import Polyglot, opens, polyglots
from benchmarks.promise import record
from verification.identify import identify
from verification.limits import Limits

AIM = 0.95


def listed(one: Polyglot) -> bool:
    """Say whether every format that is there is named."""
    found = identify(one.data, Limits())
    return one.formats <= {found.format, *found.also}


def false_alarms(folder: Path) -> list[str]:
    """Name the real files that are called two formats."""
    return [
        f"{path.name}: {', '.join(found.also)}"
        for path in sorted(folder.iterdir())
        if (found := identify(path.read_bytes(), Limits())).also
    ]


def main() -> int:
    """Measure; the false alarms only where the real files are at hand."""
    made = list(polyglots())
    shut = [f"{one.name}: {kind}" for one in made for kind in one.formats if not _opens(one, kind)]
    table: dict[str, list[bool]] = defaultdict(list)
    for one in made:
        table[one.name.partition(" ")[0]].append(listed(one))
    print(f"{'host':8}{'n':>4}{'listed':>8}")
    for host, answers in table.items():
        print(f"{host:8}{len(answers):>4}{sum(answers):>8}")
    for one in made:
        if not listed(one):
            print(f"  {one.name}: {identify(one.data, Limits())}")
    print(f"generated files that an ordinary reader does not open: {shut or 'none'}")
    share = sum(map(listed, made)) / len(made)
    kept = record(
        id="type.polyglots_listed",
        value=share,
        unit="share",
        better="higher",
        aim=AIM,
        peer="none",
        peer_value=None,
        own_value=share,
        n=len(made),
        note="made after mitra's ways: stack, parasite, cavity",
    )
    return 0 if _no_false_alarms() and kept else 1


def _opens(one: Polyglot, kind: str) -> bool:
    try:
        return opens(one.data, kind)
    except Exception as error:  # noqa: BLE001 - readers raise what they like; that is the answer
        print(f"  {one.name}: as {kind}: {error}")
        return False


def _no_false_alarms() -> bool:
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        print("COUNTERMARK_CORPORA is not set: no real files to find false alarms on")
        return True
    folder = Path(root) / "typed"
    alarms = false_alarms(folder)
    for alarm in alarms:
        print(f"  false alarm: {alarm}")
    return record(
        id="type.polyglots_false",
        value=len(alarms),
        unit="files",
        better="lower",
        aim=0,
        peer="none",
        peer_value=None,
        own_value=len(alarms),
        n=len(list(folder.iterdir())),
        note="real files that are said to be two formats",
    )


if __name__ == "__main__":
    sys.exit(main())
