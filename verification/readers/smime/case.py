"""One signed place of a mail while it is being examined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.values import ByteRange, PackagePart, Text

if TYPE_CHECKING:
    from verification.readers.mime.parts import Mail, Part
    from verification.readers.pyhanko.grounds import Trust
    from verification.readers.smime.finding import Place
    from verification.readers.smime.identity import Seen
    from verification.values import Evidence, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is around the mail: nothing for an .eml, the Outlook file for a .msg."""

    #: The stream of the container that holds the mail; None where it is the file itself.
    stream: str | None = None
    #: Names and addresses of whom it may show as the sender.
    shown: tuple[tuple[str, str], ...] = ()
    #: Whether the container says at all which address sent it.
    sender_stored: bool = True
    #: A text that the container keeps beside the signed one.
    copied_text: str | None = None
    #: Attachments beside the signed mail.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One signed place while it is being examined."""

    id: str
    place: Place
    mail: Mail
    seen: Seen
    trust: Trust
    envelope: Envelope
    #: Where a part lies that was found inside of an opaque signature.
    within: Part | None = None
    outer: tuple[Judgement, ...] = ()


def evidence_of(case: Case) -> tuple[Evidence, ...]:
    """Point at the signed bytes."""
    part = case.within or case.place.part
    caption = Text(zh="签名所在的部分", en="the signed part")
    if case.envelope.stream is not None:
        path = case.place.part.path or None
        return (PackagePart(part=case.envelope.stream, path=path, caption=caption),)
    signed = case.place.content if case.within is None and case.place.content else part
    return (ByteRange(start=signed.start, end=signed.end, caption=caption),)
