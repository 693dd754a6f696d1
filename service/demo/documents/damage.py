"""What happens to good files on the way: cut off, flipped, altered after signing, disguised."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pymupdf
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader

from service.demo.documents.paper import font
from service.demo.documents.properties import pdf_date
from service.demo.documents.signing import DatedWriter

if TYPE_CHECKING:
    from datetime import datetime

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

#: A screenshot's size in pixels.
SHOT_WIDTH, SHOT_HEIGHT = 720, 420
#: How sharply a paper is scanned, and by how many degrees it lies askew.
SCAN_DPI, ASKEW = 120, 0.4


def cut_off(data: bytes, share: float = 0.62) -> bytes:
    """Keep the first part of a file, as a broken upload does."""
    return data[: int(len(data) * share)]


def flip_bit(data: bytes, landmark: bytes) -> bytes:
    """Change one bit of the byte after the first `landmark`. Raises ValueError where it is not."""
    place = data.index(landmark) + len(landmark)
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


def rewrite_pages(signed: bytes, flattering: bytes, at: datetime) -> bytes:
    """Let a signed PDF show other pages, in an incremental update as editors write it.

    The signed bytes stay as they are, so their digest still holds; what a reader sees is the page
    of `flattering`, which has as many pages.
    """
    writer: IncrementalPdfFileWriter = DatedWriter(signed, at)
    source = PdfFileReader(BytesIO(flattering))
    for number in range(int(source.root["/Pages"]["/Count"])):
        form = writer.import_page_as_xobject(source, page_ix=number)
        reference, _ = writer.find_page_for_modification(number)
        page = reference.get_object()
        content = generic.StreamObject(stream_data=b"q /Altered Do Q")
        page[pdf_name("/Contents")] = writer.add_object(content)
        page[pdf_name("/Resources")] = generic.DictionaryObject(
            {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Altered"): form})}
        )
        writer.mark_update(reference)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def screenshot(lines: tuple[str, ...]) -> bytes:
    """Give a PNG that shows some lines of text, as somebody photographs a screen."""
    document = pymupdf.open()
    page = document.new_page(width=SHOT_WIDTH, height=SHOT_HEIGHT)
    page.draw_rect((0, 0, SHOT_WIDTH, 34), color=None, fill=(0.20, 0.24, 0.31))
    writer = pymupdf.TextWriter(page.rect)
    for number, line in enumerate(lines):
        writer.append((28, 74 + 30 * number), line, font=font(), fontsize=15)
    writer.write_text(page, color=(0.1, 0.1, 0.1))
    data: bytes = page.get_pixmap().tobytes("png")
    document.close()
    return data


def scanned(data: bytes, at: datetime) -> bytes:
    """Give a PDF as it comes back from a printer and a scanner: grey pictures, a little askew.

    The scanner writes when that was.
    """
    with pymupdf.open(stream=data, filetype="pdf") as printed, pymupdf.open() as scan:
        for page in printed:
            drawn = page.get_pixmap(dpi=SCAN_DPI, colorspace=pymupdf.csGRAY)
            sheet = Image.frombytes("L", (drawn.width, drawn.height), drawn.samples)
            stream = BytesIO()
            askew = sheet.rotate(ASKEW, fillcolor=255, resample=Image.Resampling.BICUBIC)
            askew.save(stream, "JPEG", quality=70)
            new = scan.new_page(width=page.rect.width, height=page.rect.height)
            new.insert_image(new.rect, stream=stream.getvalue())
        when = pdf_date(at)
        scan.set_metadata({"producer": "PyMuPDF", "creationDate": when, "modDate": when})
        return bytes(scan.tobytes())
