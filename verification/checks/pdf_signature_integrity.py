"""Digest and signature value of every signature hold over the signed bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "pdf.signature.integrity", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding a signature; NOT_APPLICABLE where there is none."""
    findings = answers(examination, "integrity", _ID, _VERSION)
    return findings or [
        Finding(
            id=_ID,
            version=_VERSION,
            status=Status.NOT_APPLICABLE,
            message=Text(
                zh="在此 PDF 中没有找到数字签名（空白的签名域不算）。",
                en="No digital signature was found in this PDF (an empty signature field is none).",
            ),
        )
    ]


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
