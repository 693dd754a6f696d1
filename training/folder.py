"""A training as a folder: written whole beside its place, then put there in one step."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training import plots
from training.coefficient.parts import metrics_text, parts
from training.gates.conduct import BANDS, bands
from training.gates.honesty import slice_ratios
from training.report import FEWEST, model_card

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training.coefficient.candidate import Candidate
    from training.contract.staging import Reject
    from training.run import Imported, Trained
    from training.snapshot import Snapshot

#: The sealed model, in the folder of a training that no gate refused.
MODEL = "model.zip"
#: What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def artefact_parts(held: Imported, result: Trained) -> Mapping[str, bytes]:
    """Give what an artefact is made of, by name, of a candidate that no gate refused.

    Golden rows, manifest and signature are `models.artefact`'s to add.
    """
    taken = held.snapshot
    if taken is None or result.refused:
        raise ValueError("what was refused has no parts")
    models = parts(result.candidate, taken.contract)
    return {**told(taken, result), **{name: text.encode() for name, text in models.items()}}


def told(taken: Snapshot, result: Trained) -> Mapping[str, bytes]:
    """Give what is for people: figures, the model card, its pictures."""
    found, gates = result.candidate, result.gates
    texts = {
        "metrics.json": metrics_text(found, gates, taken),
        "MODEL_CARD.md": model_card(found, gates, taken),
        **_pictures(found),
    }
    return {name: text.encode() for name, text in texts.items()}


def _pictures(found: Candidate) -> Mapping[str, str]:
    still, scored = found.chances.still, found.chances.scored
    drawn = {
        "plots/calibration.svg": plots.calibration(found.judge.won, scored),
        "plots/stability.svg": plots.stability(
            bands(np.tile(still, len(found.redrawn))), bands(np.concatenate(found.redrawn)), BANDS
        ),
    }
    ratios = slice_ratios(found.judge, scored, FEWEST)
    if len(ratios) > 1:
        drawn["plots/slices.svg"] = plots.slices(ratios)
    if found.values is not None:
        drawn["plots/coverage.svg"] = plots.coverage(found.values.below)
    return drawn


def files(held: Imported, result: Trained, archive: bytes | None) -> Mapping[str, bytes]:
    """Give every file of a training: what is for people, the data, and the sealed model."""
    taken = held.snapshot
    if taken is None:
        raise ValueError("a refused import has no files")
    return {
        **told(taken, result),
        **({} if archive is None else {MODEL: archive}),
        "data/snapshot.jsonl.gz": taken.packed(),
        "data/rejects.csv": reject_file(held.staged.rejects).encode(),
    }


def check(out: Path) -> None:
    """Try, before hours of work, whether the folder could be written. Raises OSError."""
    there = out.absolute().parent
    while not there.exists() and there != there.parent:
        there = there.parent
    Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=there)).rmdir()


def write(out: Path, made: Mapping[str, bytes]) -> None:
    """Write the folder, which does not exist yet. Raises OSError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        for name, data in made.items():
            (beside / name).parent.mkdir(exist_ok=True)
            (beside / name).write_bytes(data)
        beside.chmod(0o755)
        beside.rename(out)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def reject_file(rejects: tuple[Reject, ...]) -> str:
    """Give the rejected cells as CSV, safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "field", "code", "seen", "reason_zh", "reason_en"])
    for one in rejects:
        seen = f"'{one.seen}" if one.seen.startswith(_FORMULA) else one.seen
        writer.writerow([one.line, one.field, one.code, seen, one.reason.zh, one.reason.en])
    return text.getvalue()
