"""`hint.copy_move`: a place of a scan or photo that stands in it a second time, pixel by pixel.

A scan may be a picture, or a page of a PDF that one picture fills.

A program that repeats a picture does so too: INDETERMINATE at most. Where paper shows no grain two
prints of one letter cannot be told from a copy, and nothing is said.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from verification.examination import Check
from verification.readers import opencv_copies, pymupdf_scans
from verification.readers.opencv_pages import grey_of
from verification.readers.pymupdf import is_pdf
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from verification.examination import Examination
    from verification.pages.picture import Box
    from verification.readers.opencv_copies import Copy

_ID, _VERSION = "hint.copy_move", 2
#: Pictures are looked at in the pixels they were saved with; larger ones coarser.
_MOST_SIDE = 2000
#: Of a PDF so many scanned pages are looked at, the first ones: each costs as much as a picture.
MOST_SCANS = 8
# Chosen on every other file of the corpora (`python -m benchmarks hints` reports the rest).
_LEAST_MIDDLE, _LEAST_WORST = 0.985, 0.9
_LEAST_FOLLOWED = 0.4
#: A page that repeats itself all over was rendered, not scanned.
_MOST_ELSEWHERE = 0.06
#: Rendered and whitened paper has no grain by which a copy could be told.
_LEAST_NOISE = 0.3
# A few letters typed into a scan repeat to the pixel: what is small must have more grain around it.
_LEAST_INK, _SMALL_NOISE = 12.0, 1.0
_REMEDY = Text(
    zh="请提交原始扫描件或照片；若内容本就重复，请审核人员对照两处截图判断。",
    en="Hand in the scan or photo as it was taken; if the same thing honestly stands there twice, "
    "a reviewer decides by the two crops.",
)


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    if is_pdf(examination.context.submission.data):
        yield from _in_scans(examination)
        return
    pages = examination.pages
    for page, pixels in pages.each_drawn(_MOST_SIDE):
        width, height = pages.sizes[page - 1]
        scale = (width / pixels.shape[1], height / pixels.shape[0])
        in_file = partial(_in_file, scale=scale, size=(width, height))
        yield from _told(examination, page, grey_of(pixels), in_file)


def _in_scans(examination: Examination) -> Iterable[Finding]:
    """Look at the pictures that fill pages; what is drawn on a page may honestly stand twice."""
    data, limits = examination.context.submission.data, examination.context.limits
    pages = pymupdf_scans.scanned_pages(data, limits)
    seen, left = pages[:MOST_SCANS], pages[MOST_SCANS:]
    for scan in pymupdf_scans.scans(data, seen, _MOST_SIDE, limits):
        yield from _told(examination, scan.page, scan.grey, scan.to_page)
    if left:
        yield _not_looked_at(seen, left)


def _told(
    examination: Examination,
    page: int,
    grey: NDArray[np.uint8],
    in_file: Callable[[Box], Box],
) -> Iterable[Finding]:
    found = next((one for one in opencv_copies.copies(grey) if is_copy(one)), None)
    if found is not None:
        yield _finding(examination, page, found, in_file)


def is_copy(one: Copy) -> bool:
    """Say whether the places are equal down to the grain."""
    return (
        one.middle >= _LEAST_MIDDLE
        and one.worst >= _LEAST_WORST
        and one.followed >= _LEAST_FOLLOWED
        and one.elsewhere < _MOST_ELSEWHERE
        and one.noise >= (_LEAST_NOISE if one.ink >= _LEAST_INK else _SMALL_NOISE)
    )


def _finding(
    examination: Examination, page: int, one: Copy, in_file: Callable[[Box], Box]
) -> Finding:
    places = [
        examination.pages.evidence(page, in_file(box), c)
        for box, c in (
            (one.here, Text(zh="一处", en="One place")),
            (one.there, Text(zh="另一处", en="The other place")),
        )
    ]
    share = f"{one.middle:.1%}"
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="PLACE_COPIED",
        message=Text(
            zh=f"第 {page} 页有两处像素相同（含纸面颗粒，相关度 {share}）："
            "其中一处可能由另一处复制而来。",
            en=f"Two places of page {page} show the same pixels, grain and all (they agree "
            f"by {share}): one may have been copied from the other.",
        ),
        remedy=_REMEDY,
        evidence=tuple(places),
    )


def _not_looked_at(seen: tuple[int, ...], left: tuple[int, ...]) -> Finding:
    looked, others = (", ".join(map(str, pages)) for pages in (seen, left))
    return Finding(
        id=_ID,
        version=_VERSION,
        # Neutral: neither a pass nor a doubt.
        status=Status.NOT_APPLICABLE,
        message=Text(
            zh=f"只在前 {len(seen)} 个扫描页（第 {looked} 页）里找过被复制的位置；"
            f"第 {others} 页没有查看。",
            en=f"Copied places were looked for on the first {len(seen)} scanned pages ({looked}) "
            f"only; pages {others} were not looked at.",
        ),
    )


def _in_file(box: Box, scale: tuple[float, float], size: tuple[float, float]) -> Box:
    edges = np.array(box).reshape(2, 2) * scale
    (left, top), (right, bottom) = edges.clip((0, 0), size).round(2).tolist()
    return left, top, right, bottom


CHECK = Check(
    id=_ID,
    version=_VERSION,
    # A document sets the same picture twice honestly; a scan or photo does not. Of a PDF only
    # pages that one picture fills are looked at.
    formats=frozenset({"jpg", "png", "webp", "tif", "bmp", "pdf"}),
    run=run,
)
