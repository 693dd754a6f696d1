"""Seen before: the very same file among earlier deliverables.

What is told names no customer. A deliverable is named by its id alone, and who may not see it is
answered by every route as if it did not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.records import SETTLED
from verification.values import Finding, MetadataField, Status, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable
    from verification.values import Report

ID, VERSION = "reuse.exact", 1
CAUSE = "REUSED_DELIVERABLE"
#: Earlier deliverables that one finding names.
MOST_NAMED = 5
#: What the field of an earlier deliverable's id is called.
FIELD = "deliverable"

_REMEDY = Text(
    zh="请上传为本客户、本项要求制作的文件；若同一文件确实应当用于两处（如集团框架合同），请由审核人员确认。",
    en="Upload the file that was made for this customer and this requirement; where one file is "
    "rightly used twice (a group's framework contract), a reviewer confirms that.",
)
_OTHER_CUSTOMER = Text(
    zh="同一个文件（逐字节相同）此前已为另一客户上传。",
    en="The same file, byte for byte, was handed in for another customer already.",
)
_OTHER_REQUIREMENT = Text(
    zh="同一个文件（逐字节相同）此前已用于本客户的另一项要求。",
    en="The same file, byte for byte, answers another requirement of this customer already.",
)
_AGAIN = Text(
    zh="同一个文件此前已上传到同一项要求：属重复上传，不算重复使用。",
    en="The same file was uploaded to this requirement before: it came again, which is no re-use.",
)


def exact(ports: Ports, unit: Unit, deliverable: Deliverable, report: Report) -> list[Finding]:
    """Say where the same bytes were handed in before.

    It is a fact, yet not a wrong in itself: one contract may serve two subsidiaries. So a
    reviewer decides, and no file fails by it.
    """
    del ports
    if report.size == 0:
        return []
    same = {"sha256": deliverable.sha256, "state": SETTLED}
    earlier = unit.deliverables.find(same, without=("report",))
    others = [one for one in earlier if one.customer_id != deliverable.customer_id]
    elsewhere = [one for one in earlier if one.requirement_id != deliverable.requirement_id]
    if others:
        return [_finding(others, _OTHER_CUSTOMER)]
    if elsewhere:
        return [_finding(elsewhere, _OTHER_REQUIREMENT)]
    return [_finding(earlier, _AGAIN, again=True)] if earlier else []


def _finding(earlier: Sequence[Deliverable], message: Text, *, again: bool = False) -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.NOT_APPLICABLE if again else Status.INDETERMINATE,
        sub_indication=None if again else CAUSE,
        message=message,
        remedy=None if again else _REMEDY,
        evidence=tuple(MetadataField(source=FIELD, value=one.id) for one in earlier[:MOST_NAMED]),
    )
