"""One mail from its parts to signatures with their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from verification.moments import MomentError, mail_moment
from verification.readers.mime import shown
from verification.readers.mime.parts import split
from verification.readers.pyhanko import chain, stamps, times
from verification.readers.pyhanko.message import fingerprint_of, organisation_of
from verification.readers.pyhanko.sentences import judge as judge_value
from verification.readers.smime.cases import judge
from verification.readers.smime.cms_message import Opened, SealedError, judge_signer, open_cms
from verification.readers.smime.finding import Place, find_places
from verification.readers.smime.identity import (
    PROTECTED,
    Seen,
    Signer,
    judge_identity,
    protected_header,
)
from verification.sentences import reason_of
from verification.values import (
    ByteRange,
    Claim,
    HeaderLine,
    Limit,
    MetadataField,
    PackagePart,
    Signature,
    Status,
    Text,
    Trust,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from verification.limits import Limits
    from verification.readers.mime.fields import Header
    from verification.readers.mime.parts import Mail, Part
    from verification.readers.pyhanko.message import Message
    from verification.readers.smime.cms_message import Signed
    from verification.values import Evidence, Judgement, SignatureKind

#: More signatures than people sign one mail; what comes after is not examined.
MOST_SIGNATURES = 20
#: Opaque signatures within one another that are opened.
_MOST_NESTED = 3
#: Clocks are wrong by hours and dates lack their zone by up to fourteen.
_SLACK = timedelta(days=1)
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED, Status.NOT_APPLICABLE)
#: What is never covered, in the order in which a reader sees it.
_SHOWN_FIELDS = ("from", "to", "cc", "subject", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around the mail: nothing for an .eml, the Outlook file for a .msg."""

    #: The stream of the container that holds the mail; None where it is the file itself.
    stream: str | None = None
    shown_sender: str | None = None
    #: A text that the container keeps beside the signed one.
    copied_text: str | None = None


