"""Which piece of which page a locator of a report points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.errors import NotFound, NotShowable
from verification.values import Text

#: Room around a box, in points (or pixels of a picture), that one sees what it belongs to.
MARGIN = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    page: int
    box: tuple[float, float, float, float]
    #: Only so many bytes of the file are drawn: those of an earlier signed revision. None: all.
    first_bytes: int | None = None


def crop_of(report: dict[str, Any] | None, check: int, place: int) -> Crop:
    """Give the crop for evidence `place` of check `check`, both counted from 0.

    Raises NotFound where the report has no such evidence, NotShowable where it is no picture.
    """
    evidence = _evidence(report, check, place)
    match evidence:
        case {"kind": "page_box", "page": int(page), "box": [left, top, right, bottom]}:
            end = _end_of_revision(report or {}, evidence.get("revision"))
            return Crop(page=page, box=_wider(left, top, right, bottom), first_bytes=end)
        case {"kind": "image_box", "box": [left, top, right, bottom]}:
            return Crop(page=1, box=_wider(left, top, right, bottom))
    raise NotShowable(
        Text(
            zh=f"这条证据（{evidence.get('kind')}）没有可显示的画面。",
            en=f"This evidence ({evidence.get('kind')}) is not a place on a page.",
        ),
        remedy=Text(zh="请查看报告中的文字定位。", en="Read its locator in the report."),
    )


def _evidence(report: dict[str, Any] | None, check: int, place: int) -> dict[str, Any]:
    try:
        found: dict[str, Any] = (report or {"checks": []})["checks"][check]["evidence"][place]
    except (IndexError, KeyError) as error:
        raise NotFound(
            Text(zh="报告中没有这条证据。", en="The report has no such evidence."),
            remedy=Text(
                zh="请先读取交付物的 report，按 checks 与 evidence 的序号（从 0 起）请求。",
                en="Read the deliverable's report; both numbers count from 0 in its lists.",
            ),
        ) from error
    return found


def _end_of_revision(report: dict[str, Any], revision: int | None) -> int | None:
    """Find where a signed revision ends: with the last byte that its signature covers.

    PDF revisions are appended, so the first bytes of the file are the file as it was then.
    """
    if revision is None:
        return None
    ends: list[int] = [
        item["end"]
        for signature in report.get("signatures", [])
        if signature["covers"] == f"revision {revision}"
        for judgement in signature.get("judgements", [])
        if judgement["question"] == "coverage"
        for item in judgement["evidence"]
        if item["kind"] == "byte_range"
    ]
    if not ends:
        raise NotShowable(
            Text(
                zh=f"无法还原第 {revision} 个签署版本的画面。",
                en=f"Signed revision {revision} cannot be shown as it was.",
            )
        )
    return max(ends)


def _wider(
    left: float, top: float, right: float, bottom: float
) -> tuple[float, float, float, float]:
    return (max(0.0, left - MARGIN), max(0.0, top - MARGIN), right + MARGIN, bottom + MARGIN)
