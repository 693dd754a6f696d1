"""Which earlier texts a new one is compared with, and which words belong to a template."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from service.records import Decision, DeliverableState
from tests.service.people import deliverable, requirement, settle_in

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.ports.records import Unit
    from service.records import Deliverable

SAMPLE = (4, 8, 12, 16)
NEW = replace(deliverable("new"), sha256="f" * 64)


def see(unit: Unit, number: int, *, is_copy: bool = False, **change: object) -> Deliverable:
    """Enter a judged deliverable of requirement q`number` with its text."""
    earlier = replace(
        deliverable(f"d{number}"),
        requirement_id=f"q{number}",
        sha256=f"{number:064}",
        state=DeliverableState.JUDGED,
    )
    earlier = replace(earlier, **change)  # type: ignore[arg-type] # fields of a deliverable
    if unit.requirements.get(earlier.requirement_id) is None:
        unit.requirements.add(requirement(earlier.requirement_id, "c1", "s1"))
    unit.deliverables.add(earlier)
    unit.seen_texts.add(earlier.id, {*SAMPLE, 2**47 + 1}, sample=SAMPLE, is_copy=is_copy)
    return earlier


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        pytest.param({}, True, id="another requirement's"),
        pytest.param({"requirement_id": "r1"}, False, id="the same requirement's"),
        pytest.param({"sha256": NEW.sha256}, False, id="the same bytes, told by reuse.exact"),
        pytest.param({"state": DeliverableState.PENDING}, False, id="one not judged yet"),
    ],
)
def test_what_is_compared(
    records: DatabaseRecords, change: dict[str, object], *, is_told: bool
) -> None:
    with records.begin() as unit:
        settle_in(unit)
        see(unit, 1, **change)  # type: ignore[arg-type] # fields of a deliverable
        found = unit.seen_texts.like(SAMPLE, NEW, most=3)
    assert [one.deliverable_id for one in found] == (["d1"] if is_told else [])
    assert all(one.shingles == {*SAMPLE, 2**47 + 1} for one in found)


@pytest.mark.parametrize(
    ("change", "is_common"),
    [
        pytest.param({}, True, id="three requirements"),
        pytest.param({"requirement_id": "q1"}, False, id="a version more of one requirement"),
        pytest.param({"is_copy": True}, False, id="a copy, not decided on"),
        pytest.param({"is_copy": True, "decision": Decision.REJECT}, False, id="a copy, rejected"),
        pytest.param({"is_copy": True, "decision": Decision.ACCEPT}, True, id="a copy, accepted"),
    ],
)
def test_what_a_template_prints(
    records: DatabaseRecords, change: dict[str, object], *, is_common: bool
) -> None:
    with records.begin() as unit:
        settle_in(unit)
        see(unit, 1)
        see(unit, 2)
        see(unit, 3, **change)  # type: ignore[arg-type] # fields of a deliverable
        found = unit.seen_texts.common((*SAMPLE, 20), fewest=3)
    assert found == (set(SAMPLE) if is_common else set())


def test_nothing_is_sought_by_nothing(records: DatabaseRecords) -> None:
    with records.begin() as unit:
        settle_in(unit)
        see(unit, 1)
        assert unit.seen_texts.like((), NEW, most=3) == ()
        assert unit.seen_texts.common((), fewest=3) == frozenset()
