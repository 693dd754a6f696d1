"""The person who must sign has signed, with a signature that we trust."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Evidence, Signature, Signer

_ID, _VERSION = "signer.required", 1
#: Kinds whose signer is a person or company that a certificate names.
_PERSONAL = frozenset({"pdf", "ofd", "ooxml", "smime", "pgp", "seal"})

_ASK_SIGNER = Text(
    zh="请由要求的签署人用本人证书签署后重新上传。",
    en="Have the required person sign with their own certificate and upload again.",
)


def run(examination: Examination) -> Iterable[Finding]:
    """Judge the signatures together: one good one by the right person is enough."""
    required = examination.context.requirement.signer
    if required is None or not (required.name or required.email):
        return []
    signatures = [item for item in examination.signatures if item.kind in _PERSONAL]
    if not signatures:
        return [_missing(required)]
    right = [item for item in signatures if matches(item, required)]
    if not right:
        return [_somebody_else(signatures, required)]
    best = min(right, key=lambda item: _ORDER.index(item.status))
    return [_by_the_right_person(best, required)]


_ORDER = (Status.PASSED, Status.INDETERMINATE, Status.FAILED, Status.NOT_APPLICABLE)


def matches(signature: Signature, required: Signer) -> bool:
    """Tell whether the certificate names the required person; every given field must agree."""
    if required.email is not None:
        wanted = normalise(required.email)
        if wanted not in {normalise(email) for email in signature.emails}:
            return False
    if required.name is None:
        return True
    return _names(signature.signer or "", required.name)


def normalise(text: str) -> str:
    """Make two ways of writing one name equal: width, case, white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _names(subject: str, name: str) -> bool:
    """Tell whether the subject holds the full name, and not as a part of another's.

    Names in ideographs are written without spaces, so a short name must be the whole subject
    or set apart in it: 王芳 is not 王芳芳.
    """
    wanted = normalise(name)
    words = unicodedata.normalize("NFKC", subject).casefold()
    if not wanted:
        return False
    if normalise(subject) == wanted:
        return True
    parts = "".join(character if character.isalnum() else " " for character in words).split()
    spoken = "".join(
        character if character.isalnum() else " "
        for character in unicodedata.normalize("NFKC", name).casefold()
    ).split()
    size = len(spoken)
    return any(parts[start : start + size] == spoken for start in range(len(parts) - size + 1))


def _person(required: Signer) -> str:
    return " ".join(part for part in (required.name, required.email) if part)


def _missing(required: Signer) -> Finding:
    person = _person(required)
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.FAILED,
        sub_indication="SIGNATURE_NOT_FOUND",
        message=Text(
            zh=f"要求由 {person} 签署，但文件中没有数字签名。",
            en=f"{person} must sign this, but the file holds no digital signature.",
        ),
        remedy=_ASK_SIGNER,
    )


def _somebody_else(signatures: list[Signature], required: Signer) -> Finding:
    person = _person(required)
    names = list(dict.fromkeys(item.signer or "?" for item in signatures))[:5]
    unread = all(item.signer is None for item in signatures)
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE if unread else Status.FAILED,
        sub_indication=signatures[0].sub_indication if unread else "SIGNER_NOT_REQUIRED_PERSON",
        message=Text(
            zh=f"要求由 {person} 签署，实际签署人是：{'、'.join(names)}。",
            en=f"{person} must sign this; it was signed by {', '.join(names)}.",
        ),
        remedy=_ASK_SIGNER,
        evidence=_evidence(signatures),
    )


def _by_the_right_person(signature: Signature, required: Signer) -> Finding:
    """Judge a signature that names the right person by what it is worth."""
    person = _person(required)
    if signature.status is Status.PASSED:
        return Finding(
            id=_ID,
            version=_VERSION,
            status=Status.PASSED,
            message=Text(
                zh=f"要求的签署人 {person} 已签署（证书主体：{signature.signer}）。",
                en=f"{person}, who must sign this, has signed (subject: {signature.signer}).",
            ),
            evidence=_evidence([signature]),
        )
    reason = signature.message or Text(zh="签名未通过验证", en="the signature did not pass")
    return Finding(
        id=_ID,
        version=_VERSION,
        # A bad signature proves nothing about the person, not even that they did not sign.
        status=Status.INDETERMINATE,
        sub_indication=signature.sub_indication,
        message=Text(
            zh=f"有一个署名 {person} 的签名，但不能采信：{reason.zh}",
            en=f"A signature names {person} but cannot be relied on: {reason.en}",
        ),
        remedy=signature.remedy or _ASK_SIGNER,
        evidence=_evidence([signature]),
    )


def _evidence(signatures: list[Signature]) -> tuple[Evidence, ...]:
    return tuple(item for signature in signatures for item in signature.evidence[:2])[:10]


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
