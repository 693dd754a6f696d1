"""What rules say of one another: who inhibits whom, and that nobody goes in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.kinds import WarningRule
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.form import AnyRule
    from rules.language.problems import Findings
    from rules.language.tree import Scalar

WARNING = "warning"


def check_inhibitors(
    findings: Findings,
    inhibitors: Mapping[str, Sequence[Scalar]],
    known: Mapping[str, str],
    edges: Mapping[str, Sequence[str]],
) -> None:
    """Complain about names of no warning, and about warnings that wait for themselves.

    `known` and `edges` are of all files that are looked at together.
    """
    for rule, scalars in inhibitors.items():
        for scalar in scalars:
            name = normal(scalar.text)
            if known.get(name) == "":
                # A rule without a right kind has been complained about.
                continue
            if known.get(name) != WARNING:
                _unknown(findings, scalar, known)
                continue
            way = (rule, name) if name == rule else _way(name, rule, edges)
            if way:
                _cycle(findings, scalar, way)


def _way(start: str, goal: str, edges: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Give the shortest way along `inhibited_by` from the goal round to itself."""
    ways: list[tuple[str, ...]] = [(goal, start)]
    visited = {start}
    for way in ways:
        for one in edges.get(way[-1], ()):
            if one == goal:
                return (*way, goal)
            if one not in visited:
                visited.add(one)
                ways.append((*way, one))
    return ()


def _unknown(findings: Findings, scalar: Scalar, known: Mapping[str, str]) -> None:
    kind = known.get(normal(scalar.text))
    if kind is not None:
        message = Text(
            zh=f"“{scalar.text}”是 {kind}，只有 warning 能抑制别的预警；表格要写到行，例如"
            f"“{scalar.text}.1”。",
            en=f"'{scalar.text}' is a {kind}; only a warning can inhibit a warning. Of a table "
            f"name the row, such as '{scalar.text}.1'.",
        )
        findings.add(
            "UNKNOWN_RULE", scalar.place, message, expected="id of a warning", seen=scalar.text
        )
        return
    warnings = [name for name, kind in known.items() if kind == WARNING]
    message = Text(
        zh=f"没有叫“{scalar.text}”的预警规则。",
        en=f"There is no warning called '{scalar.text}'.",
    )
    findings.add(
        "UNKNOWN_RULE",
        scalar.place,
        message,
        expected="id of a warning",
        seen=scalar.text,
        suggestion=nearest(scalar.text, warnings),
    )


def _cycle(findings: Findings, scalar: Scalar, way: tuple[str, ...]) -> None:
    shown = " → ".join(way)
    message = Text(
        zh=f"抑制关系绕成一圈：{shown}，谁也不会报。请去掉其中一处。",
        en=f"These inhibit one another in a circle: {shown}; none would ever be told. Break it.",
    )
    findings.add("CYCLE", scalar.place, message, seen=shown)


def in_order(rules: Iterable[AnyRule]) -> tuple[AnyRule, ...]:
    """Put rules that inhibit before those they inhibit, else leave the order of the file."""
    by_id = {rule.id: rule for rule in rules}
    done: dict[str, AnyRule] = {}
    for rule in by_id.values():
        waiting = [rule]
        while waiting:
            one = waiting[-1]
            first = [
                by_id[name] for name in inhibitors_of(one) if name in by_id and name not in done
            ]
            if first and len(waiting) <= len(by_id):
                waiting.extend(reversed(first))
            else:
                done.setdefault(one.id, waiting.pop())
    return tuple(done.values())


def inhibitors_of(rule: AnyRule) -> tuple[str, ...]:
    """Give the ids of what inhibits a rule; only warnings can be inhibited."""
    return rule.inhibited_by if isinstance(rule, WarningRule) else ()