@dataclass(slots=True, kw_only=True)
class SignedMail:
    """All signatures of one mail, the times they speak of, the caps that were met."""

    signatures: list[Signature] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One signed place while it is being examined."""

    id: str
    place: Place
    mail: Mail
    seen: Seen
    trust: chain.Trust
    envelope: Envelope
    #: Where a part lies that was found inside of an opaque signature.
    within: Part | None = None
    outer: tuple[Judgement, ...] = ()


class _Reader:
    """Reads one mail; counts what it has examined."""

    def __init__(self, trust: chain.Trust, limits: Limits, envelope: Envelope) -> None:
        self.trust = trust
        self.limits = limits
        self.envelope = envelope
        self.result = SignedMail()
        self.count = 0

    def read(self, mail: Mail, header: Header | None, outer: _Case | None, depth: int) -> None:
        for place in find_places(mail):
            self.count += 1
            if self.count > MOST_SIGNATURES:
                self._over()
                return
            case = self._case(mail, place, header, outer)
            self._examine(case, depth)

    def _case(self, mail: Mail, place: Place, header: Header | None, outer: _Case | None) -> _Case:
        number = f"[{self.count}]" if self.count > 1 else ""
        kind = "pgp" if place.form == "pgp" else "smime"
        carrier = next((part for part in place.part.ancestors() if _is_mail(part)), None)
        own = carrier.children[0].header if carrier else header or mail.root.header
        above = (coverage_of(outer)[0],) if outer else ()
        return _Case(
            id=f"{kind}{number}",
            place=place,
            mail=mail,
            seen=Seen(header=own, shown_sender=None if carrier else self.envelope.shown_sender),
            trust=self.trust,
            envelope=self.envelope,
            within=outer.place.part if outer else None,
            outer=tuple(answer for answer in above if answer.status is not Status.PASSED),
        )

    def _examine(self, case: _Case, depth: int) -> None:
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

    def _open(self, case: _Case, opened: Opened, depth: int) -> None:
        """Examine an opaque signature, then what is signed again inside of it."""
        inner = split(opened.enclosed or b"", self.limits)
        self.result.limits += [one for one in inner.limits if one not in self.result.limits]
        self._judge(case, opened, inner)
        self.read(inner, case.seen.header, case, depth + 1)

    def _judge(self, case: _Case, opened: Opened, inner: Mail | None = None) -> None:
        content = inner.root if inner else case.place.content
        data = opened.enclosed if case.place.form == "opaque" else _bytes_of(case)
        coverage = [*case.outer, *coverage_of(case, inner)]
        if not opened.signers or data is None:
            self._keep(case, [judge("unsigned"), *coverage], None)
            return
        for number, info in enumerate(opened.signers, start=1):
            signed = judge_signer(opened, info, data)
            name = f"{case.id}/{number}" if len(opened.signers) > 1 else case.id
            answers = [signed.integrity, *coverage]
            found: tuple[stamps.Stamp, ...] = ()
            if signed.message is not None and signed.message.certificate is not None:
                answers += _identity(case, signed.message, content)
            if signed.message is not None and signed.holds:
                more, found = _times_and_chain(case, signed.message)
                answers += more
            self._keep(case, answers, signed, name=name, found=found)

    def _keep(
        self,
        case: _Case,
        answers: list[Judgement],
        signed: Signed | None,
        *,
        name: str | None = None,
        found: tuple[stamps.Stamp, ...] = (),
    ) -> None:
        signature = _signature(case, answers, signed, name or case.id)
        self.result.signatures.append(signature)
        if signed is not None and signed.message is not None and signed.holds:
            self.result.claims += _claims(signature, signed.message, found)

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
    reader = _Reader(chain.Trust(at=at, anchors=anchors), limits, envelope)
    reader.read(mail, None, None, 0)
    return reader.result


def _is_mail(part: Part) -> bool:
    return part.type in {"message/rfc822", "message/global"} and bool(part.children)


def _bytes_of(case: _Case) -> bytes | None:
    return case.mail.whole(case.place.content) if case.place.content else None


def _unread(case: _Case) -> Judgement:
    where = evidence_of(case)
    if case.place.form == "pgp":
        return judge("pgp", where, form=case.place.note)
    if case.place.form == "sealed":
        return judge("sealed", where, form=case.place.note)
    return judge_value("unread", where, reason=case.place.note)


def evidence_of(case: _Case) -> tuple[Evidence, ...]:
    """Point at the signed bytes."""
    part = case.within or case.place.part
    caption = Text(zh="签名所在的部分", en="the signed part")
    if case.envelope.stream is not None:
        path = case.place.part.path or None
        return (PackagePart(part=case.envelope.stream, path=path, caption=caption),)
    signed = case.place.content if case.within is None and case.place.content else part
    return (ByteRange(start=signed.start, end=signed.end, caption=caption),)


def coverage_of(case: _Case, inner: Mail | None = None) -> list[Judgement]:
    """Answer whether what a reader sees is what was signed; the worst answer comes first."""
    standing = shown.stand(case.mail, case.place.part)
    where = (*evidence_of(case), *(_outside(case, part) for part in standing.outside[:5]))
    unsigned = "、".join(unsigned_of(case, inner))
    faults = []
    if standing.case != "whole":
        faults.append(judge(standing.case, where, unsigned="、".join(standing.unsigned)))
    if standing.ambiguous:
        faults.append(judge("ambiguous", where, reason=standing.ambiguous))
    extra = case.place.part.children[2:] if case.place.form == "detached" else []
    if extra:
        faults.append(judge("wrapped", where, unsigned="、".join(map(shown.label, extra[:5]))))
    faults += _inside(case, inner, where)
    return faults or [judge("whole", where, unsigned=unsigned)]


def _inside(case: _Case, inner: Mail | None, where: tuple[Evidence, ...]) -> Iterator[Judgement]:
    """Look at the signed content itself, and at an Outlook file's own copy of it."""
    top = inner.root if inner else case.place.content
    mail = inner or case.mail
    if top is None:
        return
    for part in top.walk():
        reason = shown.ambiguity(part)
        if reason:
            yield judge("ambiguous", where, reason=reason)
            break
    found = shown.look_into(mail, top)
    if found.hidden:
        yield judge("hidden", where, text=found.hidden)
    if found.different:
        yield judge("different", where)
    if found.frames or found.elsewhere:
        yield judge("frames", where, links="、".join((*found.frames, *found.elsewhere)))
    copied = case.envelope.copied_text
    if copied and not shown.tells_the_same(copied, mail, top):
        yield judge("copied_body", where, unsigned=f"{case.envelope.stream}")


