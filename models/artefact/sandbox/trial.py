"""Loading boosters in a throw-away process, under limits on time, memory and files."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from models.boosters.trees import Booster

_ROOT = Path(__file__).parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from models.artefact.sandbox.child import main; main()"
)
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLimits:
    """What the process may use; an artefact of 64 MiB of text needs a fraction of it."""

    seconds: int = 60
    memory: int = 2 << 30


LIMITS = TrialLimits()


def tried(
    boosters: Mapping[str, Booster], rows: NDArray[np.float64], limits: TrialLimits = LIMITS
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Give the raw scores by single rows and by batch. Raises ArtefactRefused if it dies of it."""
    names = sorted(boosters)
    asked = {
        "memory": limits.memory,
        "seconds": limits.seconds,
        "shape": list(rows.shape),
        "parts": [(name, len(boosters[name].text)) for name in names],
    }
    sent = b"".join(
        [
            json.dumps(asked).encode() + b"\n",
            np.ascontiguousarray(rows, dtype="<f8").tobytes(),
            *(boosters[name].text for name in names),
        ]
    )
    answer = _answer(sent, limits)
    try:
        told = json.loads(answer)
        bits = {name: [bytes.fromhex(one) for one in told[name]] for name in names}
        scores = {name: [np.frombuffer(one, "<f8") for one in bits[name]] for name in names}
        return (
            {name: scores[name][0].astype(np.float64) for name in names},
            {name: scores[name][1].astype(np.float64) for name in names},
        )
    except (ValueError, TypeError, LookupError) as error:
        seen = type(error).__name__
        raise ArtefactRefused("trial", seen=seen, expected="raw scores") from None


def _answer(sent: bytes, limits: TrialLimits) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", _START, str(_ROOT)],
            input=sent,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env=_ENVIRONMENT,
        )
    except subprocess.TimeoutExpired:
        seen = f"no answer in {limits.seconds} s"
        raise ArtefactRefused("trial", seen=seen, expected="raw scores") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        seen = f"exit {done.returncode} {last}"
        raise ArtefactRefused("trial", seen=seen, expected="exit 0")
    return done.stdout
