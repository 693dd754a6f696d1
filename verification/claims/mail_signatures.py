"""Signatures of a mail: of people (S/MIME, PGP) and of domains (DKIM, ARC), and their times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import ClaimSource, Collected

if TYPE_CHECKING:
    from verification.examination import Context
    from verification.readers.smime import Envelope

FORMATS = frozenset({"eml", "msg"})


def collect(context: Context) -> Collected:
    """Read every signature; what could not be read is a signature with a reason."""
    # Imported here: a file of another kind never needs pyHanko, which takes half a second.
    from verification.readers.smime import Envelope  # noqa: PLC0415

    data = context.submission.data
    if context.file_type.format == "eml":
        return _read(context, data, Envelope())
    from verification.readers.olefile_message import MessageError, read_message  # noqa: PLC0415

    try:
        message = read_message(data, context.limits)
    except MessageError:
        return Collected()  # the source `outlook.message` tells it
    others = [
        one.name or one.stream for one in message.attachments if one.stream != message.signed_stream
    ]
    envelope = Envelope(
        stream=message.signed_stream or "__substg1.0_1000001F",
        shown=message.shown,
        sender_stored=bool(message.header) or message.shown_sender is not None,
        copied_text=message.body or None,
        others=tuple(others) if message.signed_stream else (),
    )
    return _read(context, message.mail, envelope)


def _read(context: Context, data: bytes, envelope: Envelope) -> Collected:
    from verification.readers import dkim, smime  # noqa: PLC0415
    from verification.readers.mime.parts import split  # noqa: PLC0415

    mail = split(data, context.limits)
    people = smime.read(
        mail, at=context.at, anchors=context.anchors, limits=context.limits, envelope=envelope
    )
    if envelope.stream is not None:
        # Outlook keeps no body as it came, so no domain's signature can be held against it.
        return Collected(
            claims=tuple(people.claims),
            signatures=tuple(people.signatures),
            limits=(*mail.limits, *people.limits),
        )
    domains = dkim.read(mail, context.mail_keys, context.at)
    return Collected(
        claims=(*people.claims, *domains.claims),
        signatures=(*people.signatures, *domains.signatures),
        limits=tuple(dict.fromkeys((*mail.limits, *people.limits, *domains.limits))),
    )


SOURCE = ClaimSource(id="mail_signatures", formats=FORMATS, collect=collect)
