"""`roi.figures`: every label that is asked for stands beside a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.checks.roi_recompute import shown
from verification.examination import Check
from verification.values import PackagePart, Status, Text
from verification.workbooks.figures import asked_figure, labelled
from verification.workbooks.study import asked
from verification.workbooks.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.values import Finding
    from verification.workbooks.study import Study

_ID = "roi.figures"


def run(examination: Examination) -> Iterable[Finding]:
    found = asked(examination)
    workbook = examination.context.requirement.content.workbook
    if found is None or workbook is None:
        return
    for wanted in workbook.figures:
        yield _judge(found, wanted)


def _judge(found: Study, wanted: str) -> Finding:
    figure = asked_figure(found, wanted)
    if figure is not None:
        value, where = shown(found.cell(figure).value), found.where(figure)
        message = Text(
            zh=f"“{wanted}”的数字是 {value}（{where}）。",
            en=f"The figure beside “{wanted}” is {value} ({where}).",
        )
        return told(_ID, Status.PASSED, message, evidence=(found.evidence(figure),))
    labels = list(labelled(found, wanted))
    if labels:
        message = Text(
            zh=f"“{wanted}”旁边没有可见的数字（{found.where(labels[0])}）。",
            en=f"No visible figure stands beside “{wanted}” ({found.where(labels[0])}).",
        )
        evidence = tuple(found.evidence(label) for label in labels[:5])
    else:
        message = Text(
            zh=f"工作簿里没有找到“{wanted}”。", en=f"“{wanted}” was not found in the workbook."
        )
        evidence = (PackagePart(part=found.book.part),)
    return told(
        _ID, Status.INDETERMINATE, message, sub_indication="FIGURE_MISSING", evidence=evidence
    )


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
