"""Every place in which a format keeps its dates, beside the same place with nothing in it."""

from __future__ import annotations

import struct

import pytest

from tests.verification import dated_more as more
from tests.verification.dated import box, collect, context, times
from tests.verification.typed import film, office, picture, sound, zipped
from verification.values import Trust

PICTURE, FILM = "picture.metadata", "movie.headers"
EXIF = {"exif:DateTimeOriginal": "2026-11-20T10:00:00"}
OF_XMP = {
    "xmp/photoshop:DateCreated": "2026-11-20T10:00:00+08:00",
    "xmp/xmp:CreateDate": "2026-11-22",
}
NS_2001 = 817_005_600 * 10**9
OFD = (
    '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocInfo>'
    "<ofd:CreationDate>2026-11-20</ofd:CreationDate><ofd:ModDate>2026-11-21</ofd:ModDate>"
    "</ofd:DocInfo></ofd:DocBody></ofd:OFD>"
)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/a.opf"/></rootfiles></container>'
)
OPF = (
    '<package xmlns="http://www.idpf.org/2007/opf"><metadata>'
    '<meta property="dcterms:modified">2026-11-20T02:00:00Z</meta></metadata></package>'
)
UTC_EXTRA = struct.pack("<HHBi", 0x5455, 5, 1, 1_795_140_000)
NTFS_EXTRA = struct.pack("<HHIHHQQQ", 0x000A, 32, 0, 1, 24, more.TICKS, more.TICKS, more.TICKS)
EPUB = zipped({"META-INF/container.xml": CONTAINER, "OPS/a.opf": OPF})


