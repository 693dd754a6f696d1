"""Every class of attack on signed mail, made anew: who signs is trusted, and none may pass.

Classes after Müller and others, "Johnny, you are fired!" (USENIX Security 2019): c for CMS, m for
MIME wrapping, i for identities; h for what headers and structure add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.verification import mailing as m
from tests.verification import signing as made

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRED = "You are fired."
_HTML = '<b>You are fired.</b><div style="display:none"><plaintext>'


def eve() -> made.Identity:
    return made.person("Eve", "eve@example.com")


def attacks() -> Iterator[tuple[str, bytes]]:
    """Give every variant by a name that says what it is."""
    yield from _cms()
    yield from _wrapped()
    yield from _identities()
    yield from _headers()


def _cms() -> Iterator[tuple[str, bytes]]:
    other = m.text(_FIRED)
    value = m.cms_of(m.TEXT)
    enclosing = m.cms_of(m.TEXT, opaque=True)
    yield "c1 another text than the one that is enclosed", m.signed(other, value=enclosing)
    yield "c1 another text than the one that was signed", m.signed(other, value=value)
    yield "c2 no signers", m.signed(value=m.no_signers(value))
    mine, theirs = m.cms_of(other, eve()), value
    yield "c2 a stranger's signer put before", m.signed(other, value=m.two_signers(mine, theirs))
    yield "c2 a stranger's signer put behind", m.signed(other, value=m.two_signers(theirs, mine))
    yield (
        "c2 two signers that hold, of whom one is no sender",
        m.signed(value=m.two_signers(value, m.cms_of(m.TEXT, eve()))),
    )
    yield "c3 no signed data at all", m.signed(value=bytes.fromhex("300b06092a864886f70d010702"))
    yield "c3 a value that is cut off", m.signed(value=value[:-40])
    yield "c3 an empty value", m.signed(value=b"0")
    yield (
        "c4 a certificate of nobody's authority",
        m.signed(who=made.person("王芳", m.ADDRESS, issuer="Evil CA")),
    )


def _wrapped() -> Iterator[tuple[str, bytes]]:
    whole, fired = m.entity(), m.text(_FIRED)
    page = m.text(_HTML, "html")
    attached = whole.replace(
        b"Content-Type: multipart/signed;",
        b"Content-Disposition: attachment; filename=a.eml\r\nContent-Type: multipart/signed;",
        1,
    )
    shown = m.text('<iframe src="cid:target"></iframe>', "html")
    target = b"Content-ID: <target>\r\n" + whole
    yield "m1 text before", m.mixed(fired, whole)
    yield "m1 many lines before", m.mixed(m.text(_FIRED + "\r\n.\r\n" * 200), whole)
    yield "m1 text behind", m.mixed(whole, fired)
    yield "m1 text on both sides", m.mixed(fired, whole, fired)
    yield "m1 a picture before", m.mixed(b"Content-Type: image/png\r\n\r\nx", whole)
    yield "m2 a page that hides the rest", m.mixed(page, whole)
    yield "m2 a page behind that hides by a style sheet", m.mixed(whole, page)
    yield "m2 a style sheet beside", m.mixed(b"Content-Type: text/css\r\n\r\n*{}", whole)
    yield (
        "m3 a page that shows the signed part as a picture",
        m.mixed(shown, target, kind="related"),
    )
    yield "m3 related, the signed part first", m.mixed(target, shown, kind="related")
    yield "m4 the signed part as an attachment", m.mixed(fired, attached)
    yield "m4 the signed part alone as an attachment", m.mixed(attached, fired)
    yield from _odd_wrappings(whole, fired)


def _odd_wrappings(whole: bytes, fired: bytes) -> Iterator[tuple[str, bytes]]:
    mail_in_mail = b"Content-Type: message/rfc822\r\n\r\n" + m.signed()
    yield "m5 one alternative of two, last", m.mixed(fired, whole, kind="alternative")
    yield "m5 one alternative of two, first", m.mixed(whole, fired, kind="alternative")
    yield "m5 a multipart that no program knows", m.mixed(whole, fired, kind="x-unknown")
    yield "m6 within a forwarded mail", m.mixed(fired, mail_in_mail)
    yield "m6 nothing but a forwarded mail", m.HEADER + mail_in_mail
    yield (
        "m7 a third part in the signed mail",
        m.signed().replace(b"\r\n--SIGNED--", b"\r\n--SIGNED\r\n" + fired + b"\r\n--SIGNED--"),
    )
    yield "m8 opaque, with text before", m.mixed(fired, m.opaque(header=b""))
    yield (
        "m9 the boundary twice",
        m.signed().replace(b'boundary="SIGNED"', b'boundary="OTHER"; boundary="SIGNED"'),
    )
    yield "m9 the content type twice", m.signed(header=m.HEADER + b"Content-Type: text/plain\r\n")


def _identities() -> Iterator[tuple[str, bytes]]:
    boss = m.ADDRESS
    for name, line in {
        "i1 somebody else's address": f"From: {boss}",
        "i2 the address as a name": f"From: {boss} <eve@example.com>",
        "i2 the address as a quoted name": f'From: "{boss}" <eve@example.com>',
        "i2 the address as an encoded name": (
            "From: =?utf-8?B?d2FuZy5mYW5nQGV4YW1wbGUuY29t?= <eve@example.com>"
        ),
        "i2 a full-width @ in the name": "From: wang.fang＠example.com <eve@example.com>",
        "i2 blanks behind the address in the name": (
            f"From: {boss}                    . <eve@example.com>"
        ),
        "i2 the signer as a name": f"From: eve@example.com <{boss}>",
        "i2 another's name": "From: The Manager <eve@example.com>",
        "i2 only a name": "From: The Manager",
        "i2 empty": "From: ",
        "i2 two angles": f"From: <eve@example.com> <{boss}>",
        "i2 the address in a comment": f"From: eve@example.com ({boss})",
        "i2 a route": f"From: <@example.org,@{boss}:eve@example.com>",
        "i2 unseen characters in the name": "From: Eve\u202e\u200b <eve@example.com>",
        "i3 two addresses, the signer last": f"From: {boss}, eve@example.com",
        "i3 two addresses, the signer first": f"From: eve@example.com, {boss}",
        "i3 two fields, the signer first": f"From: eve@example.com\r\nFrom: {boss}",
        "i3 two fields, the signer last": f"From: {boss}\r\nFrom: eve@example.com",
        "i3 two fields, a blank before the colon": f"From : {boss}\r\nFrom: eve@example.com",
        "i3 two fields, one behind a lone return": f"X: \rFrom: {boss}\r\nFrom: eve@example.com",
        "i3 a group": f"From: Board: eve@example.com, {boss};",
        "i3 a group of one": "From: Board: eve@example.com;",
        "i3 the boss sends": f"From: Eve <eve@example.com>\r\nSender: {boss}",
        "i3 answers to the boss": f"From: Eve <eve@example.com>\r\nReply-To: {boss}",
        "i4 a zero byte": "From: Eve <eve@example.com\0.org>",
        "i4 a sub-address": "From: Eve <eve+boss@example.com>",
        "i4 a subdomain": "From: Eve <eve@mail.example.com>",
        "i4 a quoted local part": f'From: "{boss} "@example.com',
    }.items():
        yield name, m.signed(who=eve(), header=m.with_from(line))
    yield from _names()
    yield from _lookalikes()


def _names() -> Iterator[tuple[str, bytes]]:
    for name, shown in {
        "i2 another's name, each sign by itself": "李 强",
        "i2 a title, each letter by itself": "C E O",
        "i2 a title in letters in boxes": "🅱🅾🆂🆂",
    }.items():
        yield name, m.signed(who=eve(), header=m.with_from(f"From: {shown} <eve@example.com>"))


def _lookalikes() -> Iterator[tuple[str, bytes]]:
    lookalike = made.person("王芳", "wang.fang@xn--exmple-4nf.com")
    line = "From: 王芳 <wang.fang@ex\u0430mple.com>"
    yield "i5 a Cyrillic letter in the domain", m.signed(who=lookalike, header=m.with_from(line))
    coded = "From: 王芳 <wang.fang@xn--exmple-4nf.com>"
    yield "i5 the same, in punycode", m.signed(who=lookalike, header=m.with_from(coded))
    folded = made.person("Eve", "eve@strasse.example")
    sharp = m.with_from("From: Eve <eve@straße.example>")
    yield "i5 a domain that folds into the signer's", m.signed(who=folded, header=sharp)
    without = m.HEADER.partition(b"\r\n")[2]
    yield "i2 no From at all", m.signed(header=without)


def _headers() -> Iterator[tuple[str, bytes]]:
    protected = (
        b'Content-Type: text/plain; protected-headers="v1"\r\n'
        b"From: wang.fang@example.com\r\nSubject: We refuse\r\n\r\nno\r\n"
    )
    yield "h1 the signed subject is another", m.signed(protected)
    wrapped = b"Content-Type: message/rfc822\r\n\r\n"
    wrapped += b"From: eve@example.com\r\nSubject: Price\r\n\r\nyes\r\n"
    yield "h1 the wrapped From is another", m.signed(wrapped)
    hidden = m.text('Yes <p style="display:none">We accept every price that is asked.</p>', "html")
    yield "h2 words that are not seen", m.signed(hidden)
    frame = m.text('Yes <iframe src="https://example.org/x"></iframe>', "html")
    yield "h3 a document from elsewhere", m.signed(frame)
    differs = (
        b'Content-Type: multipart/alternative; boundary="ALT"\r\n\r\n--ALT\r\n'
        + m.text("We refuse the price that you have named to us.")
        + b"\r\n--ALT\r\n"
        + m.text("<p>All is fine, send forty lorries at once</p>", "html")
        + b"\r\n--ALT--\r\n"
    )
    yield "h4 two alternatives that differ", m.signed(differs)


def honest() -> Iterator[tuple[str, bytes]]:
    """Give what people and programs send every day: all of it passes."""
    person = made.person()
    alike = (
        b'Content-Type: multipart/alternative; boundary="ALT"\r\n\r\n--ALT\r\n'
        + m.text("We accept the price of 100,000 as agreed.")
        + b"\r\n--ALT\r\n"
        + m.text("<p>We <b>accept</b> the price of 100,000 as agreed.</p>", "html")
        + b"\r\n--ALT--\r\n"
    )
    files = (
        b'Content-Type: multipart/mixed; boundary="IN"\r\n\r\n--IN\r\n'
        + m.text("See the file.")
        + b"\r\n--IN\r\nContent-Type: application/pdf\r\n"
        b"Content-Disposition: attachment\r\n\r\n%PDF" + b"\r\n--IN--\r\n"
    )
    yield "detached", m.signed()
    yield "opaque", m.opaque()
    yield "with lone line feeds", m.signed().replace(b"\r\n", b"\n")
    yield "with a file inside", m.signed(files)
    yield "with two alternatives that agree", m.signed(alike)
    yield "without a name", m.signed(header=m.with_from("From: wang.fang@example.com"))
    yield "address in capitals", m.signed(header=m.with_from("From: 王芳 <Wang.Fang@Example.COM>"))
    yield (
        "encoded name",
        m.signed(header=m.with_from("From: =?utf-8?B?546L6Iqz?= <wang.fang@example.com>")),
    )
    yield "a blank in the name", m.signed(header=m.with_from("From: 王 芳 <wang.fang@example.com>"))
    yield (
        "the name in one word",
        m.signed(header=m.with_from("From: WangFang <wang.fang@example.com>")),
    )
    yield "in a wrapping of nothing else", m.mixed(m.entity())
    yield (
        "signed twice by the same person",
        m.signed(value=m.two_signers(m.cms_of(m.TEXT, person), m.cms_of(m.TEXT, person))),
    )
    yield from _odd_and_honest()


def _odd_and_honest() -> Iterator[tuple[str, bytes]]:
    yield "from a mailbox file", b"From eve@example.com Mon Jun  1 08:00:00 2026\r\n" + m.signed()
    yield "a blank before the colon", m.signed(header=m.with_from(f"From : {m.ADDRESS}"))
    yield (
        "lines that end in two returns",
        m.signed(header=m.HEADER.replace(b"Price\r\n", b"Price\r\r\n")),
    )
    yield "signed within signed", m.signed(m.entity().replace(b"SIGNED", b"WITHIN"))
    yield (
        "sent by the sender",
        m.signed(
            header=m.HEADER
            + b"Sender: wang.fang@example.com\r\nReply-To: wang.fang@example.com\r\n"
        ),
    )
