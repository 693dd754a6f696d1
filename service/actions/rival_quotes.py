"""The quotes of one requirement, held against one another: the later against all before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.records import Decision, DeliverableState
from verification import codec
from verification.rivals import Rival, compare
from verification.values import Requirement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable
    from verification.values import Claim, Finding, Report

#: More quotes than this nobody compares.
_MOST = 20
_REFUSED = frozenset({Decision.REJECT, Decision.ASK_AGAIN})


def compare_quotes(
    _ports: Ports, unit: Unit, deliverable: Deliverable, report: Report
) -> Sequence[Finding]:
    """Compare a quote with those that were handed in for the same requirement and still stand.

    One that failed or that a reviewer turned down has been replaced, so it is no rival; neither
    is the same file handed in again.
    """
    asked = codec.from_json(Requirement, deliverable.asked["requirement"])
    if asked.content.quote is None:
        return ()
    before = unit.deliverables.find(
        {"requirement_id": deliverable.requirement_id, "state": DeliverableState.JUDGED.value},
        limit=_MOST * 5,
    )
    others = [one for one in before if one.id != deliverable.id and _stands(one, deliverable)]
    rivals = [Rival(name=one.name, claims=_claims(one)) for one in others[-_MOST:]]
    return compare(Rival(name=deliverable.name, claims=report.claims), rivals)


def _stands(other: Deliverable, deliverable: Deliverable) -> bool:
    if other.decision in _REFUSED or other.sha256 == deliverable.sha256:
        return False
    return other.verdict != "FAILED" or other.decision is Decision.ACCEPT


def _claims(deliverable: Deliverable) -> tuple[Claim, ...]:
    return codec.report_from_json(deliverable.report).claims
