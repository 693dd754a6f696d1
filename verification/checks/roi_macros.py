"""`roi.macros`: no program stands in the workbook that could change what it shows."""

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

_ID = "roi.macros"


def run(examination: Examination) -> Iterable[Finding]:
    found = asked(examination)
    if found is None:
        return
    parts = found.book.macros
    if not parts:
        message = Text(zh="工作簿不含宏。", en="The workbook holds no macro.")
        yield told(_ID, Status.PASSED, message)
        return
    names = listed(list(parts))
    message = Text(
        zh=f"工作簿含有宏（{names}）：打开时显示的数字可能由程序改写。",
        en=f"The workbook holds macros ({names}), which may change what it shows when opened.",
    )
    evidence = tuple(PackagePart(part=part) for part in parts)
    yield told(_ID, Status.INDETERMINATE, message, sub_indication="MACROS", evidence=evidence)


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
