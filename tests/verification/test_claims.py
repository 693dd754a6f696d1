"""What is read out of files that real libraries wrote, next to what must not be read out."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from tests.verification.dated import (
    CHANGED,
    MOVIE_TIME,
    ORIGINAL,
    ORIGINAL_OFFSET,
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
    times,
    workbook,
)
from verification.values import Finding, MetadataField, Status, Trust

READ = [
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:20261120100000+08'00'", "D:20261121113000Z"),
        {
            "pdf:/Info/CreationDate": "2026-11-20T10:00:00+08:00",
            "pdf:/Info/ModDate": "2026-11-21T11:30:00Z",
        },
        id="the dates of a PDF keep the zone that was written",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf("D:202611", "D:20261121093000"),
        {"pdf:/Info/CreationDate": "2026-11", "pdf:/Info/ModDate": "2026-11-21T09:30:00"},
        id="a short PDF date keeps its precision, a missing zone stays unknown",
    ),
    pytest.param(
        "pdf.metadata",
        "pdf",
        pdf(xmp=XMP.format(created="2026-11-20T10:00:00+08:00", modified="2026-11-21")),
        {
            "pdf:/Metadata/xmp:CreateDate": "2026-11-20T10:00:00+08:00",
            "pdf:/Metadata/xmp:ModifyDate": "2026-11-21",
        },
        id="XMP is read as attribute and as element",
    ),
    pytest.param("pdf.metadata", "pdf", pdf(), {}, id="a PDF without dates claims no time"),
    pytest.param(
        "pdf.metadata",
        "pdf",
        b"junk before the header\n" + pdf("D:20261120100000Z"),
        {"pdf:/Info/CreationDate": "2026-11-20T10:00:00Z"},
        id="a PDF whose header is not at the first byte",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({CHANGED: "2026:11:21 08:00:00"}, {ORIGINAL: "2026:11:20 10:00:00"}),
        {"exif:DateTimeOriginal": "2026-11-20T10:00:00", "exif:DateTime": "2026-11-21T08:00:00"},
        id="EXIF without an offset is local time of an unknown zone",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {ORIGINAL: "2026:11:20 10:00:00", ORIGINAL_OFFSET: "+08:00"}),
        {"exif:DateTimeOriginal": "2026-11-20T10:00:00+08:00"},
        id="EXIF with its offset",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {}, {29: "2026:11:20", 7: (2.0, 30.0, 5.0)}),
        {"exif:GPSDateStamp": "2026-11-20T02:30:05Z"},
        id="GPS time is UTC",
    ),
    pytest.param(
        "picture.metadata",
        "jpg",
        jpeg({}, {ORIGINAL: "0000:00:00 00:00:00"}),
        {},
        id="a camera whose clock was never set claims nothing",
    ),
    *(
        pytest.param(
            "picture.metadata",
            name,
            picture(kind, {}, {ORIGINAL: "2026:11:20 10:00:00"}),
            {"exif:DateTimeOriginal": "2026-11-20T10:00:00"},
            id=f"EXIF in a {kind}",
        )
        for name, kind in (("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF"), ("avif", "AVIF"))
    ),
    pytest.param(
        "picture.metadata",
        "psd",
        photoshop(exif_bytes({}, {ORIGINAL: "2026:11:20 10:00:00"})[6:]),
        {"exif:DateTimeOriginal": "2026-11-20T10:00:00"},
        id="EXIF among the resources of a PSD",
    ),
    pytest.param(
        "movie.headers",
        "mp4",
        movie(MOVIE_TIME, MOVIE_TIME + 60),
        {
            "mp4:moov/mvhd/creation_time": "2026-11-20T02:00:00Z",
            "mp4:moov/mvhd/modification_time": "2026-11-20T02:01:00Z",
            "mp4:moov/trak[0]/tkhd/creation_time": "2026-11-20T02:00:00Z",
            "mp4:moov/trak[0]/tkhd/modification_time": "2026-11-20T02:01:00Z",
        },
        id="the header of a film is UTC",
    ),
    pytest.param(
        "movie.headers",
        "mov",
        movie(MOVIE_TIME, version=1),
        {
            "mp4:moov/mvhd/creation_time": "2026-11-20T02:00:00Z",
            "mp4:moov/trak[0]/tkhd/creation_time": "2026-11-20T02:00:00Z",
        },
        id="the long form of a film header",
    ),
    pytest.param("movie.headers", "mp4", movie(0), {}, id="0 is an unset clock, not the year 1904"),
    pytest.param(
        "mail.headers",
        "eml",
        mail(
            "Fri, 20 Nov 2026 10:00:00 +0800",
            "Fri, 20 Nov 2026 02:00:09 +0000 (UTC)",
            "Thu, 19 Nov 2026 18:00:05 -0800",
        ),
        {
            "mail:Date": "2026-11-20T10:00:00+08:00",
            "mail:Received[0]": "2026-11-20T02:00:09Z",
            "mail:Received[1]": "2026-11-19T18:00:05-08:00",
        },
        id="a mail and every server on its way, the last one first",
    ),
    pytest.param(
        "mail.headers",
        "eml",
        b"Date: Wed, 20 Sep 1995 00:19:00 (EDT) -0400\r\n\r\nDate: 1 Jan 2001 00:00:00 +0000",
        {"mail:Date": "1995-09-20T00:19:00-04:00"},
        id="a comment before the zone; a date in the body is text",
    ),
    pytest.param(
        "mail.headers",
        "eml",
        b"Date: Wed, 20 Sep 1995 00:19:00 XYZZY\r\n\r\n",
        {"mail:Date": "1995-09-20T00:19:00"},
        id="a zone name that nobody knows leaves the zone unknown",
    ),
    pytest.param(
        "office.package",
        "xlsx",
        workbook(datetime(2026, 11, 20, 2, 0), datetime(2026, 11, 21, 3, 4, 5)),  # noqa: DTZ001 - openpyxl takes naive UTC
        {
            "opc:dcterms:created": "2026-11-20T02:00:00Z",
            "opc:dcterms:modified": "2026-11-21T03:04:05Z",
        },
        id="core properties of a workbook",
    ),
]


@pytest.mark.parametrize(("source", "file_format", "data", "expected"), READ)
def test_reads_what_was_written(
    source: str, file_format: str, data: bytes, expected: dict[str, str]
) -> None:
    collected = collect(source, context(data, file_format))
    found = {k: v for k, v in times(collected).items() if not k.startswith("zip:")}
    assert found == expected
    assert all(one.status is Status.NOT_APPLICABLE for one in collected.findings)


CUT_HEIC = box(b"ftyp", b"heic") + box(b"meta", bytes(4) + box(b"iinf", b"") + box(b"iloc", b""))

UNREADABLE = [
    ("pdf.metadata", "pdf", pdf("D:20261320100000Z"), "D:20261320100000Z"),
    ("pdf.metadata", "pdf", pdf("last Tuesday"), "last Tuesday"),
    ("pdf.metadata", "pdf", b"%PDF-1.7 and nothing", "Failed to open"),
    ("pdf.metadata", "pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-"),
    ("pdf.metadata", "pdf", pdf(xmp="<x:xmpmeta"), "pdf:/Metadata"),
    (
        "pdf.metadata",
        "pdf",
        pdf(xmp='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        "DOCTYPE",
    ),
    ("picture.metadata", "jpg", jpeg({}, {ORIGINAL: "2026:13:20 10:00:00"}), "2026:13:20"),
    ("picture.metadata", "jpg", b"\xff\xd8\xff\xe0 cut", "jpg:header"),
    ("picture.metadata", "tif", b"II*\0", "tif:header"),
    ("picture.metadata", "heic", CUT_HEIC, "iinf"),
    ("picture.metadata", "psd", photoshop(b"")[:40], "image resources"),
    ("movie.headers", "mp4", box(b"moov", box(b"mvhd", bytes(6))), "mvhd"),
    ("movie.headers", "mp4", box(b"ftyp", b"isom"), "moov"),
    ("mail.headers", "eml", b"Date: Fri, 32 Nov 2026 10:00:00 +0800\r\n\r\n", "32 Nov"),
    ("mail.headers", "eml", b"Date: soon\r\n\r\n", "soon"),
    ("office.package", "docx", b"PK\3\4 cut", "opc:ZIP"),
]


@pytest.mark.parametrize(("source", "file_format", "data", "seen"), UNREADABLE)
def test_says_what_it_cannot_read(source: str, file_format: str, data: bytes, seen: str) -> None:
    collected = collect(source, context(data, file_format))
    troubles = [one for one in collected.findings if one.status is Status.INDETERMINATE]
    assert troubles
    assert {one.sub_indication for one in troubles} == {"FORMAT_FAILURE"}
    assert any(seen in shown_by(one) for one in troubles)
    assert all(one.remedy and one.evidence for one in troubles)


def shown_by(finding: Finding) -> str:
    """Give what a finding shows: its sentence, and the fields that it points at."""
    fields = [one for one in finding.evidence if isinstance(one, MetadataField)]
    return " ".join([finding.message.zh, *(f"{one.source} {one.value}" for one in fields)])


def test_a_library_s_own_words_are_evidence_and_no_part_of_the_sentence() -> None:
    (trouble,) = collect("pdf.metadata", context(b"%PDF-1.7 and nothing", "pdf")).findings
    assert trouble.message.zh == "无法读取 pdf:/Info 中的元数据，其中的时间未知。"
    assert "Error" not in trouble.message.en
    assert "Failed to open" in shown_by(trouble)


def test_names_are_claims_too() -> None:
    collected = collect("pdf.metadata", context(pdf(), "pdf"))
    assert {(one.kind, one.value) for one in collected.claims} == {
        ("author", "李雷"),
        ("software", "测试"),
    }


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"=?utf-8?b?5p2O6Zu3?= <li@kunde.example>", "李雷 <li@kunde.example>"),
        (b"=?klingon?b?5p2O6Zu3?= <li@kunde.example>", "=?klingon?b?5p2O6Zu3?= <li@kunde.example>"),
        ("李雷 <li@kunde.example>".encode(), "李雷 <li@kunde.example>"),
        ("李雷 <li@kunde.example>".encode("gb18030"), "李雷 <li@kunde.example>"),
    ],
    ids=[
        "encoded words are read",
        "what cannot be decoded stands as it is",
        "UTF-8 as it is",
        "a Chinese code page as it is",
    ],
)
def test_the_sender_of_a_mail(written: bytes, name: str) -> None:
    data = b"From: " + written + b"\r\n\r\n"
    (claim,) = collect("mail.headers", context(data, "eml")).claims
    assert (claim.kind, claim.value) == ("author", name)


def test_zip_entry_times_are_the_weakest_claims() -> None:
    data = workbook(datetime(2026, 11, 20), datetime(2026, 11, 21))  # noqa: DTZ001 - openpyxl takes naive UTC
    collected = collect("zip.entries", context(data, "xlsx"))
    assert {one.trust for one in collected.claims if one.source.startswith("zip:")} == {Trust.T0}


def test_zip_entries_of_1980_are_no_claims() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(zipfile.ZipInfo("word/document.xml"), b"<w/>")
    assert collect("zip.entries", context(stream.getvalue(), "docx")).claims == ()


def test_the_core_part_is_found_by_its_relationship() -> None:
    stream = io.BytesIO()
    relation = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Type="{relation}/core-properties" '
            'Target="/my/core.xml"/></Relationships>',
        )
        package.writestr(
            "my/core.xml",
            '<c xmlns:t="http://purl.org/dc/terms/"><t:created>2026-11-20</t:created></c>',
        )
        package.writestr(
            "docProps/core.xml",
            '<c xmlns:t="http://purl.org/dc/terms/"><t:created>1999-01-01</t:created></c>',
        )
    found = times(collect("office.package", context(stream.getvalue(), "docx")))
    assert found["opc:dcterms:created"] == "2026-11-20"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("POC报告_2026-11-24.pdf", "2026-11-24"),
        ("会议纪要2026年3月5日.docx", "2026-03-05"),
        ("IMG_20261124_101500.jpg", "2026-11-24"),
        ("合同 20261399.pdf", None),
        ("订单 120261124.pdf", None),
        ("report.pdf", None),
    ],
)
def test_a_date_in_the_name(name: str, expected: str | None) -> None:
    collected = collect("file.name", context(b"", None, name=name))
    assert [(one.value, one.trust) for one in collected.claims] == (
        [(expected, Trust.T1)] if expected else []
    )


def test_our_receipt_is_a_claim_of_its_own() -> None:
    received = datetime(2026, 11, 24, 11, tzinfo=UTC)
    (claim,) = collect("receipt", context(b"", None, received_at=received)).claims
    assert (claim.value, claim.trust, claim.event) == ("2026-11-24T11:00:00Z", Trust.T4, "receipt")
    assert collect("receipt", context(b"", None)).claims == ()


def test_what_lies_behind_a_password_is_said_to_be_encrypted() -> None:
    (trouble,) = collect("pdf.metadata", context(pdf(password="geheim"), "pdf")).findings
    assert (trouble.status, trouble.sub_indication) == (Status.INDETERMINATE, "ENCRYPTED")
    locked = context(b"\xd0\xcf\x11\xe0", "xlsx", encrypted=True)
    (trouble,) = collect("office.package", locked).findings
    assert (trouble.status, trouble.sub_indication) == (Status.INDETERMINATE, "ENCRYPTED")