@pytest.mark.parametrize(
    ("source", "kind", "data", "expected"),
    [
        pytest.param(
            PICTURE,
            "jpg",
            more.jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + more.XMP),
            OF_XMP,
            id="XMP in a JPEG",
        ),
        pytest.param(
            PICTURE, "png", more.png_with(XML__com_adobe_xmp="x"), {}, id="a text of another key"
        ),
        pytest.param(
            PICTURE,
            "png",
            more.png_with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + more.XMP),
            OF_XMP,
            id="XMP in a PNG",
        ),
        pytest.param(PICTURE, "gif", more.gif_with_xmp(), OF_XMP, id="XMP in a GIF"),
        pytest.param(PICTURE, "gif", picture("GIF"), {}, id="a GIF without"),
        pytest.param(PICTURE, "webp", more.webp_with_xmp(), OF_XMP, id="XMP in a WebP"),
        pytest.param(PICTURE, "tif", more.tif_with(xmp=more.XMP), OF_XMP, id="XMP in a TIFF"),
        pytest.param(PICTURE, "heic", more.heic_with_xmp(), OF_XMP, id="XMP in a HEIC"),
        pytest.param(PICTURE, "jp2", more.jp2(), EXIF | OF_XMP, id="both in a JPEG 2000"),
        pytest.param(
            PICTURE, "jxl", box(b"Exif", bytes(4) + more.tiff()), EXIF, id="EXIF in a JPEG XL"
        ),
        pytest.param(PICTURE, "raf", more.raf(), EXIF, id="EXIF in a RAF"),
        pytest.param(PICTURE, "orf", more.orf(), EXIF, id="EXIF in an ORF"),
        pytest.param(
            PICTURE,
            "cr3",
            more.cr3(),
            {"exif:DateTimeOriginal": "2026-11-19T08:00:00"},
            id="EXIF in a CR3",
        ),
        pytest.param(
            PICTURE,
            "jpg",
            more.jpeg_with_iptc((55, b"20261120"), (60, b"100000+0800")),
            {"iptc:DateCreated": "2026-11-20T10:00:00+08:00"},
            id="IPTC with a time",
        ),
        pytest.param(
            PICTURE,
            "jpg",
            more.jpeg_with_iptc((55, b"20261100"), (62, b"20261121")),
            {"iptc:DateCreated": "2026-11", "iptc:DigitalCreationDate": "2026-11-21"},
            id="IPTC, a day that is not known",
        ),
        pytest.param(
            PICTURE, "jpg", more.jpeg_with_iptc((5, b"20261120")), {}, id="another record of IPTC"
        ),
        pytest.param(
            PICTURE,
            "tif",
            more.tif_with(iptc=more.iptc((55, b"20261120"))),
            {"iptc:DateCreated": "2026-11-20"},
            id="IPTC in a TIFF",
        ),
        pytest.param(
            PICTURE,
            "png",
            more.png_with(Creation_Time="Fri, 20 Nov 2026 10:00:00 +0800"),
            {"png:Creation Time": "2026-11-20T10:00:00+08:00"},
            id="the key of the PNG standard",
        ),
        pytest.param(
            PICTURE,
            "png",
            more.png_with(date__create="2026-11-20T10:00:00+08:00"),
            {"png:date:create": "2026-11-20T10:00:00+08:00"},
            id="the key of ImageMagick",
        ),
        pytest.param(
            FILM,
            "mov",
            more.film_with(user=more.day(b"2026-11-20T10:00:00+0800")),
            {"mp4:moov/udta/©day": "2026-11-20T10:00:00+08:00"},
            id="the day in user data",
        ),
        pytest.param(
            FILM,
            "mov",
            more.film_with(
                meta=more.apple_keys(
                    b"com.apple.quicktime.creationdate", b"2026-11-20T10:00:00+0800"
                )
            ),
            {"mp4:moov/meta/com.apple.quicktime.creationdate": "2026-11-20T10:00:00+08:00"},
            id="Apple's key",
        ),
        pytest.param(
            FILM,
            "mov",
            more.film_with(meta=more.apple_keys(b"com.apple.quicktime.make", b"2026-11-20")),
            {},
            id="another key of Apple",
        ),
        pytest.param(
            FILM,
            "mp4",
            more.film_with(behind=box(b"uuid", more.UUID_XMP + more.XMP)),
            {
                "mp4:xmp/photoshop:DateCreated": "2026-11-20T10:00:00+08:00",
                "mp4:xmp/xmp:CreateDate": "2026-11-22",
            },
            id="XMP in a film",
        ),
        pytest.param(FILM, "mp4", film(b"isom"), {}, id="a film whose clock was never set"),
        pytest.param(
            "recordings",
            "avi",
            more.riff_with(b"AVI ", b"IDIT", b"Fri Nov 20 10:00:00 2026\n\0"),
            {"riff:IDIT": "2026-11-20T10:00:00"},
            id="AVI",
        ),
        pytest.param(
            "recordings",
            "wav",
            more.riff_with(b"WAVE", b"bext", bytes(320) + b"2026-11-2010:00:00" + bytes(300)),
            {"riff:bext": "2026-11-20T10:00:00"},
            id="WAV of a broadcaster",
        ),
        pytest.param("recordings", "wav", sound(), {}, id="a plain WAV"),
        pytest.param(
            "recordings",
            "webm",
            more.matroska_with(NS_2001),
            {"matroska:DateUTC": "2026-11-22T02:00:00Z"},
            id="WebM",
        ),
        pytest.param(
            "package.metadata",
            "odt",
            more.open_document(
                "<meta:creation-date>2026-11-20T10:00:00.5</meta:creation-date><d:date>2026-11-21T10:00:00</d:date>"
            ),
            {"odf:meta:creation-date": "2026-11-20T10:00:00", "odf:dc:date": "2026-11-21T10:00:00"},
            id="OpenDocument",
        ),
        pytest.param(
            "package.metadata", "odt", more.open_document(""), {}, id="OpenDocument without dates"
        ),
        pytest.param(
            "package.metadata",
            "ofd",
            zipped({"OFD.xml": OFD}),
            {"ofd:DocInfo/CreationDate": "2026-11-20", "ofd:DocInfo/ModDate": "2026-11-21"},
            id="OFD",
        ),
        pytest.param(
            "package.metadata",
            "epub",
            EPUB,
            {"epub:dcterms:modified": "2026-11-20T02:00:00Z"},
            id="EPUB",
        ),
        pytest.param(
            "compound.metadata",
            "doc",
            more.word((12, more.TICKS), (13, more.TICKS + 36_000_000_000)),
            {"ole:Created": "2026-11-20T02:00:00Z", "ole:LastSaved": "2026-11-20T03:00:00Z"},
            id="doc",
        ),
        pytest.param(
            "compound.metadata",
            "doc",
            more.word((12, 0)),
            {},
            id="a doc whose dates were never set",
        ),
        pytest.param(
            "compound.metadata", "xls", b"\x09\x02\x06\0", {}, id="Excel 3 has no properties"
        ),
        pytest.param(
            "zip.entries",
            "docx",
            more.zipped_at(b"", b""),
            {"zip:first": "2026-11-20T09:00:00", "zip:last": "2026-11-21T09:00:00"},
            id="ZIP entries, local time",
        ),
        pytest.param(
            "zip.entries",
            "docx",
            more.zipped_at(UTC_EXTRA),
            {"zip:first": "2026-11-20T02:00:00Z", "zip:last": "2026-11-20T02:00:00Z"},
            id="ZIP entries, UTC of Unix",
        ),
        pytest.param(
            "zip.entries",
            "docx",
            more.zipped_at(NTFS_EXTRA),
            {"zip:first": "2026-11-20T02:00:00Z", "zip:last": "2026-11-20T02:00:00Z"},
            id="ZIP entries, UTC of Windows",
        ),
        pytest.param(
            "pdf.metadata",
            "pdf",
            more.pdf_saved_twice("D:20261121100000Z", "D:20261120100000Z"),
            {
                "pdf:/Info/ModDate": "2026-11-20T10:00:00Z",
                "pdf:revision[1]/Info/ModDate": "2026-11-21T10:00:00Z",
            },
            id="a date that a later revision replaced",
        ),
        pytest.param(
            "pdf.metadata",
            "pdf",
            more.pdf_saved_twice("D:20261120100000Z", "D:20261120100000Z"),
            {"pdf:/Info/ModDate": "2026-11-20T10:00:00Z"},
            id="a date that stayed",
        ),
    ],
)
def test_reads_what_was_written(
    source: str, kind: str, data: bytes, expected: dict[str, str]
) -> None:
    assert times(collect(source, context(data, kind))) == expected


