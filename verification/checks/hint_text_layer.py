"""`hint.text_layer`: words that a PDF's text layer says, and a page that shows others.

People go by what they see, programs by the layer. A font that lies, words laid under a picture and
text that stands in for what is drawn part the two. By itself it proves no forgery (OCR errs, and
so does ours): INDETERMINATE at most, and silence is no pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import shown
from verification.examination import Check
from verification.readers.pymupdf_glyphs import disguised_letters
from verification.values import Finding, PageBox, Status, Text
from verification.words.layer import compared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.words.places import Place

_ID, _VERSION = "hint.text_layer", 1
_MOST, _MOST_NAMED = 5, 12
_REMEDY = Text(
    zh="请用原程序重新导出文件；扫描件请提交不带文字层的原始扫描。审核人员应以看到的为准，对照两种读法。",
    en="Export the file anew from its program, or hand in the scan without words beneath; a "
    "reviewer goes by what is seen and compares both readings.",
)
_NO_OCR = Text(
    zh="未安装文字识别组件（ocr），没有核对文字层与画面是否一致。",
    en="Text recognition (the extra `ocr`) is not installed: whether the text layer says what the "
    "pages show was not looked at.",
)


def run(examination: Examination) -> Iterable[Finding]:
    if not examination.context.requirement.content.hints:
        return
    data = examination.context.submission.data
    found = compared(data, examination.words)
    if found.unread:
        yield _neutral(_NO_OCR)
        return
    elsewhere = _disguised(data) if any(not one.laid for one in found.places) else frozenset()
    places = [one for one in found.places if one.laid or not _is_told(one, elsewhere)]
    yield from (_finding(place) for place in places[:_MOST])
    if found.left:
        yield _neutral(_not_looked_at(found.left))


def _disguised(data: bytes) -> frozenset[tuple[str, str]]:
    """Give the letters of which `pdf.appearance` tells: what they mean, and what is drawn."""
    try:
        return frozenset((one.meant, one.drawn) for one in disguised_letters(data))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - then that check tells nothing either
        return frozenset()


def _is_told(place: Place, elsewhere: frozenset[tuple[str, str]]) -> bool:
    if len(place.said) != len(place.shown):
        return False
    pairs = zip(place.said, place.shown, strict=True)
    return all(one == other or (one, other) in elsewhere for one, other in pairs)


def _finding(place: Place) -> Finding:
    said, seen = shown(place.said), shown(place.shown)
    where = "看不见的文字层" if place.laid else "文字层"
    layer = "a text layer that nobody sees" if place.laid else "the text layer"
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="TEXT_LAYER_DIFFERS",
        message=Text(
            zh=f"第 {place.page} 页：{where}里是“{said}”，画面上读到的是“{seen}”。"
            "复制、检索和程序读取所得与看到的不一样。",
            en=f"Page {place.page}: {layer} says “{said}”, and “{seen}” is read off the page. What "
            "is copied, searched or computed is not what is seen.",
        ),
        remedy=_REMEDY,
        evidence=(
            PageBox(
                page=place.page,
                box=place.box,
                caption=Text(
                    zh=f"文字层：“{said}”；画面：“{seen}”", en=f"Layer: “{said}”; page: “{seen}”"
                ),
            ),
        ),
    )


def _not_looked_at(pages: tuple[int, ...]) -> Text:
    named = ", ".join(map(str, pages[:_MOST_NAMED])) + (" …" if len(pages) > _MOST_NAMED else "")
    return Text(
        zh=f"第 {named} 页的文字层没有（或没有全部）与画面核对。",
        en=f"The text layer of pages {named} was not compared with what they show, or not all "
        "of it.",
    )


def _neutral(message: Text) -> Finding:
    # Neither a pass nor a doubt.
    return Finding(id=_ID, version=_VERSION, status=Status.NOT_APPLICABLE, message=message)


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
