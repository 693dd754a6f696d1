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

    from verification.pages.picture import Size, Wanted
    from verification.sandbox.client import Sandbox
    from verification.sandbox.outcome import Answer
    from verification.values import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRendered:
    """No picture, and why; the file itself can still be downloaded."""

    message: Text
    limit: Limit | None = None
    #: The file has fewer pages than that.
    no_such_page: bool = False


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
#: No page is larger, in points or pixels: PDF allows 14,400 units of at most 75,000 each.
_MOST_SIDE = 1.1e9


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


def measure_pages(sandbox: Sandbox, file: bytes | int | BinaryIO) -> tuple[Size, ...] | NotRendered:
    """Measure pages or frames, up to the caps on both, in the units of evidence boxes.

    A page of 0 by 0 is there and cannot be drawn.
    """
    limits = sandbox.limits
    order = json.dumps(to_json(limits)).encode()
    outcome = sandbox.run("page_sizes", order, file, wall_seconds=limits.page_seconds)
    if isinstance(outcome, Death):
        return NotRendered(message=explain(outcome).message, limit=outcome.limit)
    fields = _fields(outcome)
    said = fields.get("sizes")
    if not isinstance(said, list):
        return _refusal(fields)
    sizes = tuple(_size(entry) for entry in said[: limits.pdf_pages])
    whole = tuple(size for size in sizes if size is not None)
    return whole if len(whole) == len(sizes) else NotRendered(message=_NONSENSE)


def _size(said: object) -> Size | None:
    """Read one size with suspicion; None where it is none."""
    match said:
        case [(int() | float()) as width, (int() | float()) as height]:
            numbers = not isinstance(width, bool) and not isinstance(height, bool)
            plausible = all(0 <= side <= _MOST_SIDE for side in (width, height))
            return (float(width), float(height)) if numbers and plausible else None
    return None


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
    if not isinstance(reason, str) or reason not in _REASONS:
        return NotRendered(message=_NONSENSE)
    return NotRendered(message=_REASONS[reason], no_such_page=reason == "no_such_page")
