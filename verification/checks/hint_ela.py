"""`hint.ela`: where a picture changes most when it is saved anew: an annotation, never a verdict.

Error levels do not tell edited pictures from others, so nothing follows from what is shown: the
finding is neutral, and says how often it is there for pages that nobody touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.readers.opencv_pages import grey_of
from verification.readers.pillow_levels import outlying
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination

_ID, _VERSION = "hint.ela", 1
_MOST_SIDE = 2000
#: Above this one in ten untouched scans of the half for choosing is marked.
_LEAST = 4.4
#: Shares of scans marked, untouched and edited: `python -m benchmarks hints`, the reported half.
UNTOUCHED, EDITED = "14 %", "13 %"


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    pages = examination.pages
    for page, pixels in pages.each_drawn(_MOST_SIDE):
        spot = outlying(grey_of(pixels))
        if spot is not None and spot.stands_out >= _LEAST:
            across = pages.sizes[page - 1][0] / pixels.shape[1]
            left, top, right, bottom = (round(edge * across, 2) for edge in spot.box)
            yield _finding(examination, page, (left, top, right, bottom))


def _finding(
    examination: Examination, page: int, box: tuple[float, float, float, float]
) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        # Neutral: neither a pass nor a doubt.
        status=Status.NOT_APPLICABLE,
        message=Text(
            zh=f"第 {page} 页此处的压缩误差与页面其余部分相差最大。这不说明有人改动："
            f"实测未改动的扫描件有 {UNTOUCHED} 被标出，改动过的有 {EDITED}，"
            "两者几乎没有差别；结论不受影响。",
            en=f"Here page {page} differs most from the rest of it in how it was compressed. That "
            f"does not say that anybody edited it: {UNTOUCHED} of untouched scans are marked so, "
            f"and {EDITED} of edited ones, about the same; the verdict does not depend on it.",
        ),
        evidence=(
            examination.pages.evidence(page, box, Text(zh="压缩误差最不同处", en="Odd level")),
        ),
    )


CHECK = Check(
    id=_ID,
    version=_VERSION,
    # Only JPEG has levels of its own.
    formats=frozenset({"jpg"}),
    run=run,
)
