"""Quotes of one requirement meet where the verdict is entered; replaced and refused ones do not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from service.actions.comparisons import COMPARERS
from service.actions.rival_quotes import compare_quotes
from service.records import Decision, DeliverableState
from tests.service import people
from tests.verification import quoting as made
from tests.verification.test_quotes import judge
from verification import codec
from verification.content import NOTHING, Content, Quote
from verification.values import Requirement

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.records import Deliverable

FIRST = made.Offer()
SAME = judge(made.letterhead(FIRST), "first.pdf")
AGAIN = judge(made.side_by_side(replace(FIRST, author="other")), "again.pdf")
NO_PORTS = cast("Any", None)


def deliverable(row_id: str, *, asked: Content) -> Deliverable:
    known = people.deliverable(row_id)
    return replace(
        known,
        asked={"requirement": codec.to_json(Requirement(content=asked))},
        name=f"{row_id}.pdf",
    )


@pytest.mark.parametrize(
    ("before", "asked", "reason"),
    [
        pytest.param({}, Content(quote=Quote()), "SAME_SUPPLIER", id="one that was judged"),
        pytest.param({}, NOTHING, None, id="where no quote is asked for"),
        pytest.param(
            {"decision": Decision.REJECT}, Content(quote=Quote()), None, id="one that was rejected"
        ),
        pytest.param({"verdict": "FAILED"}, Content(quote=Quote()), None, id="one that failed"),
        pytest.param({"sha256": "b" * 64}, Content(quote=Quote()), None, id="the same file again"),
        pytest.param(
            {"state": DeliverableState.PENDING, "report": None},
            Content(quote=Quote()),
            None,
            id="one that is not judged yet",
        ),
    ],
)
def test_rivals_are_those_that_stand(
    records: DatabaseRecords, before: dict[str, Any], asked: Content, reason: str | None
) -> None:
    earlier = replace(
        deliverable("d1", asked=asked),
        **{
            "state": DeliverableState.JUDGED,
            "verdict": "PASSED",
            "report": codec.to_json(SAME),
            "sha256": "a" * 64,
            **before,
        },
    )
    own = replace(deliverable("d2", asked=asked), sha256="b" * 64)
    with records.begin() as unit:
        people.settle_in(unit)
        unit.deliverables.add(earlier)
        unit.deliverables.add(own)
        findings = compare_quotes(NO_PORTS, unit, own, AGAIN)
    assert [finding.sub_indication for finding in findings] == ([reason] if reason else [])
    assert all("d1.pdf" in finding.message.en for finding in findings)


def test_the_comparison_is_in_force() -> None:
    assert compare_quotes in COMPARERS
