"""One deliverable beside others: what no examination of a single file can see.

The sandbox looks at one file and knows no other. Afterwards, in the transaction that enters the
verdict, each comparer holds its report against what is known of earlier deliverables; its findings
join the report, and the policy judges again. Transactions that compare take turns, so of two files
that come at once the later one sees the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from service.actions import reuse
from service.actions.rival_quotes import compare_quotes
from verification.verdict import is_complete, judge

if TYPE_CHECKING:
    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable
    from verification.values import Finding, Report
    from verification.verdict import Policy

#: Gives findings on the deliverable; may keep in `unit` what later ones are to be compared with.
#: It runs once for each verdict, and no other comparison goes on meanwhile.
Comparer = Callable[["Ports", "Unit", "Deliverable", "Report"], Sequence["Finding"]]

#: In this order; another kind of comparison is a module with such a function, named here.
COMPARERS: tuple[Comparer, ...] = (reuse.exact, compare_quotes)

#: The turn that whoever compares must take.
TURN = "comparisons"


def compare(
    ports: Ports,
    unit: Unit,
    deliverable: Deliverable,
    report: Report,
    *,
    policy: Policy,
    comparers: Sequence[Comparer] = COMPARERS,
) -> Report:
    """Give the report with what the comparers found, judged again where they found anything."""
    if not comparers:
        return report
    unit.take_turn(TURN)
    found = [
        finding for comparer in comparers for finding in comparer(ports, unit, deliverable, report)
    ]
    if not found:
        return report
    findings = (*report.checks, *found)
    verdict = judge(policy, findings, complete=is_complete(findings))
    return replace(
        report, checks=findings, verdict=verdict.status, sub_indication=verdict.sub_indication
    )
