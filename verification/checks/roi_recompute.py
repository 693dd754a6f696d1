"""`roi.recompute`: the figures that a workbook shows are what its formulas give.

Arithmetic may fail a file: a saved result that the formula does not give was altered, or was never
computed. What cannot be worked out here is said, and never passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.formulas.evaluator import CIRCULAR
from verification.formulas.values import Fault
from verification.values import Status, Text
from verification.workbooks.study import Study, Unread, study
from verification.workbooks.telling import listed, told
from verification.workbooks.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verification.examination import Examination
    from verification.formulas.grid import Key
    from verification.formulas.values import Scalar
    from verification.values import Finding

_ID = "roi.recompute"
_MOST_DIFFERENT = 20
#: What programs that compute nothing save as a result.
_UNCOMPUTED = (0.0, "", None)
_OTHER_ERROR = "an error value of another name"
_MISSED_RATE = "IRR that the saving program did not find"


def run(examination: Examination) -> Iterable[Finding]:
    if examination.context.requirement.content.workbook is None:
        return
    found = study(examination.context)
    if isinstance(found, Unread):
        reason = found.sub_indication
        yield told(_ID, Status.INDETERMINATE, found.message, sub_indication=reason)
        return
    findings = list(_judged(found))
    yield from findings
    if not findings:
        yield told(_ID, Status.PASSED, _agreeing(found))


def _agreeing(found: Study) -> Text:
    count = len(found.results)
    faults = [key for key, result in found.results.items() if isinstance(result.value, Fault)]
    zh = f"已重新计算全部 {count} 个公式，结果与保存的数字一致"
    en = f"All formulas ({count}) were computed anew and give the figures that were saved"
    if faults:
        where = found.where(faults[0])
        zh = f"{zh}；其中 {len(faults)} 个的结果是错误值，例如 {where}"
        en = f"{en}; {len(faults)} of them give an error value, e.g. {where}"
    return Text(zh=f"{zh}。", en=f"{en}.")


def _judged(found: Study) -> Iterator[Finding]:
    if not found.results:
        message = Text(
            zh="工作簿里没有任何公式：数字从何而来无法核对。",
            en="The workbook holds no formula: where its figures come from cannot be verified.",
        )
        yield told(_ID, Status.INDETERMINATE, message, sub_indication="NO_FORMULAS")
        return
    unusual = found.book.unusual
    different = [] if unusual else [key for key in found.results if _differs(found, key)]
    if different and found.book.computed_later:
        yield _not_yet(found, different)
    else:
        yield from (_different(found, key) for key in different[:_MOST_DIFFERENT])
        if len(different) > _MOST_DIFFERENT:
            yield _more(len(different))
    unsaved = [key for key in found.results if not found.cell(key).saved]
    if unsaved:
        yield _unsaved(found, unsaved)
    yield from _not_computed(found, unusual)


def _differs(found: Study, key: Key) -> bool:
    result, cell = found.results[key], found.cell(key)
    if result.reason is not None or not cell.saved or _told_otherwise(found, key):
        return False
    return not result.agrees(cell.value)


def _told_otherwise(found: Study, key: Key) -> str | None:
    """Say why another program may honestly have saved what is not the result; None: it may not.

    Of errors the names differ. A rate that is found by trying is missed by some programs: they
    save an error, or a root that is no rate (LibreOffice: -1.49 for -0.44).
    """
    saved, result = found.cell(key).value, found.results[key]
    if isinstance(saved, Fault) and isinstance(result.value, Fault) and saved != result.value:
        return _OTHER_ERROR
    missed = isinstance(saved, Fault) or (isinstance(saved, float) and saved < -1)
    tried = result.approximate and isinstance(result.value, float)
    return _MISSED_RATE if missed and tried else None


def _different(found: Study, key: Key) -> Finding:
    formula = found.grid.formulas[key].text[:120]
    where, result = found.where(key), found.results[key]
    saved, value = shown(found.cell(key).value), shown(result.value)
    message = Text(
        zh=f"单元格 {where} 保存的数字是 {saved}，而公式 ={formula} 的结果是 {value}。",
        en=f"The cell {where} was saved with {saved}, but its formula ={formula} gives {value}.",
    )
    caption = Text(zh=f"保存 {saved}，应为 {value}", en=f"saved {saved}, computed {value}")
    return told(
        _ID,
        Status.FAILED,
        message,
        sub_indication="FIGURE_DIFFERS",
        evidence=(found.evidence(key, caption),),
    )


def shown(value: Scalar) -> str:
    """Write a value for people."""
    if isinstance(value, float):
        return f"{value:.12g}"
    return value.code if isinstance(value, Fault) else str(value)[:60]


def _more(count: int) -> Finding:
    message = Text(
        zh=f"共有 {count} 个单元格的数字与公式不符，只列出前 {_MOST_DIFFERENT} 个。",
        en=f"{count} cells differ from their formulas; the first {_MOST_DIFFERENT} are listed.",
    )
    return told(_ID, Status.FAILED, message, sub_indication="FIGURE_DIFFERS")


def _not_yet(found: Study, keys: list[Key]) -> Finding:
    """Tell figures that the writer may have put down uncomputed: 0, or what a template held."""
    where, result = found.where(keys[0]), found.results[keys[0]]
    saved, value = shown(found.cell(keys[0]).value), shown(result.value)
    message = Text(
        zh=f"工作簿注明打开时重新计算：{len(keys)} 个公式保存的数字不是其结果，"
        f"例如 {where} 保存 {saved}，应为 {value}。",
        en=f"The workbook asks to be computed when it is opened: {len(keys)} formulas were saved "
        f"with other figures than they give, e.g. {where} with {saved} instead of {value}.",
    )
    noughts = all(found.cell(key).value in _UNCOMPUTED for key in keys)
    return _open(found, "NO_SAVED_RESULTS" if noughts else "FIGURE_DIFFERS", message, keys)


def _unsaved(found: Study, keys: list[Key]) -> Finding:
    message = Text(
        zh=f"{len(keys)} 个公式没有保存结果，打开时才会计算，例如 {found.where(keys[0])}。",
        en=f"{len(keys)} formulas were saved without a result, e.g. {found.where(keys[0])}.",
    )
    return told(
        _ID,
        Status.INDETERMINATE,
        message,
        sub_indication="NO_SAVED_RESULTS",
        evidence=tuple(found.evidence(key) for key in keys[:20]),
    )


def _not_computed(found: Study, unusual: str | None) -> Iterator[Finding]:
    reasons: dict[str, list[Key]] = {}
    for key, result in found.results.items():
        reason = result.reason or _told_otherwise(found, key)
        if reason is not None or unusual:
            reasons.setdefault(unusual or reason or "", []).append(key)
    circular = reasons.pop(CIRCULAR, [])
    if circular:
        message = Text(
            zh=f"公式循环引用，无法计算：{found.where(circular[0])} 等 {len(circular)} 个单元格。",
            en=f"Formulas refer to themselves: {found.where(circular[0])}, {len(circular)} in all.",
        )
        yield _open(found, "FORMULA_CIRCULAR", message, circular)
    keys = [key for some in reasons.values() for key in some]
    if keys:
        told_of = [wording(reason) for reason in sorted(reasons)]
        zh, en = listed([one.zh for one in told_of], 8), listed([one.en for one in told_of], 8)
        message = Text(
            zh=f"{len(keys)} 个公式此处无法计算（{zh}），例如 {found.where(keys[0])}。",
            en=f"{len(keys)} formulas cannot be computed here ({en}), e.g. {found.where(keys[0])}.",
        )
        yield _open(found, "FORMULA_NOT_COMPUTED", message, keys)


def _open(found: Study, reason: str, message: Text, keys: list[Key]) -> Finding:
    evidence = tuple(found.evidence(key) for key in keys[:20])
    return told(_ID, Status.INDETERMINATE, message, sub_indication=reason, evidence=evidence)


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
