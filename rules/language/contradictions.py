"""Complaints about conditions that no fact can fulfil, or that every fact fulfils."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rules.conditions import Clause, Condition, Join
from rules.language.regions import always, possible
from rules.text import Text

if TYPE_CHECKING:
    from rules.language.conditions import Written
    from rules.language.problems import Findings, Place


def check_condition(findings: Findings, written: Written, place: Place) -> None:
    """Note a contradiction, with the two lines that make it, or a condition that says nothing."""
    condition = written.condition
    if condition is None or _plain(condition):
        return
    stuck: list[Clause] = []
    if not possible(condition, told=stuck.append):
        _contradiction(findings, written, stuck, place)
    elif not _only_all(condition) and always(condition):
        message = Text(
            zh="这些条件合起来总是成立，等于没有条件。请检查界限是否重叠。",
            en="These conditions taken together always hold, which says nothing. "
            "Look at where they overlap.",
        )
        findings.add("ALWAYS", place, message, expected="a condition that can fail")


def _plain(condition: Condition) -> bool:
    """Say whether all clauses are on columns of their own, so that none can meet another."""
    if not all(isinstance(part, Clause) for part in condition.parts):
        return False
    names = [clause.field.name for clause in condition.clauses()]
    tests = [
        clause.feature.field.name
        for clause in condition.clauses()
        if clause.feature is not None and clause.feature.test is not None
    ]
    return len({*names, *tests}) == len(names) + len(tests)


def _only_all(condition: Condition) -> bool:
    """Say whether it is a plain AND: of clauses that can fail, it can fail."""
    return condition.join is Join.ALL and all(
        isinstance(part, Clause) or _only_all(part) for part in condition.parts
    )


def _contradiction(findings: Findings, written: Written, stuck: list[Clause], place: Place) -> None:
    """Name the two clauses that exclude each other, where two do so by themselves."""
    known = written.condition.clauses() if written.condition else ()
    pairs = (
        (one, other)
        for one, other in combinations(known, 2)
        if (other in stuck or one in stuck)
        and not possible(Condition(join=Join.ALL, parts=(one, other)))
    )
    one, other = next(pairs, (None, None))
    if one is None or other is None:
        message = Text(
            zh="这些条件合起来永远不会同时成立。",
            en="These conditions can never hold together.",
        )
        findings.add("CONTRADICTION", place, message, expected="a condition that can hold")
        return
    first = written.places.get(id(one), place)
    second = written.places.get(id(other), place)
    message = Text(
        zh=f"与第 {first.line} 行的“{_said(one).zh}”矛盾：两个条件永远不会同时成立。",
        en=f"This contradicts '{_said(one).en}' in line {first.line}: both can never hold.",
    )
    seen = _said(other).en
    findings.add("CONTRADICTION", second, message, seen=seen)


def _said(clause: Clause) -> Text:
    asked = f"{clause.operator} {clause.threshold}"
    return Text(zh=f"{clause.field.label.zh} {asked}", en=f"{clause.field.name} {asked}")
