"""The value of every signature of an Office document holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.claims.office_package import FORMATS
from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination


_ID, _VERSION = "ooxml.signature.integrity", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding a signature; NOT_APPLICABLE where there is none."""
    findings = answers(examination, "integrity", _ID, _VERSION, kind="ooxml")
    return findings or [
        Finding(
            id=_ID,
            version=_VERSION,
            status=Status.NOT_APPLICABLE,
            message=Text(
                zh="此 Office 文档没有数字签名。",
                en="This Office document holds no digital signature.",
            ),
        )
    ]


CHECK = Check(id=_ID, version=_VERSION, formats=FORMATS, run=run)
