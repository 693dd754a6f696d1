"""No signed part was altered after signing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.claims.office_package import FORMATS
from verification.examination import Check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding

_ID, _VERSION = "ooxml.signature.changes", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding a signature."""
    return answers(examination, "changes", _ID, _VERSION, kind="ooxml")


CHECK = Check(id=_ID, version=_VERSION, formats=FORMATS, run=run)
