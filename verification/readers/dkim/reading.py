"""Every signature of a domain on one mail, with its answers; the ARC chain as one signature."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from verification.readers.dkim import arc
from verification.readers.dkim.cases import judge
from verification.readers.dkim.keys import (
    KeyContradictedError,
    KeyMissingError,
    KeyRevokedError,
    find_key,
)
from verification.readers.dkim.reframing import decisive_fields
from verification.readers.dkim.signing import Claimed, Message, body_fits, read_claimed, verify
from verification.readers.dkim.tags import TagError
from verification.readers.mime import addresses
from verification.reasons import reason_of, words_of
from verification.values import (
    Claim,
    HeaderLine,
    Limit,
    Signature,
    Status,
    Text,
    Trust,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.mime.fields import Field, Header
    from verification.readers.mime.parts import Mail
    from verification.values import Evidence, Judgement, MailKey

#: RFC 6376, 6.1 lets a verifier stop somewhere; each signature costs a public-key operation.
MOST_SIGNATURES = 20
_SLACK = timedelta(days=1)
_WORST_FIRST = (Status.FAILED, Status.INDETERMINATE, Status.PASSED, Status.NOT_APPLICABLE)
#: Fields that a reader sees: what is not signed of them is told (RFC 6376, 5.4.1).
_SHOWN = ("from", "to", "cc", "subject", "date", "reply-to", "content-type")
#: These too decide what a reader is shown; of none is there more than one (RFC 5322, 3.6; 2045, 3).
_ONCE = (*_SHOWN, "sender", "content-transfer-encoding", "mime-version", "content-disposition")
#: Over other words than were signed.
_NO_LONGER = frozenset({"HASH_FAILURE", "SIG_CRYPTO_FAILURE"})
_KNOWN = {
    "pinned": Text("管理员保存", "kept by an administrator"),
    "first_use": Text("首次使用时记下", "remembered from its first use"),
}


@dataclass(slots=True, kw_only=True)
class DomainSignatures:
    """What was found, the times that it speaks of, the caps that were met."""

    signatures: list[Signature] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    message: Message
    keys: tuple[MailKey, ...]
    at: datetime
    #: Fields by which other words may be shown than were signed, unless they are signed too.
    decisive: frozenset[str]


_NO_TIME = Text(zh="没有这样的时间", en="there is no such time")


def read(mail: Mail, keys: tuple[MailKey, ...], at: datetime) -> DomainSignatures:
    """Examine the DKIM signatures and the ARC chain of a mail. Raises nothing for a bad one."""
    message = Message(mail.data, mail.root.header)
    fields = mail.root.header.all("dkim-signature")
    decisive = decisive_fields(mail) if fields else frozenset[str]()
    terms = _Terms(message=message, keys=keys, at=at, decisive=decisive)
    result = DomainSignatures()
    if len(fields) > MOST_SIGNATURES:
        allowed = str(MOST_SIGNATURES)
        result.limits.append(
            Limit(name="mail_dkim_signatures", seen=str(len(fields)), allowed=allowed)
        )
    found = [_examine(terms, one, index) for index, one in enumerate(fields[:MOST_SIGNATURES])]
    chain, claims = _examine_chain(terms)
    if chain is not None and chain.status is Status.PASSED:
        found = [(_excused(signature), claim) for signature, claim in found]
    aligned = any(_is_aligned(signature) for signature, _ in found)
    for signature, claim in found:
        result.signatures.append(_third_party(signature) if aligned else signature)
        result.claims += [claim] if claim else []
    result.signatures += [chain] if chain else []
    result.claims += claims
    return result


def _examine(terms: _Terms, where: Field, index: int) -> tuple[Signature, Claim | None]:
    spot: tuple[Evidence, ...] = (HeaderLine(name="DKIM-Signature", index=index),)
    number = f"[{index}]" if index else ""
    try:
        claimed = read_claimed(where)
    except TagError as error:
        return _signature(
            f"dkim{number}",
            None,
            [judge("unread", spot, reason=words_of(error))],
            spot,
        ), None
    name = f"dkim{number} {claimed.domain}"
    try:
        answers = [
            _judge_integrity(terms, claimed, spot),
            *_judge_coverage(terms, claimed, spot),
            *_judge_time(terms, claimed, spot),
            _judge_identity(terms.message.header, claimed, spot),
        ]
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes decides nothing
        answers = [judge("unread", spot, reason=reason_of(error))]
    signature = _signature(name, claimed, answers, spot)
    signature = replace(signature, unsigned_parts=_unsigned(terms.message, claimed))
    return signature, _claim(signature, claimed, "DKIM-Signature", index)


def _judge_integrity(terms: _Terms, claimed: Claimed, spot: tuple[Evidence, ...]) -> Judgement:
    facts = {"domain": claimed.domain, "record": claimed.record, "algorithm": claimed.algorithm}
    try:
        outcome, key = verify(terms.message, claimed, terms.keys)
    except KeyMissingError:
        note = Text("", "")
        if not body_fits(terms.message, claimed):
            note = Text("；正文的摘要也不吻合", "; the digest of the text differs as well")
        return judge("no_key", spot, note=note, **facts)
    except KeyContradictedError:
        return judge("two_keys", spot, **facts)
    except KeyRevokedError:
        return judge("revoked", spot, **facts)
    except TagError as error:
        return judge("unread", spot, reason=words_of(error))
    return judge(outcome, spot, known=_KNOWN[key.known], **facts)


def _judge_coverage(
    terms: _Terms, claimed: Claimed, spot: tuple[Evidence, ...]
) -> Iterator[Judgement]:
    message = terms.message
    faults = [*_unsigned_fields(message.header, claimed, spot)]
    if loose := sorted(terms.decisive - set(claimed.names)):
        faults.append(judge("reframed", spot, fields="、".join(map(str.title, loose))))
    size = len(message.body(claimed.body_form))
    if claimed.length is not None and claimed.length < size:
        faults.append(judge("partial", spot, signed=claimed.length, rest=size - claimed.length))
    unsigned = "、".join(_unsigned(message, claimed)) or "–"
    yield from faults or [judge("covered", spot, unsigned=unsigned)]


def _unsigned_fields(
    header: Header, claimed: Claimed, spot: tuple[Evidence, ...]
) -> Iterator[Judgement]:
    """Find fields that were added: more of a name than h= signs (RFC 6376, 8.15)."""
    if "from" not in claimed.names:
        yield judge("from_unsigned", spot)
    for name in _ONCE:
        seen, signed = len(header.all(name)), claimed.names.count(name)
        if signed >= seen or (not signed and seen < 2):  # noqa: PLR2004 - one unsigned is told below
            continue
        added = tuple(HeaderLine(name=name.title(), index=index) for index in range(min(seen, 5)))
        case = "from_added" if name == "from" else "field_added"
        yield judge(case, (*spot, *added), name=name.title(), seen=seen, signed=signed)


def _unsigned(message: Message, claimed: Claimed) -> tuple[str, ...]:
    names = [name for name in _SHOWN if message.header.first(name) and name not in claimed.names]
    size = len(message.body(claimed.body_form))
    tail = claimed.length is not None and claimed.length < size
    return (*(name.title() for name in names), *([f"body[{claimed.length}:]"] if tail else []))


def _judge_time(terms: _Terms, claimed: Claimed, spot: tuple[Evidence, ...]) -> Iterator[Judgement]:
    try:
        begin, end = claimed.seconds("t"), claimed.seconds("x")
        made, until = (_moment(one) if one is not None else None for one in (begin, end))
    except (TagError, ValueError, OverflowError) as error:
        yield judge(
            "odd_time", spot, reason=words_of(error) if isinstance(error, TagError) else _NO_TIME
        )
        return
    if begin is not None and end is not None and end < begin:
        yield judge("odd_time", spot, reason="x= < t=")
    elif made is not None and made > terms.at + _SLACK:
        yield judge("future", spot, time=made.isoformat())
    elif until is not None and until < terms.at:
        yield judge("expired", spot, time=until.isoformat())
    elif made is not None:
        yield judge("in_time", spot, domain=claimed.domain, time=made.isoformat())
    else:
        yield judge("no_time", spot)


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _judge_identity(header: Header, claimed: Claimed, spot: tuple[Evidence, ...]) -> Judgement:
    fields = header.all("from")
    boxes = [box for one in fields[:5] for box in addresses.read_addresses(one.text).mailboxes[:5]]
    senders = list(dict.fromkeys(addresses.domain_of(box.address) for box in boxes))
    fits = len(senders) == 1 and _is_related(claimed.domain, senders[0])
    facts = {"domain": claimed.domain, "sender": "、".join(senders) or "?"}
    return judge("aligned" if fits else "unaligned", spot, **facts)


def _is_related(one: str, other: str) -> bool:
    """One domain is the other or lies in it; a bare top-level domain is related to nothing."""
    return one == other or (
        min(one.count("."), other.count(".")) > 0
        and (one.endswith(f".{other}") or other.endswith(f".{one}"))
    )


def _is_aligned(signature: Signature) -> bool:
    passed = {one.question for one in signature.judgements if one.status is Status.PASSED}
    return {"integrity", "identity"} <= passed


def _third_party(signature: Signature) -> Signature:
    """Another signature speaks for the sender's domain: this one need not."""
    answers = [
        replace(
            one,
            status=Status.NOT_APPLICABLE,
            sub_indication=None,
            message=judge("third_party", domain=signature.signer or "?", sender="From").message,
            remedy=None,
        )
        if one.question == "identity" and one.status is Status.INDETERMINATE
        else one
        for one in signature.judgements
    ]
    return _judged(signature, answers)


