"""One mail from its parts to signatures with their answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from verification.readers.mime.parts import split
from verification.readers.pyhanko import grounds, stamps, times
from verification.readers.pyhanko.message import fingerprint_of, organisation_of
from verification.readers.pyhanko.sentences import judge as judge_value
from verification.readers.smime.case import Case, Envelope, evidence_of
from verification.readers.smime.cases import judge
from verification.readers.smime.cms_message import Opened, SealedError, judge_signer, open_cms
from verification.readers.smime.coverage import coverage_of, unsigned_of
from verification.readers.smime.finding import Place, find_places
from verification.readers.smime.identity import Seen, Signer, judge_identity
from verification.readers.smime.times import claims_of, judge_times
from verification.reasons import own_words, reason_of
from verification.values import Limit, Signature, Status

if TYPE_CHECKING:
    from datetime import datetime

    from verification.limits import Limits
    from verification.readers.mime.fields import Header
    from verification.readers.mime.parts import Mail, Part
    from verification.readers.smime.cms_message import Signed
    from verification.values import Claim, Judgement, SignatureKind

#: More signatures than people sign one mail; what comes after is not examined.
MOST_SIGNATURES = 20
#: Opaque signatures within one another that are opened.
_MOST_NESTED = 3
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED, Status.NOT_APPLICABLE)


@dataclass(slots=True, kw_only=True)
class SignedMail:
    """All signatures of one mail, the times they speak of, the caps that were met."""

    signatures: list[Signature] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


class _Reader:
    """Reads one mail; counts what it has examined."""

    def __init__(self, trust: grounds.Trust, limits: Limits, envelope: Envelope) -> None:
        self.trust = trust
        self.limits = limits
        self.envelope = envelope
        self.result = SignedMail()
        self.count = 0

    def read(self, mail: Mail, header: Header | None, outer: Case | None, depth: int) -> None:
        for place in find_places(mail):
            self.count += 1
            if self.count > MOST_SIGNATURES:
                self._over()
                return
            case = self._case(mail, place, header, outer)
            self._examine(case, depth)

    def _case(self, mail: Mail, place: Place, header: Header | None, outer: Case | None) -> Case:
        number = f"[{self.count}]" if self.count > 1 else ""
        kind = "pgp" if place.form == "pgp" else "smime"
        carrier = next((part for part in place.part.ancestors() if _is_mail(part)), None)
        own = carrier.children[0].header if carrier else header or mail.root.header
        above = (coverage_of(outer)[0],) if outer else ()
        return Case(
            id=f"{kind}{number}",
            place=place,
            mail=mail,
            seen=Seen(
                header=own,
                shown=() if carrier else self.envelope.shown,
                sender_stored=carrier is not None or self.envelope.sender_stored,
            ),
            trust=self.trust,
            envelope=self.envelope,
            within=outer.place.part if outer else None,
            outer=tuple(answer for answer in above if answer.status is not Status.PASSED),
        )

    def _examine(self, case: Case, depth: int) -> None:
        form = case.place.form
        if form in {"pgp", "sealed", "broken"}:
            self._keep(case, [_unread(case)], None)
            return
        try:
            opened = open_cms(case.place.cms)
        except SealedError:
            self._keep(case, [judge("sealed", form="S/MIME")], None)
            return
        except Exception as error:  # noqa: BLE001 - asn1crypto leaks several kinds on broken bytes
            self._keep(case, [judge_value("unread", reason=reason_of(error))], None)
            return
        self.result.limits += [one for one in opened.limits if one not in self.result.limits]
        if form == "opaque" and opened.enclosed is not None and depth < _MOST_NESTED:
            self._open(case, opened, depth)
        else:
            self._judge(case, opened)

    def _open(self, case: Case, opened: Opened, depth: int) -> None:
        """Examine an opaque signature, then what is signed again inside of it."""
        inner = split(opened.enclosed or b"", self.limits)
        self.result.limits += [one for one in inner.limits if one not in self.result.limits]
        self._judge(case, opened, inner)
        self.read(inner, case.seen.header, case, depth + 1)

    def _judge(self, case: Case, opened: Opened, inner: Mail | None = None) -> None:
        content = inner.root if inner else case.place.content
        data = opened.enclosed if case.place.form == "opaque" else _bytes_of(case)
        coverage = [*case.outer, *coverage_of(case, inner)]
        if not opened.signers or data is None:
            self._keep(case, [judge("unsigned"), *coverage], None)
            return
        all_signed = [judge_signer(opened, info, data) for info in opened.signers]
        answered = [_answers(case, signed, content) for signed in all_signed]
        failed = [any(one.status is Status.FAILED for one in answers) for answers, _ in answered]
        for number, signed in enumerate(all_signed):
            name = f"{case.id}/{number + 1}" if len(all_signed) > 1 else case.id
            answers, found = answered[number]
            if any(failed) and not failed[number]:
                answers.insert(1, judge("companions"))
            self._keep(case, [*answers, *coverage], signed, name=name, found=found, inner=inner)

    def _keep(
        self,
        case: Case,
        answers: list[Judgement],
        signed: Signed | None,
        *,
        name: str | None = None,
        found: tuple[stamps.Stamp, ...] = (),
        inner: Mail | None = None,
    ) -> None:
        signature = _signature(case, answers, signed, name or case.id)
        if signed is not None:
            signature = replace(signature, unsigned_parts=unsigned_of(case, inner))
        self.result.signatures.append(signature)
        if signed is not None and signed.message is not None and signed.holds:
            self.result.claims += claims_of(signature, signed.message, found)

    def _over(self) -> None:
        limit = Limit(
            name="mail_signatures", seen=f"> {MOST_SIGNATURES}", allowed=str(MOST_SIGNATURES)
        )
        if limit not in self.result.limits:
            self.result.limits.append(limit)


def read(
    mail: Mail, *, at: datetime, anchors: tuple[bytes, ...], limits: Limits, envelope: Envelope
) -> SignedMail:
    """Examine every S/MIME and PGP signature of a mail. Raises nothing for a bad one."""
    reader = _Reader(grounds.Trust(at=at, anchors=anchors), limits, envelope)
    reader.read(mail, None, None, 0)
    return reader.result


def _is_mail(part: Part) -> bool:
    return part.type in {"message/rfc822", "message/global"} and bool(part.children)


def _bytes_of(case: Case) -> bytes | None:
    return case.mail.whole(case.place.content) if case.place.content else None


def _unread(case: Case) -> Judgement:
    where = evidence_of(case)
    if case.place.form == "pgp":
        return judge("pgp", where, form=case.place.note)
    if case.place.form == "sealed":
        return judge("sealed", where, form=case.place.note)
    return judge_value("unread", where, reason=own_words(case.place.note) or case.place.note)


def _answers(
    case: Case, signed: Signed, content: Part | None
) -> tuple[list[Judgement], tuple[stamps.Stamp, ...]]:
    """Answer what is asked of one signer, beside what its place says."""
    answers: list[Judgement] = [signed.integrity]
    message = signed.message
    if message is None or message.certificate is None:
        return answers, ()
    signer = Signer(name=message.name, emails=message.emails)
    answers += judge_identity(case.seen, signer, content)
    if not signed.holds:
        return answers, ()
    try:
        more, found = judge_times(case, message)
    except Exception as error:  # noqa: BLE001 - asn1crypto leaks several kinds on broken bytes
        return [*answers, judge_value("unread", reason=reason_of(error))], ()
    return [*answers, *more], found


def _signature(case: Case, answers: list[Judgement], signed: Signed | None, name: str) -> Signature:
    worst = min(answers, key=lambda answer: _WORST_FIRST.index(answer.status))
    message = signed.message if signed else None
    certificate = message.certificate if message else None
    whole = all(one.status is Status.PASSED for one in answers if one.question == "coverage")
    time = times.signing_time(message) if message and signed and signed.holds else None
    kind: SignatureKind = "pgp" if case.place.form == "pgp" else "smime"
    covered = signed is not None
    return Signature(
        id=name,
        kind=kind,
        signer=message.name if message and certificate is not None else None,
        emails=message.emails if message else (),
        organisation=organisation_of(certificate) if certificate is not None else None,
        certificate=fingerprint_of(certificate) if certificate is not None else None,
        status=worst.status,
        sub_indication=worst.sub_indication,
        intact=bool(signed and signed.holds),
        covers="whole" if whole and covered else "part",
        time=time.isoformat() if time else None,
        message=worst.message,
        remedy=worst.remedy,
        evidence=worst.evidence or evidence_of(case),
        judgements=tuple(answers),
    )
