"""Signed Office documents: what is proven stays said, whatever else cannot be read beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verification import office_signing as office
from tests.verification.test_ooxml_signature import answers, only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verification.office_signing import Parts

DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]>'
OTHER = b"<document><p>Price: 1</p></document>"
CHANGED = ("FAILED", "CHANGED_AFTER_SIGNING")
UNREAD = ("INDETERMINATE", "FORMAT_FAILURE")
PARTLY = ("INDETERMINATE", "PART_NOT_SIGNED")


def unread_links(parts: Parts) -> bytes:
    """Hang links that declare entities on a part that leads nowhere else."""
    links = DOCTYPE + office.relationships().split(b"\n", 1)[1]
    return office.packed({**parts, "word/_rels/styles.xml.rels": links})


def unread_types(parts: Parts) -> bytes:
    return office.packed({**parts, "[Content_Types].xml": DOCTYPE + parts["[Content_Types].xml"]})


def second_body(parts: Parts) -> bytes:
    row = office.relationships(("rId9", office.OFFICE + "/officeDocument", "word/styles.xml"))
    link = row.split(b"\n")[2].removesuffix(b"</Relationships>")
    top = parts["_rels/.rels"].replace(b"</Relationships>", link + b"</Relationships>")
    return office.packed({**parts, "_rels/.rels": top})


def moved_base(parts: Parts) -> bytes:
    """Let targets count from another folder, for programs that go by it."""
    top = parts["_rels/.rels"].replace(b"<Relationships ", b'<Relationships xml:base="x/" ')
    return office.packed({**parts, "_rels/.rels": top})


def doubled(parts: Parts) -> bytes:
    return office.packed(parts, twice="word/styles.xml")


def twin(parts: Parts) -> bytes:
    return office.packed({**parts, "word//document.xml": OTHER})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(unread_links, id="entities among links"),
        pytest.param(unread_types, id="entities among content types"),
        pytest.param(second_body, id="two parts are the document"),
        pytest.param(moved_base, id="targets count from another folder"),
        pytest.param(doubled, id="another part is there twice"),
        pytest.param(twin, id="the changed part has a twin that is changed too"),
    ],
)
def test_a_changed_part_is_told_though_something_else_cannot_be_read(
    spoil: Callable[[Parts], bytes],
) -> None:
    parts = office.signed()
    whole = answers(only(spoil(parts)))
    assert whole == {"coverage": UNREAD}
    signature = only(spoil({**parts, "word/document.xml": OTHER}))
    assert answers(signature) == {"coverage": UNREAD, "changes": CHANGED}
    assert signature.changed_parts == ("word/document.xml",)
    gone = {name: content for name, content in parts.items() if name != "word/document.xml"}
    expected = {"coverage": UNREAD} | ({} if spoil is twin else {"changes": CHANGED})
    assert answers(only(spoil(gone))).keys() >= expected.keys()


def with_link(kind: str, target: str) -> bytes:
    row = ("rId9", office.OFFICE + "/" + kind, target)
    parts = office.document()
    parts["word/_rels/document.xml.rels"] = office.relationships(*office.BODY_ROWS, row)
    covered = {
        "_rels/.rels": office.ROOT_ROWS[:1],
        "word/document.xml": None,
        "word/_rels/document.xml.rels": (*office.BODY_ROWS, row),
        "word/styles.xml": None,
    }
    return office.packed(office.signed(parts, office.How(covered=covered)))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("image", {"coverage": PARTLY}, id="a picture is fetched when it is opened"),
        pytest.param("subDocument", {"coverage": PARTLY}, id="a chapter from elsewhere"),
        pytest.param("aFChunk", {"coverage": PARTLY}, id="a text from elsewhere"),
        pytest.param("video", {"coverage": PARTLY}, id="a film from elsewhere"),
        pytest.param("hyperlink", {}, id="a link that is only followed"),
        pytest.param("attachedTemplate", {}, id="the template it was made from"),
    ],
)
def test_what_is_shown_from_elsewhere_is_not_signed(
    kind: str, expected: dict[str, tuple[str, str]]
) -> None:
    """The link is signed; what it leads to may be exchanged at any time."""
    assert answers(only(with_link(kind, "https://example.com/price.png"))) == expected


@pytest.mark.parametrize("cut", [4, 7, 10])
def test_a_comment_does_not_cut_the_time_of_signing_short(cut: int) -> None:
    """Canonical XML leaves comments out, so that nobody's signature breaks by one."""
    name = "_xmlsignatures/sig1.xml"
    parts = office.signed()
    time = office.How().time.encode()
    commented = parts[name].replace(time, time[:cut] + b"<!-- -->" + time[cut:])
    assert commented != parts[name]
    signature = only(office.packed({**parts, name: commented}))
    assert answers(signature) == {"integrity": UNREAD}


