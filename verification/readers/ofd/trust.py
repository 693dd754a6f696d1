"""Who sealed it and when: chains of signer and maker, time stamps, and times that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from verification.moments import MomentError, iso_moment, pdf_moment, shifted
from verification.readers.gm import chain, values
from verification.readers.gm.der import DerError
from verification.readers.gm.message import read_message, read_stamp, verify
from verification.readers.ofd.sentences import judge
from verification.reasons import reason_of
from verification.values import Status, Text

if TYPE_CHECKING:
    from datetime import datetime

    from verification.moments import Moment
    from verification.readers.gm.certificate import Certificate
    from verification.readers.ofd.integrity import Case
    from verification.values import Judgement

#: Clocks are wrong by hours and dates lack their zone by up to fourteen.
CLOCK_SLACK = timedelta(days=1)
_SIGNER = Text(zh="签名证书", en="Signing certificate")
_MAKER = Text(zh="制章者证书", en="Certificate of the seal's maker")
_SEAL = Text(zh="印章", en="Seal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is believed, and when."""

    at: datetime
    anchors: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time-stamp token, and what it is worth."""

    judgement: Judgement
    #: None where the token is not to be believed.
    time: datetime | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The answers about chain and time."""

    judgements: tuple[Judgement, ...]
    stamp: Stamp | None


def judge_trust(case: Case, terms: Terms) -> Trust:
    """Judge chain and time of a signature that holds, at the best proven time."""
    stamp = _read_stamp(case, terms) if case.time_stamp else None
    proven = stamp.time if stamp is not None and stamp.trusted else None
    moment = proven or terms.at
    found = [*_times(case, terms), *([stamp.judgement] if stamp else [])]
    if case.certificate is not None:
        found.append(_chain(case.certificate, case, terms, moment, role=_SIGNER, proven=proven))
    if case.seal is not None:
        found.append(_chain(case.seal.maker, case, terms, moment, role=_MAKER, proven=proven))
        if not case.seal.begin <= moment <= case.seal.end:
            found.append(_seal_outside(case, moment, proven=proven is not None))
    return Trust(judgements=tuple(found), stamp=stamp)


def _seal_outside(case: Case, moment: datetime, *, proven: bool) -> Judgement:
    assert case.seal is not None  # noqa: S101 - asked for above
    return judge(
        "proven_outside" if proven else "outside",
        (case.place,),
        role=_SEAL,
        subject=case.seal.name,
        time=shown(moment),
        begin=shown(case.seal.begin),
        end=shown(case.seal.end),
    )


def _chain(
    certificate: Certificate,
    case: Case,
    terms: Terms,
    moment: datetime,
    *,
    role: Text,
    proven: datetime | None,
) -> Judgement:
    others = [*case.others, *([case.seal.maker] if case.seal else [])]
    found = chain.find_chain(certificate, others, terms.anchors, at=moment)
    words = {"outside": "proven_outside" if proven else "outside", "weak": "weak_chain"}
    fault = found.certificate
    word = words.get(found.outcome, found.outcome)
    # A certificate says who somebody is, not that they may make seals: makers are known one by one.
    if word == "trusted" and role is _MAKER and certificate.der not in terms.anchors:
        word = "maker"
    return judge(
        word,
        (case.place,),
        role=role,
        subject=fault.subject,
        issuer=fault.issuer,
        time=shown(moment),
        begin=shown(fault.not_before),
        end=shown(fault.not_after),
    )


def _read_stamp(case: Case, terms: Terms) -> Stamp:
    try:
        return _weigh(case, terms)
    except DerError as error:
        return Stamp(judgement=judge("stamp_unread", (case.place,), reason=reason_of(error)))


def _weigh(case: Case, terms: Terms) -> Stamp:
    """Judge a token by itself, then its chain."""
    assert case.time_stamp is not None  # noqa: S101 - asked for by the caller
    token = read_message(case.time_stamp)
    stamp = read_stamp(token)
    signer = token.certificate.subject if token.certificate else "?"
    facts = {"time": shown(stamp.time), "signer": signer}
    if values.digest(stamp.digest, case.value) != stamp.imprint:
        return Stamp(judgement=judge("stamp_copied", (case.place,), **facts))
    outcome = "unknown" if token.content is None else verify(token, [token.content])
    if outcome in {"fails", "digest", "enclosed"}:
        return Stamp(judgement=judge("stamp_forged", (case.place,), **facts))
    known = judge("stamp_unknown", (case.place,), **facts)
    if outcome != "holds" or token.certificate is None:
        return Stamp(judgement=known, time=stamp.time)
    found = chain.find_chain(
        token.certificate, token.certificates, terms.anchors, at=terms.at, purpose="stamping"
    )
    if found.outcome != "trusted":
        return Stamp(judgement=known, time=stamp.time)
    trusted = judge("stamp_trusted", (case.place,), **facts)
    return Stamp(judgement=trusted, time=stamp.time, trusted=True)


def _times(case: Case, terms: Terms) -> list[Judgement]:
    """Hold the claimed time against seal, certificate, clock and Signature.xml."""
    time, written = case.time, written_time(case)
    if time is None:
        return [judge("no_time", (case.place,))]
    faults: list[Judgement] = []
    seal, certificate = case.seal, case.certificate
    if seal is not None and _is_outside(time, seal.begin, seal.end):
        bounds = {"begin": shown(seal.begin), "end": shown(seal.end)}
        faults.append(
            judge("seal_out_of_time", (case.place,), time=shown(time), seal=seal.name, **bounds)
        )
    if certificate and _is_outside(time, certificate.not_before, certificate.not_after):
        bounds = {"begin": shown(certificate.not_before), "end": shown(certificate.not_after)}
        faults.append(judge("certificate_out_of_time", (case.place,), time=shown(time), **bounds))
    if time - terms.at > CLOCK_SLACK:
        faults.append(judge("future", (case.place,), time=shown(time), now=shown(terms.at)))
    if written is not None and _far_apart(written, time):
        faults.append(judge("two_times", (case.place,), written=written.text, time=shown(time)))
    return faults or [judge("in_time", (case.place,), time=shown(time))]


def _is_outside(time: datetime, begin: datetime, end: datetime) -> bool:
    return begin - time > CLOCK_SLACK or time - end > CLOCK_SLACK


def _far_apart(written: Moment, time: datetime) -> bool:
    wall = written.wall.replace(tzinfo=None)
    plain = shifted(time.replace(tzinfo=None), written.offset or timedelta())
    return abs(wall - plain) > CLOCK_SLACK + written.length


def written_time(case: Case) -> Moment | None:
    """Read SignatureDateTime, in either of the two forms that occur; None where it is no time."""
    text = case.file.date_time if case.file else ""
    for parse in (iso_moment, pdf_moment):
        try:
            return parse(text.partition(".")[0] + ("Z" if "." in text and text[-1:] == "Z" else ""))
        except MomentError:
            continue
    return None


def shown(time: datetime) -> str:
    """Write a time for people; years before 1000 keep their four digits."""
    return time.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")


def passed(judgements: tuple[Judgement, ...], question: str) -> bool:
    """Tell whether a question was answered, and every answer is PASSED."""
    answers = [answer for answer in judgements if answer.question == question]
    return bool(answers) and all(answer.status is Status.PASSED for answer in answers)