def _excused(signature: Signature) -> Signature:
    """An intact ARC chain explains why an earlier signature no longer holds."""
    answers = [
        judge("forwarded", one.evidence, domain=signature.signer or "?")
        if one.question == "integrity" and one.sub_indication in _NO_LONGER
        else one
        for one in signature.judgements
    ]
    return _judged(signature, answers)


def _examine_chain(terms: _Terms) -> tuple[Signature | None, list[Claim]]:
    header = terms.message.header
    if not any(field.name.startswith("arc-") for field in header.fields):
        return None, []
    spot: tuple[Evidence, ...] = (HeaderLine(name="ARC-Seal", index=0),)
    seals: tuple[Claimed, ...] = ()
    try:
        sets = arc.read_sets(header)
        if not sets:
            return None, []
        answer, seals = _judge_chain(terms, sets, spot)
    except arc.ChainError as error:
        answer = judge("broken_chain", spot, reason=words_of(error))
    except TagError as error:
        answer = judge("unread", spot, reason=words_of(error))
    except Exception as error:  # noqa: BLE001 - a crash on hostile bytes decides nothing
        answer = judge("unread", spot, reason=reason_of(error))
    last = seals[-1] if seals else None
    answers = [answer, *(_judge_time(terms, last, spot) if last else ())]
    signature = _signature(f"arc {last.domain}" if last else "arc", last, answers, spot)
    claims = [
        claim
        for index, seal in enumerate(reversed(seals))
        if (claim := _claim(signature, seal, "ARC-Seal", index)) is not None
    ]
    return signature, claims


