"""A thousand mutated artefacts: none crashes, hangs or is taken for the one that was signed.

Each mutation is tried three ways: as it is, signed by a key that nobody trusts, and signed anew by
the trusted key, so that our reader, the trial and the golden rows alone decide. What these let
through is a valid booster by every rule of the reader, with other numbers: whoever holds the key
can sign any model. LightGBM's own loader gets a sample of the same texts, each in a process.
"""

from __future__ import annotations

import collections
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._mutations import BOOSTERS, mutation
from benchmarks.promise import record
from models.artefact.canonical import zipped
from models.artefact.containers import parts_of_zip
from models.artefact.opening import open_artefact
from models.artefact.parts import MANIFEST, SIGNATURE
from models.artefact.refusal import ArtefactRefused
from tests.models.artefacts import FOREIGN, TRUSTED, artefact, signed_again

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNT, SAMPLE = 1000, 60
PATIENCE_S, LOADER_PATIENCE_S = 10.0, 8.0
_LOADER = (
    "import sys, ctypes; from models.boosters.library import library\n"
    "l, h, n = library(), ctypes.c_void_p(), ctypes.c_int()\n"
    "import numpy as np\n"
    "text = sys.stdin.buffer.read()\n"
    "code = l.LGBM_BoosterLoadModelFromString(text, ctypes.byref(n), ctypes.byref(h))\n"
    "if code: sys.exit(3)\n"
    "x = np.random.default_rng(0).normal(size=(50, 4)); out = np.zeros(50); m = ctypes.c_int64()\n"
    "code = l.LGBM_BoosterPredictForMat(h, ctypes.c_void_p(x.ctypes.data), 1, 50, 4, 1, 1, 0, -1,\n"
    "    b'num_threads=1 verbosity=-1', ctypes.byref(m), ctypes.c_void_p(out.ctypes.data))\n"
    "sys.exit(3 if code else 0)\n"
)


def opened(data: bytes) -> str:
    """Say how opening a file ends: refused with its code, opened, or what should never be."""
    started = time.perf_counter()
    try:
        open_artefact(parts_of_zip(data), trusted=TRUSTED)
        ended = "opened"
    except ArtefactRefused as refused:
        ended = f"refused: {refused.code}"
    except Exception as error:  # noqa: BLE001 - that is what is counted
        ended = f"CRASH {type(error).__name__}"
    return "HANG" if time.perf_counter() - started > PATIENCE_S else ended


def vouched(parts: Mapping[str, bytes]) -> bytes | None:
    """Sign a mutation with the trusted key; None where its parts make no artefact at all."""
    try:
        return zipped(signed_again(parts))
    except ArtefactRefused:
        return None


def scores_differ(parts: Mapping[str, bytes]) -> bool:
    """Whether an artefact that opened scores anything otherwise than the one before."""
    rows = np.random.default_rng(5).normal(size=(3000, 4))
    rows[:, 2] = np.arange(3000) % 13
    values = np.full(3000, 3000.0)
    found = []
    for one in (artefact(), parts):
        model = open_artefact(one, trusted=TRUSTED)
        shares = b"" if model.value is None else model.value.quantiles(rows, values).tobytes()
        found.append(model.win.p_win(rows).tobytes() + shares)
    return found[0] != found[1]


def loaded(text: bytes) -> str:
    """Say how LightGBM's loader and a prediction end in a process of their own."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _LOADER],
            input=text,
            capture_output=True,
            timeout=LOADER_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hang"
    if done.returncode < 0:
        return f"killed by signal {-done.returncode}"
    return {0: "loaded", 3: "clean error"}.get(done.returncode, "died")


def main() -> int:
    whole = zipped(artefact())
    assert opened(whole) == "opened", opened(whole)
    ways: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    other_scores = changed = 0
    for number in range(COUNT):
        one = mutation(artefact(), number)
        if one.parts == artefact():
            ways["unchanged"][one.kind] += 1
            continue
        changed += 1
        ways["as it is"][opened(zipped(one.parts))] += 1
        ways["bytes of the file"][opened(_flipped(whole, number))] += 1
        ways["foreign key"][_foreign(one.parts)] += 1
        signed = vouched(one.parts)
        ended = "no artefact" if signed is None else opened(signed)
        ways["trusted key"][ended] += 1
        if ended == "opened":
            other_scores += scores_differ(parts_of_zip(signed or b""))
            ways["trusted key, opened"][f"{one.kind} of {one.part}"] += 1
    for way, ends in ways.items():
        print(f"{way}: " + ", ".join(f"{end} {times}" for end, times in ends.most_common()))
    print(f"opened under the trusted key with other scores: {other_scores}")
    return _told(ways, changed)


def _flipped(whole: bytes, number: int) -> bytes:
    at = (number * 7919) % len(whole)
    return whole[:at] + bytes([whole[at] ^ (1 << number % 8)]) + whole[at + 1 :]


def _foreign(parts: Mapping[str, bytes]) -> str:
    held = {name: one for name, one in parts.items() if name not in {MANIFEST, SIGNATURE}}
    try:
        return opened(zipped(signed_again(held, FOREIGN)))
    except ArtefactRefused as refused:
        return f"refused: {refused.code}"


def _peer() -> collections.Counter[str]:
    """Give how LightGBM's own loader ends on the first mutated texts."""
    ends: collections.Counter[str] = collections.Counter()
    for number in range(COUNT):
        one = mutation(artefact(), number)
        if one.part in BOOSTERS and one.parts[one.part] != artefact()[one.part]:
            ends[loaded(one.parts[one.part])] += 1
        if ends.total() == SAMPLE:
            break
    told = ", ".join(f"{end} {times}" for end, times in ends.items())
    print(f"LightGBM's own loader, {ends.total()} texts: {told}")
    return ends


def _told(ways: dict[str, collections.Counter[str]], changed: int) -> int:
    peer = _peer()
    dead = peer.total() - peer["clean error"] - peer["loaded"]
    every = [pair for ends in ways.values() for pair in ends.items()]
    bad = sum(times for end, times in every if end.startswith(("CRASH", "HANG")))
    let_in = sum(ways[way]["opened"] for way in ("as it is", "bytes of the file", "foreign key"))
    kept = [
        _none(
            "artefact.crashes_or_hangs",
            bad,
            changed,
            f"peer: of {peer.total()} texts {dead} end it",
        ),
        _none("artefact.let_in_without_trust", let_in, changed, "three ways each"),
    ]
    return 0 if all(kept) else 1


def _none(promise: str, value: int, count: int, note: str) -> bool:
    return record(
        id=promise,
        value=value,
        unit="mutations",
        better="lower",
        aim=0,
        peer="LightGBM's loader",
        peer_value=None,
        own_value=value,
        n=count,
        note=note,
    )


if __name__ == "__main__":
    sys.exit(main())
