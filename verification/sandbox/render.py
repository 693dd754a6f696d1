"""A page drawn in the sandbox: pixels whose number was counted here, or the reason why not."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.codec import to_json
from verification.pages.picture import BYTES_PER_PIXEL, Picture
from verification.sandbox.outcome import Death
from verification.sandbox.troubles import explain
from verification.values import Text

if TYPE_CHECKING:
    from typing import BinaryIO

    from verification.pages.picture import Wanted
    from verification.sandbox.client import Sandbox
    from verification.sandbox.outcome import Answer
    from verification.values import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRendered:
    """No picture, and why; the file itself can still be downloaded."""

    message: Text
    limit: Limit | None = None


_REASONS = {
    "format": Text(
        zh="此格式不提供页面预览，请下载原件查看。",
        en="There is no page preview for this format; download the original.",
    ),
    "encrypted": Text(
        zh="文件已加密，无法预览；请上传未加密的版本。",
        en="The file is encrypted and cannot be shown; upload one that is not.",
    ),
    "no_such_page": Text(zh="文件没有这一页。", en="The file has no such page."),
    "broken": Text(
        zh="文件已损坏，无法绘制这一页；请重新导出后上传，或下载原件查看。",
        en="The file is damaged and this page cannot be drawn; export it again and upload that, "
        "or download the original.",
    ),
    "nothing_to_show": Text(
        zh="这一页（或所选区域）是空的，没有可以显示的内容。",
        en="The page, or the part of it that was asked for, is empty: there is nothing to show.",
    ),
}
_NONSENSE = Text(
    zh="隔离进程给出的图像不完整，已丢弃。",
    en="The isolated process gave an incomplete picture; it was thrown away.",
)


def render_file(
    sandbox: Sandbox, file: bytes | int | BinaryIO, wanted: Wanted
) -> Picture | NotRendered:
    """Draw a page, or a part of one. Raises SandboxUnavailable and OSError, nothing else."""
    wanted = replace(wanted, limits=sandbox.limits)
    outcome = sandbox.run(
        "render",
        json.dumps(to_json(wanted)).encode(),
        file,
        wall_seconds=wanted.limits.page_seconds,
    )
    if isinstance(outcome, Death):
        return NotRendered(message=explain(outcome).message, limit=outcome.limit)
    return _read(outcome, min(wanted.max_side, wanted.limits.render_side_px))


def count_pages(sandbox: Sandbox, file: bytes | int | BinaryIO) -> int | NotRendered:
    """Count pages or frames, up to the caps on both."""
    outcome = sandbox.run("page_count", b"{}", file, wall_seconds=sandbox.limits.page_seconds)
    if isinstance(outcome, Death):
        return NotRendered(message=explain(outcome).message, limit=outcome.limit)
    fields = _fields(outcome)
    if type(pages := fields.get("pages")) is int and pages >= 0:
        return min(pages, sandbox.limits.pdf_pages)
    return _refusal(fields)


def _read(answer: Answer, side: int) -> Picture | NotRendered:
    fields = _fields(answer)
    width, height = fields.get("width"), fields.get("height")
    if type(width) is not int or type(height) is not int:
        return _refusal(fields)
    if not (0 < width <= side and 0 < height <= side):
        return NotRendered(message=_NONSENSE)
    if len(answer.pixels) != width * height * BYTES_PER_PIXEL:
        return NotRendered(message=_NONSENSE)
    return Picture(width=width, height=height, rgb=answer.pixels)


def _fields(answer: Answer) -> dict[str, object]:
    try:
        fields = json.loads(answer.report)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _refusal(fields: dict[str, object]) -> NotRendered:
    reason = fields.get("cannot")
    known = isinstance(reason, str) and reason in _REASONS
    return NotRendered(message=_REASONS[str(reason)] if known else _NONSENSE)
