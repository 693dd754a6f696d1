"""One signature by itself: whether its value, the digest of Signature.xml and the seal hold."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification import sm2
from verification.readers.gm import values
from verification.readers.gm.der import DerError
from verification.readers.gm.message import Message, read_message, verify
from verification.readers.ofd import ses
from verification.readers.ofd.listing import SignatureFile, read_file
from verification.readers.ofd.package import PartError
from verification.readers.ofd.sentences import judge
from verification.reasons import reason_of
from verification.values import PackagePart, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verification.readers.gm.certificate import Certificate
    from verification.readers.ofd.listing import Entry
    from verification.readers.ofd.package import Package
    from verification.values import Judgement

#: A seal with its picture is smaller than this.
VALUE_BYTES = 16 * 1024 * 1024
_ALGORITHMS = {"sm2": "1.2.156.10197.1.501", "rsa": "1.2.840.113549.1.1.11"}
_NO_Z = Text(zh="摘要未按 GB/T 32918.2 加入 Z 值", en="the digest lacks the Z of GB/T 32918.2")
_IMPRINT_ONLY = Text(
    zh="只对摘要签名，印章和时间不在其内",
    en="the digest alone is signed, without seal and time",
)
_NONE = Text(zh="无", en="none")


@dataclass(slots=True, kw_only=True)
class Case:
    """One signature while it is being examined."""

    entry: Entry
    file: SignatureFile | None = None
    certificate: Certificate | None = None
    others: tuple[Certificate, ...] = ()
    seal: ses.Seal | None = None
    #: The value itself: what a time stamp is issued for.
    value: bytes = b""
    time: datetime | None = None
    time_stamp: bytes | None = None
    integrity: tuple[Judgement, ...] = ()
    #: The signature value holds over Signature.xml as it is.
    holds: bool = False

    @property
    def place(self) -> PackagePart:
        return PackagePart(part=self.entry.part)


def examine(package: Package, entry: Entry, known: Sequence[Certificate]) -> Case:
    """Judge the integrity of one signature. `known` may have signed where no certificate lies."""
    case = Case(entry=entry)
    try:
        case.file = read_file(package, entry)
        raw = _plain(package.read(case.file.value, VALUE_BYTES))
        _judge_value(case, case.file, raw, known)
    except (PartError, DerError) as error:
        case.integrity = (judge("unread", (case.place,), reason=reason_of(error)),)
        return case
    if case.seal is not None:
        _judge_seal(package, case, case.file, case.seal)
    return case


def certificates_in(package: Package, entry: Entry) -> tuple[Certificate, ...]:
    """Give the certificates that a signature carries; none where it cannot be read."""
    try:
        raw = _plain(package.read(read_file(package, entry).value, VALUE_BYTES))
        if _is_bare(raw):
            return ()
        if ses.is_message(raw):
            return read_message(raw).certificates
        return (ses.read_sealed(raw).certificate,)
    except (PartError, DerError):
        return ()


def _plain(raw: bytes) -> bytes:
    """Undo the Base64 that some programs write values in."""
    if raw[:1] == b"0" and len(raw) > 1 and raw[1] >= 0x80:  # noqa: PLR2004 - DER begins like "0"
        return raw
    try:
        return b64decode(b"".join(raw.split()), validate=True) or raw
    except (binascii.Error, ValueError):
        return raw


def _is_bare(raw: bytes) -> bool:
    """Tell whether a value stands alone: r and s, or the number of an RSA signature."""
    if len(raw) in {64, 128, 256, 384, 512}:
        try:
            ses.is_message(raw)
        except DerError:
            return True
    pair = values.read_pair(raw)
    return pair is not None and len(raw) <= 72 and all(pair)  # noqa: PLR2004 - two 33-byte INTEGERs


def _judge_value(case: Case, file: SignatureFile, raw: bytes, known: Sequence[Certificate]) -> None:
    if _is_bare(raw):
        _judge_bare(case, file, raw, known)
    elif ses.is_message(raw):
        _judge_message(case, file, read_message(raw, known))
    else:
        _judge_sealed(case, file, ses.read_sealed(raw))


def _judge_sealed(case: Case, file: SignatureFile, sealed: ses.Sealed) -> None:
    case.certificate, case.seal = sealed.certificate, sealed.seal
    case.value, case.time, case.time_stamp = sealed.value, sealed.time, sealed.time_stamp
    held = values.holds(
        sealed.certificate, sealed.algorithm, sealed.value, sealed.signed, digest_name="sm3"
    )
    narrow = held.outcome == "fails" and _signs_imprint(sealed)
    if narrow:
        # Nothing but the digest is signed: anybody could have written the time.
        held, case.time = replace(held, outcome="holds"), None
    imprinted = _is_imprint(sealed, file.raw, held.digest)
    if held.outcome in {"holds", "loose"} and not imprinted:
        case.integrity = (_say("digest", case, held.algorithm),)
    else:
        _conclude(case, held, _IMPRINT_ONLY if narrow else None)


def _signs_imprint(sealed: ses.Sealed) -> bool:
    """Tell whether the value signs the digest of Signature.xml alone, as some programs do."""
    try:
        key = sealed.certificate.sm2_key()
    except DerError:
        return False
    pair = values.read_pair(sealed.value)
    return key is not None and pair is not None and sm2.verify(key, sealed.imprint, pair)


def _is_imprint(sealed: ses.Sealed, raw: bytes, name: str) -> bool:
    """Tell whether the imprint is a digest of Signature.xml: SM3, that with Z, or the signer's."""
    forms = [sm2.sm3(raw)]
    if name and name != values.SM3:
        forms.append(values.digest(name, raw))
    key = sealed.certificate.sm2_key() if name == values.SM3 else None
    return sealed.imprint in forms or (key is not None and sealed.imprint == key.digest(raw))


