"""PDFs of which programs read different things, put together by hand, and honest ones beside.

After Müller et al., Processing Dangerous Paths, NDSS 2021: each file has a trap of its own.
"""

from __future__ import annotations

import re
import zlib
from functools import cache
from typing import TYPE_CHECKING

import pymupdf

from tests.verification import signing as made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEADER = b"%PDF-1.7\n"
ONE = b"BT /F1 20 Tf 20 200 Td (The price is one) Tj ET"
TWO = b"BT /F1 20 Tf 20 150 Td (The price is two) Tj ET"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Courier>>"
    b">>>>/Contents[4 0 R 5 0 R]>>"
)
TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 300]>>"
_END = b"endstream\nendobj\n"


def stream(content: bytes, head: bytes | None = None) -> bytes:
    head = b"<</Length %d>>" % len(content) if head is None else head
    return head + b"\nstream\n" + content + b"\nendstream"


def whole(number: int, body: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, body)


def parts(**changed: bytes) -> list[bytes]:
    """Give the objects of a page that says both sentences; `o5` and the like replace one."""
    bodies = {
        "o1": whole(1, b"<</Type/Catalog/Pages 2 0 R>>"),
        "o2": whole(2, TREE),
        "o3": whole(3, PAGE),
        "o4": whole(4, stream(ONE)),
        "o5": whole(5, stream(TWO)),
    }
    return list((bodies | changed).values())


def rooted(entries: bytes, **more: bytes) -> bytes:
    """Give a file with further entries in its catalogue."""
    root = whole(1, b"<</Type/Catalog/Pages 2 0 R" + entries + b">>")
    return file(parts(o1=root, **more))


def rows(body: bytes, numbers: range) -> bytes:
    """Give table rows to where the objects lie; those that cannot be found keep their place."""
    lines = []
    for number in numbers:
        found = re.search(rb"(?m)^%d 0 obj" % number, body)
        at = found.start() if found else body.find(b"%d 0" % number)
        lines.append(b"%010d 00000 n \n" % at)
    return b"".join(lines)


def table(body: bytes, last: int = 5) -> bytes:
    return (
        b"xref\n0 %d\n0000000000 65535 f \n" % (last + 1)
        + rows(body, range(1, last + 1))
        + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (last + 1, len(body))
    )


def file(objects: list[bytes], head: bytes = HEADER) -> bytes:
    body = head + b"".join(objects)
    return body + table(body, max(5, len(objects)))


def second(body: bytes) -> bytes:
    """Give a file whose second drawing is written in a way of its own."""
    return file(parts(o5=body))


def five(content: bytes) -> bytes:
    return second(whole(5, stream(content)))


def paged(page: bytes) -> bytes:
    return file(parts(o3=whole(3, page)))


def later(update: Callable[[int, int], bytes]) -> bytes:
    """Append an update of object 5, written by `update` from its place and the old table's."""
    signed = file(parts())
    body = whole(5, stream(TWO.replace(b"two", b"six")))
    return signed + body + update(len(signed), len(signed) + len(body))


def proper(at: int, start: int) -> bytes:
    return b"xref\n5 1\n%010d 00000 n \ntrailer\n<</Root 1 0 R/Size 6/Prev %d>>\n" % (
        at,
        file(parts()).rindex(b"xref\n0 "),
    ) + b"startxref\n%d\n%%%%EOF\n" % (start)


def edited(old: bytes, new: bytes, count: int = 1) -> bytes:
    """Change bytes of the honest file outside its objects; the offsets stay as they were."""
    data = file(parts())
    assert old in data
    return data.replace(old, new, count)


def row_five(new: Callable[[int], bytes]) -> bytes:
    data = file(parts())
    at = data.index(b"5 0 obj")
    return data.replace(b"%010d 00000 n \n" % at, new(at))


def inner(offset: int) -> bytes:
    """Hide a second file in a stream; its table leads to objects inside that stream."""
    trap = b"\n" + whole(4, stream(TWO)) + b"xref\n4 1\n%010d 00000 n \n"
    trap += b"trailer\n<</Root 1 0 R/Size 5>>\nstartxref\n9\n%%%%EOF\n"
    body = HEADER + b"".join(parts())
    head = b"6 0 obj\n<</Length %d>>\nstream" % (len(trap) + 9 - 8)
    place = len(body) + len(head) + 1
    body += head + trap % (place + offset) + _END
    return body + table(body, 6)


