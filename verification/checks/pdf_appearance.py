"""`pdf.appearance`: whether every program, and every reader, gets the same out of a PDF.

By itself it proves no fraud (broken programs write such files too): INDETERMINATE at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import shown
from verification.examination import Check
from verification.readers.pdf_readings import read_faults
from verification.readers.pymupdf_glyphs import disguised_letters
from verification.values import ByteRange, Finding, PageBox, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from verification.examination import Examination
    from verification.readers.pdf_readings import Fault, Kind
    from verification.readers.pymupdf_glyphs import Disguised

_ID, _VERSION = "pdf.appearance", 1
#: So many places are pointed at; more say nothing new.
_MOST = 8
_WHY: Mapping[Kind, Text] = {
    "commented": Text(zh="注释里藏着文件结构", en="a comment holds parts of the file"),
    "contents": Text(zh="页面内容的列表里有不合语法的项", en="a page lists its contents brokenly"),
    "frame": Text(zh="对象没有按规定开始或结束", en="an object does not begin or end as it must"),
    "header": Text(
        zh="文件头不在开头，或不止一个", en="the header is not at the start, or not alone"
    ),
    "key": Text(zh="页面有一个形似而不同的键", en="a page has a key that looks like another"),
    "length": Text(
        zh="按长度与按结束标记读出的内容不同",
        en="a stream draws other things by its length than by its end mark",
    ),
    "nested": Text(zh="一个数据流里藏着整份文件", en="a stream holds a whole file"),
    "operators": Text(
        zh="页面内容里有标准没有的指令或过滤器",
        en="a page is drawn by something that the standard does not know",
    ),
    "pageless": Text(
        zh="页面树里没有页，或绕回自身",
        en="the page tree has no page, or leads back to itself",
    ),
    "pages": Text(zh="页数与页面树不符", en="the page tree counts other pages than it has"),
    "portfolio": Text(
        zh="有的阅读器显示附件（PDF 作品集）而不显示页面",
        en="some readers show attached files in place of the pages (a portfolio)",
    ),
    "start": Text(zh="数据流的开始处没有换行", en="no line ends where a stream begins"),
    "stray": Text(zh="对象之间夹有残片", en="between the objects lie pieces of others"),
    "table": Text(
        zh="交叉引用表指向别处",
        en="the cross-reference table leads elsewhere than the objects lie",
    ),
    "twice": Text(zh="同一个键写了两次，值不同", en="a key is there twice with different values"),
    "unlisted": Text(
        zh="没有可用的交叉引用，各程序只能自行猜测对象的位置",
        en="it has no cross-references, so each program guesses where its objects lie",
    ),
    "update": Text(zh="更新没有按规定结束", en="an update does not end as it must"),
    "xfa": Text(
        zh="有的阅读器显示 XFA 表单而不显示页面",
        en="some readers show an XFA form in place of the pages",
    ),
}
_REMEDY = Text(
    zh="请用原软件重新导出 PDF 后上传；审核人员应以两种阅读器打开对照。",
    en="Export the PDF anew from its program; a reviewer should compare it in two readers.",
)

_REMEDY_LETTERS = Text(
    zh="请用原软件重新导出，并嵌入标准字体；审核人员应以看到的为准，逐项核对金额和名称。",
    en="Export it anew with common fonts; a reviewer should go by what is seen, figure by figure.",
)


def run(examination: Examination) -> Iterable[Finding]:
    """Tell how the bytes are read, unless there are too many; and letters that lie, where asked."""
    data = examination.context.submission.data
    # Drawing pages costs time, and a page may be made to cost any: only where it is asked for.
    asked = examination.context.requirement.content.hints
    letters = _disguised(data) if asked else ()
    if letters:
        yield _disguise(letters)
    faults, whole = read_faults(data)
    if faults:
        yield _two_ways(faults)
    elif whole:
        yield Finding(
            id=_ID,
            version=_VERSION,
            status=Status.PASSED,
            message=Text(
                zh="按交叉引用读与从头到尾扫描，读到的是同一份文件。",
                en="Read by its cross-references or from end to end, it is the same file.",
            ),
        )


def _two_ways(faults: tuple[Fault, ...]) -> Finding:
    kinds = list(dict.fromkeys(fault.kind for fault in faults))
    about = next((shown(fault.about) for fault in faults if fault.about), "")
    why = Text(
        zh="；".join(_WHY[kind].zh for kind in kinds),
        en="; ".join(_WHY[kind].en for kind in kinds),
    )
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="READ_TWO_WAYS",
        message=Text(
            zh=f"不同的阅读器会从这份文件读出不同的内容：{why.zh}（{about}）。"
            if about
            else f"不同的阅读器会从这份文件读出不同的内容：{why.zh}。",
            en=f"Different programs may show different things: {why.en} ({about})."
            if about
            else f"Different programs may show different things: {why.en}.",
        ),
        remedy=_REMEDY,
        evidence=tuple(
            ByteRange(
                start=fault.start, end=max(fault.end, fault.start + 1), caption=_WHY[fault.kind]
            )
            for fault in faults[:_MOST]
        ),
    )


def _disguised(data: bytes) -> tuple[Disguised, ...]:
    try:
        return disguised_letters(data)
    except Exception:  # noqa: BLE001 - a page that cannot be drawn is told by those who must read it
        return ()


def _disguise(letters: tuple[Disguised, ...]) -> Finding:
    pairs = ", ".join(f"{one.meant} → {one.drawn}" for one in letters)
    first = letters[0]
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="DRAWN_OTHERWISE",
        message=Text(
            zh=f"字体画出的字与其文字含义不同（{pairs}；字体 {shown(first.font)}，"
            f"首见于第 {first.page} 页）：看到的与复制、检索、计算所得的不一样。",
            en=f"A font draws other letters than the text says ({pairs}; font "
            f"{shown(first.font)}, first on page {first.page}): what is seen is not what is "
            "copied, searched or computed.",
        ),
        remedy=_REMEDY_LETTERS,
        evidence=tuple(
            PageBox(
                page=one.page,
                box=one.box,
                caption=Text(
                    zh=f"文字是“{one.meant}”，看起来是“{one.drawn}”",
                    en=f"The text says “{one.meant}”, it looks like “{one.drawn}”",
                ),
            )
            for one in letters
        ),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset({"pdf"}), run=run)