def _judge_message(case: Case, file: SignatureFile, message: Message) -> None:
    case.certificate, case.others = message.certificate, message.certificates
    case.value, case.time_stamp = message.value, message.time_stamp
    if message.certificate is None:
        case.integrity = (judge("no_certificate", (case.place,)),)
        return
    outcome = verify(message, [file.raw, sm2.sm3(file.raw)])
    if message.signed is not None:
        case.time = message.signing_time
    name = message.digest.upper() or "?"
    is_sm2 = message.certificate.sm2_key() is not None
    shown = f"{'SM2' if is_sm2 else 'RSA/ECDSA'}, {name}"
    if outcome in {"digest", "enclosed"}:
        case.integrity = (_say(outcome, case, shown),)
        return
    weak = message.digest in values.WEAK_DIGESTS
    _conclude(case, values.Held(_outcome(outcome), shown, message.digest, weak), None)


def _outcome(word: str) -> values.Outcome:
    return "holds" if word == "holds" else "loose" if word == "loose" else _other(word)


def _other(word: str) -> values.Outcome:
    return "fails" if word == "fails" else "unknown"


def _judge_bare(case: Case, file: SignatureFile, raw: bytes, known: Sequence[Certificate]) -> None:
    """Try the certificates at hand: a value alone does not say whose it is."""
    case.value = raw
    for certificate in known:
        kind = "sm2" if _is_sm2(certificate) else "rsa"
        for content in (file.raw, sm2.sm3(file.raw)):
            held = values.holds(certificate, _ALGORITHMS[kind], raw, content)
            if held.outcome in {"holds", "loose"}:
                case.certificate = certificate
                _conclude(case, held, None)
                return
    case.integrity = (judge("no_certificate", (case.place,)),)


def _is_sm2(certificate: Certificate) -> bool:
    try:
        return certificate.sm2_key() is not None
    except DerError:
        return False


def _conclude(case: Case, held: values.Held, narrow: Text | None) -> None:
    """Put the outcome of the signature value into words."""
    if held.outcome == "holds" and narrow is None:
        case.integrity = (_say("weak" if held.weak else "intact", case, held.algorithm),)
    elif held.outcome in {"holds", "loose"}:
        case.integrity = (_say("loose", case, held.algorithm, reason=narrow or _NO_Z),)
    else:
        word = "value" if held.outcome == "fails" else "algorithm"
        case.integrity = (_say(word, case, held.algorithm),)
    case.holds = held.outcome in {"holds", "loose"}


def _say(word: str, case: Case, algorithm: str, **facts: object) -> Judgement:
    return judge(
        word,
        (case.place,),
        algorithm=algorithm,
        signer=case.certificate.subject if case.certificate else "?",
        seal=case.seal.name if case.seal else _NONE,
        part=case.entry.part,
        **facts,
    )


def _judge_seal(package: Package, case: Case, file: SignatureFile, seal: ses.Seal) -> None:
    """Judge the seal inside: its maker's signature, whose it is, and if it is what is shown."""
    facts = {"seal": seal.name, "maker": seal.maker.subject}
    made = seal.made()
    faults: list[Judgement] = []
    if made.outcome == "fails":
        faults.append(judge("seal_forged", (case.place,), **facts))
    elif made.outcome == "unknown":
        faults.append(_say("algorithm", case, made.algorithm))
    elif made.outcome == "loose" or made.weak:
        faults.append(_say("loose", case, made.algorithm, reason=_NO_Z))
    if case.certificate is not None and not seal.admits(case.certificate):
        word = "seal_foreign" if seal.holders else "seal_unassigned"
        faults.append(judge(word, (case.place,), **facts, signer=case.certificate.subject))
    if file.seal:
        faults += _compare_seal(package, case, file.seal, seal)
    case.integrity = (*case.integrity, *faults)


def _compare_seal(package: Package, case: Case, written: str, seal: ses.Seal) -> list[Judgement]:
    part = package.look_up(case.entry.part, written, case.entry.document.folder)
    if part is None or package.read(part, VALUE_BYTES).rstrip(b"\0") == seal.raw:
        return []
    return [judge("seal_swapped", (PackagePart(part=part),), seal=seal.name, part=part)]
