"""Digest and signature value of every S/MIME signature hold over the signed part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.claims.mail_signatures import FORMATS
from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "mail.smime.integrity", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding a signature; NOT_APPLICABLE where there is none."""
    findings = answers(examination, "integrity", _ID, _VERSION, kind="smime")
    return findings or [
        Finding(
            id=_ID,
            version=_VERSION,
            status=Status.NOT_APPLICABLE,
            message=Text(zh="此邮件没有 S/MIME 签名。", en="This mail holds no S/MIME signature."),
        )
    ]


CHECK = Check(id=_ID, version=_VERSION, formats=FORMATS, run=run)
