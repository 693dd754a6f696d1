"""Office documents with pictures in them: as Word, WPS, Excel and PowerPoint write them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.drawing.image import Image as SheetImage

from tests.verification.typed import MAIN_PARTS, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PIL import Image

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    f'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="{_OFFICE}"'
)
_EMU = 360_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture's bytes, and how large it is shown, in centimetres."""

    data: bytes
    width: float = 14.0
    height: float = 19.8
    ending: str = "png"


def stored(page: Image.Image, kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    page.save(held, kind)
    return held.getvalue()


def docx(*pictures: Placed, header: Placed | None = None, unseen: bytes = b"") -> bytes:
    """Write a Word document: a line of text, then each picture in a paragraph of its own."""
    body = "".join(
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{one.width * _EMU:.0f}" '
        f'cy="{one.height * _EMU:.0f}"/><a:graphic><a:graphicData>{_picture(n, one)}'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        for n, one in enumerate(pictures, start=1)
    )
    media: dict[str, bytes | str] = {
        f"word/media/image{n}.{one.ending}": one.data for n, one in enumerate(pictures, 1)
    }
    leads = [(f"i{n}", "image", name[5:]) for n, name in enumerate(media, start=1)]
    more: dict[str, bytes | str] = {}
    if header is not None:
        inside = _picture(1, header)
        more["word/header1.xml"] = f"<w:hdr {_SPACES}><w:p>{inside}</w:p></w:hdr>"
        more["word/_rels/header1.xml.rels"] = _leading([("i1", "image", "media/head.png")])
        more["word/media/head.png"] = header.data
        leads.append(("h1", "header", "header1.xml"))
    if unseen:
        more["word/media/image99.png"] = unseen
        leads.append(("u1", "image", "media/image99.png"))
    document = (
        f"<w:document {_SPACES}><w:body><w:p><w:r><w:t>正文 text</w:t></w:r></w:p>{body}"
        "</w:body></w:document>"
    )
    lead: dict[str, bytes | str] = {"word/_rels/document.xml.rels": _leading(leads)}
    return _package("docx", document, lead | media | more)


def docx_vml(one: Placed, *again: Placed) -> bytes:
    """Write a Word document as older programs do, with VML; one picture, perhaps shown again."""
    shapes = "".join(
        f'<v:shape style="position:absolute;width:{each.width}cm;'
        f'height:{each.height * 72 / 2.54:.1f}pt"><v:imagedata r:id="i1"/></v:shape>'
        for each in (one, *again)
    )
    document = (
        f"<w:document {_SPACES}><w:body><w:p><w:pict>{shapes}</w:pict></w:p></w:body></w:document>"
    )
    parts: dict[str, bytes | str] = {
        "word/_rels/document.xml.rels": _leading([("i1", "image", "media/image1.png")]),
        "word/media/image1.png": one.data,
    }
    return _package("docx", document, parts)


def xlsx(*pictures: Placed) -> bytes:
    """Write a workbook with openpyxl, the pictures below one another."""
    book, held = openpyxl.Workbook(), io.BytesIO()
    for number, one in enumerate(pictures):
        placed = SheetImage(io.BytesIO(one.data))
        placed.width, placed.height = one.width / 2.54 * 96, one.height / 2.54 * 96
        book.worksheets[0].add_image(placed, f"A{1 + 60 * number}")
    book.save(held)
    return held.getvalue()


def xlsx_cells(one: Placed) -> bytes:
    """Write a workbook with a picture in a cell, as WPS does."""
    cells = f"<etc:cellImages xmlns:etc='urn:etc' {_SPACES}>{_picture(1, one)}</etc:cellImages>"
    wps = "http://www.wps.cn/officeDocument/2020/cellImage"
    parts: dict[str, bytes | str] = {
        "xl/_rels/workbook.xml.rels": _leading([("c1", wps, "cellimages.xml")]),
        "xl/cellimages.xml": cells,
        "xl/_rels/cellimages.xml.rels": _leading([("i1", "image", "media/image1.png")]),
        "xl/media/image1.png": one.data,
    }
    return _package("xlsx", "<workbook/>", parts)


def pptx(one: Placed, *, on: str = "slide") -> bytes:
    """Write a presentation with a picture on its slide, or on the `slideLayout` behind it."""
    shapes = f"<p:sld {_SPACES}><p:cSld><p:spTree>{{}}</p:spTree></p:cSld></p:sld>"
    drawn = shapes.format(_picture(1, one))
    image = ("i1", "image", "../media/image1.png")
    layout = ("l1", "slideLayout", "../slideLayouts/slideLayout1.xml")
    is_own = on == "slide"
    parts: dict[str, bytes | str] = {
        "ppt/_rels/presentation.xml.rels": _leading([("s1", "slide", "slides/slide1.xml")]),
        "ppt/slides/slide1.xml": drawn if is_own else shapes.format(""),
        "ppt/slides/_rels/slide1.xml.rels": _leading([layout, *([image] if is_own else [])]),
        "ppt/slideLayouts/slideLayout1.xml": drawn,
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _leading([] if is_own else [image]),
        "ppt/media/image1.png": one.data,
    }
    return _package("pptx", "<presentation/>", parts)


#: A document of each kind, with one picture.
KINDS: Mapping[str, Callable[[Placed], bytes]] = {
    "docx": docx,
    "docx, by VML": docx_vml,
    "xlsx": xlsx,
    "xlsx, in a cell": xlsx_cells,
    "pptx": pptx,
}


def _picture(number: int, one: Placed) -> str:
    wide, high = round(one.width * _EMU), round(one.height * _EMU)
    return (
        f'<pic:pic><pic:blipFill><a:blip r:embed="i{number}"/></pic:blipFill><pic:spPr><a:xfrm>'
        f'<a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm></pic:spPr></pic:pic>'
    )


def _leading(many: list[tuple[str, str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Target="{target}" '
        f'Type="{kind if kind.startswith("http") else f"{_OFFICE}/{kind}"}"/>'
        for key, kind, target in many
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _package(kind: str, main: str, parts: Mapping[str, bytes | str]) -> bytes:
    name, content_type = MAIN_PARTS[kind]
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="png" '
        'ContentType="image/png"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
    )
    top = _leading([("r1", "officeDocument", name)])
    return zipped({"[Content_Types].xml": types, "_rels/.rels": top, name: main, **parts})
