"""Which parts a reader is shown, and where a signed part stands among them.

The attacks on signed mail hardly ever touch the cryptography: they set unsigned text before, around
or over a signed part (Müller and others, "Johnny, you are fired!", USENIX Security 2019, m1 to m4).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.readers.mime.decode import text_of
from verification.readers.mime.html import read_page
from verification.values import Text

if TYPE_CHECKING:
    from verification.readers.mime.parts import Mail, Part

#: So much of one text is looked at.
MOST_TEXT_BYTES = 200_000
#: Hidden words below this are a preview line or a filler.
_HIDDEN_CHARS = 20
#: Two alternatives with a smaller share of common words tell different things.
_ALIKE = 0.5
#: A copy of a text has at least this share of its words.
_COPIED = 0.95
#: Below this many words two texts are not compared.
_FEW_WORDS = 4
_SIGNATURE_TYPES = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)
_HEADER = Text(zh="邮件头", en="its header")
_ONCE = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a signed part stands in the mail that a reader opens.

    `case` is ``whole``, ``footer`` (unsigned text or files follow), ``wrapped`` (a reader sees
    unsigned things first, around or instead) or ``enclosed`` (within a forwarded mail).
    """

    case: str
    unsigned: tuple[str, ...] = ()
    outside: tuple[Part, ...] = ()
    #: Why two programs may show two different things.
    ambiguous: str | Text | None = None


def stand(mail: Mail, signed: Part) -> Standing:
    """Say what a reader is shown beside the part that `signed` is."""
    above = list(signed.ancestors())
    outside = tuple(
        part for part in mail.root.walk() if _is_content(part) and not _is_within(part, signed)
    )
    names = tuple(dict.fromkeys(label(part) for part in outside))
    ambiguous = next((why for part in (signed, *above) if (why := ambiguity(part))), None)
    if any(part.type.startswith("message/") for part in above):
        return Standing(case="enclosed", unsigned=names, outside=outside, ambiguous=ambiguous)
    if not outside:
        return Standing(case="whole", ambiguous=ambiguous)
    wrapped = _is_attached(signed) or any(
        part.type != "multipart/mixed" or _is_attached(part) for part in above
    )
    first = any(_is_displayed(part) and part.start < signed.start for part in outside)
    covering = any(part.type == "text/html" or _is_frame(part) for part in outside)
    case = "wrapped" if wrapped or first or covering else "footer"
    return Standing(case=case, unsigned=names, outside=outside, ambiguous=ambiguous)


def ambiguity(part: Part) -> str | Text | None:
    """Say why programs may read this entity differently; None where it is plain."""
    for name in _ONCE:
        if len(part.header.all(name)) > 1:
            return f"{name} × {len(part.header.all(name))}"
    if part.content_type.doubled:
        return f"content-type; {', '.join(sorted(part.content_type.doubled))} × 2"
    if part.header.strays:
        return _HEADER
    return None


def label(part: Part) -> str:
    """Name a part so that a person finds it."""
    name = "".join(c for c in part.name if c.isprintable())[:60]
    return f"{part.path or '0'} {part.type[:60]}{f' {name}' if name else ''}"


def _is_content(part: Part) -> bool:
    return not part.children and part.type not in _SIGNATURE_TYPES


def _is_within(part: Part, whole: Part) -> bool:
    return part is whole or any(above is whole for above in part.ancestors())


def _is_attached(part: Part) -> bool:
    return part.disposition.name == "attachment"


def _is_displayed(part: Part) -> bool:
    return part.type.startswith(("text/", "image/", "multipart/")) and not _is_attached(part)


def _is_frame(part: Part) -> bool:
    return part.type in {"image/svg+xml", "text/css", "application/xhtml+xml", "text/xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is to be said of the signed content itself."""

    hidden: str = ""
    different: bool = False
    #: Documents and pictures that are fetched when the mail is read, so not signed.
    fetched: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    #: Parts that stand for bytes elsewhere (RFC 2046, 5.2.2 and 5.2.3).
    elsewhere: tuple[str, ...] = field(default=())


def look_into(mail: Mail, top: Part) -> Contents:
    """Look at what the signed content shows, hides and fetches."""
    hidden, fetched, frames = "", [], []
    known = {part.content_id for part in top.walk() if part.content_id}
    for part in top.walk():
        if part.type not in {"text/html", "application/xhtml+xml"} or part.children:
            continue
        page = read_page(text_of(mail, part, MOST_TEXT_BYTES))
        hidden = hidden or " ".join(page.hidden.split())
        fetched += [_url(link) for link in page.links if not _is_inside(link, known)]
        frames += [_url(link) for link in page.frames if not _is_inside(link, known)]
    elsewhere = [
        label(part)
        for part in top.walk()
        if part.type in {"message/external-body", "message/partial"}
    ]
    return Contents(
        hidden=hidden if len(hidden) >= _HIDDEN_CHARS else "",
        different=any(
            _differs(mail, part) for part in top.walk() if part.type == "multipart/alternative"
        ),
        fetched=tuple(dict.fromkeys(fetched))[:10],
        frames=tuple(dict.fromkeys(frames))[:10],
        elsewhere=tuple(elsewhere[:10]),
    )


def tells_the_same(text: str, mail: Mail, top: Part) -> bool:
    """Tell whether `text` is what the signed content shows, but for layout."""
    own = _words(text)
    signed = {
        word
        for part in top.walk()
        if part.type in {"text/plain", "text/html"} and not part.children
        for word in _words(_shown(mail, part))
    }
    return len(own & signed) >= _COPIED * len(own)


def _url(link: tuple[str, str]) -> str:
    return f"{link[0]}:{link[1]}"[:100]


def _is_inside(link: tuple[str, str], known: set[str]) -> bool:
    scheme, rest = link
    return scheme == "data" or (scheme == "cid" and rest in known)


def _differs(mail: Mail, part: Part) -> bool:
    """Tell whether the alternatives of one text say different things."""
    texts = [
        _words(_shown(mail, leaf))
        for child in part.children
        for leaf in child.walk()
        if leaf.type in {"text/plain", "text/html"} and not leaf.children
    ]
    if len(texts) < 2:  # noqa: PLR2004 - one text has nothing to differ from
        return False
    first, last = texts[0], texts[-1]
    smaller, larger = sorted((first, last), key=len)
    if len(larger) < _FEW_WORDS and smaller == larger:
        return False
    return len(smaller & larger) < _ALIKE * len(larger)


def _shown(mail: Mail, part: Part) -> str:
    text = text_of(mail, part, MOST_TEXT_BYTES)
    return read_page(text).shown if part.type == "text/html" else text


def _words(text: str) -> set[str]:
    """The words of a text; of ideographs each counts, as they are written without spaces."""
    plain = unicodedata.normalize("NFKC", re.sub(r"https?://\S+", " ", text)).casefold()
    return set(re.findall(r"[^\W\d_a-z]|[a-z\d]+", plain))


def pgp_blocks(mail: Mail) -> list[Part]:
    """Give the text parts that hold a clear-signed block (RFC 9580, 7)."""
    mark = b"-----BEGIN PGP SIGNED MESSAGE-----"
    return [
        part
        for part in mail.root.walk()
        if not part.children
        and (part.type.startswith("text/") or not part.header.fields)
        and (mark in mail.body(part)[:MOST_TEXT_BYTES] or _coded_mark(mail, part, mark))
    ]


def _coded_mark(mail: Mail, part: Part, mark: bytes) -> bool:
    if part.encoding not in {"base64", "quoted-printable"}:
        return False
    return mark.decode() in text_of(mail, part, MOST_TEXT_BYTES)
