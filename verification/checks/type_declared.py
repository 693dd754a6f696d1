"""What the file really is, against its name, its declared media type and what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.mail_screenshot import stands_for_mail
from verification.examination import Check
from verification.identify.entities import find_declared_entities
from verification.identify.formats import (
    FORMATS,
    bare_media_type,
    fits_extension,
    fits_media_type,
    known_extensions,
)
from verification.intake import NameFault, extension, find_name_faults, safe_name
from verification.values import ByteRange, Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.examination import Context, Examination

ID, VERSION = "type.declared", 1

#: The bytes that are shown to a person who asks what was seen.
_SHOWN_BYTES = 16
#: What a sender may say of any file of that kind without saying anything wrong.
_ZIP_TYPES = frozenset({"application/zip", "application/x-zip-compressed", "application/x-zip"})
_TEXTS = frozenset({"txt", "csv", "html", "xml", "svg", "rtf", "eml", "mht"})


def run(examination: Examination) -> Iterator[Finding]:
    """Give one PASSED, or everything that speaks against it."""
    context = examination.context
    if not context.submission.data:
        yield _empty()
        return
    if context.anatomy.limits:  # an archive that stayed shut may be any package
        return
    if context.file_type.format is None:
        yield _unknown(context)
        return
    name = context.file_type.format
    findings = _judge_all(context, name)
    if any(_is_failed(finding) for finding in findings):
        findings = _reconsidered(context, name, findings)
    yield from findings or [_passed(context, name)]


def _judge_all(context: Context, name: str) -> list[Finding]:
    found = (judge(context, name) for judge in _JUDGES)
    return [finding for finding in found if finding is not None]


def _is_failed(finding: Finding | None) -> bool:
    return finding is not None and finding.status is Status.FAILED


def _reconsidered(context: Context, name: str, findings: list[Finding]) -> list[Finding]:
    """Take back what fails only because a part that declares entities was not read."""
    unread = find_declared_entities(context.submission.data, name, context.limits)
    if unread is None:
        return findings
    others = [_judge_all(context, other) for other in sorted(unread.possible)]
    decided = all(any(_is_failed(one) for one in other) for other in others)
    if not decided:
        findings = [one for one in findings if not _is_failed(one)]
    else:
        findings = _in_every_case(context, name, unread.possible) or findings
    return [*findings, _entities(context, unread.part, decided=decided)]


def _in_every_case(context: Context, name: str, possible: frozenset[str]) -> list[Finding]:
    """Give what fails whatever the part says, and what does not fail; nothing where none does."""
    kept = [
        finding
        for judge in _JUDGES
        if (finding := judge(context, name)) is not None
        and (not _is_failed(finding) or all(_is_failed(judge(context, one)) for one in possible))
    ]
    return kept if any(_is_failed(finding) for finding in kept) else []


def _entities(context: Context, part: str, *, decided: bool) -> Finding:
    """Object to entities in what says what a file is: it is not read."""
    left = Text(
        zh="" if decided else "；文件是不是它所称的类型，不作结论",
        en="" if decided else "; whether the file is what it says is not decided",
    )
    return _finding(
        context,
        Status.INDETERMINATE,
        "FORMAT_FAILURE",
        Text(
            zh=f"{part or '文件'} 声明了文档类型或实体（DOCTYPE），这类文件用不到，"
            f"却能让程序读取别的文件或耗尽内存，因此没有读取{left.zh}。",
            en=f"{part or 'The file'} declares a document type or entities (DOCTYPE). No such file "
            "needs them, and they can make a program read other files or run out of memory, "
            f"so it was not read{left.en}.",
        ),
        remedy=Text(
            zh="请用原软件重新导出后上传；若仍如此，请审核人员人工处理。",
            en="Export it anew from its own program; if that changes nothing, ask a reviewer.",
        ),
    )


def _judge_name(context: Context, name: str) -> Finding | None:
    declared = extension(context.submission.name)
    if declared is None or fits_extension(name, declared):
        return None
    shown = safe_name(context.submission.name)
    if declared not in known_extensions():
        return _finding(
            context,
            Status.INDETERMINATE,
            "TYPE_MISMATCH",
            Text(
                zh=f"文件名“{shown}”的扩展名 .{declared} 不是已知类型；内容实际是 {name}。",
                en=f"The extension .{declared} of “{shown}” is not known; the content is {name}.",
            ),
            remedy=_rename(name),
        )
    return _finding(
        context,
        Status.FAILED,
        "TYPE_MISMATCH",
        Text(
            zh=f"文件名“{shown}”声称是 {declared}，但内容实际是 {name}。",
            en=f"The name “{shown}” says {declared}, but the content is {name}.",
        ),
        remedy=_rename(name),
    )


def _judge_letters(context: Context, _: str) -> Finding | None:
    # A path is no fault of the file: people name files by their paths on the command line.
    faults = {NameFault.CONTROL, NameFault.DIRECTION} & set(
        find_name_faults(context.submission.name)
    )
    if not faults:
        return None
    shown = safe_name(context.submission.name)
    return _finding(
        context,
        Status.INDETERMINATE,
        "NAME_UNSAFE",
        Text(
            zh=f"文件名含有控制字符或反转书写方向的字符，看到的名字可能与实际不同；去除后是“{shown}”。",
            en="The name holds characters that control or turn the writing, so that what is read "
            f"may not be what it is; without them it is “{shown}”.",
        ),
        remedy=Text(
            zh="请改用普通字符命名文件后重新上传。",
            en="Give the file a name of ordinary letters and upload it again.",
        ),
    )


def _judge_media_type(context: Context, name: str) -> Finding | None:
    declared = bare_media_type(context.submission.media_type)
    if declared is None or _is_harmless(name, declared):
        return None
    known = any(fits_media_type(other, declared) for other in FORMATS)
    expected = FORMATS[name].media_type
    return _finding(
        context,
        Status.FAILED if known else Status.INDETERMINATE,
        "TYPE_MISMATCH",
        Text(
            zh=f"上传时声明的类型是 {declared}，但内容是 {name}（应为 {expected}）。",
            en=f"The declared media type is {declared}, but the content is {name} ({expected}).",
        ),
        remedy=Text(
            zh="请确认选对了文件，并用正确的类型重新上传；不确定时可不声明类型。",
            en="Check that this is the right file and upload it with its own media type, or none.",
        ),
    )


def _is_harmless(name: str, declared: str) -> bool:
    if fits_media_type(name, declared):
        return True
    if declared in _ZIP_TYPES:
        return _is_zip_based(name)
    return declared == "text/plain" and name in _TEXTS


def _is_zip_based(name: str) -> bool:
    media_type = FORMATS[name].media_type
    marks = ("openxmlformats", "macroEnabled", "oasis.opendocument", "epub+zip", "/ofd")
    return any(mark in media_type for mark in marks)


def _judge_requirement(context: Context, name: str) -> Finding | None:
    allowed = context.requirement.formats
    if not allowed or any(fits_extension(name, wanted.lower().lstrip(".")) for wanted in allowed):
        return None
    listed = ", ".join(allowed)
    # A picture of a mail is not the mail, and a person may still decide: `mail.screenshot` says so.
    status = Status.INDETERMINATE if stands_for_mail(context) else Status.FAILED
    return _finding(
        context,
        status,
        "TYPE_NOT_ALLOWED",
        Text(
            zh=f"内容是 {name}，但此项要求只接受：{listed}。",
            en=f"The content is {name}, but this requirement accepts only: {listed}.",
        ),
        remedy=Text(
            zh=f"请改为提交以下类型之一的文件：{listed}。",
            en=f"Hand in a file of one of these types: {listed}.",
        ),
    )


def _judge_encryption(context: Context, name: str) -> Finding | None:
    # Many PDFs are encrypted without a password for reading; its own reader says if one is needed.
    if not context.file_type.encrypted or name == "pdf":
        return None
    return _finding(
        context,
        Status.INDETERMINATE,
        "ENCRYPTED",
        Text(
            zh=f"文件已加密（{name}），无法读取其内容，因此没有结论。",
            en=f"The file is encrypted ({name}); its content cannot be read, nothing is decided.",
        ),
        remedy=Text(
            zh="请取消密码保护后重新上传。",
            en="Remove the password and upload the file again.",
        ),
    )


_JUDGES = (
    _judge_name,
    _judge_letters,
    _judge_media_type,
    _judge_requirement,
    _judge_encryption,
)


def _passed(context: Context, name: str) -> Finding:
    return _finding(
        context,
        Status.PASSED,
        None,
        Text(
            zh=f"内容是 {name}，与文件名、声明的类型和要求一致。",
            en=f"The content is {name}; name, declared type and requirement agree with it.",
        ),
    )


def _unknown(context: Context) -> Finding:
    head = context.submission.data[:_SHOWN_BYTES].hex(" ")
    return _finding(
        context,
        Status.INDETERMINATE,
        "TYPE_UNKNOWN",
        Text(
            zh=f"无法识别文件类型；开头的字节是 {head}。",
            en=f"The type of the file was not recognised; it begins with the bytes {head}.",
        ),
        remedy=Text(
            zh="文件可能已损坏或未传完。请用原软件打开后重新导出（如 PDF），再上传。",
            en="It may be damaged or cut off. Open it in its program, export it anew, upload that.",
        ),
    )


def _empty() -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.FAILED,
        sub_indication="EMPTY_FILE",
        message=Text(zh="文件是空的（0 字节）。", en="The file is empty (0 bytes)."),
        remedy=Text(
            zh="请确认本机上的文件不为空，然后重新上传。",
            en="Check that the file on your device is not empty, then upload it again.",
        ),
    )


def _rename(name: str) -> Text:
    return Text(
        zh=f"请确认选对了文件；若没有选错，请用原软件另存为所需类型，或把扩展名改为 .{name}。",
        en=f"Check that this is the right file; save it as the type asked or name it .{name}.",
    )


def _finding(
    context: Context,
    status: Status,
    reason: str | None,
    message: Text,
    *,
    remedy: Text | None = None,
) -> Finding:
    size = min(len(context.submission.data), _SHOWN_BYTES)
    return Finding(
        id=ID,
        version=VERSION,
        status=status,
        sub_indication=reason,
        message=message,
        remedy=remedy,
        evidence=(
            ByteRange(
                start=0,
                end=size,
                caption=Text(zh="文件开头", en="The beginning of the file"),
            ),
        ),
    )


CHECK = Check(id=ID, version=VERSION, formats=frozenset(), run=run)
