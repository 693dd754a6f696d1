"""When a mail was signed: time stamps, the signer's own word, and the chain at the best time."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from verification.moments import MomentError, mail_moment
from verification.readers.pyhanko import chain, grounds, stamps, times
from verification.readers.pyhanko.sentences import judge as judge_value
from verification.readers.smime.cases import judge
from verification.values import Claim, HeaderLine, MetadataField, Status, Trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from verification.readers.mime.fields import Header
    from verification.readers.pyhanko.signed_message import Message
    from verification.readers.smime.case import Case
    from verification.values import Judgement, Signature

#: Clocks are wrong by hours and dates lack their zone by up to fourteen.
_SLACK = timedelta(days=1)


def judge_times(case: Case, message: Message) -> tuple[list[Judgement], tuple[stamps.Stamp, ...]]:
    """Judge time stamps, the signer's own word, and the chain at the best proven time."""
    now = grounds.Moment(time=case.trust.at)
    found = tuple(stamps.read_stamps(message, case.trust, now))
    proven = min((one.time for one in found if one.trusted and one.time), default=None)
    claimed = times.signing_time(message)
    moment = grounds.Moment(
        time=proven or case.trust.at, proven=proven is not None, claimed=claimed
    )
    judged = chain.judge_chain(message, case.trust, moment, use=chain.MAIL_USE)
    return [*(one.judgement for one in found), *_own_word(case, message, claimed), judged], found


def _own_word(case: Case, message: Message, claimed: datetime | None) -> Iterator[Judgement]:
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


def claims_of(
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
