"""What a file is: every format beside a twin that looks like it and is something else."""

from __future__ import annotations

import time

import pytest

from tests.verification.locked import agile, standard
from tests.verification.typed import (
    MAIN_PARTS,
    PDF,
    SAMPLES,
    compound,
    film,
    frames,
    mail,
    office,
    open_document,
    picture,
    sound,
    workbook,
    zipped,
)
from verification.identify import dissect, identify
from verification.identify.formats import FORMATS
from verification.limits import Limits

LIMITS = Limits()


def _lost_directory() -> bytes:
    whole = compound({"WordDocument": b"\xec\xa5\xc1\x00"})
    unnamed = whole.replace("WordDocument".encode("utf-16-le"), bytes(24))
    return unnamed[:48] + b"\x63\0\0\0" + unnamed[52:]


#: The directory is said to lie behind the end of the file.
LOST_DIRECTORY = _lost_directory()


def shifted(data: bytes) -> bytes:
    """Put seven bytes behind the first local header's name, as a careless transfer does."""
    place = data.index(b"PK\x03\x04", 4)
    return data[:place] + b"garbage" + data[place:]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_of_each_format_is_named(name: str) -> None:
    found = identify(SAMPLES[name], LIMITS)
    assert found.format == name
    assert found.extension == name
    assert found.media_type == FORMATS[name].media_type
    assert found.also == ()
    assert found.encrypted is (name == "ooxml")


