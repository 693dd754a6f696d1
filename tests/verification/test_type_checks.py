"""type.declared, type.container, type.polyglot: what fires beside what must not."""

from __future__ import annotations

import copy
import io
import stat
import struct
import warnings
import zipfile
from datetime import UTC, datetime

import pytest

from tests.verification.typed import PDF, SAMPLES, office, picture, workbook, zipped
from verification.checks import type_container, type_declared, type_polyglot
from verification.examination import Check, Context, Examination
from verification.identify import dissect
from verification.limits import Limits
from verification.pages.raster import Pages
from verification.reconcile import reconcile
from verification.values import ByteRange, Finding, PackagePart, Requirement, Status, Submission

AT = datetime(2026, 3, 1, tzinfo=UTC)
P, I, F = Status.PASSED, Status.INDETERMINATE, Status.FAILED  # noqa: E741 - one letter a column
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def run(
    check: Check,
    data: bytes,
    *,
    name: str = "a",
    media_type: str | None = None,
    formats: tuple[str, ...] = (),
) -> list[Finding]:
    anatomy = dissect(data, Limits())
    context = Context(
        submission=Submission(data=data, name=name, media_type=media_type),
        requirement=Requirement(formats=formats),
        file_type=anatomy.file_type,
        anatomy=anatomy,
        at=AT,
        anchors=(),
        limits=Limits(),
    )
    timeline = reconcile((), at=AT)
    examination = Examination(
        context=context,
        claims=(),
        signatures=(),
        timeline=timeline,
        pages=Pages(context.submission.data, context.limits),
    )
    findings = list(check.run(examination))
    for finding in findings:
        assert (finding.id, finding.version) == (check.id, check.version)
        assert finding.message.zh
        assert finding.message.en
        assert (finding.status is P) == (finding.remedy is None)
        assert (finding.status is P) == (finding.sub_indication is None)
    return findings


def outcome(findings: list[Finding]) -> list[tuple[Status, str | None]]:
    return [(finding.status, finding.sub_indication) for finding in findings]


@pytest.mark.parametrize(
    ("sample", "name", "status"),
    [
        pytest.param("pdf", "a.pdf", P, id="a PDF called so"),
        pytest.param("pdf", "a.docx", F, id="a PDF called docx"),
        pytest.param("docx", "a.pdf", F, id="a docx called PDF"),
        pytest.param("docx", "a.zip", F, id="a docx that hides as an archive"),
        pytest.param("docx", "a.docm", F, id="without macros, called docm"),
        pytest.param("xlsm", "a.xlsx", F, id="with macros, called xlsx"),
        pytest.param("jpg", "a.JPEG", P, id="jpeg is jpg"),
        pytest.param("tif", "a.tiff", P, id="tiff is tif"),
        pytest.param("html", "a.htm", P, id="htm is html"),
        pytest.param("png", "a.jpg", F, id="a PNG called jpg"),
        pytest.param("csv", "a.txt", P, id="a table is a text"),
        pytest.param("txt", "a.csv", P, id="a text of one column is a table"),
        pytest.param("txt", "a.md", P, id="a text in markdown"),
        pytest.param("txt", "a.pdf", F, id="a text called PDF"),
        pytest.param("rtf", "a.doc", F, id="rich text called doc"),
        pytest.param("html", "a.xls", F, id="a web page called xls"),
        pytest.param("exe", "a.pdf", F, id="a program called PDF"),
        pytest.param("doc", "a.wps", P, id="WPS saves doc under its own name"),
        pytest.param("pdf", "合同.最终版", P, id="no extension declares nothing"),
        pytest.param("pdf", "a.xyz", I, id="an extension that nobody knows"),
    ],
)
def test_the_name_must_not_contradict(sample: str, name: str, status: Status) -> None:
    reason = None if status is P else "TYPE_MISMATCH"
    findings = run(type_declared.CHECK, SAMPLES[sample], name=name)
    assert outcome(findings) == [(status, reason)]


