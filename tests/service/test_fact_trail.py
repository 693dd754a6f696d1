"""Facts and firings are held against the trail: whoever goes past the actions is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from service.actions.audit import strays
from service.actions.fact_fates import Late
from tests.service.test_facts import SEED, Floor, floor  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords


def _live(floor: Floor) -> None:  # noqa: F811 - the fixture itself
    floor.send(*(floor.week(number, value) for number, value in enumerate(SEED, 1)))
    floor.send(floor.week(6, 0.95), late=Late.ACCEPT)
    floor.send(floor.week(7, "high"))
    floor.work()


def _found(records: DatabaseRecords) -> set[tuple[str, str]]:
    with records.read() as unit:
        # People are entered by the test itself, past the actions.
        return {(one.kind, one.what) for one in strays(unit) if one.kind != "person"}


def test_what_actions_did_agrees_with_the_trail(floor: Floor) -> None:  # noqa: F811 - the fixture itself
    _live(floor)
    assert _found(floor.records) == set()


@pytest.mark.parametrize(
    ("statement", "kind", "what"),
    [
        pytest.param(
            """UPDATE facts SET "values" = '{"attainment": 0.5}'""", "facts", "changed", id="values"
        ),
        pytest.param("UPDATE facts SET hash = 'x' || hash", "facts", "changed", id="a hash"),
        pytest.param("DELETE FROM facts", "facts", "gone", id="facts taken away"),
        pytest.param("UPDATE firings SET explanation = '[]'", "firing", "changed", id="reasons"),
        pytest.param("UPDATE measures SET state = 'done'", "measure", "changed", id="a measure"),
        pytest.param("DELETE FROM notices", "notice", "gone", id="notices taken away"),
        pytest.param("UPDATE held_facts SET state = 'repaired'", "held_fact", "changed", id="held"),
    ],
)
def test_whoever_goes_past_the_actions_is_seen(
    floor: Floor,  # noqa: F811 - the fixture itself
    statement: str,
    kind: str,
    what: str,
) -> None:
    _live(floor)
    with floor.records.begin() as unit:
        unit._scope.connection.execute(sa.text(statement))  # noqa: SLF001 - past the actions
    assert (kind, what) in _found(floor.records)
