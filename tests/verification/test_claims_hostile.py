"""Caps, bombs, damaged files and arbitrary bytes: whatever comes, a source never breaks."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.verification import dated_more as more
from tests.verification.dated import (
    CHANGED,
    MOVIE_TIME,
    ORIGINAL,
    XMP,
    box,
    collect,
    context,
    exif_bytes,
    jpeg,
    mail,
    movie,
    pdf,
    photoshop,
    picture,
    workbook,
)
from tests.verification.test_claims_sources import EPUB, OFD
from tests.verification.typed import zipped
from verification import claims
from verification.limits import LimitExceeded, Limits

A_WORKBOOK = workbook(datetime(2026, 11, 20), datetime(2026, 11, 21))  # noqa: DTZ001 - openpyxl takes naive UTC


def _many_scans(scans: int) -> bytes:
    image = jpeg({}, {})
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34\xff\x00"
    return image[:-2] + scan * (scans - 1) + b"\xff\xd9"


CAPPED = [
    ("picture.metadata", ("jpg", _many_scans(21)), Limits(), "jpeg_scans"),
    ("picture.metadata", ("png", picture("PNG", {}, {})), Limits(image_pixels=255), "image_pixels"),
    (
        "picture.metadata",
        ("tif", picture("TIFF", {}, {})),
        Limits(image_pixels=255),
        "image_pixels",
    ),
    ("office.package", ("xlsx", A_WORKBOOK), Limits(zip_entries=3), "zip_entries"),
]


@pytest.mark.parametrize(("source", "file", "limits", "name"), CAPPED)
def test_caps_stop_the_reading_and_are_named(
    source: str, file: tuple[str, bytes], limits: Limits, name: str
) -> None:
    file_format, data = file
    with pytest.raises(LimitExceeded) as caught:
        collect(source, context(data, file_format, limits=limits))
    assert caught.value.limit.name == name


def test_a_pdf_of_too_many_pages_is_named_and_its_metadata_kept() -> None:
    data = pdf("D:20261120100000Z", pages=4)
    collected = collect("pdf.metadata", context(data, "pdf", limits=Limits(pdf_pages=3)))
    assert [limit.name for limit in collected.limits] == ["pdf_pages"]
    assert [claim.source for claim in collected.claims if claim.kind == "time"]


@pytest.mark.parametrize(
    ("source", "file_format", "data", "limits"),
    [
        ("picture.metadata", "jpg", _many_scans(20), Limits()),
        ("picture.metadata", "png", picture("PNG", {}, {}), Limits(image_pixels=256)),
        ("pdf.metadata", "pdf", pdf(pages=3), Limits(pdf_pages=3)),
    ],
)
def test_at_the_cap_reading_goes_on(
    source: str, file_format: str, data: bytes, limits: Limits
) -> None:
    collect(source, context(data, file_format, limits=limits))


def test_a_picture_of_a_billion_pixels_is_never_decoded() -> None:
    stream = io.BytesIO()
    Image.new("1", (8, 8)).save(stream, "PNG")
    data = bytearray(stream.getvalue())
    data[16:24] = struct.pack(">II", 40_000, 40_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    with pytest.raises(LimitExceeded, match="image_pixels"):
        collect("picture.metadata", context(bytes(data), "png"))


def test_a_zip_bomb_is_stopped_before_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("docProps/core.xml", bytes(4_000_000))
    with pytest.raises(LimitExceeded, match="zip_ratio"):
        collect("office.package", context(stream.getvalue(), "docx"))


ONE_OF_EACH = {
    "pdf": pdf("D:20261120100000Z", xmp=XMP.format(created="2026", modified="2026-11-21")),
    "jpg": jpeg({CHANGED: "2026:11:21 08:00:00"}, {ORIGINAL: "2026:11:20 10:00:00"}),
    "png": picture("PNG", {}, {ORIGINAL: "2026:11:20 10:00:00"}),
    "webp": picture("WEBP", {}, {ORIGINAL: "2026:11:20 10:00:00"}),
    "tif": picture("TIFF", {}, {ORIGINAL: "2026:11:20 10:00:00"}),
    "psd": photoshop(exif_bytes({}, {ORIGINAL: "2026:11:20 10:00:00"})[6:]),
    "avif": picture("AVIF", {}, {ORIGINAL: "2026:11:20 10:00:00"}),
    "mp4": movie(MOVIE_TIME),
    "eml": mail("Fri, 20 Nov 2026 10:00:00 +0800", "Fri, 20 Nov 2026 02:00:09 +0000"),
    "xlsx": A_WORKBOOK,
    "cr3": more.cr3(),
    "raf": more.raf(),
    "orf": more.orf(),
    "jp2": more.jp2(),
    "jxl": box(b"Exif", bytes(4) + more.tiff()) + box(b"xml ", more.XMP),
    "gif": more.gif_with_xmp(),
    "heic": more.heic_with_xmp(),
    "mov": more.film_with(
        user=more.day(b"2026-11-20"),
        meta=more.apple_keys(b"com.apple.quicktime.creationdate", b"2026-11-20"),
        behind=box(b"uuid", more.UUID_XMP + more.XMP),
    ),
    "avi": more.riff_with(b"AVI ", b"IDIT", b"Fri Nov 20 10:00:00 2026"),
    "wav": more.riff_with(b"WAVE", b"bext", bytes(320) + b"2026-11-2010:00:00"),
    "webm": more.matroska_with(10**18),
    "odt": more.open_document("<meta:creation-date>2026-11-20</meta:creation-date>"),
    "epub": EPUB,
    "ofd": zipped({"OFD.xml": OFD}),
    "doc": more.word((12, more.TICKS)),
}


def test_a_flood_of_unset_clocks_hides_no_trouble() -> None:
    unset = movie(0)[-(8 + 84) :]
    tracks = box(b"trak", unset) * 30 + box(b"trak", box(b"tkhd", bytes(3)))
    collected = collect("movie.headers", context(box(b"moov", tracks), "mp4"))
    assert collected.findings[0].sub_indication == "FORMAT_FAILURE"


def test_a_flood_of_dates_is_said_to_be_one() -> None:
    track = box(b"trak", movie(MOVIE_TIME)[-(8 + 84) :])
    collected = collect("movie.headers", context(box(b"moov", track * 201), "mp4"))
    assert len(collected.claims) == 200
    assert "201 claims" in collected.findings[0].message.en


#: The sources of signatures have tests of their own.
METADATA = {
    "compound.metadata",
    "file.name",
    "mail.headers",
    "movie.headers",
    "office.package",
    "package.metadata",
    "pdf.metadata",
    "picture.metadata",
    "receipt",
    "recordings",
    "zip.entries",
}


def _collect_all(data: bytes, file_format: str) -> None:
    """Nothing but a named cap may come out of a source, whatever the bytes are."""
    where = context(data, file_format)
    for source in claims.load():
        if source.id in METADATA and (not source.formats or file_format in source.formats):
            try:
                source.collect(where)
            except LimitExceeded:
                continue


@settings(deadline=None)
@given(st.data())
def test_damaged_files_are_findings(drawn: st.DataObject) -> None:
    file_format = drawn.draw(st.sampled_from(sorted(ONE_OF_EACH)))
    data = bytearray(ONE_OF_EACH[file_format])
    for _ in range(drawn.draw(st.integers(0, 6))):
        data[drawn.draw(st.integers(0, len(data) - 1))] = drawn.draw(st.integers(0, 255))
    _collect_all(bytes(data[: drawn.draw(st.integers(0, len(data)))]), file_format)


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(ONE_OF_EACH)))
def test_any_bytes_are_findings(data: bytes, file_format: str) -> None:
    _collect_all(data, file_format)


NO_FILE_OPENED = """
import sys
from tests.verification.test_claims_hostile import ONE_OF_EACH, _collect_all
from verification import claims
claims.load()
opened = []
watching = [False]
def watch(event, arguments):
    if watching[0] and event == "open":
        opened.append(str(arguments[0]))
