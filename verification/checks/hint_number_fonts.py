"""`hint.number_fonts`: one figure of a number has another font, size or foot than the rest.

That is what changing one figure with an editor leaves; typesetting may do it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import shown
from verification.examination import Check
from verification.readers.pymupdf_hints import mixed_numbers
from verification.values import Finding, PageBox, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.readers.pymupdf_hints import Spot

_ID, _VERSION = "hint.number_fonts", 1
_MOST = 5
_WHY = {
    "font": Text(zh="字体", en="font"),
    "size": Text(zh="字号", en="size"),
    "foot": Text(zh="基线", en="base line"),
}


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    spots = mixed_numbers(examination.context.submission.data)
    yield from (_finding(spot) for spot in spots[:_MOST])


def _finding(spot: Spot) -> Finding:
    why = _WHY[spot.why]
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="NUMBER_MIXED",
        message=Text(
            zh=f"第 {spot.page} 页数字“{shown(spot.text)}”中有的数位{why.zh}与其余不同。",
            en=f"In the number “{shown(spot.text)}” on page {spot.page} one figure has another "
            f"{why.en} than the rest.",
        ),
        remedy=Text(
            zh="请提交由原程序直接导出的文件，并请审核人员核对该数字。",
            en="Hand in the file as its own program wrote it; a reviewer checks that number.",
        ),
        evidence=(PageBox(page=spot.page, box=spot.box),),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
