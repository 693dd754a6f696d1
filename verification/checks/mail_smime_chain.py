"""The certificate that signed the mail leads to a root that we trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.signature_answers import answers
from verification.claims.mail_signatures import FORMATS
from verification.examination import Check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding

_ID, _VERSION = "mail.smime.chain", 1


def run(examination: Examination) -> Iterable[Finding]:
    """Give the findings of each signature."""
    return answers(examination, "chain", _ID, _VERSION, kind="smime")


CHECK = Check(id=_ID, version=_VERSION, formats=FORMATS, run=run)
