"""What a picture says of itself: EXIF (CIPA DC-008), XMP, IPTC, PNG's texts; caps on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.claims.xmp import note_xmp
from verification.examination import ClaimSource
from verification.moments import Moment, exif_moment, loose_moment, pdf_moment
from verification.readers.iptc import read_iptc
from verification.readers.isobmff import BoxError
from verification.readers.jumbf import claim_generator
from verification.readers.picture_blocks import BlockError, read_blocks
from verification.readers.pillow import PILLOW_FORMATS, check_caps, read_exif

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.picture_blocks import Blocks
    from verification.readers.pillow import ExifFields
    from verification.values import Event

_OTHERS = frozenset({"heic", "avif", "psd", "jp2", "jxl", "cr2", "cr3", "raf", "orf", "rw2"})
#: Keys under which PNGs have dates: the standard's own, and those of ImageMagick, which are the
#: times of the file that it read.
_PNG_DATES: dict[str, Event] = {
    "Creation Time": "created",
    "date:create": "stored",
    "date:modify": "stored",
}


def collect(context: Context) -> Collected:
    notes = Notes()
    data, file_format = context.submission.data, context.file_type.format
    if file_format in PILLOW_FORMATS:
        try:
            check_caps(data, file_format, context.limits)
        except BlockError as error:
            notes.unreadable(f"{file_format}:header", str(error))
    try:
        blocks = read_blocks(data, file_format)
    except (BlockError, BoxError) as error:
        notes.unreadable("exif", str(error))
        return notes.collected
    _note_blocks(notes, blocks)
    return notes.collected


def _note_blocks(notes: Notes, blocks: Blocks) -> None:
    packets, iptc = dict.fromkeys(blocks.xmp), blocks.iptc
    for block in blocks.exif:
        try:
            fields = read_exif(block)
        except BlockError as error:
            notes.unreadable("exif", str(error))
            continue
        _note_exif(notes, fields)
        packets |= dict.fromkeys([fields.xmp] if fields.xmp else [])
        iptc = iptc or fields.iptc
    for xmp in packets:
        note_xmp(notes, xmp, "xmp", picture=True)
    _note_iptc(notes, iptc)
    for key, text in blocks.texts:
        if key in _PNG_DATES:
            notes.time(f"png:{key}", text, loose_moment, event=_PNG_DATES[key])
    for changed in blocks.changed:
        notes.time("png:tIME", changed, _utc, event="modified")
    if blocks.credentials:
        notes.word("software", "c2pa:claim_generator", claim_generator(blocks.credentials))


def _note_exif(notes: Notes, fields: ExifFields) -> None:
    for source, written, offset, event in (
        ("exif:DateTimeOriginal", fields.original, fields.original_offset, "created"),
        # Digitised is when a copy was made: a scan may be years younger than what it shows.
        ("exif:DateTimeDigitized", fields.digitized, fields.digitized_offset, "stored"),
        ("exif:DateTime", fields.changed, fields.changed_offset, "modified"),
    ):
        if written:
            notes.time(source, written, lambda raw, o=offset: exif_moment(raw, o), event=event)  # type: ignore[misc, arg-type]  # the loop's own texts
    if fields.gps:
        notes.time("exif:GPSDateStamp", fields.gps, _utc, event="created")
    notes.word("author", "exif:Artist", fields.artist)
    notes.word("software", "exif:Software", fields.software)


def _note_iptc(notes: Notes, block: bytes) -> None:
    fields = read_iptc(block)
    if fields.created:
        notes.time("iptc:DateCreated", fields.created, pdf_moment, event="created")
    if fields.digitized:
        notes.time("iptc:DigitalCreationDate", fields.digitized, pdf_moment, event="stored")
    notes.word("author", "iptc:By-line", fields.author)
    notes.word("software", "iptc:OriginatingProgram", fields.program)


def _utc(raw: str) -> Moment | None:
    return exif_moment(raw, "+00:00")


SOURCE = ClaimSource(
    id="picture.metadata", formats=frozenset({*PILLOW_FORMATS, *_OTHERS}), collect=collect
)
