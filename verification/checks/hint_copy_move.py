"""`hint.copy_move`: a place of a scan or photo that stands in it a second time, pixel by pixel.

A program that repeats a picture does so too: INDETERMINATE at most. Where paper shows no grain two
prints of one letter cannot be told from a copy, and nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from verification.examination import Check
from verification.readers import opencv_copies
from verification.readers.opencv_pages import grey_of
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.pages.picture import Box
    from verification.readers.opencv_copies import Copy

_ID, _VERSION = "hint.copy_move", 1
#: Pictures are looked at in the pixels they were saved with; larger ones coarser.
_MOST_SIDE = 2000
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
    pages = examination.pages
    for page, pixels in pages.each_drawn(_MOST_SIDE):
        found = [one for one in opencv_copies.copies(grey_of(pixels)) if is_copy(one)]
        if found:
            width, height = pages.sizes[page - 1]
            scale = (width / pixels.shape[1], height / pixels.shape[0])
            yield _finding(examination, page, (found[0], scale))


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
    examination: Examination, page: int, copy: tuple[Copy, tuple[float, float]]
) -> Finding:
    one, scale = copy
    places = [
        examination.pages.evidence(page, _in_file(box, scale, examination.pages.sizes[page - 1]), c)
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


def _in_file(box: Box, scale: tuple[float, float], size: tuple[float, float]) -> Box:
    edges = np.array(box).reshape(2, 2) * scale
    (left, top), (right, bottom) = edges.clip((0, 0), size).round(2).tolist()
    return left, top, right, bottom


CHECK = Check(
    id=_ID,
    version=_VERSION,
    # A document sets the same picture twice honestly; a scan or photo does not.
    formats=frozenset({"jpg", "png", "webp", "tif", "bmp"}),
    run=run,
)