def test_the_times_of_storages_and_entries_are_the_weakest() -> None:
    data = zipped({"a": "b"})
    found = collect("zip.entries", context(data, "zip")).claims
    assert {one.trust for one in found} == {Trust.T0}


def test_the_program_of_a_package_is_named() -> None:
    app = "<Properties><Application>WPS</Application><AppVersion>11.1</AppVersion></Properties>"
    data = office("docx", {"docProps/app.xml": app})
    found = collect("office.package", context(data, "docx")).claims
    assert [(one.kind, one.value) for one in found] == [("software", "WPS 11.1")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"jumbc2pa\x6fclaim_generator\x69Camera/1.", "Camera/1.", id="named"),
        pytest.param(b"jumbc2pa\x74claim_generator_info\x81", "C2PA", id="named in a map"),
    ],
)
def test_content_credentials_are_told(body: bytes, expected: str) -> None:
    found = collect(PICTURE, context(more.png_with_chunk(b"caBX", body), "png")).claims
    assert [(one.source, one.value) for one in found] == [("c2pa:claim_generator", expected)]


def test_an_encrypted_document_is_said_to_be_one() -> None:
    data = more.open_document("")
    (finding,) = collect("package.metadata", context(data, "odt", encrypted=True)).findings
    assert finding.sub_indication == "ENCRYPTED"