def _outside(case: _Case, part: Part) -> Evidence:
    caption = Text(zh="未签名", en="not signed")
    if case.envelope.stream is not None or case.within is not None:
        return PackagePart(part=shown.label(part), caption=caption)
    return ByteRange(start=part.start, end=part.end, caption=caption)


def unsigned_of(case: _Case, inner: Mail | None = None) -> tuple[str, ...]:
    """Name what no signature of this place covers: shown fields first, then parts."""
    top = inner.root if inner else case.place.content
    repeated = protected_header(top) if top is not None else None
    fields = [
        name.title()
        for name in _SHOWN_FIELDS
        if case.seen.header.first(name)
        and not (repeated is not None and name in PROTECTED and repeated.first(name))
    ]
    standing = shown.stand(case.mail, case.place.part)
    fetched = shown.look_into(inner or case.mail, top).fetched if top is not None else ()
    return (*fields, *standing.unsigned, *fetched)[:20]


def _identity(case: _Case, message: Message, content: Part | None) -> list[Judgement]:
    signer = Signer(name=message.name, emails=message.emails)
    return judge_identity(case.seen, signer, content)


def _times_and_chain(
    case: _Case, message: Message
) -> tuple[list[Judgement], tuple[stamps.Stamp, ...]]:
    """Judge time stamps, the signer's own word, and the chain at the best proven time."""
    now = chain.Moment(time=case.trust.at)
    found = tuple(stamps.read_stamps(message, case.trust, now))
    proven = min((one.time for one in found if one.trusted and one.time), default=None)
    claimed = times.signing_time(message)
    moment = chain.Moment(
        time=proven or case.trust.at, proven=proven is not None, claimed=claimed
    )
    judged = chain.judge_chain(message, case.trust, moment, use=chain.MAIL_USE)
    return [*(one.judgement for one in found), *_own_word(case, message, claimed), judged], found


def _own_word(case: _Case, message: Message, claimed: datetime | None) -> Iterator[Judgement]:
    if claimed is None:
        yield judge("no_time")
        return
    shown_time = claimed.isoformat()
    begin = message.certificate.not_valid_before if message.certificate else None
    dated = _date_of(case.seen.header)
    where = (HeaderLine(name="Date"),)
    if begin is not None and claimed + _SLACK < begin:
        yield judge_value("before_certificate", time=claimed, begin=begin)
    elif claimed > case.trust.at + _SLACK:
        yield judge("future", time=shown_time)
    elif dated is not None and abs(dated - claimed) > _SLACK:
        yield judge("other_day", where, time=shown_time, date=dated.isoformat())
    elif dated is not None:
        yield judge("signed_at", where, time=shown_time)


def _date_of(header: Header) -> datetime | None:
    try:
        moment = mail_moment(header.text("date"))
    except MomentError:
        return None
    if moment is None:
        return None
    return (moment.wall - (moment.offset or timedelta(0))).replace(tzinfo=UTC)


def _signature(
    case: _Case, answers: list[Judgement], signed: Signed | None, name: str
) -> Signature:
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
        unsigned_parts=unsigned_of(case) if covered else (),
        message=worst.message,
        remedy=worst.remedy,
        evidence=worst.evidence or evidence_of(case),
        judgements=tuple(answers),
    )


def _claims(
    signature: Signature, message: Message, found: tuple[stamps.Stamp, ...]
) -> Iterator[Claim]:
    """Give the times: the signer's word counts as far as its issuer is trusted."""
    vouched = all(
        answer.status is Status.PASSED
        for answer in signature.judgements
        if answer.question in {"integrity", "chain"}
    )
    own = Trust.T3 if vouched else Trust.T2
    claimed = times.signing_time(message)
    if claimed is not None:
        yield _claim(f"mail:{signature.id}/signingTime", claimed, own, signature)
    for one in found:
        if one.time is not None:
            trust = Trust.T5 if one.trusted else own
            yield _claim(f"mail:{signature.id}/signatureTimeStamp", one.time, trust, signature)


def _claim(source: str, time: datetime, trust: Trust, signature: Signature) -> Claim:
    utc = time.astimezone(UTC)
    return Claim(
        kind="time",
        source=source,
        value=utc.isoformat(),
        zone="UTC",
        event="signed",
        trust=trust,
        covered_by=signature.id,
        evidence=(MetadataField(source=source, value=utc.isoformat()),),
    )
