"""`page.seal`: where a requirement asks for a seal, one is seen, and its ring states the holder.

A picture proves nothing: a seal is seen or not, never valid. So this passes or leaves it open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.marks.rings import can_read
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Evidence, Mark

_ID, _VERSION = "page.seal", 2

_UPLOAD = Text(
    zh="请上传盖有公章的彩色扫描件或照片；若页面上确有印章，请审核人员查看。",
    en="Upload a colour scan or photo of the sealed page; if there is a seal, a reviewer may look.",
)
_CHECK_HOLDER = Text(
    zh="请核对印章与客户登记名称；若印章无误，请审核人员查看截图后决定。",
    en="Compare the seal with the customer's registered name; a reviewer may decide by the crop.",
)


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.seal
    if asked is None:
        return
    seals = [mark for mark in examination.marks if mark.kind == "seal"]
    red = [mark for mark in seals if "colourless" not in mark.traits]
    if not seals:
        yield _not_found(examination)
    elif not red:
        yield _colourless(examination, seals)
    elif asked.holder is None:
        yield _passed(examination, red[0], None)
    else:
        yield _held(examination, red, asked.holder)


def _held(examination: Examination, seals: list[Mark], holder: str) -> Finding:
    match = next((one for one in seals if "holder" in one.traits), None)
    if match is not None:
        return _passed(examination, match, holder)
    read = [one for one in seals if one.text]
    if not read:
        return _unread(examination, seals, holder)
    texts_zh = "、".join(f"“{one.text}”" for one in read)
    texts_en = ", ".join(f"“{one.text}”" for one in read)
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="SEAL_HOLDER_DIFFERS",
        message=Text(
            zh=f"印章环上的文字读作{texts_zh}，与要求的“{holder}”不一致。",
            en=f"The ring of the seal reads {texts_en}; “{holder}” is asked for.",
        ),
        remedy=_CHECK_HOLDER,
        evidence=tuple(_place(examination, one) for one in read),
    )


def _place(examination: Examination, mark: Mark) -> Evidence:
    return examination.pages.evidence(mark.page, mark.box, Text(zh="印章", en="Seal"))


def _passed(examination: Examination, mark: Mark, holder: str | None) -> Finding:
    zh, en = f"第 {mark.page} 页上看到一枚红色印章", f"A red seal is seen on page {mark.page}"
    if holder is not None:
        zh, en = f"{zh}，文字与“{holder}”相符", f"{en}, and its text agrees with “{holder}”"
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(zh=f"{zh}。", en=f"{en}."),
        evidence=(_place(examination, mark),),
    )


def _unread(examination: Examination, seals: list[Mark], holder: str) -> Finding:
    why = (
        Text(zh="环上的文字未能读出", en="the text of its ring could not be read")
        if can_read()
        else Text(zh="未安装文字识别（ocr 扩展）", en="OCR (the extra `ocr`) is not installed")
    )
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="SEAL_HOLDER_UNREAD",
        message=Text(
            zh=f"页面上有红色印章，但{why.zh}，无法与“{holder}”核对。",
            en=f"There is a red seal, but {why.en}: it is not compared with “{holder}”.",
        ),
        remedy=_CHECK_HOLDER,
        evidence=tuple(_place(examination, one) for one in seals),
    )


def _colourless(examination: Examination, seals: list[Mark]) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="SEAL_COLOURLESS",
        message=Text(
            zh="页面上有像印章的圆环，但不是红色：可能是黑白复印件。",
            en="There is a ring like that of a seal, but it is not red: perhaps a black copy.",
        ),
        remedy=_UPLOAD,
        evidence=tuple(_place(examination, one) for one in seals),
    )


def _not_found(examination: Examination) -> Finding:
    looked, there = examination.pages.count, len(examination.pages.sizes)
    message = Text(
        zh=f"要求盖章，但在查看的 {looked} 页（共 {there} 页）上没有看到印章。",
        en=f"A seal is asked for; none is seen on the {looked} pages (of {there}) looked at.",
    )
    if not looked:
        message = Text(
            zh="要求盖章，但此文件没有可以查看的页面。",
            en="A seal is asked for; this file has no pages that could be looked at.",
        )
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="SEAL_NOT_FOUND",
        message=message,
        remedy=_UPLOAD,
        evidence=_first_page(examination),
    )


def _first_page(examination: Examination) -> tuple[Evidence, ...]:
    pages = examination.pages
    if not pages.sizes:
        return ()
    width, height = pages.sizes[0]
    return (pages.evidence(1, (0.0, 0.0, width, height)),)


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
