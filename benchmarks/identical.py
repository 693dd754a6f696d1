"""Whether training gives the same artefact each time: 20 runs (about two minutes).

Every run is a process of its own, with another seed of Python's hashes, by turns on one and on two
threads. The history is a simulated world's; the archives must agree byte for byte.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.promise import record
from training.simulate.exports import CONTRACT, ended, leads_csv
from training.simulate.world import world

RUNS, LEADS = 20, 8000


def main() -> int:
    """Train over and over; 1 where an archive differs from the first one."""
    known = world(1, leads=LEADS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "leads.csv").write_text(leads_csv(known), "utf-8")
        (folder / "leads.yaml").write_text(CONTRACT, "utf-8")
        found = [_archive(folder, run, f"{ended(known):%Y-%m-%d}") for run in range(RUNS)]
    same = sum(one == found[0] for one in found)
    print(f"{same} of {RUNS} archives are the first one, {found[0][:12]}")
    met = record(
        id="training.identical_runs",
        value=same,
        unit="runs",
        better="higher",
        aim=RUNS,
        peer="none",
        peer_value=None,
        own_value=same,
        n=RUNS,
        note="each in a process of its own, by turns on 1 and 2 threads",
    )
    return 0 if met else 1


def _archive(folder: Path, run: int, at: str) -> str:
    """Train in a new process; give the SHA-256 of what it sealed."""
    out, threads = folder / f"out{run}", 1 + run % 2
    # Two threads that wait busily for each other take many times as long on a shared machine.
    around = {"PYTHONHASHSEED": str(run), "OMP_WAIT_POLICY": "PASSIVE"}
    around["COUNTERMARK_DATA"] = str(folder / "data")
    command = [sys.executable, "-m", "service", "train", "coefficient", "--json", "--at", at]
    command += ["--data", str(folder / "leads.csv"), "--contract", str(folder / "leads.yaml")]
    command += ["--out", str(out), "--threads", str(threads)]
    done = subprocess.run(command, env={**os.environ, **around}, capture_output=True, check=True)
    sealed = hashlib.sha256((out / "model.zip").read_bytes()).hexdigest()
    named = json.loads(done.stdout.splitlines()[-1])["sha256"]
    print(f"run {run + 1}, {threads} threads: archive {sealed[:12]}, model {named[:12]}")
    return sealed


if __name__ == "__main__":
    sys.exit(main())
