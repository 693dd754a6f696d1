"""`page.signature`: somebody signed by hand, at the place that is asked for.

What is seen by a machine that learnt it is never a proof: none of these findings is FAILED. That
somebody signed is one finding, where they signed another, and a signature that was pasted a third.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.marks.handwritten import BELIEVED
from verification.marks.handwritten_signature import PASTED
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from verification.examination import Examination
    from verification.pages.raster import Pages
    from verification.values import Evidence, Mark
    from verification.words import Line

_ID, _VERSION = "page.signature", 2
#: So many boxes are shown.
_SHOWN = 6
#: A word is near when it stands within so many heights of its line from the signature, or within
#: the height of the signature itself where that is more.
_NEAR_LINES = 3.0

_SIGN = Text(
    zh="请由要求的人在指定位置亲笔签字后重新扫描上传；若已签字，请审核人员人工确认。",
    en="Have the required person sign by hand at the place meant for it, scan and upload again; if "
    "it is signed, a reviewer decides by hand.",
)
_LOOK = Text(
    zh="请审核人员查看标出的位置。",
    en="A reviewer looks at the marked places.",
)
_SCAN_AGAIN = Text(
    zh="请确认扫描的不是背面、文件没有选错，重新扫描签了字的那一页，查看无误后再上传。",
    en="See that it was not the back of the sheet that was scanned and that this is the file you "
    "meant; scan the signed page again, look at the scan, and upload it.",
)
_READABLE = Text(
    zh="请上传更清晰的扫描件或带文字层的 PDF，或由审核人员查看签字的位置。",
    en="Upload a sharper scan or a PDF with text, or a reviewer looks where the signature stands.",
)


def run(examination: Examination) -> Iterable[Finding]:
    """Say whether, where and how often it is signed; nothing where no signature is asked for."""
    asked = examination.context.requirement.content.signature
    if asked is None:
        return
    marks = [mark for mark in examination.marks if mark.kind == "handwritten_signature"]
    believed = [mark for mark in marks if mark.confidence >= BELIEVED]
    if not marks:
        yield _none(examination)
        return
    yield _found(examination, believed) if believed else _unsure(examination, marks)
    if asked.near:
        yield _placed(examination, believed or marks, asked.near)
    pasted = [mark for mark in marks if PASTED in mark.traits]
    if pasted:
        yield _pasted(examination, pasted)


def _none(examination: Examination) -> Finding:
    count = examination.pages.count
    if not count:
        return _open(
            "MARK_NOT_FOUND",
            Text(
                zh="此文件没有可以查看的页面，无法寻找手写签名。",
                en="This file has no pages that could be looked at for a signature by hand.",
            ),
            _SIGN,
            (),
        )
    said, remedy = _unsigned(count, is_blank=_is_blank(examination.pages))
    return _open(
        "MARK_NOT_FOUND",
        said,
        remedy,
        tuple(
            examination.pages.evidence(number, (0.0, 0.0, *size))
            for number, size in enumerate(examination.pages.sizes[: min(count, _SHOWN)], 1)
        ),
    )


def _is_blank(pages: Pages) -> bool:
    rasters = (pages.at(number) for number in range(1, pages.count + 1))
    return all(raster is not None and raster.is_blank for raster in rasters)


def _unsigned(count: int, *, is_blank: bool) -> tuple[Text, Text]:
    if is_blank:
        said = Text(
            zh=f"查看了 {count} 页，全是空白，上面什么也没有，因此也没有手写签名。",
            en=f"The {count} page(s) that were looked at are blank: nothing stands on them, and so "
            "no signature by hand.",
        )
        return said, _SCAN_AGAIN
    said = Text(
        zh=f"查看了 {count} 页，没有看到手写签名；打印字体的姓名不算签名。",
        en=f"No signature by hand was seen on the {count} page(s) that were looked at; a name "
        "in a font is none.",
    )
    return said, _SIGN


def _found(examination: Examination, marks: Sequence[Mark]) -> Finding:
    best = max(marks, key=lambda mark: mark.confidence)
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"看到 {len(marks)} 处手写签名，最可信的一处在第 {best.page} 页"
            f"（置信度 {best.confidence:.2f}）。由谁签署无法从图像判断。",
            en=f"{len(marks)} signature(s) by hand seen, the surest on page {best.page} "
            f"(confidence {best.confidence:.2f}). Whose hand it is, no picture tells.",
        ),
        evidence=_boxes(examination, marks),
    )


def _unsure(examination: Examination, marks: Sequence[Mark]) -> Finding:
    best = max(marks, key=lambda mark: mark.confidence)
    return _open(
        "MARK_UNCERTAIN",
        Text(
            zh=f"第 {best.page} 页有像手写签名的笔迹，但不能确定（置信度 {best.confidence:.2f}）。",
            en=f"Something on page {best.page} may be a signature by hand, which is not certain "
            f"(confidence {best.confidence:.2f}).",
        ),
        _SIGN,
        _boxes(examination, marks),
    )


def _placed(examination: Examination, marks: Sequence[Mark], near: Sequence[str]) -> Finding:
    wanted = " / ".join(near)
    unread = []
    for mark in marks:
        lines = examination.words.of(mark.page)
        if not lines:
            unread.append(mark.page)
        word = _word_near(mark, lines, near)
        if word is not None:
            return Finding(
                id=_ID,
                version=_VERSION,
                status=Status.PASSED,
                message=Text(
                    zh=f"第 {mark.page} 页的手写签名在“{word}”旁边，是要求的位置。",
                    en=f"The signature on page {mark.page} stands near “{word}”, as is asked.",
                ),
                evidence=_boxes(examination, [mark]),
            )
    if unread:
        return _open(
            "WORDS_UNREAD",
            Text(
                zh=f"第 {unread[0]} 页的文字无法读取，不能判断签名是否在“{wanted}”旁边。",
                en=f"The words on page {unread[0]} could not be read, so nobody can say whether "
                f"the signature stands near “{wanted}”.",
            ),
            _READABLE,
            _boxes(examination, marks),
        )
    return _open(
        "MARK_MISPLACED",
        Text(
            zh=f"手写签名旁边没有要求的文字“{wanted}”。",
            en=f"None of the words that are asked for, “{wanted}”, stands near a signature.",
        ),
        _SIGN,
        _boxes(examination, marks),
    )


def _word_near(mark: Mark, lines: Iterable[Line], near: Sequence[str]) -> str | None:
    """Give the first of the words that stands in a line near the signature."""
    close = [_plain(line.text) for line in lines if _is_near(mark, line)]
    return next((word for word in near if any(_plain(word) in text for text in close)), None)


def _is_near(mark: Mark, line: Line) -> bool:
    x0, y0, x1, y1 = mark.box
    left, top, right, bottom = line.box
    far = max(_NEAR_LINES * (bottom - top), y1 - y0)
    return left - far < x1 and right + far > x0 and top - far < y1 and bottom + far > y0


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _pasted(examination: Examination, marks: Sequence[Mark]) -> Finding:
    pages = ", ".join(dict.fromkeys(str(mark.page) for mark in marks))
    return _open(
        "MARK_DUPLICATED",
        Text(
            zh=f"同一个签名图像出现了 {len(marks)} 次（第 {pages} 页）：笔迹完全相同，"
            "亲笔签名不会如此，应是粘贴的图片。",
            en=f"One picture of a signature stands there {len(marks)} times (page {pages}): nobody "
            "signs twice alike to the dot, so it was pasted.",
        ),
        _LOOK,
        _boxes(examination, marks),
    )


def _boxes(examination: Examination, marks: Sequence[Mark]) -> tuple[Evidence, ...]:
    surest = sorted(marks, key=lambda mark: -mark.confidence)[:_SHOWN]
    return tuple(examination.pages.evidence(mark.page, mark.box) for mark in surest)


def _open(why: str, message: Text, remedy: Text, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication=why,
        message=message,
        remedy=remedy,
        evidence=evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