def deflated(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return second(whole(5, stream(packed, b"<</Length %d/Filter/FlateDecode>>" % len(packed))))


def two_tables() -> bytes:
    data = file(parts())
    four, five_at = data.index(b"4 0 obj"), data.index(b"5 0 obj")
    body = data + b"xref\n4 2\n%010d 00000 n \n%010d 00000 n \n" % (five_at, four)
    return body + b"trailer\n<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF\n" % len(data)


_PAGE_TWO = whole(6, PAGE.replace(b"[4 0 R 5 0 R]", b"4 0 R"))
MASKED: Mapping[str, Callable[[], bytes]] = {
    "a length that ends in the middle": lambda: five_of(len(ONE)),
    "a length over two ends": lambda: five_of(len(ONE + TWO) + 12, between=b"\nendstream\n"),
    "a length below nought": lambda: five_of(-1, between=b"\nendstream\n" + ONE + b"\n"),
    "no length, two ends": lambda: second(whole(5, stream(ONE + b"\nendstream\n" + TWO, b"<<>>"))),
    "an end in a comment": lambda: five(ONE + b"\n%endstream\n" + TWO),
    "two lengths": lambda: second(whole(5, stream(ONE + b"\n" + TWO, b"<</Length 48/Length 96>>"))),
    "no line end after stream": lambda: edited(b"stream\n" + TWO, b"stream " + TWO),
    "a sign after stream": lambda: edited(b"stream\n" + TWO, b"stream\xf0\x9f\x92\xa3\n" + TWO),
    "a zero byte after stream": lambda: edited(b"stream\n" + TWO, b"stream\x00\n" + TWO),
    "a sign before the drawing": lambda: five(b"\xf0\x9f\x92\xa3 " + TWO),
    "a zero byte before the drawing": lambda: five(b"\x00 " + TWO),
    "operators in capitals": lambda: five(TWO.replace(b"Tj", b"TJ").replace(b"BT", b"Bt")),
    "the drawing in a comment": lambda: five(b"% " + TWO),
    "a filter that nobody knows": lambda: second(
        whole(5, stream(TWO, b"<</Length %d/Filter/Unknown>>" % len(TWO)))
    ),
    "an unknown operator, deflated": lambda: deflated(b"xx " + TWO),
    "contents twice": lambda: paged(
        PAGE.replace(b"/Contents[4 0 R 5 0 R]", b"/Contents 4 0 R/Contents 5 0 R")
    ),
    "an object in a comment": lambda: second(b"%" + whole(5, stream(TWO)).replace(b"\n<", b"<")),
    "an end of object in a comment": lambda: second(
        whole(5, stream(TWO)).replace(b"\nendobj", b"\n%endobj")
    ),
    "a sign among the contents": lambda: paged(PAGE.replace(b"R 5", b"R \xf0\x9f\x92\xa3 5")),
    "a sign in the key of the contents": lambda: paged(
        PAGE.replace(b"/Contents", b"/Contents\xf0\x9f\x92\xa3")
    ),
    "a letter in the key of the contents": lambda: paged(PAGE.replace(b"/Contents", b"/Contentsx")),
    "the key in small letters": lambda: paged(PAGE.replace(b"/Contents", b"/contents")),
    "a sign in the head of an object": lambda: second(
        whole(5, stream(TWO)).replace(b"obj\n<", b"obj\xf0\x9f\x92\xa3\n<")
    ),
    "no end of stream": lambda: second(whole(5, stream(TWO)).replace(b"endstream\n", b"")),
    "no end of object": lambda: second(whole(5, stream(TWO)).replace(b"endobj\n", b"")),
    "no end of stream and object": lambda: second(
        whole(5, stream(TWO)).replace(b"endstream\nendobj\n", b"")
    ),
    "no end in the middle": lambda: file(
        parts(o4=whole(4, stream(ONE)).replace(b"endstream\nendobj\n", b""))
    ),
    "an end of object with a letter more": lambda: second(
        whole(5, stream(TWO)).replace(b"endobj", b"endobjx")
    ),
    "obj in capitals": lambda: second(whole(5, stream(TWO)).replace(b" obj", b" OBJ")),
    "stream in capitals": lambda: second(whole(5, stream(TWO)).replace(b"\nstream", b"\nSTREAM")),
    "a reference in small letters": lambda: paged(PAGE.replace(b"5 0 R]", b"5 0 r]")),
    "a row to another object": lambda: row_five(
        lambda _: b"%010d 00000 n \n" % file(parts()).index(b"4 0 obj")
    ),
    "a row to the middle of an object": lambda: row_five(lambda at: b"%010d 00000 n \n" % (at + 9)),
    "a row that says free": lambda: row_five(lambda at: b"%010d 00000 f \n" % at),
    "a row with a capital": lambda: row_five(lambda at: b"%010d 00000 N \n" % at),
    "a row too few": lambda: edited(b"0 6\n", b"0 5\n"),
    "more pages than counted": lambda: file(
        [*parts(o2=whole(2, TREE.replace(b"[3 0 R]", b"[3 0 R 6 0 R]"))), _PAGE_TWO]
    ),
    "a page whose kind is in a comment": lambda: paged(
        PAGE.replace(b"<</Type/Page", b"<<%/Type/Page\n", 1)
    ),
    "two pages in one object": lambda: file(parts(o3=whole(3, PAGE + b"\n" + PAGE))),
    "a file in a stream": lambda: inner(0),
    "an update without a trailer": lambda: later(
        lambda at, start: b"xref\n5 1\n%010d 00000 n \nstartxref\n%d\n%%%%EOF\n" % (at, start)
    ),
    "an update without an end": lambda: later(
        lambda at, start: proper(at, start).replace(b"%%EOF", b"")
    ),
    "an update with a misspelt end": lambda: later(
        lambda at, start: proper(at, start).replace(b"%%EOF", b"%EOF")
    ),
    "an update that nothing points to": lambda: later(
        lambda at, start: proper(at, start).split(b"startxref")[0]
    ),
    "an update whose place is wrong": lambda: later(lambda at, start: proper(at, start - 90)),
    "two tables, the last one lies": two_tables,
    "an object after the end": lambda: later(lambda *_: b""),
    "an object before the header": lambda: file(parts(), whole(5, stream(TWO)) + HEADER),
    "an object between two headers": lambda: file(
        parts(), b"%PDF-1\n" + whole(5, stream(TWO)) + HEADER
    ),
    "a length that is no number": lambda: second(whole(5, stream(TWO, b"<</Length/Many>>"))),
    "a length below nought, one end": lambda: second(whole(5, stream(TWO, b"<</Length -4>>"))),
    "no length": lambda: second(whole(5, stream(TWO, b"<<>>"))),
    "the key of the filter in small letters": lambda: second(
        whole(
            5,
            stream(
                zlib.compress(TWO), b"<</Length %d/filter/FlateDecode>>" % len(zlib.compress(TWO))
            ),
        )
    ),
    "a row of another generation": lambda: row_five(lambda at: b"%010d 00001 n \n" % at),
    "a row too many": lambda: edited(b"0 6\n", b"0 7\n"),
    "kids that are no list": lambda: file(
        parts(o2=whole(2, TREE.replace(b"[3 0 R]", b"<</One 3 0 R>>")))
    ),
    "no cross-references at all": lambda: (
        HEADER + b"".join(parts()) + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    ),
    "a table to which nothing leads": lambda: re.sub(rb"startxref\n\d+\n", b"", file(parts())),
    "a tree that is its own child": lambda: file(parts(o2=whole(2, TREE.replace(b"3 0", b"2 0")))),
    "a tree that leads back to itself": lambda: file(
        parts(
            o2=whole(2, TREE.replace(b"3 0", b"3 0 R 4 0")),
            o4=whole(4, b"<</Type/Pages/Kids[5 0 R]/Count 1>>"),
            o5=whole(5, b"<</Type/Pages/Kids[4 0 R]/Count 1>>"),
        )
    ),
    "a tree without a page": lambda: file(
        parts(o2=whole(2, b"<</Type/Pages/Kids[]/Count 0>>"), o3=whole(3, b"<<>>"))
    ),
    "attached files in place of the pages": lambda: rooted(b"/Collection<</View/H>>"),
    "a form of XML in place of the pages": lambda: rooted(b"/AcroForm<</Fields[]/XFA 4 0 R>>"),
    "the form by itself, in pieces": lambda: rooted(
        b"/AcroForm 6 0 R", o6=whole(6, b"<</Fields[]/XFA[(template)4 0 R]>>")
    ),
    "an empty table": lambda: re.sub(rb"xref\n0 6\n(?:.{19}\n)+", b"xref\n", file(parts())),
}


def five_of(length: int, between: bytes = b"\n") -> bytes:
    return second(whole(5, stream(ONE + between + TWO, b"<</Length %d>>" % length)))


@cache
def saved(how: str) -> bytes:
    """Let MuPDF save a page in different ways."""
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "Two copies: 2,400.00")
        document.new_page().draw_rect((50, 50, 90, 90), fill=(1, 0, 0))
        options: dict[str, object] = {
            "plain": {},
            "packed": {"deflate": True, "use_objstms": True, "garbage": 4},
            "secret": {
                "encryption": pymupdf.mupdf.PDF_ENCRYPT_AES_256,
                "owner_pw": "o",
                "user_pw": "",
            },
            "expanded": {"expand": 255, "pretty": True},
        }[how]
        return bytes(document.tobytes(**options))


