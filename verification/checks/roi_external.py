"""`roi.external`: no figure comes from another file or from a connection to data elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import PackagePart, Status, Text
from verification.workbooks.study import asked
from verification.workbooks.telling import listed, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding

_ID = "roi.external"
_REASON = "external reference"


def run(examination: Examination) -> Iterable[Finding]:
    found = asked(examination)
    if found is None:
        return
    links = found.book.links
    cells = [key for key, result in found.results.items() if result.reason == _REASON]
    if not links and not cells:
        message = Text(
            zh="工作簿不引用其他文件，也没有外部数据连接。",
            en="The workbook refers to no other file and to no data elsewhere.",
        )
        yield told(_ID, Status.PASSED, message)
        return
    targets = listed([target or part for part, target in links]) or "?"
    message = Text(
        zh=f"工作簿引用了外部数据（{targets}），{len(cells)} 个单元格的数字因此无法核对。",
        en=f"The workbook refers to data elsewhere ({targets}); figures of {len(cells)} cells "
        "cannot be verified from this file.",
    )
    evidence = (
        *(PackagePart(part=part) for part, _ in links),
        *(found.evidence(key) for key in cells[:20]),
    )
    yield told(
        _ID, Status.INDETERMINATE, message, sub_indication="EXTERNAL_LINK", evidence=evidence
    )


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
