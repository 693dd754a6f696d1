"""The CMS of a mail: every signer of it, held against the bytes that a reader sees (RFC 5652)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asn1crypto import cms, core

from verification.readers.pyhanko.message import (
    digest_bytes,
    emails_of,
    fingerprint_of,
    in_der_order,
    is_weak,
    organisation_of,
    subject_of,
    verify,
)
from verification.readers.pyhanko.sentences import judge as judge_value
from verification.readers.pyhanko.signed_message import Message
from verification.readers.smime.cases import judge
from verification.reasons import reason_of
from verification.values import Limit

if TYPE_CHECKING:
    from asn1crypto import x509

    from verification.values import Judgement

#: More people than sign one mail; each costs a public-key operation.
MOST_SIGNERS = 20
_LONE_LINE_END = re.compile(rb"(?<!\r)\n")
_SET_OF = b"\x31"


class SealedError(ValueError):
    """The CMS holds encrypted content and no signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signer with the answer on integrity; `holds` when digest and value do."""

    message: Message | None
    integrity: Judgement
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A CMS taken apart: what it encloses (None: detached) and its signers."""

    signed_data: cms.SignedData
    enclosed: bytes | None
    signers: tuple[cms.SignerInfo, ...]
    limits: tuple[Limit, ...] = ()


def open_cms(data: bytes) -> Opened:
    """Read a SignedData. Raises SealedError for what is encrypted, else what asn1crypto does."""
    info = cms.ContentInfo.load(data)
    kind = info["content_type"].native
    if kind in {"enveloped_data", "authenticated_enveloped_data", "encrypted_data"}:
        raise SealedError(kind)
    if kind != "signed_data":
        raise ValueError(f"{kind} and no SignedData")
    signed_data = info["content"]
    content = signed_data["encap_content_info"]["content"]
    enclosed = None if content is core.VOID or content.native is None else bytes(content)
    infos = signed_data["signer_infos"]
    limits: tuple[Limit, ...] = ()
    if len(infos) > MOST_SIGNERS:
        limits = (Limit(name="mail_signers", seen=str(len(infos)), allowed=str(MOST_SIGNERS)),)
    return Opened(
        signed_data=signed_data,
        enclosed=enclosed,
        signers=tuple(infos[number] for number in range(min(len(infos), MOST_SIGNERS))),
        limits=limits,
    )


def judge_signer(opened: Opened, signer: cms.SignerInfo, content: bytes) -> Signed:
    """Verify one signer over the MIME entity `content`. Raises nothing for bad bytes."""
    try:
        message = _message(opened.signed_data, signer)
        return _judge(opened, message, content)
    except Exception as error:  # noqa: BLE001 - what a library cannot read is not decided
        return Signed(message=None, integrity=judge_value("unread", reason=reason_of(error)))


def _judge(opened: Opened, message: Message, content: bytes) -> Signed:
    facts = {"signer": message.name, "algorithm": _algorithm(message)}
    if message.certificate is None:
        return Signed(message=message, integrity=judge_value("no_certificate"))
    if message.signed_data["encap_content_info"]["content_type"].native != "data":
        raise ValueError("the signature is not over data")
    forms = _forms(content)
    if opened.enclosed is not None and opened.enclosed not in forms:
        return Signed(message=message, integrity=judge_value("enclosed"))
    if message.signer["signed_attrs"] is core.VOID and content[:1] == _SET_OF:
        return Signed(message=message, integrity=judge("confusable"))
    case = _case(message, forms)
    integrity = judge_value(case, **facts)
    return Signed(message=message, integrity=integrity, holds=case in {"intact", "weak", "order"})


def _case(message: Message, forms: tuple[bytes, ...]) -> str:
    answers = [verify(message, digest_bytes(form, message.digest_algorithm)) for form in forms]
    if (True, True) not in answers:
        return "value" if any(intact for intact, _ in answers) else "digest"
    if not message.attribute_order_kept:
        return "order"
    return "weak" if is_weak(message) else "intact"


def _forms(content: bytes) -> tuple[bytes, ...]:
    """Give the forms that may have been signed: with CRLF (RFC 8551, 3.1.1), else as it stands."""
    canonical = _LONE_LINE_END.sub(b"\r\n", content)
    return (canonical,) if canonical == content else (canonical, content)


def _message(signed_data: cms.SignedData, signer: cms.SignerInfo) -> Message:
    certificates = [
        choice.chosen.untag()
        for choice in signed_data["certificates"]
        if choice.name == "certificate"
    ]
    own = next((one for one in certificates if _is_of(one, signer)), None)
    return Message(
        signed_data=signed_data,
        signer=signer,
        certificate=own,
        others=tuple(one for one in certificates if one is not own),
        attribute_order_kept=in_der_order(signer),
        name=subject_of(own),
        emails=emails_of(own) if own is not None else (),
        organisation=organisation_of(own) if own is not None else None,
        fingerprint=fingerprint_of(own) if own is not None else None,
    )


def _is_of(certificate: x509.Certificate, signer: cms.SignerInfo) -> bool:
    """Tell whether a signer names this certificate (RFC 5652, 5.3)."""
    sid = signer["sid"]
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        return bool(
            named["serial_number"].native == certificate.serial_number
            and named["issuer"] == certificate.issuer
        )
    return bool(sid.chosen.native == certificate.key_identifier)


def _algorithm(message: Message) -> str:
    value = message.signer["signature_algorithm"]["algorithm"].native
    return f"{message.digest_algorithm}, {value}"
