"""A promise and whether it was kept: one JSON object a line in build/bench.jsonl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

RESULTS = Path(__file__).parent.parent / "build" / "bench.jsonl"


def record(
    *,
    id: str,  # noqa: A002 - the name that readers of the file rely on
    value: float,
    unit: str,
    better: Literal["higher", "lower"],
    aim: float,
    peer: str,
    peer_value: float | None,
    own_value: float,
    n: int,
    note: str = "",
) -> bool:
    """Print and append one promise, kept or missed; gives whether it was met."""
    met = value >= aim if better == "higher" else value <= aim
    line = {
        "id": id,
        "value": value,
        "unit": unit,
        "better": better,
        "aim": aim,
        "met": met,
        "peer": peer,
        "peer_value": peer_value,
        "own_value": own_value,
        "n": n,
        "note": note,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write(json.dumps(line, ensure_ascii=False) + "\n")
    sign = "≥" if better == "higher" else "≤"
    kept = "met" if met else "MISSED"
    print(f"{id}: {value:.4g} {unit} (aim {sign} {aim:g}, {kept}; peer {peer}, n {n})")
    return met
