"""Deaths in the sandbox said to people, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from verification.sandbox.outcome import Death
    from verification.values import Limit

#: What the caps are called on screen; a name that is not here is shown as it is.
LIMIT_NAMES = {
    "wall_seconds": Text(zh="检查用时（秒）", en="time for the examination (seconds)"),
    "cpu_seconds": Text(zh="处理器时间（秒）", en="processor time (seconds)"),
    "address_bytes": Text(zh="内存（字节）", en="memory (bytes)"),
    "report_bytes": Text(zh="检查结果大小（字节）", en="size of the result (bytes)"),
    "file_bytes": Text(zh="文件大小（字节）", en="size of the file (bytes)"),
}

_REMEDY_LIMIT = Text(
    zh="请把文件拆小，或用原软件重新导出一份更简单的版本后再上传；也可以请审核人员人工查看原件。",
    en="Split the file, or export a simpler version of it and upload that; or ask a reviewer to "
    "look at the original.",
)
_REMEDY_CRASH = Text(
    zh="请用原软件重新导出后再上传。若文件来源不明，请勿在自己的电脑上打开；仍需使用时，请审核人员人工处理。",
    en="Export the file again and upload that. Do not open it on your own computer if you do not "
    "know where it comes from; if it is needed all the same, ask a reviewer to decide.",
)


def explain(death: Death) -> Finding:
    """Say what ended the examination. Never FAILED: a parser's death proves nothing of the file."""
    limited = death.limit is not None
    return Finding(
        id="sandbox.run",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="LIMIT_EXCEEDED" if limited else "PARSER_CRASHED",
        message=_crossed(death.limit) if death.limit is not None else _crashed(death),
        remedy=_REMEDY_LIMIT if limited else _REMEDY_CRASH,
    )


def _crossed(limit: Limit) -> Text:
    name = LIMIT_NAMES.get(limit.name, Text(zh=limit.name, en=limit.name))
    return Text(
        zh=f"检查中途停止：{name.zh}超出上限 {limit.name}，"
        f"实际 {limit.seen}，允许 {limit.allowed}。",
        en=f"The examination was stopped: {name.en} went over the limit {limit.name}: "
        f"{limit.seen} seen, {limit.allowed} allowed.",
    )


def _crashed(death: Death) -> Text:
    return Text(
        zh=f"读取此文件的隔离进程意外终止（{death.detail}），因此没有检查结论；其他文件不受影响。",
        en=f"The isolated process that read this file ended unexpectedly ({death.detail}), so "
        "nothing was decided; no other file is affected.",
    )