@pytest.mark.parametrize(
    ("sample", "media_type", "status"),
    [
        pytest.param("pdf", None, P, id="nothing declared"),
        pytest.param("pdf", "", P, id="an empty declaration"),
        pytest.param("pdf", "application/octet-stream", P, id="octets declare nothing"),
        pytest.param("pdf", "Application/PDF; name=a", P, id="with parameters, capitals"),
        pytest.param("pdf", "image/png", F, id="a PDF sent as PNG"),
        pytest.param("pdf", "application/x-unheard", I, id="a type that nobody knows"),
        pytest.param("csv", "application/vnd.ms-excel", P, id="Windows sends CSV as Excel's"),
        pytest.param("csv", "text/plain", P, id="a table sent as plain text"),
        pytest.param("eml", "text/plain", P, id="a mail sent as plain text"),
        pytest.param("pdf", "text/plain", F, id="a PDF sent as plain text"),
        pytest.param("docx", DOCX, P, id="a docx sent as docx"),
        pytest.param("docx", "application/zip", P, id="a docx is a ZIP to who does not know it"),
        pytest.param("doc", "application/zip", F, id="a doc is no ZIP"),
        pytest.param("docm", DOCX, F, id="macros sent as a docx"),
        pytest.param("jpg", "image/pjpeg", P, id="an old browser's JPEG"),
    ],
)
def test_the_media_type_must_not_contradict(
    sample: str, media_type: str | None, status: Status
) -> None:
    reason = None if status is P else "TYPE_MISMATCH"
    findings = run(type_declared.CHECK, SAMPLES[sample], media_type=media_type)
    assert outcome(findings) == [(status, reason)]


@pytest.mark.parametrize(
    ("sample", "formats", "expected"),
    [
        pytest.param("pdf", ("pdf", "ofd"), [(P, None)], id="one of those asked for"),
        pytest.param("docx", ("pdf", "ofd"), [(F, "TYPE_NOT_ALLOWED")], id="none of them"),
        pytest.param("jpg", (".JPEG",), [(P, None)], id="asked for by another name"),
        pytest.param("docm", ("docx",), [(F, "TYPE_NOT_ALLOWED")], id="macros were not asked for"),
        pytest.param("ooxml", ("docx",), [(I, "ENCRYPTED")], id="it may be one, nobody can read"),
        pytest.param(
            "ooxml", ("pdf",), [(F, "TYPE_NOT_ALLOWED"), (I, "ENCRYPTED")], id="and not a PDF"
        ),
    ],
)
def test_the_requirement_is_met_or_not(
    sample: str, formats: tuple[str, ...], expected: list[tuple[Status, str | None]]
) -> None:
    assert outcome(run(type_declared.CHECK, SAMPLES[sample], formats=formats)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("../b/a.pdf", [(P, None)], id="a path is what the command line gives"),
        pytest.param("a\n.pdf", [(I, "NAME_UNSAFE")], id="a line end in it"),
        pytest.param(
            "a\u202efdp.exe", [(F, "TYPE_MISMATCH"), (I, "NAME_UNSAFE")], id="turned writing"
        ),
    ],
)
def test_a_name_that_reads_otherwise_is_no_pass(
    name: str, expected: list[tuple[Status, str | None]]
) -> None:
    findings = run(type_declared.CHECK, PDF, name=name)
    assert outcome(findings) == expected
    assert all("\u202e" not in f.message.zh and "\n" not in f.message.en for f in findings)


def test_an_empty_file_is_no_deliverable() -> None:
    assert outcome(run(type_declared.CHECK, b"", name="a.pdf")) == [(F, "EMPTY_FILE")]


def test_what_is_not_recognised_is_never_a_pass() -> None:
    (finding,) = run(type_declared.CHECK, bytes(range(256)), name="a.pdf")
    assert (finding.status, finding.sub_indication) == (I, "TYPE_UNKNOWN")
    assert "00 01 02" in finding.message.en
    (seen,) = finding.evidence
    assert isinstance(seen, ByteRange)
    assert (seen.start, seen.end) == (0, 16)


def test_everything_that_speaks_against_a_file_is_said() -> None:
    findings = run(
        type_declared.CHECK,
        SAMPLES["exe"],
        name="a.pdf",
        media_type="application/pdf",
        formats=("pdf",),
    )
    assert outcome(findings) == [
        (F, "TYPE_MISMATCH"),
        (F, "TYPE_MISMATCH"),
        (F, "TYPE_NOT_ALLOWED"),
    ]


def with_name(old: str, new: str, parts: dict[str, bytes | str]) -> bytes:
    """Rename a member behind the library's back; both names have the same length."""
    assert len(old) == len(new)
    return zipped(parts).replace(old.encode(), new.encode())