BOUND = (
    '<sdt><sdtPr><dataBinding xpath="/ns1:coreProperties[1]/ns0:title[1]" '
    'storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/></sdtPr>'
    "<sdtContent><r><t>Price: 100,000</t></r></sdtContent></sdt>"
)
SIMPLE = '<fldSimple instr=" TITLE \\* MERGEFORMAT "><r><t>Price: 100,000</t></r></fldSimple>'


def complex_field(code: str, shown: str) -> str:
    half = code[: len(code) // 2]
    return (
        f'<r><fldChar fldCharType="begin"/></r><r><instrText>{half}</instrText></r>'
        f'<r><instrText>{code[len(half) :]}</instrText></r><r><fldChar fldCharType="separate"/>'
        f'</r><r><t>{shown}</t></r><r><fldChar fldCharType="end"/></r>'
    )


def showing(
    body: str, *, title: str = "", custom: str = "", name: str = "", strict: bool = False
) -> bytes:
    """Sign a document whose text shows a property; properties are never signed."""
    parts = office.document(body)
    kind = office.STRICT if strict else office.OFFICE
    rows = ("rId3", f"{kind}/{'customProperties' if strict else 'custom-properties'}", "c.xml")
    parts["_rels/.rels"] = office.relationships(*office.ROOT_ROWS, rows)
    parts["docProps/core.xml"] = f"<coreProperties><title>{title}</title></coreProperties>".encode()
    parts["c.xml"] = (
        f'<Properties><property name="{name or "Price"}"><lpwstr>{custom}</lpwstr></property>'
        "</Properties>"
    ).encode()
    return office.packed(office.signed(parts))


PRICE, LOW = "Price: 100,000", "Price: 1"
NAMED = complex_field(' DOCPROPERTY "Price" ', "100,000")
FIGURE = complex_field(' DOCPROPERTY Price \\# "#,##0.00" ', "100,000.00")
DAY = complex_field(' DOCPROPERTY Price \\@ "d.M.yyyy" ', "1.5.2026")
EMPTY = BOUND.replace("<sdtPr>", "<sdtPr><showingPlcHdr/>")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(showing(BOUND, title=LOW), PARTLY, id="a control bound to the title"),
        pytest.param(showing(BOUND, title=PRICE), None, id="the title says what was signed"),
        pytest.param(showing(EMPTY, title=LOW), PARTLY, id="a title where there was none"),
        pytest.param(showing(EMPTY), None, id="an empty title, and the words that ask for one"),
        pytest.param(showing(SIMPLE, title=LOW), PARTLY, id="a field of the title"),
        pytest.param(showing(SIMPLE, title=" price:  100,000"), None, id="in another case"),
        pytest.param(showing(NAMED, custom="1"), PARTLY, id="a field of an own property"),
        pytest.param(showing(NAMED, custom="100,000"), None, id="an own property as signed"),
        pytest.param(showing(NAMED, custom="1", name="Other"), None, id="one that is not shown"),
        pytest.param(showing(FIGURE, custom="100000"), None, id="a figure in its format"),
        pytest.param(showing(FIGURE, custom="100001"), PARTLY, id="another figure"),
        pytest.param(showing(DAY, custom="2026-04-30T16:00:00Z"), None, id="a day in its format"),
        pytest.param(showing(DAY, custom="2026-04-09T16:00:00Z"), PARTLY, id="another day"),
        pytest.param(showing(PRICE, title=LOW, custom="1"), None, id="properties nobody shows"),
        pytest.param(showing(NAMED, custom="100,000", strict=True), None, id="a strict document"),
        pytest.param(showing(NAMED, custom="1", strict=True), PARTLY, id="strict, another price"),
    ],
)
def test_properties_that_the_text_shows_say_what_was_signed(
    data: bytes, expected: tuple[str, str] | None
) -> None:
    assert answers(only(data)) == ({"coverage": expected} if expected else {})


