"""Amounts against a forecast, cells ranked, and lattices too large for one tensor."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._amount_worlds import world
from models.rca import FunnelCase, localise
from models.rca.amounts import AmountCase, localise_amounts
from models.rca.cell_features import FEATURES, candidates, ranked
from models.rca.cuboids import Sparse
from models.rca.lattice import Dense

SIZES = (6, 5, 8)
CODES = np.stack(np.unravel_index(np.arange(240), SIZES), axis=1).astype(np.int64)
NAMES = ("a", "b", "c")
VALUES = tuple(tuple(f"{n}{code}" for code in range(s)) for n, s in zip(NAMES, SIZES, strict=True))


def amounts(short: dict[int, int] | None, *, noise: float = 0.05, scale: float = 1.0) -> AmountCase:
    """Give heavy-tailed forecasts; the cell with such codes came in at 60 % of its own."""
    draw = np.random.default_rng(3)
    forecast = scale * np.exp(draw.normal(5, 1, len(CODES)))
    observed = forecast * np.exp(draw.normal(0, noise, len(CODES)))
    if short is not None:
        inside = np.all([CODES[:, axis] == code for axis, code in short.items()], axis=0)
        observed = observed * np.where(inside, 0.6, 1.0)
    return AmountCase(
        dimensions=NAMES, values=VALUES, codes=CODES, forecast=forecast, observed=np.rint(observed)
    )


@pytest.mark.parametrize(
    ("short", "cells"),
    [
        pytest.param({1: 2}, [(("b", "b2"),)], id="one value fell short: that cell"),
        pytest.param({0: 1, 2: 3}, [(("a", "a1"), ("c", "c3"))], id="two together: the pair"),
        pytest.param({}, [()], id="everything fell short: all"),
        pytest.param(None, [], id="forecasts are off by chance alone: none"),
    ],
)
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_the_cell_that_fell_short_is_named(
    short: dict[int, int] | None, cells: list[object], noise: float
) -> None:
    answer = localise_amounts(amounts(short, noise=noise))
    assert [one.cell for one in answer.causes] == cells


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(96, id="a value that two other causes cross"),
        pytest.param(123, id="three values that cross one another"),
    ],
)
def test_a_cell_that_others_cross_is_not_told_in_pieces(seed: int) -> None:
    made = world("21,600 leaves", 0.0, seed)
    assert frozenset(one.cell for one in localise_amounts(made.case).causes) == made.truth


def test_the_unit_of_money_does_not_matter() -> None:
    (small,), (large,) = (
        localise_amounts(amounts({1: 2}, scale=scale)).causes for scale in (1.0, 10_000.0)
    )
    assert small.cell == large.cell
    assert large.shortfall == pytest.approx(10_000 * small.shortfall, rel=0.02)
    assert small.shortfall == pytest.approx(small.expected * 0.4, rel=0.1)


@pytest.mark.parametrize(
    ("forecast", "told"),
    [
        pytest.param(-1.0, "forecast of leaf 0 is -1.0", id="a negative forecast"),
        pytest.param(float("nan"), "forecast of leaf 0 is nan", id="no number"),
    ],
)
def test_amounts_that_are_none_are_refused(forecast: float, told: str) -> None:
    case = amounts(None)
    case.forecast[0] = forecast
    with pytest.raises(ValueError, match=told):
        localise_amounts(case)


def funnel(fallen: int, windows: int = 0, shock: float = 0.0) -> FunnelCase:
    """Give a table in which the deals of one value of b fell to 35 %; weeks may vary by a shock."""
    draw = np.random.default_rng(5)
    entered = np.full(len(CODES), 400.0)
    rate = np.where(CODES[:, 1] == fallen, 0.35, 0.52)
    weeks = []
    for _ in range(windows):
        shocks = (draw.normal(0, shock, size) for size in SIZES)
        moved = sum(one[column] for one, column in zip(shocks, CODES.T, strict=True))
        logit = np.log(0.52 / 0.48) + moved
        won = draw.binomial(400, 1 / (1 + np.exp(-logit))).astype(float)
        weeks.append((entered, won))
    before = sum((won for _, won in weeks), np.zeros(len(CODES))) if weeks else entered * 12 * 0.52
    return FunnelCase(
        dimensions=NAMES,
        values=VALUES,
        codes=CODES,
        entered_before=entered * (windows or 12),
        converted_before=np.floor(before),
        entered=entered,
        converted=draw.binomial(400, rate).astype(float),
        windows=tuple(weeks),
    )


def test_the_cell_that_fell_alone_is_ranked_first() -> None:
    case = funnel(2)
    found = candidates(case)
    assert ranked(case)[0] == (("b", "b2"),)
    left = [one.features[FEATURES.index("left_sum")] for one in found]
    assert found[int(np.argmin(left))].cell == (("b", "b2"),)
    assert all(len(one.features) == len(FEATURES) for one in found)


@pytest.mark.parametrize(
    ("shock", "scope"),
    [
        pytest.param(0.02, "cells", id="weeks are alike: the fall is told"),
        pytest.param(1.0, "none", id="weeks vary by as much: it is not"),
    ],
)
def test_history_says_what_spread_is_usual(shock: float, scope: str) -> None:
    assert localise(funnel(2, windows=12, shock=shock)).scope == scope


def test_all_values_of_a_dimension_are_told_as_everything() -> None:
    draw = np.random.default_rng(1)
    case = funnel(-1)
    # Everything fell, and not by quite the same in each value of b.
    rate = np.array([0.30, 0.33, 0.36, 0.39, 0.35])[CODES[:, 1]]
    fallen = FunnelCase(
        dimensions=case.dimensions,
        values=case.values,
        codes=case.codes,
        entered_before=case.entered_before,
        converted_before=case.converted_before,
        entered=case.entered / 40,
        converted=draw.binomial(10, rate).astype(float),
    )
    assert localise(fallen).scope == "all"


@pytest.mark.parametrize("leaves", [300, 70_000])
def test_sums_of_cuboids_are_those_of_the_tensor(leaves: int) -> None:
    draw = np.random.default_rng(leaves)
    codes = draw.integers(0, SIZES, (leaves, 3))
    figure = draw.random(leaves)
    sparse = Sparse(codes, SIZES, 2)
    own = sparse.sums([figure], np.empty((1, len(sparse.depth))))[0]
    cells = sparse.codes(np.arange(len(own)))
    wanted = [
        figure[np.all([codes[:, d] == c for d, c in enumerate(cell) if c >= 0], axis=0)].sum()
        if (cell >= 0).any()
        else figure.sum()
        for cell in cells[::7]
    ]
    assert own[::7] == pytest.approx(wanted)
    assert (sparse.places(cells) == np.arange(len(own))).all()


LATTICES = [
    pytest.param(Dense(CODES, SIZES), id="a tensor of all cells"),
    pytest.param(Sparse(CODES, SIZES, 3), id="cuboid by cuboid"),
]
CHANGED = [
    pytest.param([[1, -1, -1]], id="in one value of one dimension"),
    pytest.param([[-1, 2, -1], [3, -1, 1]], id="in two cells that share leaves"),
    pytest.param([[0, 1, 2], [-1, -1, -1]], id="in one leaf, and everywhere"),
]


@pytest.mark.parametrize("cells", LATTICES)
@pytest.mark.parametrize("codes", CHANGED)
def test_changes_of_sums_are_those_of_summing_anew(
    cells: Dense | Sparse, codes: list[list[int]]
) -> None:
    before = cells.lay(np.random.default_rng(3).random(len(CODES)))
    after, size = before.copy(), len(cells.depth)
    sums = cells.sums([before], np.empty((1, size)))
    changed = np.zeros(size, dtype=np.bool_)
    places = [int(place) for place in cells.places(np.array(codes))]
    for one in places:
        after[cells.inside(one)] += 1
    own = [(one, [np.ones_like(before[cells.inside(one)])]) for one in places]
    for region, added in cells.changes(own):
        cells.view(sums, region)[...] += added
        cells.view(changed, region)[...] = True
    anew = cells.sums([after], np.empty((1, size)))
    assert sums == pytest.approx(anew)
    assert set(np.flatnonzero(changed)) == {at for one in places for at in cells.touching(one)}
    is_everywhere = [-1, -1, -1] in codes
    assert bool(changed.all()) == (is_everywhere or isinstance(cells, Sparse))


def test_a_tensor_sums_by_any_dimensions() -> None:
    dense = Dense(CODES, SIZES)
    figure = dense.lay(np.random.default_rng(2).random(len(CODES)))
    for chosen in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
        over = tuple(axis for axis in range(3) if axis not in chosen)
        assert dense.by(chosen, figure[None])[0] == pytest.approx(figure.sum(axis=over).ravel())
