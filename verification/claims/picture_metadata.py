"""What a picture says of itself: EXIF (CIPA DC-008), PNG's tIME; caps by header on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import Moment, exif_moment
from verification.readers.isobmff import BoxError, exif_item
from verification.readers.pillow import (
    PILLOW_FORMATS,
    ExifError,
    check_caps,
    exif_block,
    png_time,
    read_exif,
)

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.pillow import ExifFields

_BOXED = frozenset({"heic", "avif"})
#: A raw format that is a TIFF file with a name of its own; the others are recognised as tif.
_RAW = frozenset({"cr2"})
_WITHOUT_EXIF = frozenset({"bmp", "gif"})


def collect(context: Context) -> Collected:
    notes = Notes()
    data, file_format = context.submission.data, context.file_type.format
    if file_format in PILLOW_FORMATS:
        try:
            check_caps(data, file_format, context.limits)
        except ExifError as error:
            notes.unreadable(f"{file_format}:header", str(error))
    try:
        block = exif_item(data) if file_format in _BOXED else exif_block(data, file_format)
        if block and file_format not in _WITHOUT_EXIF:
            _note(notes, read_exif(block))
    except (ExifError, BoxError) as error:
        notes.unreadable("exif", str(error))
    if file_format == "png" and (changed := png_time(data)):
        notes.time("png:tIME", changed, _utc, event="modified")
    return notes.collected


def _note(notes: Notes, fields: ExifFields) -> None:
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


def _utc(raw: str) -> Moment | None:
    return exif_moment(raw, "+00:00")


SOURCE = ClaimSource(
    id="picture.metadata",
    formats=frozenset({*PILLOW_FORMATS, *_BOXED, *_RAW, "psd"}),
    collect=collect,
)
