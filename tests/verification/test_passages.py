"""Where two texts that are nearly one differ, line beside line."""

from __future__ import annotations

import pytest

from tests.verification import prose
from verification.fingerprints.passages import MOST_PASSAGES, Passage, passages

TEXT = prose.report("en", 1, "Alder Holdings Ltd")
NAMED = [*TEXT[:3], "Signed by Alder on Monday.", *TEXT[3:]]
OTHER = [*TEXT[:3], "Signed by Birch on Monday.", *TEXT[3:]]
CHANGE = Passage(here=("Signed by Birch on Monday.",), there=("Signed by Alder on Monday.",))


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        pytest.param(TEXT, TEXT, (), id="the same text"),
        pytest.param([" ".join(TEXT).upper()], TEXT, (), id="the same laid out anew"),
        pytest.param(OTHER, NAMED, (CHANGE,), id="one name"),
        pytest.param([], [], (), id="no words"),
    ],
)
def test_passages(here: list[str], there: list[str], expected: tuple[Passage, ...]) -> None:
    assert passages(here, there) == expected


def test_no_more_passages_than_a_person_reads() -> None:
    one, other = ([f"{word} {n} stays where it was {n}" for n in range(40)] for word in "ab")
    assert len(passages(one, other)) == MOST_PASSAGES
    assert len(passages([*TEXT, "An end."], TEXT)) == 1
    assert passages(["a b c"], []) != ()
