"""The throw-away process: boosters in by stdin, their raw scores out by stdout.

It never sees a key or a path. The text has been checked before; this is for what a check misses.
"""

from __future__ import annotations

import json
import resource
import sys

import numpy as np

from models.artefact.assembly import scores_of
from models.boosters.reading import read


def confine(memory: int, seconds: int) -> None:
    """Give up what loading a model does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer with the bits of the raw scores, by single rows and in one batch."""
    asked = json.loads(sys.stdin.buffer.readline())
    confine(asked["memory"], asked["seconds"])
    shape = asked["shape"]
    table = sys.stdin.buffer.read(8 * shape[0] * shape[1])
    rows = np.frombuffer(table, dtype="<f8").astype(np.float64).reshape(shape)
    answer = {}
    for name, size in asked["parts"]:
        loaded = scores_of(read(sys.stdin.buffer.read(size)))
        single = np.array([loaded.row(row) for row in rows], dtype="<f8")
        batch = loaded.rows(rows).astype("<f8")
        answer[name] = [single.tobytes().hex(), batch.tobytes().hex()]
    sys.stdout.write(json.dumps(answer))
