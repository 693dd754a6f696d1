"""Whether the container is whole and honest: its end, what lies around it, what lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from verification.examination import Check
from verification.identify.audit import Fault, FaultKind, audit_package
from verification.readers.zip import open_archive
from verification.reasons import own_words
from verification.values import ByteRange, Evidence, Finding, PackagePart, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.examination import Examination
    from verification.identify import Anatomy, Piece
    from verification.limits import Limits

ID, VERSION = "type.container", 1

#: Names longer than this are cut where they are shown.
_SHOWN_CHARS = 80
#: Bytes that may stand around any file: line ends, filling, the mark of UTF-8.
_FILLING = b"\r\n\t \0\xef\xbb\xbf\x1a"
#: Cameras and phones keep their own data behind a picture, which no viewer shows.
_TAILED = frozenset(
    {"jpg", "png", "gif", "webp", "wav", "mp4", "mov", "3gp", "m4a", "heic", "avif"}
)
#: Formats that say where they end, so that one can tell whether they are whole.
_ENDED = _TAILED | {"pdf"}

_EXPORT = Text(
    zh="请用原软件打开并重新导出（另存为），再上传。",
    en="Open it in its own program, save it anew, and upload that.",
)
_SEPARATE = Text(
    zh="请把压缩包里的文件解压后逐个上传。",
    en="Unpack the archive and upload the files in it one by one.",
)
_Words = tuple[Status, str, Text, Text]
_WORDS: dict[FaultKind, _Words] = {
    FaultKind.DOUBLED: (
        Status.INDETERMINATE,
        "PART_DOUBLED",
        Text(
            zh="容器里有同名的部件，不同程序会读到不同的一份",
            en="The container holds parts of one name; different programs read different ones",
        ),
        _EXPORT,
    ),
    FaultKind.RENAMED: (
        Status.INDETERMINATE,
        "PART_DOUBLED",
        Text(
            zh="部件在目录里是一个名字，在自己的头部里是另一个，不同程序会读到不同的内容",
            en="Parts have one name in the directory and another in their own header; "
            "different programs read different ones",
        ),
        _EXPORT,
    ),
    FaultKind.MISCOUNTED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="结尾记录的部件数与目录里列出的不同，不同程序会读到不同的部件；目录列出",
            en="The end record counts other than the directory lists, and different programs read "
            "different parts; listed",
        ),
        _EXPORT,
    ),
    FaultKind.RESIZED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="部件在目录里是一个大小，在自己的头部里是另一个，不同程序会读到不同的内容",
            en="Parts have one size in the directory and another in their own header; "
            "different programs read different content",
        ),
        _EXPORT,
    ),
    FaultKind.RECODED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="部件的压缩方法、加密或校验值在目录和自己的头部里不同，不同程序会读到不同的内容",
            en="Parts are packed in one way by the directory and in another by their own header; "
            "different programs read different content",
        ),
        _EXPORT,
    ),
    FaultKind.UNLISTED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="部件之间夹着目录没有列出的部件，有的程序会读到；在其旁边",
            en="Between the parts lie others that the directory does not list and some programs "
            "read; beside",
        ),
        _EXPORT,
    ),
    FaultKind.SHARED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="多个部件共用同一段压缩数据，正常软件不会这样写",
            en="Parts share their packed bytes, which no ordinary program writes",
        ),
        _EXPORT,
    ),
    FaultKind.UNSAFE_PATH: (
        Status.FAILED,
        "PATH_UNSAFE",
        Text(
            zh="压缩包里的路径指向解压目录之外",
            en="Paths in the archive lead out of the folder it is unpacked to",
        ),
        _SEPARATE,
    ),
    FaultKind.LINK: (
        Status.INDETERMINATE,
        "PATH_UNSAFE",
        Text(zh="压缩包里有符号链接", en="The archive holds symbolic links"),
        _SEPARATE,
    ),
    FaultKind.DAMAGED: (
        Status.INDETERMINATE,
        "CONTAINER_DAMAGED",
        Text(
            zh="部件无法按声明的大小和校验值解开",
            en="Parts do not unpack to the size and checksum that are declared",
        ),
        _EXPORT,
    ),
    FaultKind.MISSING: (
        Status.INDETERMINATE,
        "PART_MISSING",
        Text(zh="缺少必需的部件", en="Parts that must be there are missing"),
        _EXPORT,
    ),
    FaultKind.MACRO: (
        Status.FAILED,
        "TYPE_MISMATCH",
        Text(
            zh="文件自称不含宏，却带有宏程序",
            en="The file says it is free of macros and carries a macro program",
        ),
        Text(
            zh="请删除宏后另存，或按含宏的类型（docm、xlsm、pptm）提交。",
            en="Save it without macros, or hand it in as what it is (docm, xlsm, pptm).",
        ),
    ),
    FaultKind.NESTED: (
        Status.INDETERMINATE,
        "NESTED_ARCHIVE",
        Text(
            zh="里面还有压缩包，其中的内容未经检查",
            en="There are archives inside it, and what is in them was not examined",
        ),
        _SEPARATE,
    ),
}


def run(examination: Examination) -> Iterator[Finding]:
    """Give one PASSED, or one finding a kind of fault; nothing for formats that have no end."""
    context = examination.context
    data = context.submission.data
    anatomy = context.anatomy
    if not anatomy.pieces or anatomy.limits:
        return
    main = anatomy.pieces[0]
    findings = [*_judge_frame(anatomy, data), *_judge_inside(main, data, context.limits)]
    if findings or main.format in _ENDED or _is_archive(main, data):
        yield from findings or [_passed(anatomy)]


def _judge_frame(anatomy: Anatomy, data: bytes) -> Iterator[Finding]:
    main = anatomy.pieces[0]
    if not main.whole:
        yield _truncated(main)
    if main.format not in _TAILED:
        around = ((0, main.start), (main.end, len(data)))
        yield from (_extra(start, end) for start, end in around if data[start:end].strip(_FILLING))


def _judge_inside(main: Piece, data: bytes, limits: Limits) -> Iterator[Finding]:
    archive = open_archive(data, limits) if _is_archive(main, data) else None
    if archive is None:
        return
    faults = audit_package(archive, main.format)
    for kind, words in _WORDS.items():
        found = [fault for fault in faults if fault.kind is kind]
        if found:
            yield _fault(found, words)


def _is_archive(main: Piece, data: bytes) -> bool:
    return data[main.start : main.start + 2] == b"PK" and main.format not in {"exe", "pdf"}


def _passed(anatomy: Anatomy) -> Finding:
    main, tail = anatomy.pieces[0], anatomy.suffix_bytes
    evidence: tuple[Evidence, ...] = ()
    message = Text(
        zh=f"{main.format} 容器完整，内部结构一致。",
        en=f"The {main.format} container is whole and agrees with itself.",
    )
    if tail:
        evidence = (ByteRange(start=main.end, end=anatomy.size),)
        message = Text(
            zh=f"{main.format} 容器完整；其后另有 {tail} 字节，浏览程序不会显示。",
            en=f"The {main.format} container is whole; {tail} bytes follow that no viewer shows.",
        )
    return _finding(Status.PASSED, None, message, remedy=None, evidence=evidence)


def _truncated(main: Piece) -> Finding:
    caption = Text(zh="到此为止没有结束标记", en="No end was found up to here")
    return _finding(
        Status.INDETERMINATE,
        "CONTAINER_TRUNCATED",
        Text(
            zh=f"{main.format} 没有正常的结尾，文件可能没有传完或已损坏。",
            en=f"The {main.format} has no proper end; it may be cut off or damaged.",
        ),
        remedy=_EXPORT,
        evidence=(ByteRange(start=main.start, end=main.end, caption=caption),),
    )


def _extra(start: int, end: int) -> Finding:
    size = end - start
    where = (
        Text(zh="开头之前", en="before it begins")
        if start == 0
        else Text(zh="结尾之后", en="after its end")
    )
    return _finding(
        Status.INDETERMINATE,
        "EXTRA_BYTES",
        Text(
            zh=f"文件{where.zh}另有 {size} 字节不属于它的内容。",
            en=f"There are {size} bytes {where.en} that do not belong to it.",
        ),
        remedy=_EXPORT,
        evidence=(ByteRange(start=start, end=end),),
    )


def _fault(faults: list[Fault], words: _Words) -> Finding:
    status, reason, said, remedy = words
    zh = "、".join(_shown(fault, "zh") for fault in faults)
    en = ", ".join(_shown(fault, "en") for fault in faults)
    return _finding(
        status,
        reason,
        Text(zh=f"{said.zh}：{zh}。", en=f"{said.en}: {en}."),
        remedy=remedy,
        evidence=tuple(PackagePart(part=fault.part) for fault in faults),
    )


def _shown(fault: Fault, language: Literal["zh", "en"]) -> str:
    """Show a name as a hostile archive gives it, without what would disturb the line."""
    name = fault.part[:_SHOWN_CHARS]
    told = own_words(fault.detail) or Text(zh=fault.detail, en=fault.detail)
    detail = (told.zh if language == "zh" else told.en)[:_SHOWN_CHARS]
    shown = name
    if detail:
        shown = f"{name}（{detail}）" if language == "zh" else f"{name} ({detail})"
    return "".join(c if c.isprintable() else "\ufffd" for c in shown)


def _finding(
    status: Status,
    reason: str | None,
    message: Text,
    *,
    remedy: Text | None,
    evidence: tuple[Evidence, ...],
) -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=status,
        sub_indication=reason,
        message=message,
        remedy=remedy,
        evidence=evidence,
    )


CHECK = Check(id=ID, version=VERSION, formats=frozenset(), run=run)
