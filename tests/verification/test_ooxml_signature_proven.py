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