HONEST: Mapping[str, Callable[[], bytes]] = {
    "nothing odd": lambda: file(parts()),
    "deflated": lambda: deflated(TWO),
    "a comment in the drawing": lambda: five(b"% by hand\n" + TWO),
    "a comment between objects": lambda: file(parts(), HEADER + b"%\xe2\xe3\xcf\xd3\n% page one\n"),
    "a length that is wrong by a line end": lambda: second(
        whole(5, stream(TWO, b"<</Length %d>>" % (len(TWO) + 1)))
    ),
    "a key written with escapes": lambda: paged(PAGE.replace(b"/Contents", b"/Con#74ents")),
    "operators for newer readers": lambda: five(b"BX xx EX " + TWO),
    "a proper update": lambda: later(proper),
    "a table of no rows": lambda: file(parts()).replace(b"xref\n0 6\n", b"xref\n0 0\n0 6\n"),
    "the same key twice, the same value": lambda: paged(
        PAGE.replace(b"/Parent 2 0 R", b"/Parent 2 0 R/Parent 2 0 R")
    ),
    "bytes before the header": lambda: b"\xef\xbb\xbf" + file(parts()),
    "a table that everybody rebuilds": lambda: re.sub(
        rb"\d{10} 00000 n", b"0000000003 00000 n", file(parts())
    ),
    "by MuPDF": lambda: saved("plain"),
    "by MuPDF, packed": lambda: saved("packed"),
    "by MuPDF, encrypted": lambda: saved("secret"),
    "by MuPDF, expanded": lambda: saved("expanded"),
    "no portfolio, no form of XML": lambda: rooted(b"/Collection null/AcroForm<</Fields[]/XFA[]>>"),
    "a form": lambda: made.plain(form=True),
    "a form, filled in": lambda: made.filled(made.plain(form=True)),
    "signed": lambda: made.sign(made.plain()),
    "signed twice, with validation data": lambda: made.with_validation_data(
        made.sign(made.sign(made.plain()), made.person("李雷"), field="Sig2", box=(9, 9, 80, 60))
    ),
}


# Fonts that draw other letters than the text says

_NAMES = dict(
    zip(
        "0123456789",
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        strict=True,
    )
)


def lettered(text: str, swapped: Mapping[str, str], face: str = "Helvetica") -> bytes:
    """Write `text`; each letter in `swapped` is drawn as another, and means what it meant."""
    codes = "".join(f"<{ord(letter):02x}> <{ord(letter):04x}>\n" for letter in dict.fromkeys(text))
    meaning = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(dict.fromkeys(text))} beginbfchar\n{codes}endbfchar endcmap end end"
    ).encode()
    changes = "".join(
        f" {ord(letter)}/{_NAMES.get(drawn, drawn)}" for letter, drawn in swapped.items()
    )
    font = (
        f"<</Type/Font/Subtype/Type1/BaseFont/{face}/ToUnicode 4 0 R"
        f"/Encoding<</Type/Encoding/Differences[{changes}]>>>>"
    ).encode()
    page = b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 %s>>>>/Contents 5 0 R>>" % font
    written = f"BT /F1 18 Tf 20 200 Td ({text}) Tj ET".encode()
    return file(
        parts(o3=whole(3, page), o4=whole(4, stream(meaning)), o5=whole(5, stream(written)))
    )
