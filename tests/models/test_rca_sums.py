"""What is spared in sums over leaves changes no sum: each against the plain way, bit by bit."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.rca import lattice, tables
from models.rca.amounts import GROUPS, _medians
from models.rca.covers import covers
from models.rca.lattice import Dense, Sparse
from models.rca.spread import middle
from models.rca.tables import Figures, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAVES = 500


def drawn(draw: np.random.Generator) -> list[Floats]:
    """Give one to eight figures of leaves: counts small, huge or uneven, fractions, none at all."""
    kinds = (
        lambda: draw.poisson(3.0, LEAVES),
        lambda: draw.poisson(np.exp(draw.normal(2, 3, LEAVES))),
        lambda: draw.integers(0, 1 << 40, LEAVES),
        lambda: np.zeros(LEAVES),
        lambda: draw.normal(0, 1, LEAVES),
        lambda: draw.random(LEAVES),
    )
    chosen = draw.integers(0, len(kinds), draw.integers(1, 9))
    return [np.asarray(kinds[one](), dtype=np.float64) for one in chosen]


@pytest.mark.parametrize("seed", range(240))
def test_sums_two_at_a_time_are_those_of_each_alone(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MANY_LEAVES", 1)
    monkeypatch.setattr(tables, "PART", 64)
    draw = np.random.default_rng(seed)
    figures = drawn(draw)
    summed = Figures(figures)
    # The same figures by many cells, few and one: where counts run over, and after it.
    for cells in (200, 7, 1, 200):
        key = draw.integers(0, cells, LEAVES).astype(np.uint8)
        plain = [np.bincount(key, figure, cells) for figure in figures]
        np.testing.assert_array_equal(summed.table(key, cells), plain)


ONE_EACH = np.ones(8)


@pytest.mark.parametrize(
    ("figures", "places"),
    [
        pytest.param([ONE_EACH, ONE_EACH * 5], (0, 1), id="two counts share a float"),
        pytest.param([ONE_EACH, ONE_EACH / 3, ONE_EACH], (0, 2), id="a fraction stands alone"),
        pytest.param([ONE_EACH, ONE_EACH / 3], None, id="one count alone shares nothing"),
        pytest.param([ONE_EACH, -ONE_EACH], None, id="nothing below 0 is packed"),
        pytest.param([ONE_EACH, ONE_EACH * np.inf], None, id="nor what is infinite"),
        pytest.param([ONE_EACH, ONE_EACH * 2.0**50], None, id="nor a total beyond 53 bits"),
    ],
)
def test_whole_counts_share_a_float(figures: list[Floats], places: tuple[int, ...] | None) -> None:
    own = packed(figures)
    assert (own and own.places) == places


@pytest.mark.parametrize(
    ("counts", "runs_over"),
    [
        pytest.param([3.0, 4.0, 5.0, 6.0], False, id="each sum in its own bits: told apart"),
        pytest.param([2.0**30] * 4, True, id="a sum in the next one's bits: noticed"),
    ],
)
def test_a_sum_that_runs_over_is_noticed(counts: list[float], *, runs_over: bool) -> None:
    # All in one cell, and room for a sum of 40 only.
    figures = [np.array(counts), np.ones(4)]
    own = packed(figures)
    assert own is not None
    narrow = tables.Packed(own.places, own.totals, (0, 6, 53))
    apart = narrow.apart(np.array([narrow.row(figures).sum()]))
    assert (apart is None) == runs_over
    if apart is not None:
        assert [float(one[0]) for one in apart] == [sum(counts), 4.0]


@pytest.mark.parametrize(
    ("dimensions", "depth", "sets"),
    [
        pytest.param(8, 3, 14, id="eight dimensions: fourteen fours, each three in one"),
        pytest.param(10, 3, 30, id="ten: thirty"),
        pytest.param(13, 2, 26, id="thirteen: twenty-six threes, each pair in one"),
        pytest.param(9, 3, None, id="nine: as few as were found"),
    ],
)
def test_few_sets_hold_all_smaller_ones(dimensions: int, depth: int, sets: int | None) -> None:
    chosen = covers((4,) * dimensions, depth, 1 << 17)
    held = [small for one in chosen for small in combinations(one, depth)]
    layer = set(combinations(range(dimensions), depth))
    if sets is not None:
        assert (len(chosen), sorted(held)) == (sets, sorted(layer))
    # What no set holds is summed by itself, so a set has to hold two that no other does.
    assert len(chosen) + len(layer - set(held)) < len(layer) / 2


def test_no_set_has_more_cells_than_may_be() -> None:
    sizes = (4, 4, 4, 200, 4, 4, 4, 4, 4, 4)
    chosen = covers(sizes, 3, 1 << 10)
    assert chosen
    assert not [one for one in chosen if 3 in one]
    assert covers((200, 200, 200), 2, 1 << 10) == ()


@pytest.mark.parametrize("seed", range(200))
def test_a_median_sought_among_few_is_the_median(seed: int) -> None:
    draw = np.random.default_rng(seed)
    terms = draw.normal(0, 1, draw.integers(1, 6000)) ** 3
    if seed % 3 == 0:
        terms = np.round(terms)
    infinite = int(draw.integers(0, len(terms))) if seed % 2 else 0
    terms[draw.permutation(len(terms))[:infinite]] = np.inf
    expected = float(np.median(np.sort(terms)[: len(terms) - infinite]))
    assert middle(terms, infinite) == expected


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([-1.0] * 6000, id="the median lies under all that one in 61 says"),
        pytest.param([200.0] * 6000, id="over all"),
        pytest.param([-1.0] * 3017 + [50.0] * 2983, id="the lower middle alone lies under it"),
        pytest.param([-1.0] * 3000 + [50.0] * 3000, id="one in 61 says where"),
    ],
)
def test_a_median_is_right_where_one_in_61_misleads(others: list[float]) -> None:
    terms = np.empty(6100)
    terms[::61], told = np.arange(100), iter(others)
    for place in np.flatnonzero(np.arange(6100) % 61):
        terms[place] = next(told)
    expected = float(np.median(terms))
    assert middle(terms) == expected


@pytest.mark.parametrize("leaves", [1, 2, 11, 12, 13, 23, 25, 400, 4001])
def test_medians_of_groups_are_those_of_each_group(leaves: int) -> None:
    figures = np.random.default_rng(leaves).random(leaves)
    groups = [one for one in np.array_split(figures, GROUPS) if len(one)]
    np.testing.assert_array_equal(_medians(figures), [np.median(one) for one in groups])


@pytest.mark.parametrize(
    "leaves",
    [
        pytest.param(3_000, id="few leaves of a large table, cuboid by cuboid"),
        pytest.param(70_000, id="all of them, by tensors that cover several"),
    ],
)
def test_a_large_lattice_sums_what_its_cells_hold(leaves: int) -> None:
    draw = np.random.default_rng(leaves)
    codes = draw.integers(0, 6, (70_000, 8))
    # The cell of 3 in dimension 0 holds as many leaves as are asked for.
    codes[:, 0] = np.where(np.arange(70_000) < leaves, 3, 4)
    figures = [draw.poisson(5.0, 70_000).astype(np.float64), draw.random(70_000)]
    large = Sparse(codes, (6,) * 8, 3)
    cell = int(large.places(np.array([[3, *(-1,) * 7]]))[0])
    inside = large.inside(cell)
    ((_, sums),) = large.changes([(cell, [one[inside] for one in figures])])
    some = draw.integers(0, len(large.depth), 60)
    for place, told in zip(large.codes(some), some, strict=True):
        held = ((codes == place) | (place == -1)).all(axis=1) & (codes[:, 0] == 3)
        np.testing.assert_allclose(sums[:, told], [one[held].sum() for one in figures])


def test_tables_of_the_same_sizes_share_what_no_leaf_changes() -> None:
    codes = np.stack(np.unravel_index(np.arange(24), (2, 3, 4)), axis=1)
    first, second = Dense(codes, (2, 3, 4)), Dense(codes[::-1], (2, 3, 4))
    assert first.gate(2.0, 0.5) is second.gate(2.0, 0.5)
    assert (first.gate(2.0, 0.5) != first.gate(3.0, 0.5)).all()
    with pytest.raises(ValueError, match="read-only"):
        first.depth[0] = 9


def test_large_tensors_keep_nothing_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, sizes = np.zeros((1, 3), dtype=np.int64), (2, 1, 4)
    small = Dense(codes, sizes)
    monkeypatch.setattr(lattice, "MOST_KEPT_CELLS", 0)
    large = Dense(codes, sizes)
    assert large.gate(2.0, 0.5) is not large.gate(2.0, 0.5)
    np.testing.assert_array_equal(large.gate(2.0, 0.5), small.gate(2.0, 0.5))
    np.testing.assert_array_equal(large.layer(2), small.layer(2))
    np.testing.assert_array_equal(large.penalty, small.penalty)
