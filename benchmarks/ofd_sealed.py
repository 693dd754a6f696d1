"""Seals on real OFDs: what is said of each signature, how fast, and that no changed byte passes.

Every signature of the corpus `ofd` comes to one of three answers, without any trust anchors:

* ``valid``: signature value, digests, seal and every covered part hold; what is open is trust,
  time, or content that the seal was never meant to cover.
* ``changed``: the sealed parts or Signature.xml were changed afterwards, and each part is named.
* ``open``: not understood, or signed in a way that the standard does not know; the reason is told.

``decided`` is the share of the first two. No package on PyPI that we know verifies these seals, so
there is no peer to run beside.

Mutations: a document that we seal ourselves in three forms with an authority that is trusted, one
bit changed in a sealed part, in Signature.xml or in the signature value; none may pass.

Takes about 20 seconds. Run: ``python -m benchmarks.ofd_sealed`` with COUNTERMARK_CORPORA set.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks.promise import record
from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from tests.verification.test_ofd_seal_odd import mutants
from verification.limits import Limits
from verification.readers import ofd
from verification.values import Signature, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

Answer = Literal["valid", "changed", "open"]

AT = datetime(2026, 6, 1, tzinfo=UTC)
REPEATS = 5
MUTANTS = 1000
FORMS = {
    "version 4": Sealing(),
    "version 1": Sealing(form="v1", seal=Seal(version=1)),
    "message": Sealing(form="message"),
}


def answer(signature: Signature) -> Answer:
    """Say which of the three answers a signature got, by the rules of this module's docstring."""
    if signature.changed_parts or signature.sub_indication == "HASH_FAILURE":
        return "changed"
    asked = [j for j in signature.judgements if j.question in {"integrity", "changes"}]
    whole = bool(asked) and all(judgement.status is Status.PASSED for judgement in asked)
    failed = any(judgement.status is Status.FAILED for judgement in asked)
    return "valid" if whole else "changed" if failed else "open"


def read(data: bytes, anchors: tuple[bytes, ...] = ()) -> tuple[Signature, ...]:
    return ofd.read(data, at=AT, anchors=anchors, limits=Limits()).signatures


def report_answers(files: dict[str, bytes]) -> None:
    """Print what is said of each signature, and record the share that is decided."""
    print(f"{'file':28} {'id':6} {'answer':8} {'reason':28} changed parts")
    answers: Counter[Answer] = Counter()
    listless = 0
    for name, data in files.items():
        for signature in read(data):
            if signature.id.lower().endswith(".xml"):
                listless += 1  # a list of signatures that OFD.xml names and that is not there
                continue
            said = answer(signature)
            answers[said] += 1
            reason = signature.sub_indication or ""
            parts = ", ".join(signature.changed_parts[:3])
            print(f"{name[:27]:28} {signature.id[:6]:6} {said:8} {reason:28} {parts}")
    count = sum(answers.values())
    print(f"{len(files)} files, {count} signatures: {dict(answers)}; {listless} without their list")
    decided = (answers["valid"] + answers["changed"]) / count
    _record("decided", decided, "share", "higher", aim=0.96, n=count)


def report_times(files: dict[str, bytes]) -> None:
    """Record CPU time a signature: the whole reading of a file, shared by its signatures."""
    times = [
        best * 1000 / count
        for data in files.values()
        if (count := len(read(data)))
        for best in (min(_once(data) for _ in range(REPEATS)),)
    ]
    middle = statistics.median(times)
    _record("cpu_ms", middle, "ms", "lower", aim=30, n=len(times))
    print(f"slowest file: {max(times):.1f} ms a signature")


def _once(data: bytes) -> float:
    begin = time.process_time()
    read(data)
    return time.process_time() - begin


def report_mutations() -> None:
    """Count changed bytes that pass."""
    passed = tried = 0
    for name, how in FORMS.items():
        whole = made.seal_up(made.plain(), how)
        anchors = (gm.authority().der, gm.holder("制章中心").der)
        assert _passes(made.package(whole), anchors), name
        for mutant in mutants(whole, MUTANTS, seed=1):
            tried += 1
            passed += _passes(made.package(mutant), anchors)
    _record("mutations_passed", passed, "files", "lower", aim=0, n=tried)


def _passes(data: bytes, anchors: Iterable[bytes]) -> bool:
    signatures = read(data, tuple(anchors))
    return bool(signatures) and all(s.status is Status.PASSED for s in signatures)


def _record(
    name: str, value: float, unit: str, better: Literal["higher", "lower"], *, aim: float, n: int
) -> None:
    record(
        id=f"verification.ofd_sealed.{name}",
        value=value,
        unit=unit,
        better=better,
        aim=aim,
        peer="none",
        peer_value=None,
        own_value=value,
        n=n,
        note="without anchors; see the docstring",
    )


def main() -> int:
    """Run all three parts; 2 where the corpus is not at hand."""
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root or not (Path(root) / "ofd").is_dir():
        print("COUNTERMARK_CORPORA names no folder with ofd in it", file=sys.stderr)
        return 2
    files = {path.name: path.read_bytes() for path in sorted((Path(root) / "ofd").glob("*.ofd"))}
    report_answers(files)
    report_times(files)
    report_mutations()
    return 0


if __name__ == "__main__":
    sys.exit(main())
