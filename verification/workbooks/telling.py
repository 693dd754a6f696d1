"""Findings of the checks of workbooks: what is said, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from verification.values import Evidence

#: So many places are shown; a reviewer who wants all of them opens the book.
MOST_SHOWN = 20
_REMEDIES = {
    "FIGURE_DIFFERS": Text(
        zh="请在表格软件中重新计算并保存后上传；若数字是手工改过的，请恢复公式的结果。",
        en="Let a spreadsheet program compute the book anew, save it and upload that.",
    ),
    "TEMPLATE_OUTDATED": Text(
        zh="请改用现行版本的模板重新填写后上传。",
        en="Fill in the version of the template that is in force and upload that.",
    ),
    "NOT_SUPPORTED": Text(
        zh="请在表格软件中打开原件，另存为 xlsx 工作簿（保留公式）后上传；csv 或图片里没有公式。",
        en="Open the original in a spreadsheet program, save it as an xlsx workbook with its "
        "formulas, and upload that; a csv or a picture has none.",
    ),
    "ENCRYPTED": Text(
        zh="请去掉打开密码，另存为 xlsx 工作簿后上传。",
        en="Save the workbook as xlsx without a password to open it, and upload that.",
    ),
    "FORMAT_FAILURE": Text(
        zh="请在表格软件中打开并重新保存为 xlsx 后上传；若打不开，请上传人提供原件。",
        en="Open the book in a spreadsheet program, save it as xlsx once more and upload that; "
        "if it does not open, hand in the original.",
    ),
    "TEMPLATE_UNKNOWN": Text(
        zh="请使用登记过的模板；若模板是新的，请管理员登记其结构指纹。",
        en="Use a registered template; if yours is new, an administrator can register it.",
    ),
}
_OTHERWISE = Text(
    zh="请审核人员打开原件，对照所列位置判断；也可请上传人说明或修正后重新上传。",
    en="A reviewer should look at the places named in the original; or correct them and upload "
    "the book again.",
)


def told(
    check: str,
    status: Status,
    message: Text,
    *,
    sub_indication: str | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Finding:
    """Make a finding; one that is no pass says what would help."""
    passed = status is Status.PASSED
    return Finding(
        id=check,
        version=1,
        status=status,
        sub_indication=sub_indication,
        message=Text(zh=printable(message.zh), en=printable(message.en)),
        remedy=None if passed else _REMEDIES.get(sub_indication or "", _OTHERWISE),
        evidence=evidence[:MOST_SHOWN],
    )


def printable(text: str) -> str:
    """Leave out what a file may hold and a page may not show."""
    return "".join(c if c.isprintable() else " " for c in text)


def listed(names: list[str], most: int = 5) -> str:
    """Name some of many."""
    shown = ", ".join(name[:60] for name in names[:most])
    return f"{shown} … ({len(names)})" if len(names) > most else shown
