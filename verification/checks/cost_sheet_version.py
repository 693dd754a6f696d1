"""`cost_sheet.version`: the cost sheet was made with the version of the template in force.

What a sheet says of itself is held against what its structure shows: a sheet of last year under
this year's title keeps last year's labels and formulas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.examination import Check
from verification.values import PackagePart, Status, Text
from verification.workbooks.study import Unread, study
from verification.workbooks.telling import listed, told
from verification.workbooks.templates import Declared, declared, match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.content import CostSheet
    from verification.examination import Examination
    from verification.readers.workbook import Book
    from verification.values import Evidence, Finding
    from verification.workbooks.study import Study
    from verification.workbooks.templates import Match

_ID = "cost_sheet.version"
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def run(examination: Examination) -> Iterable[Finding]:
    asked = examination.context.requirement.content.cost_sheet
    if asked is None:
        return
    found = study(examination.context)
    if isinstance(found, Unread):
        reason = found.sub_indication
        yield told(_ID, Status.INDETERMINATE, found.message, sub_indication=reason)
        return
    book = found.book
    said = [
        one
        for one in declared(book, examination.context.submission.name)
        if _is_year(one.version) == _is_year(asked.version)
    ]
    yield _judge(found, asked, said)


def _is_year(version: str) -> bool:
    return re.search(r"(?<!\d)20\d\d(?!\d)", version) is not None


def _same(one: str, other: str) -> bool:
    """Compare the numbers alone: ``2026版`` is ``2026``, and ``v2.0`` is ``2``."""
    return _numbers(one) == _numbers(other)


def _numbers(version: str) -> list[int]:
    found = _NUMBER.search(version)
    parts = [int(part[:9]) for part in found[0].split(".")] if found else []
    while parts and parts[-1] == 0:
        parts.pop()
    return parts


def _judge(found: Study, asked: CostSheet, said: list[Declared]) -> Finding:
    book, came = found.book, match(found, asked)
    other = [one for one in said if not _same(one.version, asked.version)]
    agree = [one for one in said if _same(one.version, asked.version)]
    evidence = _evidence(book, other or agree)
    if came is not None and came.rival is None:
        if not _same(came.version, asked.version):
            return _outdated(asked, came, agree, evidence)
        return _in_force(asked, came, (other, agree), evidence)
    if other and not agree:
        names = listed([one.version for one in other])
        message = Text(
            zh=f"成本核算表自称 {names} 版，现行版本是 {asked.version}。",
            en=f"The cost sheet says that it is version {names}; {asked.version} is in force.",
        )
        # Words alone: the sheet may only speak of another one.
        return told(
            _ID,
            Status.INDETERMINATE,
            message,
            sub_indication="TEMPLATE_OUTDATED",
            evidence=evidence,
        )
    return _unknown(asked, came, evidence)


def _outdated(
    asked: CostSheet, came: Match, agree: list[Declared], evidence: tuple[Evidence, ...]
) -> Finding:
    renamed = f"，却自称 {asked.version} 版" if agree else ""
    renamed_en = f", though it says {asked.version}" if agree else ""
    share = f"{came.share:.0%}"
    message = Text(
        zh=f"表格结构与 {came.version} 版模板相同（{share}）{renamed}；"
        f"现行版本是 {asked.version}。",
        en=f"The sheet has the structure of template {came.version} ({share}){renamed_en}; "
        f"{asked.version} is in force.",
    )
    return told(_ID, Status.FAILED, message, sub_indication="TEMPLATE_OUTDATED", evidence=evidence)


def _in_force(
    asked: CostSheet,
    came: Match,
    said: tuple[list[Declared], list[Declared]],
    evidence: tuple[Evidence, ...],
) -> Finding:
    other, agree = said
    if not other:
        message = Text(
            zh=f"表格结构与现行 {asked.version} 版模板相同（{came.share:.0%}）。",
            en=f"The sheet has the structure of template {asked.version}, which is in force "
            f"({came.share:.0%}).",
        )
        return told(_ID, Status.PASSED, message, evidence=evidence)
    names = listed([one.version for one in other])
    message = Text(
        zh=f"表格结构是 {asked.version} 版，文字却写着 {names} 版。",
        en=f"The sheet has the structure of {asked.version}, but says that it is {names}.",
    )
    # Beside the right year another one may stand for comparison: a person must read it.
    status = Status.INDETERMINATE if agree else Status.FAILED
    return told(_ID, status, message, sub_indication="VERSION_CONTRADICTED", evidence=evidence)


def _unknown(asked: CostSheet, came: Match | None, evidence: tuple[Evidence, ...]) -> Finding:
    if came is None:
        message = Text(
            zh=f"表格结构与任何登记的模板都不同，无法确认是 {asked.version} 版。",
            en="The sheet has the structure of no registered template; that it is "
            f"{asked.version} cannot be confirmed.",
        )
    else:
        message = Text(
            zh=f"表格结构无法区分 {came.version} 版与 {came.rival} 版。",
            en=f"By its structure the sheet may be {came.version} or {came.rival}.",
        )
    return told(
        _ID, Status.INDETERMINATE, message, sub_indication="TEMPLATE_UNKNOWN", evidence=evidence
    )


def _evidence(book: Book, said: list[Declared]) -> tuple[Evidence, ...]:
    parts = tuple(
        PackagePart(part=one.part, path=one.place, caption=Text(zh=one.text, en=one.text))
        for one in said
        if one.part
    )
    return parts or (PackagePart(part=book.part),)


CHECK = Check(id=_ID, version=1, formats=frozenset(), run=run)
