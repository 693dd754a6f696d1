"""Two models on the same leads: who was nearer, where, and which leads do not count."""

from __future__ import annotations

import pytest

from training.paired import Judged, TooFew, paired


def leads(chances: list[float], segment: str = "a") -> dict[str, Judged]:
    """Give leads of which every third was lost."""
    return {
        f"{segment}{place}": Judged(won=place % 3 != 0, chance=chance, segment=segment)
        for place, chance in enumerate(chances)
    }


def varied(low: float, high: float, count: int = 150) -> list[float]:
    """Give `low` to what was lost and `high` to what was won."""
    return [high if place % 3 else low for place in range(count)]


@pytest.mark.parametrize(
    ("champion", "challenger", "sign"),
    [
        pytest.param((0.5, 0.5), (0.3, 0.8), -1, id="it tells wins from losses: better"),
        pytest.param((0.3, 0.8), (0.5, 0.5), 1, id="it tells nothing apart: worse"),
        pytest.param((0.3, 0.8), (0.0, 0.8), -1, id="a chance of 0 for what was lost"),
        pytest.param((0.3, 0.8), (0.3, 1e-30), 1, id="almost none for what was won: finite"),
    ],
)
def test_the_interval_lies_on_the_side_of_the_better(
    champion: tuple[float, float], challenger: tuple[float, float], sign: int
) -> None:
    found = paired(leads(varied(*champion)), leads(varied(*challenger)))
    assert found.difference.low * sign > 0 < found.difference.high * sign
    assert found.difference.mean == pytest.approx(found.challenger_loss - found.champion_loss)
    assert (found.leads, found.won, found.unpaired) == (150, 100, 0)


def test_the_same_chances_differ_by_nothing() -> None:
    found = paired(leads(varied(0.3, 0.8)), leads(varied(0.3, 0.8)))
    assert (found.difference.low, found.difference.mean, found.difference.high) == (0, 0, 0)


def test_a_loss_in_one_segment_shows_though_the_whole_is_better() -> None:
    champion = leads(varied(0.4, 0.6, 600)) | leads(varied(0.4, 0.6), "b")
    challenger = leads(varied(0.2, 0.9, 600)) | leads(varied(0.6, 0.4), "b")
    challenger |= leads(varied(0.2, 0.9, 99), "few")
    champion |= leads(varied(0.4, 0.6, 99), "few")
    found = paired(champion, challenger)
    assert found.difference.high < 0
    assert {name: count for name, (count, _) in found.slices.items()} == {"a": 600, "b": 150}
    assert found.slices["b"][1].low > 0


def test_what_only_one_takes_or_ends_otherwise_is_left_out_and_counted() -> None:
    champion, challenger = leads(varied(0.3, 0.8)), leads(varied(0.2, 0.9))
    del champion["a0"], challenger["a1"]
    champion["a2"] = Judged(won=False, chance=0.5, segment="a")
    found = paired(champion, challenger)
    assert (found.leads, found.unpaired) == (147, 3)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_are_refused(count: int) -> None:
    with pytest.raises(TooFew):
        paired(leads(varied(0.3, 0.8, count)), leads(varied(0.3, 0.8, count)))