def _judge_chain(
    terms: _Terms, sets: tuple[arc.ArcSet, ...], spot: tuple[Evidence, ...]
) -> tuple[Judgement, tuple[Claimed, ...]]:
    try:
        chain = arc.verify_chain(terms.message, sets, terms.keys)
    except (KeyMissingError, KeyContradictedError, KeyRevokedError) as error:
        record = str(error)
        case = {KeyMissingError: "no_key", KeyContradictedError: "two_keys"}.get(
            type(error), "revoked"
        )
        domain = record.rpartition("._domainkey.")[2]
        return judge(case, spot, record=record, domain=domain, note=Text("", "")), ()
    except arc.ValueMismatchError as error:
        return judge("value", spot, domain=error), ()
    last = chain.seals[-1]
    facts = {
        "domain": last.domain,
        "algorithm": last.algorithm,
        "known": _KNOWN[find_key(terms.keys, last.domain, last.selector).known],
    }
    return judge(chain.outcome, spot, **facts), chain.seals


def _signature(
    name: str, claimed: Claimed | None, answers: list[Judgement], spot: tuple[Evidence, ...]
) -> Signature:
    time = None
    if claimed is not None:
        try:
            seconds = claimed.seconds("t")
            time = _moment(seconds).isoformat() if seconds is not None else None
        except (TagError, ValueError, OverflowError):
            time = None
    bare = Signature(
        id=name,
        kind="arc" if name.startswith("arc") else "dkim",
        signer=claimed.domain if claimed else None,
        status=Status.INDETERMINATE,
        intact=False,
        covers="part",
        time=time,
        evidence=spot,
    )
    return _judged(bare, answers)


def _judged(signature: Signature, answers: list[Judgement]) -> Signature:
    worst = min(answers, key=lambda answer: _WORST_FIRST.index(answer.status))
    integrity, coverage = (
        [one for one in answers if one.question == question]
        for question in ("integrity", "coverage")
    )
    holding = {"CRYPTO_CONSTRAINTS_FAILURE", None}
    intact = all(one.sub_indication in holding for one in integrity)
    whole = coverage and all(one.status is Status.PASSED for one in coverage)
    return replace(
        signature,
        status=worst.status,
        sub_indication=worst.sub_indication,
        intact=intact,
        covers="whole" if intact and whole else "part",
        message=worst.message,
        remedy=worst.remedy,
        judgements=tuple(answers),
    )


def _claim(signature: Signature, claimed: Claimed, name: str, index: int) -> Claim | None:
    """Give t= as a time; a server's that we know where its signature holds."""
    try:
        seconds = claimed.seconds("t")
        time = _moment(seconds) if seconds is not None else None
    except (TagError, ValueError, OverflowError):
        return None
    if time is None:
        return None
    held = any(
        one.question == "integrity" and one.status is Status.PASSED for one in signature.judgements
    )
    return Claim(
        kind="time",
        source=f"mail:{name}[{index}]/t" if index else f"mail:{name}/t",
        value=time.isoformat(),
        zone="UTC",
        event="signed",
        trust=Trust.T4 if held else Trust.T2,
        covered_by=signature.id if held else None,
        evidence=(HeaderLine(name=name, index=index),),
    )
