"""Findings about the examination itself: a cap that stopped it, a reader that broke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.values import Finding, MetadataField, Status, Text

if TYPE_CHECKING:
    from verification.values import Limit
    from verification.verdict import Leaf

_NOT_THERE = {
    "SIGNATURE_NOT_FOUND": Text(
        zh="文件里没有数字签名；这项交付物必须有数字签名。",
        en="The file holds no digital signature; this deliverable must have one.",
    ),
}
_ERROR = Text(zh="程序错误的类型", en="kind of the program's error")
_SOMETHING = Text(
    zh="文件里没有找到要求必须有的内容。", en="What must be in the file was not found in it."
)


class Locked(ValueError):
    """A file that opens only with a password."""


def over_limit(limit: Limit) -> Finding:
    """A cap was exceeded: what was seen, what is allowed."""
    return Finding(
        id="limit.exceeded",
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="LIMIT_EXCEEDED",
        message=Text(
            zh=f"超出检查上限 {limit.name}：实际 {limit.seen}，允许 {limit.allowed}。",
            en=f"The limit {limit.name} was exceeded: {limit.seen} seen, {limit.allowed} allowed.",
        ),
        remedy=Text(
            zh="请上传更小、更简单的文件，或请审核人员人工处理。",
            en="Upload a smaller or simpler file, or ask a reviewer to decide by hand.",
        ),
    )


def not_there(leaf: Leaf) -> Finding:
    """The policy asks for something of which no check could speak: not there is an answer."""
    reason = leaf.absent_sub_indication or "NOTHING_EXAMINED"
    return Finding(
        id="policy.present",
        version=1,
        status=leaf.absent,
        sub_indication=reason,
        message=_NOT_THERE.get(reason, _SOMETHING),
        remedy=Text(
            zh="请上传符合要求的文件；如有疑问，请审核人员人工处理。",
            en="Upload a file that has it; if in doubt, ask a reviewer to decide by hand.",
        ),
    )


def broken(check_id: str, error: BaseException) -> Finding:
    """A reader or check failed on this file: nothing is known, so nothing is passed."""
    if isinstance(error, Locked):
        return _locked(check_id)
    # What kind of error it was helps whoever mends the check, and nobody else: it is evidence.
    kind = MetadataField(source=f"check:{check_id}", value=type(error).__name__, caption=_ERROR)
    return Finding(
        id=check_id,
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="CHECK_BROKE",
        message=Text(
            zh=f"检查 {check_id} 未能读完此文件，因此没有结论。",
            en=f"The check {check_id} could not finish on this file; nothing is decided.",
        ),
        remedy=Text(
            zh="请重新导出文件后再上传；若仍失败，请审核人员人工处理。",
            en="Export the file again and upload it; if that fails, ask a reviewer to decide.",
        ),
        evidence=(kind,),
    )


def _locked(check_id: str) -> Finding:
    return Finding(
        id=check_id,
        version=1,
        status=Status.INDETERMINATE,
        sub_indication="ENCRYPTED",
        message=Text(
            zh=f"文件需要密码才能打开，检查 {check_id} 无法进行。",
            en=f"The file opens only with a password; {check_id} cannot be answered.",
        ),
        remedy=Text(
            zh="请上传不需要密码即可打开的文件。", en="Upload a file that opens without a password."
        ),
    )
