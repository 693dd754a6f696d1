"""Document time-stamps hold, and nothing but the permitted came after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import to_finding
from verification.examination import Check
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding, Judgement

_ID, _VERSION = "pdf.timestamp", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give the findings of each document time-stamp: its faults, or that it holds.

    An unknown issuer is no fault: such a time stamp merely proves no time.
    """
    return [
        to_finding(signature, judgement, _ID, _VERSION)
        for signature in examination.signatures
        if signature.kind == "timestamp"
        for judgement in _telling(signature.judgements)
    ]


def _telling(judgements: tuple[Judgement, ...]) -> list[Judgement]:
    own = [judgement for judgement in judgements if judgement.question != "chain"]
    faults = [judgement for judgement in own if judgement.status is not Status.PASSED]
    return faults or own[:1]


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
