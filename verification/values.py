"""The words of verification: every value that crosses the room's border, all frozen.

Field names are the JSON names that other programs read; :mod:`verification.codec` turns the
values into JSON and back and adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the codec reads the annotations at run time
from enum import StrEnum
from typing import Literal

from verification.content import NOTHING, Content


class Status(StrEnum):
    """What a check, a signature or a whole file came to (after ETSI EN 319 102-1, 5.1.3)."""

    PASSED = "PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "FAILED"
    #: The check has nothing to say about this file: neutral, and never a pass.
    NOT_APPLICABLE = "NOT_APPLICABLE"


#: What a signature is made of. `seal` and `handwritten` are seen on a page, not computed.
SignatureKind = Literal[
    "pdf", "ofd", "ooxml", "smime", "pgp", "dkim", "arc", "timestamp", "handwritten", "seal"
]

#: What a signature is asked. `identity`: is who signed who a reader would take for the author?
Question = Literal["integrity", "coverage", "changes", "chain", "time", "identity"]


class Trust(StrEnum):
    """How much a claim is worth: who would have had to lie for it to be wrong."""

    T0 = "T0"  #: file system and ZIP entry times
    T1 = "T1"  #: written on the page or in the file name
    T2 = "T2"  #: container metadata: EXIF, PDF Info and XMP, OOXML core properties, mvhd
    T3 = "T3"  #: inside a valid signature, claimed by its signer
    T4 = "T4"  #: a server we know: our own receipt, DKIM t=, Received by our mail server
    T5 = "T5"  #: an RFC 3161 or document time-stamp of a trusted authority


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in both languages."""

    zh: str
    en: str


# Evidence: where in the file to look. `caption` says what is to be seen there.


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBox:
    """A place on a page: `page` counts from 1, `box` is x0, y0, x1, y1 in points from top left."""

    kind: Literal["page_box"] = "page_box"
    page: int
    box: tuple[float, float, float, float]
    #: Which signed revision of the file, counted from 1; None is the file as it is.
    revision: int | None = None
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBox:
    """A place in a picture, in pixels from top left."""

    kind: Literal["image_box"] = "image_box"
    #: Which frame of the file, or which of an office document's large pictures, from 1.
    page: int = 1
    box: tuple[float, float, float, float]
    #: The part of the package that the picture is; None where the file is the picture.
    part: str | None = None
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoBox:
    """A place in a film: `t_ms` from its first picture, pixels from top left as it is shown."""

    kind: Literal["video_box"] = "video_box"
    t_ms: int
    box: tuple[float, float, float, float]
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """Bytes `start` (included) to `end` (excluded) of the file."""

    kind: Literal["byte_range"] = "byte_range"
    start: int
    end: int
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePart:
    """A member of a container, `path` being an XPath, cell or stream inside it."""

    kind: Literal["part"] = "part"
    part: str
    path: str | None = None
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLine:
    """A header of a mail; `index` counts headers of that name from 0, outermost first."""

    kind: Literal["header"] = "header"
    name: str
    index: int = 0
    caption: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataField:
    """A field as the format's own standard names it, e.g. ``pdf:/Info/CreationDate``."""

    kind: Literal["field"] = "field"
    source: str
    value: str | None = None
    caption: Text | None = None


