"""The sealed parts are as they were; at most further seals came after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.examination import Check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding

_ID, _VERSION = "ofd.seal.changes", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding for each answer that a seal gives."""
    return answers(examination, "changes", _ID, _VERSION, kind="ofd")


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"ofd"}), run=run)
