"""Signer and maker of the seal lead to roots that we trust, and were valid when it was put on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.examination import Check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding

_ID, _VERSION = "ofd.seal.chain", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding for each answer that a seal gives."""
    return answers(examination, "chain", _ID, _VERSION, kind="ofd")


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"ofd"}), run=run)