def with_size(data: bytes, size: int) -> bytes:
    """Let the directory declare another unpacked size for its first member."""
    place = data.index(b"PK\x01\x02") + 24
    return data[:place] + struct.pack("<I", size) + data[place + 4 :]


def with_link() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


#: The twin has a name of its own, and the header that it points to has that of the first.
SHARED = [(I, "PART_DOUBLED"), (I, "CONTAINER_DAMAGED")]


def with_doubled_part() -> bytes:
    packed = io.BytesIO(workbook())
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/workbook.xml", "<other/>")
    return packed.getvalue()


def with_shared_bytes() -> bytes:
    """Let the directory name one member twice, as bombs without recursion do."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a" * 100)
        twin = copy.copy(archive.getinfo("a.txt"))
        twin.filename = "b.txt"
        archive.filelist.append(twin)
    return packed.getvalue()


def with_own_name(data: bytes) -> bytes:
    """Give the first member another name in its own header."""
    return data[:30] + b"b" + data[31:]


def with_own_size(data: bytes) -> bytes:
    """Give the first member other sizes in its own header, which some programs go by."""
    return data[:18] + struct.pack("<II", 7, 7) + data[26:]


def with_count(data: bytes, count: int) -> bytes:
    """Let the end record count `count` members."""
    place = data.rindex(b"PK\x05\x06") + 8
    return data[:place] + struct.pack("<HH", count, count) + data[place + 4 :]


def with_wide_lie() -> bytes:
    """Let a ZIP64 field declare sixteen exabytes for a member of a hundred bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.extra = struct.pack("<HHQQ", 1, 16, 2**64 - 1, 2**64 - 1)
        archive.writestr(info, "a" * 100)
    data = packed.getvalue()
    place = data.index(b"PK\x01\x02") + 20
    return data[:place] + b"\xff" * 8 + data[place + 8 :]


def nested(levels: int) -> bytes:
    data = ZIP
    for level in range(levels):
        data = zipped({f"{level}.zip": data})
    return data


