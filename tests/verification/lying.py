"""PDFs whose text layer says something else than the page shows, and honest ones beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Left edge, first line and distance of lines, in points.
_LEFT, _TOP, _STEP, _SIZE = 60.0, 90.0, 22.0, 11.0


def written(lines: Sequence[str], font: pymupdf.Font | None = None) -> pymupdf.Document:
    """Write a page with one font that is embedded whole, as Type 0 with ToUnicode."""
    document = pymupdf.open()
    page = document.new_page()
    writer = pymupdf.TextWriter(page.rect)
    font = font or pymupdf.Font("china-s")
    for number, text in enumerate(lines):
        writer.append((_LEFT, _TOP + _STEP * number), text, font=font, fontsize=_SIZE)
    writer.write_text(page)
    return document


def meaning(
    document: pymupdf.Document, font: pymupdf.Font, signs: str, said: Mapping[str, str]
) -> bytes:
    """Let the page's one font say of glyphs what `said` says; of others of `signs` the truth."""
    ((xref, *_),) = document[0].get_fonts()
    rows = []
    for sign in dict.fromkeys(signs):
        code = "".join(f"{unit:04x}" for unit in _units(said.get(sign, sign)))
        rows.append(f"<{font.has_glyph(ord(sign)):04x}> <{code}>")
    groups = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    body = "\n".join(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in groups)
    where = int(document.xref_get_key(xref, "ToUnicode")[1].split()[0])
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    head += "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    document.update_stream(where, f"{head}{body}\nendcmap end end".encode())
    return bytes(document.tobytes())


def _units(text: str) -> list[int]:
    data = text.encode("utf-16-be")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def lying(lines: Sequence[str], said: Mapping[str, str], font: pymupdf.Font | None = None) -> bytes:
    """Write lines of which some signs say that they are others."""
    font = font or pymupdf.Font("china-s")
    return meaning(written(lines, font), font, "".join(lines), said)


def replaced(lines: Sequence[str], number: int, said: str) -> bytes:
    """Let one line say something else by `ActualText`, as tagged PDFs do honestly."""
    with written([]) as document:
        page = document[0]
        for at, text in enumerate(lines):
            spot = (_LEFT, _TOP + _STEP * at)
            page.insert_text(spot, text, fontname="china-s", fontsize=_SIZE)
            if at == number:
                xref = page.get_contents()[-1]
                code = said.encode("utf-16-be").hex()
                tag = f"/Span <</ActualText <feff{code}>>> BDC\n".encode()
                document.update_stream(xref, tag + document.xref_stream(xref) + b"\nEMC")
        return bytes(document.tobytes())


LINES = (
    "供应商：北京恒信数码科技有限公司  Quote No. 2026-1102",
    "机架式服务器 R740   4   36,500.00   146,000.00",
    "全闪存储阵列 20TB   1   128,000.00",
    "万兆交换机 48口   2   21,900.00   43,800.00",
    "含税合计  375,838.00 元",
    "大写：叁拾柒万伍仟捌佰叁拾捌元整",
    "经研究，同意按该方案实施，有效期至 2026-12-31。",
)


def undone(document: pymupdf.Document) -> bytes:
    """Let the fonts of a file say no more what their glyphs mean."""
    for xref, *_ in document[0].get_fonts():
        document.xref_set_key(xref, "ToUnicode", "null")
    return bytes(document.tobytes())


def beneath(
    shown: Sequence[str],
    said: Sequence[str],
    *,
    colour: tuple[float, float, float] | None = None,
) -> bytes:
    """Give a scan of some lines with others beneath it, or upon it in a colour."""
    with written(shown) as printed, pymupdf.open() as document:
        pixels = printed[0].get_pixmap(dpi=200)
        page = document.new_page()
        page.insert_image(page.rect, stream=pixels.tobytes("jpeg", jpg_quality=80))
        writer = pymupdf.TextWriter(page.rect)
        for number, text in enumerate(said):
            spot = (_LEFT, _TOP + _STEP * number)
            writer.append(spot, text, font=pymupdf.Font("china-s"), fontsize=_SIZE)
        if said:
            writer.write_text(page, render_mode=0 if colour else 3, color=colour)
        return bytes(document.tobytes())
