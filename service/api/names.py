"""Names of uploaded files: made safe to show and to store, and never used as a path."""

from __future__ import annotations

import re

from service.api.troubles import shown
from service.errors import Trouble
from verification import intake
from verification.values import Text

LONGEST = 200
MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,63}/[a-z0-9!#$&^_.+-]{1,63}")


def safe_name(sent: str) -> tuple[str, tuple[Trouble, ...]]:
    """Give a name that can be shown, and what was changed about it."""
    # What is cut short may end in a dot or space again.
    name = intake.safe_name(_shortened(intake.safe_name(sent)))
    if name == sent:
        return name, ()
    text = Text(
        zh=f"文件名已改为“{name}”：去掉了路径、控制字符或过长的部分。",
        en=f"The file is called {name!r} here: paths, control characters and excess were cut.",
    )
    expected = f"a plain file name of at most {LONGEST} characters"
    return name, (Trouble(where="file", seen=shown(sent), expected=expected, message=text),)


def safe_media_type(sent: str | None) -> tuple[str | None, tuple[Trouble, ...]]:
    """Give the declared type in lower case, or None and why it was not kept."""
    if not sent:
        return None, ()
    declared = sent.partition(";")[0].strip().lower()
    if MEDIA_TYPE.fullmatch(declared):
        return declared, ()
    text = Text(
        zh="文件的 Content-Type 不是合法的媒体类型，已忽略。",
        en="The Content-Type of the file is no media type; it was left out.",
    )
    found = Trouble(where="file", seen=shown(sent), expected="type/subtype", message=text)
    return None, (found,)


def _shortened(name: str) -> str:
    """Cut in the middle, that the extension stays."""
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > LONGEST // 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(extension) - 1]}.{extension}"
