"""Time stamps (RFC 3161): inside a signature, or signing the document themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import core

from verification.readers.pyhanko.chain import STAMPING_USE, judge_chain
from verification.readers.pyhanko.message import digest_bytes, parse, token_info, verify
from verification.readers.pyhanko.sentences import judge, reason_of
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verification.readers.pyhanko.grounds import Moment, Trust
    from verification.readers.pyhanko.signed_message import Message
    from verification.values import Judgement

#: id-aa-signatureTimeStampToken, RFC 3161 appendix A.
_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
#: A signature carries one or two; more are not examined.
MAX_TOKENS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A time-stamp token inside a signature, and what it is worth."""

    judgement: Judgement
    #: When its authority says that it was issued; None where the token is not to be believed.
    time: datetime | None = None
    trusted: bool = False


def read_stamps(message: Message, trust: Trust, moment: Moment) -> list[Stamp]:
    """Examine the signature time-stamps of a message; their chains must hold at `moment`."""
    return read_tokens(_tokens(message), message.signer["signature"].native, trust, moment)


def read_tokens(
    tokens: Sequence[bytes], stamped: bytes, trust: Trust, moment: Moment
) -> list[Stamp]:
    """Examine tokens (DER) that claim to stamp the bytes `stamped`; at most eight of them."""
    return [_read_stamp(der, stamped, trust, moment) for der in tokens[:MAX_TOKENS]]


def stamped_time(message: Message) -> datetime:
    """Give the time that a token attests. Raises ValueError when it is no token."""
    time: datetime = token_info(message)["gen_time"].native
    return time


def _tokens(message: Message) -> list[bytes]:
    unsigned: Any = message.signer["unsigned_attrs"]
    if unsigned is core.VOID:
        return []
    return [
        value.dump()
        for attribute in unsigned
        if attribute["type"].dotted == _TOKEN
        for value in attribute["values"]
    ]


def _read_stamp(der: bytes, stamped: bytes, trust: Trust, moment: Moment) -> Stamp:
    try:
        return _weigh(parse(der), stamped, trust, moment)
    except Exception as error:  # noqa: BLE001 - unsigned bytes: anything may be wrong with them
        return Stamp(judgement=judge("stamp_unread", reason=reason_of(error)))


def _weigh(token: Message, stamped: bytes, trust: Trust, moment: Moment) -> Stamp:
    time = stamped_time(token)
    judgement = _judge_stamp(token, stamped, time)
    if judgement.status is not Status.NOT_APPLICABLE:
        return Stamp(judgement=judgement)
    chain = judge_chain(token, trust, moment, use=STAMPING_USE)
    if chain.status is not Status.PASSED:
        return Stamp(judgement=judgement, time=time)
    facts = {"time": time.isoformat(), "signer": token.name}
    return Stamp(judgement=judge("stamp_trusted", **facts), time=time, trusted=True)


def _judge_stamp(token: Message, stamped: bytes, time: datetime) -> Judgement:
    """Judge all but the chain: whether the token belongs to this signature and holds."""
    facts = {"time": time.isoformat(), "signer": token.name}
    imprint = token_info(token)["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    if imprint["hashed_message"].native != digest_bytes(stamped, algorithm):
        return judge("stamp_copied", **facts)
    if token.certificate is None:
        return judge("stamp_unknown", **facts)
    content = bytes(token.signed_data["encap_content_info"]["content"])
    intact, valid = verify(token, digest_bytes(content, token.digest_algorithm))
    return judge("stamp_unknown" if intact and valid else "stamp_forged", **facts)