def test_a_document_of_any_name_that_takes_words_from_data_is_told() -> None:
    """What a part is, its content type says; its name may end in anything."""
    parts = office.document("<sdt><dataBinding/></sdt>")
    body = parts.pop("word/document.xml")
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"document.xml", b"other.bin")
    row = ("rId9", office.OFFICE + "/customXml", "../customXml/item1.xml")
    links = office.relationships(*office.BODY_ROWS, row)
    more = {
        "word/other.bin": body,
        "word/_rels/other.bin.rels": links,
        "customXml/item1.xml": b"<a/>",
    }
    del parts["word/_rels/document.xml.rels"]
    top = (office.ROOT_ROWS[0][0], office.ROOT_ROWS[0][1], "word/other.bin")
    covered = {
        "_rels/.rels": (top,),
        "word/other.bin": None,
        "word/_rels/other.bin.rels": office.BODY_ROWS,
        "word/styles.xml": None,
    }
    data = office.packed(office.signed({**parts, **more}, office.How(covered=covered)))
    assert answers(only(data)) == {"coverage": PARTLY}


SHEET = b"spreadsheetml.worksheet+xml"
ROWS = "".join(f"<v>{number * 7919 % 1_000_003}</v>" for number in range(350_000))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param('<f>_xlfn.IMAGE("https://x.example/p")</f>', PARTLY, id="a picture"),
        pytest.param('<f>1+WEBSERVICE("https://x.example/p")</f>', PARTLY, id="a figure"),
        pytest.param('<f>_xlfn.I&#77;AGE("https://x.example/p")</f>', PARTLY, id="in escapes"),
        pytest.param("<f>IMAGINARY(1)</f>", None, id="another function"),
        pytest.param("<is><t>IMAGE(</t></is>", None, id="a text that speaks of it"),
        pytest.param(ROWS, None, id="a sheet of five megabytes"),
    ],
)
def test_what_a_formula_fetches_is_not_signed(cell: str, expected: tuple[str, str] | None) -> None:
    parts = office.document()
    types, kind = parts["[Content_Types].xml"], b"wordprocessingml.document.main+xml"
    parts["word/document.xml"] = f"<worksheet><c>{cell}</c></worksheet>".encode()
    parts["[Content_Types].xml"] = types.replace(kind, SHEET)
    signature = only(office.packed(office.signed(parts)))
    assert answers(signature) == ({"coverage": expected} if expected else {})


def test_a_long_document_beside_data_that_it_does_not_use_passes() -> None:
    """Five megabytes of text, a field that shows the title, and a list of sources."""
    parts = office.document(f"<t>{ROWS.replace('<v>', '').replace('</v>', ' ') * 2}</t>{SIMPLE}")
    parts["docProps/core.xml"] = b"<coreProperties><title>Price: 100,000</title></coreProperties>"
    row = ("rId9", office.OFFICE + "/customXml", "../customXml/item1.xml")
    parts["word/_rels/document.xml.rels"] = office.relationships(*office.BODY_ROWS, row)
    parts["customXml/item1.xml"] = b"<sources/>"
    assert not answers(only(office.packed(office.signed(parts))))
