"""Files with known times, written by the libraries that people's programs are made of."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

import openpyxl
import pymupdf
from PIL import Image

from verification import claims
from verification.checks import time_claims, time_consistent, time_window
from verification.examination import Collected, Context, Examination
from verification.limits import Limits
from verification.pages.raster import Pages
from verification.reconcile import reconcile
from verification.values import FileType, Finding, Requirement, Submission

if TYPE_CHECKING:
    from verification.values import Claim

#: When these files are examined.
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TIME_CHECKS = (time_claims.CHECK, time_consistent.CHECK, time_window.CHECK)

#: 2026-11-20 02:00:00 UTC in seconds since 1904, as the header of a film has it.
MOVIE_TIME = 3_877_984_800

#: Numbers of EXIF fields: DateTimeOriginal, OffsetTimeOriginal, DateTime.
ORIGINAL, ORIGINAL_OFFSET, CHANGED = 0x9003, 0x9011, 0x0132

#: PDF_ENCRYPT_AES_256, which PyMuPDF's type information leaves out.
AES_256 = 5

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:ModifyDate="{modified}"><xmp:CreateDate>{created}</xmp:CreateDate>
<xmp:CreatorTool>报告工具</xmp:CreatorTool></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def context(
    data: bytes,
    file_format: str | None,
    *,
    requirement: Requirement | None = None,
    received_at: datetime | None = None,
    limits: Limits | None = None,
    name: str = "report",
    encrypted: bool = False,
) -> Context:
    """Stand at the point where a file has been identified."""
    return Context(
        submission=Submission(data=data, name=name, received_at=received_at),
        requirement=requirement or Requirement(),
        file_type=FileType(
            format=file_format, media_type="", extension=file_format, encrypted=encrypted
        ),
        at=AT,
        anchors=(),
        limits=limits or Limits(),
    )


def collect(source_id: str, where: Context) -> Collected:
    """Run one claim source."""
    return next(one for one in claims.load() if one.id == source_id).collect(where)


def times(collected: Collected) -> dict[str, str]:
    """Give source → value of the times, as they are compared in tables."""
    return {claim.source: claim.value for claim in collected.claims if claim.kind == "time"}


def judge(where: Context, found: tuple[Claim, ...]) -> list[Finding]:
    """Reconcile and run the checks of time."""
    examination = Examination(
        context=where,
        claims=found,
        signatures=(),
        timeline=reconcile(found, at=where.at),
        pages=Pages(where.submission.data, where.limits),
    )
    return [finding for check in TIME_CHECKS for finding in check.run(examination)]


def pdf(
    created: str = "", modified: str = "", *, xmp: str = "", pages: int = 1, password: str = ""
) -> bytes:
    """Write a PDF with the dates given as PDF dates."""
    document = pymupdf.open()
    for _ in range(pages):
        document.new_page()
    document.set_metadata(
        {"creationDate": created, "modDate": modified, "author": "李雷", "producer": "测试"}
    )
    if xmp:
        document.set_xml_metadata(xmp)
    if password:
        return bytes(document.tobytes(encryption=AES_256, user_pw=password, owner_pw=password))
    return bytes(document.tobytes())


def jpeg(
    tags: dict[int, str], photo: dict[int, str], gps: dict[int, object] | None = None
) -> bytes:
    """Write a JPEG with EXIF fields in the main, the photo and the GPS directory."""
    return picture("JPEG", tags, photo, gps)


def picture(
    kind: str, tags: dict[int, str], photo: dict[int, str], gps: dict[int, object] | None = None
) -> bytes:
    """Write a picture of one colour with EXIF."""
    # As bytes, because Pillow drops an Exif whose main directory is empty.
    exif = exif_bytes(tags, photo, gps)
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(stream, kind, exif=exif)
    return stream.getvalue()


def exif_bytes(
    tags: dict[int, str], photo: dict[int, str], gps: dict[int, object] | None = None
) -> bytes:
    """Write an EXIF block with its six bytes of name."""
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(photo)
    exif.get_ifd(0x8825).update(gps or {})
    return bytes(exif.tobytes())


def workbook(created: datetime, modified: datetime) -> bytes:
    """Write an xlsx with core properties; openpyxl sets `modified` itself, so it is put back."""
    book = openpyxl.Workbook()
    book.properties.creator = "韩梅梅"
    book.properties.created = created
    stream = io.BytesIO()
    book.save(stream)
    return _with_modified(stream.getvalue(), modified)


def _with_modified(data: bytes, modified: datetime) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "docProps/core.xml":
                body = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*",
                    rb"\g<1>" + modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
                    body,
                )
            new.writestr(info, body)
    return stream.getvalue()


def mail(date: str, *received: str) -> bytes:
    """Write a mail; `received` are the times of the servers, the last one first."""
    message = EmailMessage()
    for time in received:
        message["Received"] = f"from a.example by mx.example (8.17) with ESMTPS id 1; {time}"
    message["From"] = "李雷 <li@kunde.example>"
    message["Date"] = date
    message.set_content("同意。")
    return message.as_bytes()


def box(name: bytes, body: bytes) -> bytes:
    """Put a body into a box."""
    return struct.pack(">I4s", 8 + len(body), name) + body


def movie(created: int, modified: int = 0, *, version: int = 0) -> bytes:
    """Write the frame of an MP4; times in seconds since 1904."""
    numbers = struct.pack(">QQ" if version else ">II", created, modified)
    mvhd = box(b"mvhd", bytes([version, 0, 0, 0]) + numbers + bytes(80))
    track = box(b"trak", box(b"tkhd", bytes([version, 0, 0, 7]) + numbers + bytes(72)))
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"x") + box(b"moov", mvhd + track)


def photoshop(exif: bytes) -> bytes:
    """Write the frame of a PSD: header, no colour data, EXIF among the image resources."""

    def resource(number: int, body: bytes) -> bytes:
        padded = body + bytes(len(body) % 2)
        return b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(body)) + padded

    resources = resource(1005, b"odd") + resource(1058, exif)
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 16, 16, 8, 3)
    return header + bytes(4) + struct.pack(">I", len(resources)) + resources