sys.addaudithook(watch)
watching[0] = True
for file_format, data in ONE_OF_EACH.items():
    _collect_all(data, file_format)
    _collect_all(data[: len(data) // 2], file_format)
watching[0] = False
print("\\n".join(opened))
"""


def test_no_file_is_opened_once_the_sources_are_loaded() -> None:
    run = subprocess.run(
        [sys.executable, "-c", NO_FILE_OPENED],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert run.stdout.split() == []
    assert run.stderr == ""


OLD_EXIF = exif_bytes({}, {ORIGINAL: "2020:01:01 10:00:00"})
NEW_JPEG = jpeg({}, {ORIGINAL: "2026:11:20 10:00:00"})


def with_segment(block: bytes) -> bytes:
    """Put a further EXIF segment before the one that is there."""
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    return NEW_JPEG[:2] + segment + NEW_JPEG[2:]


def with_movie(seconds: int) -> bytes:
    """Put the header of another film behind a film."""
    other = movie(seconds)
    return movie(MOVIE_TIME) + other[other.index(b"moov") - 4 :]


OLD_XMP = more.XMP.replace(b"2026-11-20", b"2020-01-01")
TWO_XMP = ["2020-01-01T10:00:00+08:00", "2026-11-20T10:00:00+08:00"]
XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"


def twice_png(name: bytes, first: bytes, second: bytes) -> bytes:
    """Give a PNG with a chunk before its pixels and another one of that name before it."""
    once = more.png_with_chunk(name, second)
    chunk = struct.pack(">I", len(first)) + name + first
    return once[:33] + chunk + struct.pack(">I", zlib.crc32(name + first)) + once[33:]


def twice_jpeg(first: bytes, second: bytes) -> bytes:
    once = more.jpeg_with(0xE1, XMP_SEGMENT + second)
    return (
        once[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(first) + 31) + XMP_SEGMENT + first + once[2:]
    )


def twice_webp() -> bytes:
    once = more.webp_with_xmp()
    chunk = b"XMP " + struct.pack("<I", len(OLD_XMP)) + OLD_XMP + bytes(len(OLD_XMP) % 2)
    place = once.index(b"XMP ")
    return (
        once[:4]
        + struct.pack("<I", len(once) - 8 + len(chunk))
        + once[8:place]
        + chunk
        + once[place:]
    )


PNG_XMP = b"XML:com.adobe.xmp" + bytes(5)


@pytest.mark.parametrize(
    ("source", "kind", "data", "values"),
    [
        pytest.param(
            "picture.metadata",
            "png",
            twice_png(b"iTXt", PNG_XMP + OLD_XMP, PNG_XMP + more.XMP),
            TWO_XMP,
            id="two packets in a PNG",
        ),
        pytest.param(
            "picture.metadata", "jpg", twice_jpeg(OLD_XMP, more.XMP), TWO_XMP, id="in a JPEG"
        ),
        pytest.param("picture.metadata", "webp", twice_webp(), TWO_XMP, id="in a WebP"),
        pytest.param(
            "picture.metadata",
            "jpg",
            twice_jpeg(more.XMP, more.XMP),
            TWO_XMP[1:],
            id="the same packet twice says it once",
        ),
        pytest.param(
            "picture.metadata",
            "png",
            twice_png(b"tIME", b"\x07\xe4\1\1\2\0\0", b"\x07\xea\x0b\x14\2\0\0"),
            ["2020-01-01T02:00:00Z", "2026-11-20T02:00:00Z"],
            id="two times of the last change of a PNG",
        ),
        pytest.param(
            "picture.metadata",
            "jpg",
            with_segment(OLD_EXIF),
            ["2020-01-01T10:00:00", "2026-11-20T10:00:00"],
            id="two EXIF blocks",
        ),
        pytest.param(
            "picture.metadata",
            "jpg",
            NEW_JPEG[:-2] + b"\xff\xe1\0\x0cExif\0\0more\xff\xd9",
            ["2026-11-20T10:00:00"],
            id="a block that goes on is no second one",
        ),
        pytest.param(
            "movie.headers",
            "mp4",
            with_movie(MOVIE_TIME - 86_400),
            ["2026-11-20T02:00:00Z", "2026-11-19T02:00:00Z"],
            id="two headers of a film",
        ),
    ],
)
def test_a_twin_that_another_program_reads_is_read_too(
    source: str, kind: str, data: bytes, values: list[str]
) -> None:
    claims = collect(source, context(data, kind)).claims
    told = [one.value for one in claims if one.event in {"created", "modified"}]
    assert list(dict.fromkeys(told)) == values