def test_at_least_thirty_formats_are_known() -> None:
    assert len(SAMPLES) >= 45


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", None, id="nothing is nothing"),
        pytest.param(b"\0" * 4096, None, id="zeros are nothing"),
        pytest.param(bytes(range(256)) * 8, None, id="noise is nothing"),
        pytest.param(b"%PDF is what we call it\n", "txt", id="a mention of %PDF is a text"),
        pytest.param(
            b"The header is %PDF-1.4 and no more.\n", "txt", id="a header in a sentence is a text"
        ),
        pytest.param(b"\n\n" + PDF, "pdf", id="a PDF may begin later"),
        pytest.param(b" " * 1100 + PDF, "txt", id="but not behind 1,024 bytes"),
        pytest.param(b"%!PS-Adobe-3.0 PDF-1.4\n" + PDF[9:], "pdf", id="PDF in its old header"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n", "ps", id="PostScript is no PDF"),
        pytest.param(workbook(), "xlsx", id="openpyxl writes xlsx"),
        pytest.param(
            zipped({"word/document.xml": "<x/>"}), "zip", id="a part's name makes no docx"
        ),
        pytest.param(
            zipped({"[Content_Types].xml": "<Types", "word/document.xml": "<x/>"}),
            "docx",
            id="with its list of types damaged a docx is told by its parts",
        ),
        pytest.param(
            zipped({"[Content_Types].xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><Types/>", "a": "b"}),
            "zip",
            id="a list of types with entities is not believed",
        ),
        pytest.param(zipped({"OFD.xml": "<x/>"}), "zip", id="OFD.xml must be an OFD"),
        pytest.param(zipped({"ofd.XML": "<OFD/>"}), "ofd", id="letters of either case"),
        pytest.param(zipped({"mimetype": "text/plain"}), "zip", id="an unknown mimetype"),
        pytest.param(
            zipped(
                {
                    "content.xml": "<x/>",
                    "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:m"><m:file-entry m:full-path'
                    '="/" m:media-type="application/vnd.oasis.opendocument.text"/></m:manifest>',
                }
            ),
            "odt",
            id="OpenDocument without mimetype is told by its manifest",
        ),
        pytest.param(compound({"Contents": b""}), None, id="an unknown compound file"),
        pytest.param(compound({"EncryptedPackage": b""}), None, id="half an encrypted package"),
        pytest.param(compound({"WordDocument": b""})[:1300], "doc", id="a compound file cut off"),
        pytest.param(compound({"Contents": b""})[:1300], None, id="an unknown one cut off"),
        pytest.param(compound({"Book": b"\x09\x08"}), "xls", id="Excel 5 wrote Book"),
        pytest.param(
            b"\x09\x02\x06\x00\x00\x00\x10\x00" + bytes(40), "xls", id="Excel 3, a bare stream"
        ),
        pytest.param(b"\x09\x02\x07\x00\x00\x00\x10\x00" + bytes(40), None, id="no BOF of Excel"),
        pytest.param(film(b"isom", b"isom", b"3gp4"), "3gp", id="Android's 3GP under isom"),
        pytest.param(film(b"isom", b"isom", b"3gp4", b"mp42"), "mp4", id="mp4 that 3GP plays"),
        pytest.param(film(b"mif1", b"mif1", b"heic"), "heic", id="HEIC under mif1"),
        pytest.param(film(b"mif1", b"mif1", b"avif"), "avif", id="AVIF under mif1"),
        pytest.param(b"\0\0\0\x08free" + film(b"isom"), "mp4", id="a free box before the brand"),
        pytest.param(film(b"jp2 "), "jp2", id="JPEG 2000 is not a film"),
        pytest.param(film(b"crx "), "cr3", id="nor are Canon's raw pictures"),
        pytest.param(b"fLaC is a codec\n", "txt", id="fLaC begins a text"),
        pytest.param(b"ID3 tags are old\n", "txt", id="ID3 begins a text"),
        pytest.param(PDF[:160], "pdf", id="a PDF cut off"),
        pytest.param(b"\xef\xbb\xbf" + PDF[:110], "pdf", id="a PDF behind a mark, cut off"),
        pytest.param(office("xlsm", {"xl/vbaProject.bin": "x"})[:-40], "xlsm", id="xlsm cut off"),
        pytest.param(
            zipped({"[Content_Types].xml": "<Types", "xl/worksheets/sheet1.bin": "x"}),
            "xlsb",
            id="with its list of types damaged an xlsb is told by its sheets",
        ),
        pytest.param(
            zipped({"[Content_Types].xml": "<", "word/e/a.xlsx": office("xlsx")}, stored=True)[
                :-160
            ],
            "docx",
            id="a document cut off is not the workbook in it",
        ),
        pytest.param(
            LOST_DIRECTORY,
            "doc",
            id="a compound file that lost its directory is told by what the stream holds",
        ),
        pytest.param(shifted(SAMPLES["odt"]), "odt", id="OpenDocument into which bytes were put"),
        pytest.param(shifted(office("xlsm")), "xlsm", id="and so a workbook"),
        pytest.param(
            open_document("application/vnd.oasis.opendocument.text-master"), "odm", id="a master"
        ),
        pytest.param(open_document("application/vnd.sun.xml.writer"), "sxw", id="OpenOffice 1"),
        pytest.param(b"\x09\x08\x08\0\0\x05\x05\0" + bytes(40), "xls", id="a bare BIFF5"),
        pytest.param(b"FUJIFILMCCD-RAW 0201", "raf", id="Fujifilm's raw pictures"),
        pytest.param(b"IIRO\x08\0\0\0" + bytes(40), "orf", id="those of Olympus"),
        pytest.param(b"FORM\0\0\0\x04AIFF", "aif", id="AIFF"),
        pytest.param(film(b"qt  ")[20:], "mov", id="QuickTime from before brands"),
        pytest.param(b"\0\0\0\x08free" + bytes(40), None, id="a free box and no film"),
        pytest.param(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + frames(), "mp3", id="ID3 first"),
        pytest.param(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"fLaC", "flac", id="FLAC after ID3"),
        pytest.param(b"\1\2\3" * 999 + frames(6), "mp3", id="sound behind what is nothing"),
        pytest.param(b"\1\2\3" * 999 + frames(4), None, id="too few frames to be sure"),
        pytest.param(frames(1), None, id="one MPEG frame may be chance"),
        pytest.param(b"\x1aE\xdf\xa3\x8bB\x82", None, id="Matroska cut in its document type"),
        pytest.param(b"RIFF\x10\0\0\0JUNK" + bytes(16), None, id="RIFF of another kind"),
        pytest.param(b"BMW is a car\n" + b"a\n" * 20, "txt", id="BM begins a text"),
        pytest.param(b"MZ is no program\n" * 9, "txt", id="MZ begins a text"),
        pytest.param(b"GIF87 is not a year\n", "txt", id="GIF87 begins a text"),
    ],
)
def test_a_twin_is_not_taken_for_it(data: bytes, expected: str | None) -> None:
    assert identify(data, LIMITS).format == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Received: by a with b\n\tid c\nDate: d\n\nx", "eml", id="Received first"),
        pytest.param("From: a@b.example\nSubject: c\n\nx", "eml", id="two fields and an address"),
        pytest.param("Received: by a\n" * 9_000 + "To: c@d\n\nx", "eml", id="a long header"),
        pytest.param("note: a@b.example\n" * 9_000, "txt", id="long, no mail"),
        pytest.param("412\nFrom: a@b.example\nSubject: c\n\nx", "eml", id="Apple's length first"),
        pytest.param("412\nFrom here on it is a text\n", "txt", id="a number and a text"),
        pytest.param("\n\nFrom: a@b.example\nSubject: c\n\nx", "eml", id="behind empty lines"),
        pytest.param("From a@b Sat Jan 3 2026\nFrom: a@b\nDate: c\n\nx", "eml", id="mailbox line"),
        pytest.param("junk\nFrom: a@b\nTo: c@d\nDate: e\nSubject: f\n\nx", "eml", id="behind junk"),
        pytest.param(
            "From: a@b\nTo: c@d\nDate: e\nSubject: f\nNo empty line.\nNone.",
            "eml",
            id="a body without an empty line before it",
        ),
        pytest.param("From: a@b\nTo: c\nNo empty line.\nNone.", "txt", id="too few to forgive"),
        pytest.param(
            "From a@b Sat Jan 3 2026\nFrom: a@b\nDate: c\n\nx\n\nFrom d@e Sun Jan 4 2026\n",
            "txt",
            id="a mailbox of several mails is no mail",
        ),
        pytest.param("Subject: minutes\nDate: today\n\nx", "txt", id="a memo has no address"),
        pytest.param("Title: a\nAuthor: b@c.example\n\nx", "txt", id="fields that no mail has"),
        pytest.param("To whom it may concern:\nFrom: a@b\nTo: c\n", "txt", id="a letter"),
        pytest.param("HTTP/1.1 200 OK\nDate: a\nServer: b\n\n", "txt", id="an answer over HTTP"),
        pytest.param("a,b,c\n1,2,3\n", "csv", id="a head and one row"),
        pytest.param("a;b\n1;2\n3;4\n", "csv", id="semicolons"),
        pytest.param(
            "1,2,3,SDN BHD\n" * 3 + "4,5,6,NO 1, JALAN\n7,8,9,A, B, C\n" * 2,
            "csv",
            id="a last cell with commas that nobody quoted",
        ),
        pytest.param("seed, 0xdead\n0, 0xa4\n1, 0xb2\n", "csv", id="a space before values"),
        pytest.param(
            "version,name,made,ended\n" + "4.1,Warty,2004-10-20\n" * 4 + "5,H,1,2\n",
            "csv",
            id="rows that leave out the last cells",
        ),
        pytest.param("# made by hand\na,b,c\n1,2,3\n4,5,6\n", "csv", id="a remark first"),
        pytest.param(
            "Dear Li, Wang, all\nyes, of course, thanks\nso, well, no\n",
            "txt",
            id="sentences of as many commas",
        ),
        pytest.param("<li@kunde.example> wrote:\n> yes\n", "txt", id="an address is no element"),
        pytest.param('{% extends "a" %}\n<div>\n<p>b</p></div>', "html", id="a template"),
        pytest.param(
            "Hello<br>\n<b>Li</b>, <i>see</i> <a href='x'>this</a><br>\n",
            "html",
            id="the body of a mail is a page without a beginning",
        ),
        pytest.param(
            "# Title\n\nWrite `<html>` and `<b>` and </b> as you like.\n",
            "txt",
            id="a text that speaks of elements",
        ),
        pytest.param(
            'import a\n\nPAGE = """\n<html>\n<body><p>b</p></body></html>"""\n',
            "txt",
            id="a program that holds a page",
        ),
        pytest.param(
            "<configuration>\n<a>b</a></configuration>\n",
            "xml",
            id="XML without a declaration, closed",
        ),
        pytest.param("<configuration> is what we speak of\n", "txt", id="an element never closed"),
        pytest.param(
            '<?xml version="1.0"?><table><row/></table>',
            "xml",
            id="an element of XML that HTML has too",
        ),
        pytest.param(
            '<div xmlns="http://www.w3.org/1999/xhtml">a</div>', "html", id="a piece of XHTML"
        ),
        pytest.param('"a","b, c"\n"1","2, 3"\n"4","5"\n', "csv", id="commas in quotes"),
        pytest.param("a,b,c\n1,2\n3\n", "txt", id="rows of different width"),
        pytest.param("Yes, please.\nNo, thanks.\nWell, then.\n", "txt", id="a comma a line"),
        pytest.param('{"a": 1,\n"b": 2,\n"c": 3,\n}', "txt", id="JSON"),
        pytest.param("a,b,c", "txt", id="one line is no table"),
        pytest.param("<H1 ALIGN=CENTER>a</H1>", "html", id="HTML without a head"),
        pytest.param("<!-- a --><html>", "html", id="HTML behind a comment"),
        pytest.param(
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "a" "b"><html/>', "html", id="XHTML"
        ),
        pytest.param('<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', "svg", id="SVG, prefixed"),
        pytest.param('<?xml version="1.0"?><site><body/></site>', "xml", id="XML with a body"),
        pytest.param("Dear all,\n<html><body>a</body></html>", "html", id="HTML behind a line"),
        pytest.param("<svgs/>", "txt", id="an element like svg"),
        pytest.param("<order>", "txt", id="one tag is no XML"),
        pytest.param("a < b and b > c", "txt", id="less and greater"),
        pytest.param("{\\a}", "txt", id="a brace and a backslash"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_texts_are_told_apart(text: str, expected: str, encoding: str) -> None:
    assert identify(text.encode(encoding), LIMITS).format == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_chinese_table_is_read_in_each_encoding(encoding: str) -> None:
    table = "name,金额,日期\n" + "customer,10,2026-01-02\n" * 30
    assert identify(table.encode(encoding), LIMITS).format == "csv"


def test_a_text_cut_in_the_middle_of_a_letter_is_a_text() -> None:
    assert identify(("a" + "汉" * 40_000).encode(), LIMITS).format == "txt"


@pytest.mark.parametrize("name", MAIN_PARTS)
def test_a_package_cut_off_keeps_its_class(name: str) -> None:
    data = office(name)
    place = data.rfind(b"PK\x01\x02", 0, data.find(b"PK\x01\x02") + 4)
    found = dissect(data[:place], LIMITS)
    assert found.file_type.format == name
    assert not found.pieces[0].whole


@pytest.mark.parametrize(
    ("data", "also"),
    [
        pytest.param(PDF + SAMPLES["zip"], ("zip",), id="PDF with a ZIP behind it"),
        pytest.param(picture("PNG") + SAMPLES["zip"], ("zip",), id="PNG with a ZIP behind it"),
        pytest.param(picture("JPEG") + SAMPLES["rar"], ("rar",), id="JPEG with a RAR behind it"),
        pytest.param(picture("GIF") + SAMPLES["7z"], ("7z",), id="GIF with a 7z behind it"),
        pytest.param(zipped({"a.pdf": PDF}, stored=True), ("pdf",), id="ZIP that opens as PDF"),
        pytest.param(
            picture("JPEG")[:2] + b"\xff\xfe\x00\x1f<script>alert(1)</script>123" + b"\xff\xd9",
            ("html",),
            id="JPEG with a script in its comment",
        ),
        pytest.param(b"<html><!--\n" + PDF, ("html",), id="HTML before a PDF"),
        pytest.param(zipped({"a.pdf": PDF}), (), id="a packed PDF is not open"),
        pytest.param(sound() + bytes(100), (), id="filling is no format"),
        pytest.param(
            PDF[:9]
            + b"9 0 obj\n<</Type/EmbeddedFile>>\nstream\n"
            + zipped({"a": "b"})
            + b"\nendstream\nendobj\n"
            + PDF[9:],
            (),
            id="an attachment in a stream is part of the PDF",
        ),
    ],
)
def test_every_format_that_opens_is_listed(data: bytes, also: tuple[str, ...]) -> None:
    assert identify(data, LIMITS).also == also


def test_bytes_before_and_after_are_counted() -> None:
    anatomy = dissect(b"\xef\xbb\xbf" + PDF + b"<more>", LIMITS)
    assert (anatomy.prefix_bytes, anatomy.suffix_bytes) == (3, 6)


@pytest.mark.parametrize(
    ("data", "encrypted"),
    [
        pytest.param(compound({"WordDocument": bytes(10) + b"\x00\x01"}), True, id="locked doc"),
        pytest.param(compound({"WordDocument": bytes(10) + b"\x00\x00"}), False, id="open doc"),
        pytest.param(
            compound({"Workbook": b"\x09\x08\x02\x00\0\0\x2f\x00\x04\x00"}), True, id="locked xls"
        ),
        pytest.param(
            compound({"Workbook": b"\x09\x08\x02\x00\0\0\x42\x00\x02\x00"}), False, id="open xls"
        ),
        pytest.param(
            compound({"PowerPoint Document": b"", "Current User": bytes(12) + b"\xdf\xc4\xd1\xf3"}),
            True,
            id="locked ppt",
        ),
        pytest.param(PDF.replace(b"/Root", b"/Encrypt 9 0 R/Root"), True, id="locked PDF"),
        pytest.param(PDF.replace(b"/Root", b"/Encrypted 9/Root"), False, id="a key like it"),
    ],
)
def test_encryption_is_seen(data: bytes, *, encrypted: bool) -> None:
    assert identify(data, LIMITS).encrypted is encrypted


def test_a_mail_with_pictures_is_not_a_saved_page() -> None:
    related = mail(X_Mailer="a").replace(b"text/plain", b"multipart/related")
    assert identify(related, LIMITS).format == "eml"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(standard(workbook()), "xlsx", id="opened by the password of Excel, AES-128"),
        pytest.param(agile(workbook()), "xlsx", id="opened by the password of Excel, AES-256"),
        pytest.param(agile(office("xlsm")), "xlsm", id="a workbook with macros"),
        pytest.param(standard(workbook(), "secret"), "ooxml", id="a password of somebody's own"),
        pytest.param(agile(workbook(), "secret"), "ooxml", id="and so by the other form"),
        pytest.param(
            agile(b"no package at all"), "ooxml", id="what comes out is no package: not told"
        ),
        pytest.param(
            agile(workbook()).replace(b'spinCount="1000"', b'spinCount="9999"'),
            "ooxml",
            id="other rounds give another key",
        ),
        pytest.param(
            compound(
                {
                    "EncryptedPackage": b"",
                    "EncryptionInfo": b"\x04\0\x04\0",
                    "\x05SummaryInformation": b"\x1e\0Microsoft Office PowerPoint\0",
                }
            ),
            "pptx",
            id="the program is named beside it",
        ),
    ],
)
def test_an_encrypted_package_keeps_its_class_where_it_can_be_told(
    data: bytes, expected: str
) -> None:
    found = identify(data, LIMITS)
    assert (found.format, found.encrypted) == (expected, True)


def test_a_file_does_not_choose_how_long_it_is_tried() -> None:
    dear = agile(workbook(), spins=1000).replace(b'spinCount="1000"', b'spinCount="9e99"')
    assert identify(dear, LIMITS).format == "ooxml"
    endless = agile(workbook(), spins=1000).replace(
        b'spinCount="1000" saltSize', b'spinCount="10000000" saltSize'
    )
    began = time.process_time()
    assert identify(endless, LIMITS).format == "ooxml"
    assert time.process_time() - began < 1
