"""The caps that hold before and during parsing (measured against known bombs)."""

from __future__ import annotations

from dataclasses import dataclass

from verification.values import Limit

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds; every name is what a LIMIT_EXCEEDED finding says."""

    file_bytes: int = 64 * MIB
    zip_entries: int = 2_000
    zip_unpacked_bytes: int = 512 * MIB
    zip_ratio: int = 200
    image_pixels: int = 50_000_000
    jpeg_scans: int = 20
    image_frames: int = 100
    pdf_pages: int = 300
    page_rasters: int = 40
    render_side_px: int = 4_000
    page_seconds: int = 8
    ocr_pages: int = 8
    mail_levels: int = 8
    mail_parts: int = 500
    workbook_cells: int = 300_000
    formula_chars: int = 8_192
    cpu_seconds: int = 30
    wall_seconds: int = 30
    address_bytes: int = 1536 * MIB
    #: Instead, where words on pages are read.
    ocr_address_bytes: int = 1536 * MIB
    report_bytes: int = 4 * MIB


class LimitExceeded(Exception):
    """A cap stopped the reading of a file; carries which, what was seen, what is allowed."""

    def __init__(self, name: str, *, seen: object, allowed: object) -> None:
        super().__init__(f"{name}: {seen} seen, {allowed} allowed")
        self.limit = Limit(name=name, seen=str(seen), allowed=str(allowed))
