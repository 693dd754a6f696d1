"""`hint.hidden`: words that a PDF holds and nobody sees: painted over, replaced, or unseen.

By itself it proves no forgery (programs paint over text too): INDETERMINATE at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import shown
from verification.examination import Check
from verification.readers.pymupdf_hints import hidden_words
from verification.values import Finding, PageBox, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.readers.pymupdf_hints import Spot

_ID, _VERSION = "hint.hidden", 1
_MOST = 5
_WHY = {
    "covered": Text(
        zh="被后画的白色区域或图片盖住", en="painted over by a white area or a picture"
    ),
    "replaced": Text(
        zh="被白色区域盖住，上面又写了别的字", en="painted over, with other words on top"
    ),
}
_REMEDY = Text(
    zh="请提交由原程序直接导出的文件；若确需遮盖，请说明原因，由审核人员对照判断。",
    en="Hand in the file as its own program wrote it; if something had to be covered, say why, and "
    "a reviewer decides.",
)


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    spots = hidden_words(examination.context.submission.data)
    # White words on white are told of nobody who edits: only what lies under something is.
    told = [spot for spot in spots if spot.why in _WHY]
    yield from (_finding(spot) for spot in told[:_MOST])


def _finding(spot: Spot) -> Finding:
    why = _WHY[spot.why]
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="TEXT_COVERED",
        message=Text(
            zh=f"第 {spot.page} 页的文字“{shown(spot.text)}”{why.zh}。",
            en=f"The words “{shown(spot.text)}” on page {spot.page} are {why.en}.",
        ),
        remedy=_REMEDY,
        evidence=(PageBox(page=spot.page, box=spot.box),),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
