"""A picture that stands for a mail: told as such, never passed and never failed by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.readers.pillow import PILLOW_FORMATS
from verification.values import Finding, ImageBox, MetadataField, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Context, Examination
    from verification.readers.pillow_screens import Screen
    from verification.values import Evidence

ID, VERSION = "mail.screenshot", 1

MAILS = frozenset({"eml", "msg", "mht"})
PICTURES = frozenset({*PILLOW_FORMATS, "heic", "avif"})
#: What phones and computers call a picture of their screen.
_NAMED = re.compile(
    r"screen[ _-]?(?:shot|capture|clip)|scrnshot|bildschirmfoto|capture d.écran|"
    r"captura de pantalla|"
    r"снимок экрана|截[图圖屏]|スクリーンショット|스크린샷|^snip(?:ping)?[ _-]?\d|^wx\d{8}",
    re.IGNORECASE,
)
_GET_MAIL = Text(
    zh="请从邮箱把原始邮件另存为 .eml 或 .msg 后上传；若无法取得，请审核人员人工判断。",
    en="Save the mail itself as .eml or .msg and upload that; if it cannot be had, a reviewer "
    "decides by hand.",
)


def run(examination: Examination) -> Iterable[Finding]:
    """Give one finding for a picture where a mail is asked for, or for a picture of a screen."""
    context = examination.context
    allowed = context.requirement.formats
    if stands_for_mail(context):
        yield _finding(*_as_mail(context))
    elif not allowed and (why := _why(context)) is not None:
        yield _finding(*why)


def stands_for_mail(context: Context) -> bool:
    """Tell whether a picture was handed in where a mail is asked for."""
    name = context.file_type.format
    allowed = {wanted.lower().lstrip(".") for wanted in context.requirement.formats}
    return name in PICTURES and bool(allowed & MAILS)


def _as_mail(context: Context) -> tuple[Text, tuple[Evidence, ...]]:
    why = _why(context)
    if why is not None:
        return why
    return Text(
        zh="要求的是邮件，收到的是图片：图片里的邮件无法验证发件人、时间和内容。",
        en="A mail is asked for and this is a picture: sender, time and text of a mail in a "
        "picture cannot be verified.",
    ), (MetadataField(source="type:format", value=context.file_type.format),)


def _why(context: Context) -> tuple[Text, tuple[Evidence, ...]] | None:
    """Say by what a picture is known to show a screen; None where nothing says so."""
    name = context.submission.name.replace("\\", "/").rpartition("/")[2][:255]
    named = _NAMED.search(name)
    if named is not None:
        return _told("文件名", "its name", MetadataField(source="name", value=named[0]))
    screen = _screen(context)
    if screen is None or not screen.is_likely:
        return None
    if screen.tool:
        where = MetadataField(source="picture:metadata", value=screen.tool)
        return _told("截图软件留下的标记", "what a screenshot tool wrote into it", where)
    width, height = (float(side) for side in screen.size.split(" × "))
    return _told(
        f"屏幕的尺寸（{screen.size}）和大片纯色",
        f"the size of a screen ({screen.size}) and areas of one colour",
        ImageBox(box=(0.0, 0.0, width, height)),
    )


def _screen(context: Context) -> Screen | None:
    # Imported here: pixels are looked at for pictures alone.
    from verification.pages.picture import CannotRender  # noqa: PLC0415
    from verification.readers.pillow_screens import look_for_screen  # noqa: PLC0415

    name = context.file_type.format
    if name not in PILLOW_FORMATS:
        return None
    try:
        return look_for_screen(context.submission.data, name, context.limits)
    except (CannotRender, OSError, ValueError, SyntaxError):
        return None  # other checks tell what is wrong with a picture that does not open


def _told(zh: str, en: str, where: Evidence) -> tuple[Text, tuple[Evidence, ...]]:
    return Text(
        zh=f"这是屏幕截图（依据：{zh}）：截图可以随意制作，不能证明所示内容。",
        en=f"This is a screenshot (by {en}): it can show anything and proves nothing by itself.",
    ), (where,)


def _finding(message: Text, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.INDETERMINATE,
        sub_indication="SCREENSHOT",
        message=message,
        remedy=_GET_MAIL,
        evidence=evidence,
    )


CHECK = Check(id=ID, version=VERSION, formats=PICTURES, run=run)