ZIP = zipped({"a.txt": "a" * 100})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(ZIP, [(P, None)], id="a plain archive"),
        pytest.param(workbook(), [(P, None)], id="a workbook as openpyxl writes it"),
        pytest.param(SAMPLES["ofd"], [(P, None)], id="an OFD"),
        pytest.param(PDF, [(P, None)], id="a PDF with its end"),
        pytest.param(picture("JPEG"), [(P, None)], id="a whole picture"),
        pytest.param(SAMPLES["txt"], [], id="a text has no container"),
        pytest.param(b"", [], id="nothing to judge"),
        pytest.param(PDF.replace(b"%%EOF", b""), [(I, "CONTAINER_TRUNCATED")], id="PDF, no end"),
        pytest.param(b"\xef\xbb\xbf" + PDF, [(P, None)], id="a PDF behind the mark of UTF-8"),
        pytest.param(b"junk" + PDF, [(I, "EXTRA_BYTES")], id="a PDF behind something else"),
        pytest.param(PDF + b"\r\n\0\0", [(P, None)], id="a PDF with filling behind it"),
        pytest.param(PDF + b"<a>", [(I, "EXTRA_BYTES")], id="a PDF with something behind it"),
        pytest.param(
            picture("PNG")[:-14], [(I, "CONTAINER_TRUNCATED")], id="a picture that was cut off"
        ),
        pytest.param(picture("JPEG") + b"camera", [(P, None)], id="a camera's own bytes behind"),
        pytest.param(ZIP[:-30], [(I, "CONTAINER_TRUNCATED")], id="an archive cut off"),
        pytest.param(b"stub" + ZIP, [(I, "EXTRA_BYTES")], id="an archive behind something else"),
        pytest.param(with_size(ZIP, 7), [(I, "CONTAINER_DAMAGED")] * 2, id="a size that is a lie"),
        pytest.param(
            zipped({"a": "abc"}, stored=True).replace(b"abc", b"abd"),
            [(I, "CONTAINER_DAMAGED")],
            id="a changed byte",
        ),
        pytest.param(
            with_name("xx/a.txt", "../a.txt", {"xx/a.txt": "a"}),
            [(F, "PATH_UNSAFE")],
            id="a way up",
        ),
        pytest.param(
            with_name("xa.txt", "/a.txt", {"xa.txt": "a"}), [(F, "PATH_UNSAFE")], id="from the root"
        ),
        pytest.param(zipped({"a..b/c.txt": "a"}), [(P, None)], id="full stops that are no way up"),
        pytest.param(with_link(), [(I, "PATH_UNSAFE")], id="a symbolic link"),
        pytest.param(with_doubled_part(), [(I, "PART_DOUBLED")], id="two workbooks in one"),
        pytest.param(
            zipped({"a/b.txt": "a", "a\\b.txt": "b"}),
            [(I, "PART_DOUBLED")],
            id="one by \\",
        ),
        pytest.param(
            zipped({"a/b.txt": "a", "a/c.txt": "b", "a\\d.txt": "c"}),
            [(P, None)],
            id="a backslash in a name of its own",
        ),
        pytest.param(
            zipped({"a/[0].piece": "a", "a/[1].last.piece": "b"}),
            [(P, None)],
            id="one part in pieces",
        ),
        pytest.param(with_shared_bytes(), SHARED, id="two members of the same bytes"),
        pytest.param(with_own_name(ZIP), [(I, "PART_DOUBLED")], id="a name of its own"),
        pytest.param(with_own_size(ZIP), [(I, "CONTAINER_DAMAGED")], id="sizes of its own"),
        pytest.param(with_count(ZIP, 0), [(I, "CONTAINER_DAMAGED")], id="one member, none counted"),
        pytest.param(with_count(ZIP, 9), [(I, "CONTAINER_DAMAGED")], id="nine counted, one there"),
        pytest.param(with_wide_lie(), [(I, "CONTAINER_DAMAGED")], id="sixteen exabytes"),
        pytest.param(nested(10), [(I, "NESTED_ARCHIVE")], id="ten levels of archives"),
        pytest.param(zipped({"b.zip": ZIP}), [(I, "NESTED_ARCHIVE")], id="an archive in it"),
        pytest.param(zipped({"b.dat": ZIP}), [(I, "NESTED_ARCHIVE")], id="under another name"),
        pytest.param(zipped({"b.docx": office("docx")}), [(P, None)], id="a document in it"),
        pytest.param(
            office("docx", {"word/embeddings/b.xlsx": workbook()}), [(P, None)], id="embedded"
        ),
        pytest.param(
            office("docx", {"word/embeddings/b.rar": SAMPLES["rar"]}),
            [(I, "NESTED_ARCHIVE")],
            id="an archive embedded in a document",
        ),
        pytest.param(
            office("docx", {"word/vbaProject.bin": b"a"}),
            [(F, "TYPE_MISMATCH")],
            id="macros in a docx",
        ),
        pytest.param(
            office("docm", {"word/vbaProject.bin": b"a"}), [(P, None)], id="macros in a docm"
        ),
        pytest.param(
            zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}),
            [(I, "PART_MISSING")],
            id="a document without its relations",
        ),
    ],
)
def test_a_container_is_whole_and_honest(
    data: bytes, expected: list[tuple[Status, str | None]]
) -> None:
    assert outcome(run(type_container.CHECK, data)) == expected


def test_the_part_at_fault_is_named_without_what_disturbs_a_line() -> None:
    name = "\u202ea\nb/vbaProject.bin"
    data = office("xlsx", {name: b"a"})
    (finding,) = run(type_container.CHECK, data)
    assert finding.evidence == (PackagePart(part=name),)
    assert "\n" not in finding.message.en
    assert "\u202e" not in finding.message.zh


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(PDF, [(P, None)], id="one format"),
        pytest.param(b"\0" * 99, [], id="no format"),
        pytest.param(PDF + ZIP, [(I, "POLYGLOT")], id="a PDF that is an archive too"),
    ],
)
def test_a_second_format_is_no_pass(data: bytes, expected: list[tuple[Status, str | None]]) -> None:
    assert outcome(run(type_polyglot.CHECK, data)) == expected


def test_a_polyglot_names_the_bytes_of_each_format() -> None:
    (finding,) = run(type_polyglot.CHECK, PDF + ZIP)
    places = [(e.start, e.end) for e in finding.evidence if isinstance(e, ByteRange)]
    assert places == [(0, len(PDF)), (len(PDF), len(PDF) + len(ZIP))]
    assert "zip" in finding.message.zh
