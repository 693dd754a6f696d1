"""The person who must sign has signed, with a signature that we trust."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.printed.reading import written
from verification.signers import Agreement, asks, compare, together
from verification.values import Finding, PageBox, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verification.examination import Examination
    from verification.signers import Comparison, Trait
    from verification.values import Evidence, Signature, Signer

_ID, _VERSION = "signer.required", 2
#: Kinds whose signer is a person or company that a certificate names.
_PERSONAL = frozenset({"pdf", "ofd", "ooxml", "smime", "pgp", "seal"})
_ORDER = (Status.PASSED, Status.INDETERMINATE, Status.FAILED, Status.NOT_APPLICABLE)
#: So many signatures are told of.
_SHOWN = 5
#: What stands where one signs, and how far a signature reaches from there, in heights of a line.
_LABEL = re.compile(r"签\s*[字名署章]|signature|signed by|sign here", re.IGNORECASE)
_LONGEST_LABEL, _WIDE, _HIGH = 40, 15, 5

_ASK_SIGNER = Text(
    zh="请由要求的签署人用本人证书签署后重新上传。",
    en="Have the required person sign with their own certificate and upload again.",
)
_ASK_DETAILS = Text(
    zh="请用写明所要求信息的证书签署；若确为本人，请管理员在联系人中登记其证书指纹。",
    en="Sign with a certificate that states what is asked for; if it is the right person, an "
    "administrator can enter the certificate's fingerprint with the contact.",
)
_TRAITS: dict[Trait, Text] = {
    "certificate": Text(zh="证书指纹", en="certificate"),
    "name": Text(zh="姓名", en="name"),
    "email": Text(zh="邮箱", en="address"),
    "organisation": Text(zh="单位", en="organisation"),
    "seal": Text(zh="印章", en="seal"),
}


def run(examination: Examination) -> Iterable[Finding]:
    """Judge the signatures together: one good one by the right person is enough."""
    required = examination.context.requirement.signer
    if required is None or not (asks(required) or required.role):
        return []
    if not asks(required):
        return [_nobody_entered(required)]
    signatures = [item for item in examination.signatures if item.kind in _PERSONAL]
    if not signatures:
        return [_missing(required, _where_to_sign(examination))]
    right = _those(signatures, required, Agreement.AGREES)
    if right:
        return [_by_the_right_person(min(right, key=_rank), required)]
    perhaps = _those(signatures, required, Agreement.UNSTATED)
    if perhaps:
        return [_perhaps(min(perhaps, key=_rank), required)]
    return [_somebody_else(signatures, required)]


def _those(
    signatures: Sequence[Signature], required: Signer, agreement: Agreement
) -> list[Signature]:
    return [item for item in signatures if together(compare(item, required)) is agreement]


def _rank(signature: Signature) -> int:
    return _ORDER.index(signature.status)


def _nobody_entered(required: Signer) -> Finding:
    role = required.role or Text(zh="", en="")
    return _finding(
        Status.INDETERMINATE,
        "SIGNER_NOT_KNOWN",
        Text(
            zh=f"要求由客户的{role.zh}签署，但尚未登记此联系人，无法核对是谁签署。",
            en=f"The customer's contact in the role {role.en} must sign this, and nobody is "
            "entered in that role: who signed cannot be compared.",
        ),
        remedy=Text(
            zh="请先在客户资料中登记该联系人（姓名、邮箱），再重新上传。",
            en="Enter that contact (name and address) with the customer, then upload again.",
        ),
    )


def _where_to_sign(examination: Examination) -> tuple[Evidence, ...]:
    """Show the last place of a PDF page that asks for a signature: its label and what follows."""
    context = examination.context
    printed = written(context) if context.file_type.format == "pdf" else None
    labels = [
        cell
        for row in (printed.rows if printed else ())
        for cell in row.cells
        if len(cell.text) <= _LONGEST_LABEL and _LABEL.search(cell.text)
    ]
    if not labels:
        return ()
    last = labels[-1]
    left, top, right, bottom = last.box
    height = bottom - top
    box = (left, top, max(right, left + _WIDE * height), bottom + _HIGH * height)
    caption = Text(zh="签名处", en="Where one signs")
    return (PageBox(page=last.page, box=box, caption=caption),)


def _missing(required: Signer, place: tuple[Evidence, ...]) -> Finding:
    who = _person(required)
    finding = _finding(
        Status.FAILED,
        "SIGNATURE_NOT_FOUND",
        Text(
            zh=f"要求由{who.zh}签署，但文件中没有数字签名。",
            en=f"{who.en} must sign this, but the file holds no digital signature.",
        ),
        remedy=_ASK_SIGNER,
    )
    return replace(finding, evidence=place)


def _somebody_else(signatures: list[Signature], required: Signer) -> Finding:
    who = _person(required)
    told = [_reasons(item, required) for item in signatures[:_SHOWN]]
    return _finding(
        Status.FAILED,
        "SIGNER_NOT_REQUIRED_PERSON",
        Text(
            zh=f"要求由{who.zh}签署，实际签署人是：{'；'.join(one.zh for one in told)}。",
            en=f"{who.en} must sign this; it was signed by {'; '.join(one.en for one in told)}.",
        ),
        remedy=_ASK_SIGNER,
        signatures=signatures,
    )


def _perhaps(signature: Signature, required: Signer) -> Finding:
    """A signature that says too little to be this person's or another's."""
    who, told = _person(required), _reasons(signature, required)
    unread = signature.signer is None
    return _finding(
        Status.INDETERMINATE,
        signature.sub_indication if unread else "SIGNER_NOT_CONFIRMED",
        Text(
            zh=f"要求由{who.zh}签署，但签名没有写明，无法确认：{told.zh}。",
            en=f"{who.en} must sign this; the signature says too little to tell: {told.en}.",
        ),
        remedy=(signature.remedy if unread else None) or _ASK_DETAILS,
        signatures=[signature],
    )


def _by_the_right_person(signature: Signature, required: Signer) -> Finding:
    """Judge a signature that names the right person by what it is worth."""
    who, told = _person(required), _reasons(signature, required)
    if signature.status is Status.PASSED:
        return _finding(
            Status.PASSED,
            None,
            Text(
                zh=f"要求的签署人{who.zh}已签署：{told.zh}。",
                en=f"{who.en}, who must sign this, has signed: {told.en}.",
            ),
            signatures=[signature],
        )
    reason = signature.message or Text(zh="签名未通过验证", en="the signature did not pass")
    return _finding(
        # A bad signature proves nothing about the person, not even that they did not sign.
        Status.INDETERMINATE,
        signature.sub_indication,
        Text(
            zh=f"有一个署名{who.zh}的签名，但不能采信：{reason.zh}",
            en=f"A signature names {who.en} but cannot be relied on: {reason.en}",
        ),
        remedy=signature.remedy or _ASK_SIGNER,
        signatures=[signature],
    )


def _person(required: Signer) -> Text:
    """Name the required person as whoever entered the contact would."""
    known = [required.name, required.seal, required.organisation, required.email]
    words = [word for word in known if word]
    if not words and required.certificate:
        words = [required.certificate[:16] + "…"]
    plain = " ".join(words)
    if required.role is None:
        return Text(zh=f" {plain} ", en=plain)
    return Text(zh=f"{required.role.zh} {plain} ", en=f"{plain} ({required.role.en})")


def _reasons(signature: Signature, required: Signer) -> Text:
    """Say who signed, and how that compares with each thing that was asked for."""
    name = signature.signer or signature.seal or "?"
    compared = [_compared(one) for one in compare(signature, required)]
    return Text(
        zh=f"{name}（{'，'.join(one.zh for one in compared)}）",
        en=f"{name} ({', '.join(one.en for one in compared)})",
    )


def _compared(one: Comparison) -> Text:
    trait = _TRAITS[one.trait]
    if one.agreement is Agreement.AGREES:
        return Text(zh=f"{trait.zh}一致", en=f"{trait.en} agrees")
    if one.agreement is Agreement.UNSTATED:
        return Text(zh=f"未写明{trait.zh}", en=f"no {trait.en} stated")
    seen = ", ".join(one.seen[:2])[:80]
    return Text(zh=f"{trait.zh}不符：{seen}", en=f"another {trait.en}: {seen}")


def _finding(
    status: Status,
    sub_indication: str | None,
    message: Text,
    *,
    remedy: Text | None = None,
    signatures: Sequence[Signature] = (),
) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=status,
        sub_indication=sub_indication,
        message=message,
        remedy=remedy,
        evidence=_evidence(signatures),
    )


def _evidence(signatures: Sequence[Signature]) -> tuple[Evidence, ...]:
    return tuple(item for signature in signatures for item in signature.evidence[:2])[:10]


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
