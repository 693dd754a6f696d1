"""Is the signer the one whom a reader takes for the sender? (RFC 8550, 3; RFC 8551, 3.1).

Every fault is an answer of its own; only where there is none, the identity passes. The classes i1
to i3 of "Johnny, you are fired!" are all told apart here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.mime import addresses
from verification.readers.mime.fields import decoded, one_line
from verification.readers.smime.cases import judge
from verification.values import HeaderLine, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.mime.fields import Header
    from verification.readers.mime.parts import Part
    from verification.values import Evidence, Judgement

#: Fields that a reader sees and that a signed part may repeat (RFC 8551, 3.1; RFC 9788).
PROTECTED = ("from", "to", "cc", "subject", "date", "sender", "reply-to")
_REASONS = {
    "hidden": Text("含有不可见字符", "unseen characters"),
    "gap": Text("用空白把真实地址挤出视线", "blanks that push the address out of sight"),
    "other_address": Text("名称里写着另一个地址", "another address in the name"),
    "at_sign": Text("名称里有 @", "an @ in the name"),
    "encoded": Text("解码后仍是编码文字", "encoded words within encoded words"),
    "control": Text("含有控制字符", "control characters"),
    "comment": Text("含有注释", "a comment"),
    "unclosed": Text("引号或括号没有结束", "a quote or bracket that does not end"),
    "after_address": Text("地址之后还有文字", "text after the address"),
    "route": Text("旧式路由地址", "an obsolete route"),
    "no_address": Text("夹有不是地址的文字", "text that is no address"),
    "long": Text("过长", "too long"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """What the certificate vouches for."""

    name: str
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The header that a reader is shown, and a sender's address that stands outside of it."""

    header: Header
    #: Whom an Outlook file may show as the sender, stored beside the header: name, address.
    shown: tuple[tuple[str, str], ...] = ()
    #: False where an Outlook file keeps no address of the sender at all.
    sender_stored: bool = True


def judge_identity(seen: Seen, signer: Signer, content: Part | None) -> list[Judgement]:
    """Compare the certificate with everything that names the sender."""
    judgements = [*_judge_from(seen, signer)]
    if content is not None:
        judgements += _judge_protected(seen.header, content)
    return judgements


def _judge_from(seen: Seen, signer: Signer) -> Iterator[Judgement]:
    fields = seen.header.all("from")
    where = tuple(HeaderLine(name="From", index=index) for index in range(min(len(fields), 5)))
    texts = [field.text for field in fields]
    if len(fields) > 1:
        yield judge("from_several", where, shown=one_line(texts))
        return
    found = addresses.read_addresses(texts[0] if texts else "")
    if not fields and not seen.sender_stored:
        yield judge("sender_unknown", address=one_line(signer.emails), signer=signer.name)
        return
    if not found.mailboxes:
        yield judge("from_missing", where, shown=one_line(texts))
        return
    if len(found.mailboxes) > 1 or found.groups:
        yield judge("from_several", where, shown=one_line(texts))
        return
    box = found.mailboxes[0]
    faults = [
        *_judge_writing(found, box, where),
        *_judge_certificate(box, signer, where),
        *_judge_others(seen, box),
        *_judge_stored(seen, box, signer),
    ]
    yield from faults or [judge("sender", where, address=box.address, signer=signer.name)]


def _judge_writing(
    found: addresses.Addresses, box: addresses.Mailbox, where: tuple[Evidence, ...]
) -> Iterator[Judgement]:
    if found.oddities:
        shown = f"{box.name} <{box.address}>"
        yield judge("from_odd", where, reason=_REASONS[found.oddities[0]], shown=shown)
    for fault in addresses.faults_of_name(box.name, box.address):
        facts = {"shown": box.name, "address": box.address}
        yield judge("name_deceives", where, reason=_REASONS[fault], **facts)
    if addresses.is_homograph(box.address):
        address = addresses.to_unicode(box.address)
        shown = box.address if address == box.address else f"{address} ({box.address})"
        yield judge("lookalike", where, address=shown)


def _judge_certificate(
    box: addresses.Mailbox, signer: Signer, where: tuple[Evidence, ...]
) -> Iterator[Judgement]:
    facts = {"address": box.address, "signer": signer.name}
    if not signer.emails:
        yield judge("no_address", where, **facts)
    elif not any(addresses.same_address(box.address, email) for email in signer.emails):
        certified = one_line(signer.emails)
        yield judge("other_signer", where, certified=certified, **facts)
    elif not addresses.names_agree(box.name, (signer.name, box.address.rpartition("@")[0])):
        yield judge("name_uncertified", where, shown=box.name, **facts)


def _judge_others(seen: Seen, box: addresses.Mailbox) -> Iterator[Judgement]:
    """Look at whoever else the mail names as its sender, or as whom an answer goes to."""
    for name in ("Sender", "Reply-To"):
        for index, field in enumerate(seen.header.all(name.lower())[:5]):
            others = addresses.read_addresses(field.text).mailboxes
            same = [addresses.same_address(other.address, box.address) for other in others]
            if not same or not all(same):
                where = (HeaderLine(name=name, index=index),)
                other = one_line([field.text])
                yield judge("sent_by", where, field=name, other=other, address=box.address)


def _judge_stored(seen: Seen, box: addresses.Mailbox, signer: Signer) -> Iterator[Judgement]:
    """Look at whom Outlook shows, which it takes from elsewhere than the header."""
    for name, address in dict.fromkeys(seen.shown):
        if address and not addresses.same_address(address, box.address):
            other = one_line([address])
            yield judge("sent_by", (), field="Outlook sender", other=other, address=box.address)
        facts = {"shown": name, "address": box.address}
        for fault in addresses.faults_of_name(name, box.address) if name != box.name else ():
            yield judge("name_deceives", (), reason=_REASONS[fault], **facts)
        if signer.emails and not _is_certified(name, box, signer):
            yield judge("name_uncertified", (), signer=signer.name, **facts)


def _is_certified(name: str, box: addresses.Mailbox, signer: Signer) -> bool:
    known = (signer.name, box.address.rpartition("@")[0])
    return name == box.name or addresses.names_agree(name, known)


def _judge_protected(outer: Header, content: Part) -> Iterator[Judgement]:
    """Compare the fields that the signed part repeats with those that are shown."""
    inner = protected_header(content)
    for name in PROTECTED:
        repeated = inner.all(name)
        if not repeated:
            continue
        signed, shown = _plain(repeated[0].text), _plain(outer.text(name))
        if signed != shown or len(repeated) != len(outer.all(name)):
            where = (HeaderLine(name=name.title()),)
            yield judge(
                "header_changed", where, field=name.title(), inner=signed[:60], outer=shown[:60]
            )


def protected_header(content: Part) -> Header:
    """Give the header in which a signed part repeats what a reader is shown.

    RFC 8551 wraps the whole mail into message/rfc822; others set the fields on the part itself.
    """
    if content.type == "message/rfc822" and content.children:
        return content.children[0].header
    return content.header


def _plain(text: str) -> str:
    return " ".join(decoded(text).split())
