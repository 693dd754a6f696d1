"""What the checks of signatures share: a signature's answers turned into findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.values import Finding, Text

if TYPE_CHECKING:
    from verification.examination import Examination
    from verification.values import Judgement, Question, Signature, SignatureKind

NAME_CHARS = 60


def answers(
    examination: Examination,
    question: Question,
    check_id: str,
    version: int,
    *,
    kind: SignatureKind = "pdf",
) -> list[Finding]:
    """Give the findings that answer `question` for each signature of that kind."""
    return [
        to_finding(signature, judgement, check_id, version)
        for signature in examination.signatures
        if signature.kind == kind
        for judgement in signature.judgements
        if judgement.question == question
    ]


def to_finding(signature: Signature, judgement: Judgement, check_id: str, version: int) -> Finding:
    """Say which signature it is about, and point at where it is drawn."""
    name = signature.id[:NAME_CHARS]
    places = tuple(item for item in signature.evidence if item.kind == "page_box")
    drawn = tuple(item for item in places if item not in judgement.evidence)[:1]
    return Finding(
        id=check_id,
        version=version,
        status=judgement.status,
        sub_indication=judgement.sub_indication,
        message=Text(
            zh=f"签名“{name}”：{judgement.message.zh}", en=f'"{name}": {judgement.message.en}'
        ),
        remedy=judgement.remedy,
        evidence=(*judgement.evidence, *drawn),
    )
