"""Real incidents: stalls of a live-streaming service that its operators labelled.

COUNTERMARK_CORPORA/funnel/rs holds them; nothing of them ships, nor a model trained on them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.rca import Cell, FunnelCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNTS = ("min", "value", "cnt")


@dataclass(frozen=True, slots=True)
class Incident:
    #: Incidents of one stream are alike: no split may part them.
    stream: str
    case: FunnelCase
    truth: frozenset[Cell]


def incidents() -> list[Incident]:
    """Give the incidents: deals are trials of a minute, converted are those without a stall."""
    folder = Path(os.environ["COUNTERMARK_CORPORA"]) / "funnel" / "rs"
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    return [_incident(folder / f"{one['case']}.csv.gz", one) for one in labels]


def _incident(path: Path, label: dict[str, Any]) -> Incident:
    text = gzip.decompress(path.read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    names = [name for name in rows[0] if name not in COUNTS]
    minutes = sorted({int(row["min"]) for row in rows} - {label["timestamp"]})
    # By leaf: trials and those without a stall, now, in all of history, in each of its minutes.
    counts: dict[tuple[str, ...], NDArray[np.float64]] = {}
    for row in rows:
        leaf = tuple(row[name] for name in names)
        own = counts.setdefault(leaf, np.zeros((2 + len(minutes), 2)))
        told = int(row["cnt"]), int(row["cnt"]) - int(row["value"])
        if int(row["min"]) == label["timestamp"]:
            own[0] += told
        else:
            own[1] += told
            own[2 + minutes.index(int(row["min"]))] += told
    columns = [np.unique(column, return_inverse=True) for column in zip(*counts, strict=True)]
    (entered, converted), (before, won), *windows = np.array(list(counts.values())).transpose(
        1, 2, 0
    )
    case = FunnelCase(
        dimensions=tuple(names),
        values=tuple(tuple(map(str, values)) for values, _ in columns),
        codes=np.stack([codes for _, codes in columns], axis=1).astype(np.int64),
        entered_before=before,
        converted_before=won,
        entered=entered,
        converted=converted,
        windows=tuple((one, two) for one, two in windows),
    )
    causes = label["cause"] if isinstance(label["cause"], list) else [label["cause"]]
    truth = frozenset(
        tuple(sorted((name, str(value)) for name, value in one.items())) for one in causes
    )
    return Incident(str(label["stream"]), case, truth)
