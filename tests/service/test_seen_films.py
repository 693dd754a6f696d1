"""Which earlier films a new one is compared with, in both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from service.adapters.database.seen_pages import sharing
from service.adapters.database.tables import SEEN_FILM_WORDS
from service.records import DeliverableState
from tests.service.people import deliverable, requirement, settle_in
from verification.fingerprints.kept import FilmFingerprint

if TYPE_CHECKING:
    from service.adapters.database import DatabaseRecords
    from service.records import Deliverable

WORDS = (11, 12, 13, 14, 15)
FILM = FilmFingerprint(width=640, height=360, times=b"t", smalls=b"s", points=b"p", mirrored=b"m")
NEW = replace(deliverable("new"), sha256="f" * 64)


def judged(row_id: str, requirement_id: str = "r2") -> Deliverable:
    return replace(
        deliverable(row_id),
        requirement_id=requirement_id,
        sha256=row_id.ljust(64, "0"),
        state=DeliverableState.JUDGED,
    )


def found(records: DatabaseRecords, *earlier: tuple[Deliverable, tuple[int, ...]]) -> list[str]:
    with records.begin() as unit:
        settle_in(unit)
        unit.requirements.add(requirement("r2", "c1", "s1"))
        for one, words in earlier:
            unit.deliverables.add(one)
            unit.seen_films.add(one.id, FILM, words)
        seen = unit.seen_films.like(WORDS, NEW, fewest=4, most=3)
    assert all(one.fingerprint == replace(FILM, mirrored=b"") for one in seen)
    return [one.deliverable_id for one in seen]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        pytest.param({}, True, id="another requirement's"),
        pytest.param({"requirement_id": "r1"}, False, id="the same requirement's"),
        pytest.param({"sha256": NEW.sha256}, False, id="the same bytes, told by reuse.exact"),
        pytest.param({"state": DeliverableState.PENDING}, False, id="one not judged yet"),
        pytest.param({"state": DeliverableState.QUARANTINED}, True, id="one in quarantine"),
    ],
)
def test_what_is_compared(
    records: DatabaseRecords, change: dict[str, object], *, is_told: bool
) -> None:
    earlier = replace(judged("earlier"), **change)  # type: ignore[arg-type]
    assert found(records, (earlier, WORDS)) == (["earlier"] if is_told else [])


def test_those_with_the_most_words_in_common_come_first_and_few_words_do_not_count(
    records: DatabaseRecords,
) -> None:
    own = [(judged(f"own{n}", "r1"), WORDS) for n in range(4)]
    rows = [(judged("a"), WORDS[:4]), (judged("b"), WORDS), (judged("c"), WORDS[:3])]
    assert found(records, *own, *rows) == ["b", "a"]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_many_words_are_one_value_of_the_statement(dialect: str) -> None:
    asked = sharing(SEEN_FILM_WORDS, range(4_000), dialect, fewest=4)
    assert len(asked.compile().params) < 10