Evidence = PageBox | ImageBox | VideoBox | ByteRange | PackagePart | HeaderLine | MetadataField


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says of one thing. A finding that is not PASSED says what would help."""

    id: str
    version: int
    status: Status
    #: Why, in one upper-case word; ETSI's where it has one. None when PASSED or NOT_APPLICABLE.
    sub_indication: str | None = None
    message: Text
    remedy: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    #: By how much the two times of a contradiction miss each other at least, whatever the zones.
    seconds: int | None = None


#: What is said to have happened at a time. `signed` stands for signatures and time-stamps, `sent`
#: and `received` for mail, `receipt` for our own clock, `stored` for a copy that was put away (ZIP
#: entries, scans of older pictures).
Event = Literal["created", "modified", "signed", "sent", "received", "receipt", "stored"]

#: What a claim is about. From `supplier` on: what a quote says (`verification/claims/quote.py`).
ClaimKind = Literal[
    "time",
    "author",
    "software",
    "supplier",
    "buyer",
    "tax_number",
    "bank_account",
    "phone",
    "currency",
    "layout",
    "quoted_on",
    "valid_until",
    "item",
    "subtotal",
    "tax",
    "charge",
    "total",
    "total_words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something the file says of itself; believed as far as its trust class goes."""

    kind: ClaimKind
    #: Where it was read, e.g. ``exif:DateTimeOriginal``, ``pdf:/Info/CreationDate``.
    source: str
    #: Times: ISO 8601, local time without offset where the zone is unknown.
    value: str
    #: ``+08:00``, ``UTC`` or None where the source does not say.
    zone: str | None = None
    #: What is said to have happened then; None where the source does not say.
    event: Event | None = None
    trust: Trust
    #: The id of the signature whose signed bytes hold this claim.
    covered_by: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One question about a signature, answered; a check turns it into a finding."""

    question: Question
    status: Status
    sub_indication: str | None = None
    message: Text
    remedy: Text | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature found in the file. Intact, valid and trusted are three different things."""

    id: str
    kind: SignatureKind
    #: Who signed, as the certificate names the subject.
    signer: str | None
    #: Mail addresses that the signing certificate vouches for.
    emails: tuple[str, ...] = ()
    #: The organisation that the certificate names (O of its subject).
    organisation: str | None = None
    #: SHA-256 of the signing certificate (DER), lower-case hexadecimal.
    certificate: str | None = None
    #: The holder's name as the electronic seal itself states it (GB/T 38540: esPropertyInfo.name).
    seal: str | None = None
    status: Status
    sub_indication: str | None = None
    #: Digest and signature value hold over the signed bytes.
    intact: bool
    #: ``whole``, ``part`` or ``revision N``.
    covers: str
    #: ISO 8601 with offset; the best proven or claimed time of signing.
    time: str | None = None
    changed_parts: tuple[str, ...] = ()
    unsigned_parts: tuple[str, ...] = ()
    message: Text | None = None
    remedy: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    #: The answers that `status` is the worst of, in the order in which they were asked.
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something seen on a page: a written signature, a seal, a clock. `confidence` in 0..1.

    `box` is in the units of evidence: points for documents, pixels as stored for pictures.
    """

    kind: Literal["handwritten_signature", "seal", "clock"]
    page: int
    box: tuple[float, float, float, float]
    confidence: float
    text: str | None = None
    #: How sure the text was read, 0..1.
    text_confidence: float | None = None
    #: What it looks like, in words of its source; a seal: round, oval, square, faint, colourless,
    #: holder (its ring states the one that is asked for).
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What stands together on one line of a page (from 1), in the units of evidence."""

    page: int
    text: str
    box: tuple[float, float, float, float]
    #: 0..1; text that the file holds as text has 1.
    confidence: float
    source: Literal["text_layer", "ocr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """What the bytes are, whatever the name says."""

    #: Lower-case usual extension without aliases (jpg, tif, docx …); None: not recognised.
    format: str | None
    media_type: str
    extension: str | None
    #: Every other format that is legally present in the same bytes.
    also: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A cap that stopped the examination: what was seen, what is allowed."""

    name: str
    seen: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who must sign; every field that is given must agree, and a certificate decides alone."""

    #: What the person is at the customer, for sentences only.
    role: Text | None = None
    name: str | None = None
    email: str | None = None
    #: The organisation that the certificate must name.
    organisation: str | None = None
    #: The holder's name as the electronic seal must state it.
    seal: str | None = None
    #: SHA-256 of the certificate (DER) in hexadecimal, colons and case as one likes.
    certificate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a stage asks of a deliverable. The default asks nothing."""

    id: str = "none"
    #: Formats as `FileType.format` names them; empty: any.
    formats: tuple[str, ...] = ()
    #: The file must have been made in this window (aware times).
    not_before: datetime | None = None
    not_after: datetime | None = None
    signer: Signer | None = None
    #: The weakest class that the best of the file's own times may have.
    best_time: Trust | None = None
    #: Two times that miss each other by less are let pass, by so many seconds or more they fail.
    contradictions_below_s: int | None = None
    content: Content = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKey:
    """The public key with which a mail domain signs: the TXT record of its selector (RFC 6376)."""

    domain: str
    selector: str
    record: str
    #: ``pinned``: it stands among the keys that an administrator keeps; ``first_use``: remembered
    #: from when it was first supplied.
    known: Literal["pinned", "first_use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The bytes as they came, and what was said of them on the way."""

    data: bytes
    name: str
    #: As the sender declared it; None when nothing was declared.
    media_type: str | None = None
    #: By our own clock; None when the file was not received by a service of ours.
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is known of one file: the object that ``countermark verify --json`` prints."""

    path: str
    sha256: str
    size: int
    type: FileType
    verdict: Status
    sub_indication: str | None
    checks: tuple[Finding, ...]
    claims: tuple[Claim, ...] = ()
    signatures: tuple[Signature, ...] = ()
    marks: tuple[Mark, ...] = ()
    limits: tuple[Limit, ...] = ()
    #: What stands on its pages, where it was asked for, up to a few thousand lines.
    words: tuple[Line, ...] = ()
    #: The policy that composed the verdict, ``name@version``.
    policy: str = ""
    #: The level that held while the bytes were parsed; ``none`` outside any sandbox.
    sandbox: str = "none"
    cpu_ms: float = field(default=0.0, compare=False)
