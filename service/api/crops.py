"""Which piece of which page a locator of a report points at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.errors import NotFound, NotShowable
from verification import codec
from verification.evidence import place_of
from verification.evidence.places import RevisionLost
from verification.values import Text

if TYPE_CHECKING:
    from verification.evidence import Place


def crop_of(report: dict[str, Any] | None, check: int, place: int) -> Place:
    """Give the place of evidence `place` of check `check`, both counted from 0.

    Raises NotFound where the report has no such evidence, NotShowable where it is no picture.
    """
    try:
        whole = codec.report_from_json(report)
        found = place_of(whole, check, place)
    except (IndexError, codec.CodecError) as error:
        raise NotFound(
            Text(zh="报告中没有这条证据。", en="The report has no such evidence."),
            remedy=Text(
                zh="请先读取交付物的 report，按 checks 与 evidence 的序号（从 0 起）请求。",
                en="Read the deliverable's report; both numbers count from 0 in its lists.",
            ),
        ) from error
    except RevisionLost as error:
        raise NotShowable(
            Text(
                zh=f"无法还原第 {error.revision} 个签署版本的画面。",
                en=f"Signed revision {error.revision} cannot be shown as it was.",
            )
        ) from error
    if found is None:
        kind = whole.checks[check].evidence[place].kind
        raise NotShowable(
            Text(
                zh=f"这条证据（{kind}）没有可显示的画面。",
                en=f"This evidence ({kind}) is not a place on a page.",
            ),
            remedy=Text(zh="请查看报告中的文字定位。", en="Read its locator in the report."),
        )
    return found
