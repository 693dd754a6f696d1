"""Signature value, digest and the seal itself hold for every seal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "ofd.seal.integrity", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding for each answer that a seal gives; NOT_APPLICABLE where there is none."""
    findings = answers(examination, "integrity", _ID, _VERSION, kind="ofd")
    return findings or [
        Finding(
            id=_ID,
            version=_VERSION,
            status=Status.NOT_APPLICABLE,
            message=Text(
                zh="此 OFD 没有电子签章或数字签名（画在页面上的印章图片不算）。",
                en="This OFD holds no electronic seal or signature (a picture of a seal is none).",
            ),
        )
    ]


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"ofd"}), run=run)
