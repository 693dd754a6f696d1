"""Scans in PDFs: those of the corpora, and pages of the demo company, printed and scanned here."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pymupdf

from service.demo import authority, company, deliverables
from service.demo.documents import sheet
from service.demo.documents.brief import PDF
from service.demo.documents.properties import Properties
from service.paths import names
from verification.limits import Limits
from verification.readers.pymupdf_scans import scanned_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from verification.values import Report

    Examine = Callable[[bytes, str], Report]

SEED = 2026


def in_pdf(*pictures: bytes) -> bytes:
    """Give a PDF with a page for each picture, which it fills; a point is a pixel."""
    with pymupdf.open() as document:
        for picture in pictures:
            size = pymupdf.Pixmap(picture)
            page = document.new_page(width=size.width, height=size.height)
            page.insert_image(page.rect, stream=picture)
        return bytes(document.tobytes())


def own_scans(folder: Path, at: datetime, count: int) -> tuple[Path, ...]:
    """Write the pictures of so many pages of the demo's papers, each printed and scanned once."""
    kept: list[Path] = []
    for number, page in enumerate(_pictures(at)):
        if number == count:
            break
        kept.append(folder / f"{number:03}.jpeg")
        kept[-1].write_bytes(page)
    return tuple(kept)


def _pictures(at: datetime) -> Iterator[bytes]:
    whole, trusted = company.plan(SEED, at), authority.found(at)
    for path in names():
        customer = next(one for one in whole.customers if one.path == path)
        steps = tuple(step for step in deliverables.steps_of(path) if "!" not in step)
        for plan in deliverables.catalogue(whole, trusted, at, customer, steps=steps):
            if plan.media_type == PDF and not scanned_pages(plan.data, Limits()):
                yield from _scanned(plan.data, at)


def _scanned(data: bytes, at: datetime) -> Iterator[bytes]:
    about = Properties(
        title="", author="", creator="", producer="", created=at, modified=at, xmp_created=at
    )
    rng = random.Random(len(data))  # noqa: S311 - the same pages each time
    with pymupdf.open(stream=sheet.scanned(data, about, (), rng)) as document:
        for page in document:
            yield bytes(document.extract_image(page.get_images()[0][0])["image"])


def seconds(examine: Examine, pictures: list[bytes]) -> list[float]:
    """Give the CPU that PDFs of 1, 2, 4, … of these pages take."""
    taken = []
    count = 1
    while count <= len(pictures):
        data = in_pdf(*pictures[:count])
        began = time.process_time()
        examine(data, "a.pdf")
        taken.append(time.process_time() - began)
        count *= 2
    return taken
