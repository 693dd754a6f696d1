"""Parts of a workbook that openpyxl has no words for: a link to another book, a macro."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link import ExternalLink
from openpyxl.workbook.external_link.external import ExternalBook, ExternalSheetNames

if TYPE_CHECKING:
    from openpyxl import Workbook

VBA = "xl/vbaProject.bin"
_TYPES = "[Content_Types].xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_VBA_TYPE = "application/vnd.ms-office.vbaProject"
_VBA_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
#: The signature of a compound file ([MS-CFB], 2.2) and an empty header: enough for a forger's
#: book to be told by, and no program that anybody could run.
_NO_PROGRAM = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def link_to(book: Workbook, target: str) -> None:
    """Let the formulas of a book refer to `target` as ``[1]``."""
    names = ExternalSheetNames(sheetName=["Sheet1"])
    link = ExternalLink(externalBook=ExternalBook(sheetNames=names, id="rId1"))
    link.file_link = Relationship(type="externalLinkPath", Target=target, TargetMode="External")
    book._external_links.append(link)  # noqa: SLF001 - openpyxl keeps them nowhere else


def with_macro(data: bytes) -> bytes:
    """Put a VBA project, without a program in it, into a book that has none."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(output, "w") as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == _TYPES:
                told = f'<Override PartName="/{VBA}" ContentType="{_VBA_TYPE}"/></Types>'
                part = part.replace(b"</Types>", told.encode())
            if entry.filename == _RELATIONS:
                told = (
                    f'<Relationship Id="rIdVba" Type="{_VBA_RELATION}" Target="vbaProject.bin"/>'
                    "</Relationships>"
                )
                part = part.replace(b"</Relationships>", told.encode())
            target.writestr(zipfile.ZipInfo(entry.filename), part, zipfile.ZIP_DEFLATED)
        target.writestr(zipfile.ZipInfo(VBA), _NO_PROGRAM, zipfile.ZIP_DEFLATED)
    return output.getvalue()
