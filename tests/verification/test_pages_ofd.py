"""Pages of an OFD as pixels: what stands where, and the seal in its place."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from tests.corpora import corpus
from tests.verification import national as gm
from tests.verification import sealing as made
from tests.verification.sealing import Seal, Sealing
from verification.limits import LimitExceeded, Limits
from verification.pages import drawing
from verification.pages.picture import CannotRender, Picture, Wanted
from verification.readers.gm.der import read

WHITE, RED, BLUE, BLACK = (255, 255, 255), (255, 0, 0), (0, 0, 255), (0, 0, 0)
#: Pixels a millimetre, on pages that are 210 mm wide.
SCALE = 4
WANTED = Wanted(max_side=210 * SCALE + 1)
PAGE = "Doc_0/Pages/Page_0/Content.xml"


def full(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(stream, "PNG")
    return stream.getvalue()


def page_of(*objects: str, extra: str = "", parts: made.Parts | None = None) -> bytes:
    return made.package(
        {**made.plain(), PAGE: made.page_xml(*objects, extra=extra), **(parts or {})}
    )


def path(data: str, box: str = "20 20 40 40", looks: str = 'Fill="true"', inside: str = "") -> str:
    return (
        f'<ofd:PathObject ID="9" Boundary="{box}" {looks}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def at(picture: Picture, x: float, y: float) -> tuple[int, ...]:
    """Give the colour so many millimetres from the top left."""
    start = 3 * (round(y * SCALE) * picture.width + round(x * SCALE))
    return tuple(picture.rgb[start : start + 3])


def ink(picture: Picture, box: tuple[int, int, int, int]) -> float:
    """Give the share of a box (mm) that is not white."""
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb).convert("L")
    part = image.crop((box[0] * SCALE, box[1] * SCALE, box[2] * SCALE, box[3] * SCALE))
    return sum(part.histogram()[:200]) / (part.width * part.height)


SQUARE = "S 0 0 M 0 0 L 40 0 L 40 40 L 0 40 C"
HOLE = "M 10 10 L 10 30 L 30 30 L 30 10 C"
FILLED = '<ofd:FillColor Value="0 0 255"/>'
IMAGE = '<ofd:ImageObject ID="9" Boundary="20 20 40 40" ResourceID="6" {}/>'


@pytest.mark.parametrize(
    ("item", "inside", "outside"),
    [
        pytest.param(path(SQUARE, inside=FILLED), BLUE, WHITE, id="a filled path"),
        pytest.param(path(SQUARE + " " + HOLE), WHITE, WHITE, id="a path with a hole"),
        pytest.param(path(SQUARE, looks=""), WHITE, WHITE, id="a path that is drawn, not filled"),
        pytest.param(
            path("S 0 20 M 0 20 A 20 20 0 1 1 40 20 A 20 20 0 1 1 0 20 C", inside=FILLED),
            BLUE,
            WHITE,
            id="a circle of arcs",
        ),
        pytest.param(
            path("S 0 0 M 0 0 B 40 0 40 0 40 40 Q 0 40 0 0 C", inside=FILLED),
            BLUE,
            WHITE,
            id="curves",
        ),
        pytest.param(
            path(SQUARE, looks='Fill="true" CTM="0.5 0 0 0.5 10 10"', inside=FILLED),
            BLUE,
            WHITE,
            id="a path with a matrix",
        ),
        pytest.param(path(SQUARE, looks='Fill="true" Visible="false"'), WHITE, WHITE, id="hidden"),
        pytest.param(IMAGE.format(""), RED, WHITE, id="a picture that fills its boundary"),
        pytest.param(IMAGE.format('CTM="40 0 0 40 0 0"'), RED, WHITE, id="a picture with a matrix"),
        pytest.param(IMAGE.format('CTM="0 40 -40 0 40 0"'), RED, WHITE, id="a picture turned"),
        pytest.param(
            IMAGE.replace('"6"', '"7"').format(""), WHITE, WHITE, id="a picture that is not there"
        ),
        pytest.param(
            f"<ofd:PageBlock>{IMAGE.format('')}</ofd:PageBlock>", RED, WHITE, id="inside a block"
        ),
    ],
)
def test_objects_stand_where_the_page_puts_them(
    item: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    picture = drawing.render(page_of(item, parts={"Doc_0/Res/logo.png": full("red")}), WANTED)
    assert (picture.width, picture.height) == (840, 560)
    assert at(picture, 42, 38) == inside
    assert at(picture, 70, 70) == outside


def test_text_is_set_character_by_character() -> None:
    picture = drawing.render(page_of(made.text_object(1, "国国国国", "20 20 100 10")), WANTED)
    for number in range(4):
        assert ink(picture, (20 + 6 * number, 20, 26 + 6 * number, 27)) > 0.1
    assert ink(picture, (46, 20, 100, 27)) == 0


def test_templates_lie_behind_and_annotations_in_front() -> None:
    template = made.page_xml(path(SQUARE, inside=FILLED))
    document = made.document_xml(
        extra="<ofd:Annotations>A.xml</ofd:Annotations>",
        common='<ofd:TemplatePage ID="50" BaseLoc="T.xml"/>',
    )
    listed = (
        f'<ofd:Annotations {made.SPACE}><ofd:Page PageID="1"><ofd:FileLoc>P.xml</ofd:FileLoc>'
        "</ofd:Page></ofd:Annotations>"
    )
    annotation = (
        f'<ofd:PageAnnot {made.SPACE}><ofd:Annot ID="1"><ofd:Appearance Boundary="40 20 20 40">'
        f"{path('S 0 0 M 0 0 L 20 0 L 20 40 L 0 40 C', '0 0 20 40')}</ofd:Appearance></ofd:Annot>"
        "</ofd:PageAnnot>"
    )
    data = page_of(
        path(SQUARE, "20 20 10 10", inside='<ofd:FillColor Value="255 0 0"/>'),
        extra='<ofd:Template TemplateID="50"/>',
        parts={
            "Doc_0/Document.xml": document,
            "Doc_0/T.xml": template,
            "Doc_0/A.xml": listed.encode(),
            "Doc_0/P.xml": annotation.encode(),
        },
    )
    picture = drawing.render(data, WANTED)
    assert at(picture, 25, 25) == RED
    assert at(picture, 50, 40) == BLACK


def test_the_seal_is_drawn_from_what_was_sealed_and_cut_as_it_says() -> None:
    stamps = '<ofd:StampAnnot ID="1" PageRef="1" Boundary="100 50 40 40" Clip="0 0 20 40"/>'
    how = Sealing(seal=replace(Seal(), image=full("red")), stamps=stamps)
    picture = drawing.render(made.sealed(how), WANTED)
    assert at(picture, 110, 70) == RED
    assert at(picture, 130, 70) == WHITE


def test_what_stands_under_a_seal_on_white_paper_is_seen() -> None:
    how = Sealing(seal=replace(Seal(), image=full("white")))
    plain = {**made.plain(), PAGE: made.page_xml(path(SQUARE, "150 90 40 40", inside=FILLED))}
    picture = drawing.render(made.package(made.seal_up(plain, how)), WANTED)
    assert at(picture, 170, 110) == BLUE


def test_a_seal_that_is_an_ofd_is_drawn_on_clear_ground() -> None:
    small = made.document_xml().replace(b"0 0 210 297", b"0 0 40 40")
    inner = page_of(
        path("S 0 0 M 0 0 L 210 0 L 210 40 L 0 40 C", "0 0 210 40", inside=FILLED),
        parts={"Doc_0/Document.xml": small},
    )
    seal = made.make_seal(replace(Seal(), image=inner), made.Sealing().who)
    assert b"PK" in seal
    typed = seal.replace(gm.ia5("png"), gm.ia5("ofd"))
    parts = made.seal_up(made.plain())
    value = parts["Doc_0/Signs/Sign_0/SignedValue.dat"]
    parts["Doc_0/Signs/Sign_0/SignedValue.dat"] = _with_seal(value, typed)
    picture = drawing.render(made.package(parts), WANTED)
    assert at(picture, 170, 92) == BLUE
    assert at(picture, 170, 125) == WHITE


def _with_seal(value: bytes, seal: bytes) -> bytes:
    members = read(value).children()
    signed = members[0].children()
    first = gm.seq(signed[0].raw, seal, *(item.raw for item in signed[2:]))
    return gm.seq(first, *(item.raw for item in members[1:]))


def test_sizes_and_parts_of_a_page_are_in_points() -> None:
    data = made.package(made.plain(pages=2))
    sizes = drawing.sizes(data, Limits())
    assert [tuple(round(side * 25.4 / 72) for side in size) for size in sizes] == [(210, 140)] * 2
    corner = drawing.render(data, Wanted(max_side=101, clip=(0, 0, 50, 25)))
    assert (corner.width, corner.height) == (100, 50)


@pytest.mark.parametrize("page", [0, 2])
def test_a_page_that_is_not_there_is_said(page: int) -> None:
    with pytest.raises(CannotRender) as caught:
        drawing.render(made.sealed(), Wanted(page=page, max_side=50))
    assert caught.value.reason == "no_such_page"


def test_the_cap_on_pages_holds() -> None:
    with pytest.raises(LimitExceeded):
        drawing.render(made.sealed(), Wanted(max_side=50, limits=Limits(pdf_pages=0)))
    with pytest.raises(CannotRender, match="no_such_page"):
        drawing.render(made.sealed(), Wanted(page=301, max_side=50))


def test_real_pages_are_drawn() -> None:
    """Of every real file the first page comes out with something on it."""
    blank = []
    for file in sorted(corpus("ofd").glob("*.ofd")):
        picture = drawing.render(file.read_bytes(), Wanted(max_side=300))
        if not any(level < 200 for level in picture.rgb):
            blank.append(file.name)
    assert blank == []
