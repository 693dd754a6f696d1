"""Where a funnel fell: small tables with one truth each, and tables that are refused."""

from __future__ import annotations

import numpy as np
import pytest

from models.rca import Answer, CaseRefused, FunnelCase, localise, read
from models.rca.lattice import Dense, Sparse

HEADER = "region,channel,n_hist,k_hist,n_cur,k_cur\n"


def case(fallen: str, *, deals: int = 500, mix: float = 1.0, dimensions: int = 3) -> FunnelCase:
    """Give a table of 4 values a dimension at 52 %; `fallen` went to 35 %, a=0's share by `mix`."""
    draw = np.random.default_rng(7)
    names = "abc"[:dimensions]
    lines = [",".join(names) + ",n_hist,k_hist,n_cur,k_cur"]
    for codes in np.ndindex(*(4,) * dimensions):
        leaf = [f"{name}{code}" for name, code in zip(names, codes, strict=True)]
        # Rates differ by a, so that a change of mix moves the total.
        usual = 0.62 if codes[0] == 0 else 0.52
        wanted = fallen.split("&") if fallen else []
        rate = 0.35 if fallen == "*" or (wanted and set(wanted) <= set(leaf)) else usual
        now = int(deals * (mix if codes[0] == 0 else 1))
        before = 12 * deals
        counts = before, draw.binomial(before, usual), now, draw.binomial(now, rate)
        lines.append(",".join([*leaf, *map(str, counts)]))
    return read("\n".join(lines).encode())


def cells(answer: Answer) -> set[str]:
    return {"&".join(value for _, value in one.cell) for one in answer.causes}


@pytest.mark.parametrize(
    ("fallen", "scope"),
    [
        pytest.param("a1", "cells", id="one value fell: that cell"),
        pytest.param("a1&b2", "cells", id="two values together fell: the pair, neither alone"),
        pytest.param("a1&b2&c3", "cells", id="a single leaf fell: that leaf"),
        pytest.param("*", "all", id="everything fell: all, no cell beside it"),
        pytest.param("", "none", id="nothing fell: none"),
    ],
)
def test_the_cell_that_fell_is_named(fallen: str, scope: str) -> None:
    answer = localise(case(fallen))
    assert answer.scope == scope
    assert cells(answer) == ({fallen.replace("*", "")} if fallen else set())


@pytest.mark.parametrize("mix", [0.3, 3.0])
def test_a_change_of_mix_explains_itself(mix: float) -> None:
    answer = localise(case("", mix=mix))
    assert answer.scope == "none"
    assert abs(answer.change.mix) > 5 * abs(answer.change.rate)


def test_mix_and_rate_add_up() -> None:
    change = localise(case("a1", mix=2.0)).change
    assert change.mix + change.rate == pytest.approx(change.now - change.before)


def test_the_interval_covers_the_deals_that_are_missing() -> None:
    (cause,) = localise(case("a1")).causes
    low, high = cause.interval
    assert low < 16 * 500 * (0.52 - 0.35) < high
    assert cause.shortfall == cause.expected - cause.observed


def test_too_few_deals_say_how_many_it_takes() -> None:
    answer = localise(case("a1", deals=1))
    assert answer.scope == "none"
    assert answer.needed is not None
    assert answer.needed > 64


def test_a_dimension_of_one_value_is_no_cause() -> None:
    lines = ["product,a,n_hist,k_hist,n_cur,k_cur"]
    lines += [f"only,a{a},6000,3120,500,175" for a in range(8)]
    assert localise(read("\n".join(lines).encode())).scope == "all"


def test_cells_of_the_same_deals_are_one_answer() -> None:
    lines = ["a,twin,b,n_hist,k_hist,n_cur,k_cur"]
    for a, b in np.ndindex(6, 6):
        lines.append(f"a{a},t{a},b{b},6000,3120,500,{175 if a == 1 else 260}")
    (cause,) = localise(read("\n".join(lines).encode())).causes
    named = {cause.cell, *cause.tie}
    assert {(("a", "a1"),), (("twin", "t1"),), (("a", "a1"), ("twin", "t1"))} <= named


@pytest.mark.parametrize(
    ("dimensions", "fallen"),
    [
        pytest.param(1, "a1", id="one dimension"),
        pytest.param(3, "a1", id="three dimensions"),
    ],
)
def test_few_dimensions_do(dimensions: int, fallen: str) -> None:
    assert cells(localise(case(fallen, deals=5000, dimensions=dimensions))) == {fallen}


@pytest.mark.parametrize(
    ("values", "fell"),
    [(5, 2), (8, 3), (12, 5), (2, 1), (4, 2), (6, 3), (10, 5)],
)
def test_values_that_fell_are_no_spread(values: int, fell: int) -> None:
    """Half of few cells fell, or nearly: about what all did, each seems to go its own way."""
    rows = [
        f"r{one},c{other},2000,1000,400,{100 if one < fell else 200}"
        for one in range(values)
        for other in range(3)
    ]
    answer = localise(read((HEADER + "\n".join(rows)).encode()))
    assert cells(answer) == {f"r{one}" for one in range(fell)}


def test_forty_dimensions_do() -> None:
    draw = np.random.default_rng(3)
    names = [f"d{place}" for place in range(40)]
    leaves = np.unique(draw.integers(0, 3, (400, 40)), axis=0)
    lines = [",".join([*names, "n_hist", "k_hist", "n_cur", "k_cur"])]
    for leaf in leaves:
        won = draw.binomial(100, 0.2 if leaf[5] == 1 else 0.5)
        lines.append(",".join([*(f"v{code}" for code in leaf), f"1200,600,100,{won}"]))
    answer = localise(read("\n".join(lines).encode()))
    assert (("d5", "v1"),) in [one.cell for one in answer.causes]


def test_dense_and_sparse_lattices_hold_the_same_sums() -> None:
    draw = np.random.default_rng(5)
    codes = np.stack(np.unravel_index(np.arange(24), (2, 3, 4)), axis=1)
    leaves = draw.random((2, 24))
    tables = []
    for one in (Dense(codes, (2, 3, 4)), Sparse(codes, (2, 3, 4), 3)):
        cells = np.arange(len(one.depth))
        sums = np.round(one.sums(list(leaves), np.empty((2, len(cells)))).T, 9)
        tables.append({tuple(c): tuple(s) for c, s in zip(one.codes(cells), sums, strict=True)})
    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("table", "line", "seen"),
    [
        pytest.param("", 1, "", id="an empty file"),
        pytest.param(HEADER, 1, HEADER.strip().replace(",", ", "), id="a header alone"),
        pytest.param(HEADER + "a,b,10,5,0,0\n", 1, "0", id="a window without deals"),
        pytest.param(HEADER + "a,b,10,5,8,9\n", 2, "9", id="more converted than entered"),
        pytest.param(HEADER + "a,b,10,5,8,x\n", 2, "x", id="no number"),
        pytest.param(HEADER + "a,b,10,5,8,-1\n", 2, "-1", id="a negative number"),
        pytest.param(HEADER + "a,,10,5,8,4\n", 2, "", id="a missing value of a dimension"),
        pytest.param(HEADER + "a,b,10,5,8\n", 2, "5", id="a cell too few"),
        pytest.param(HEADER + "a,b,1,1,1,1\na,b,1,1,1,1\n", 3, "a, b", id="a leaf twice"),
        pytest.param("n_hist,k_hist,n_cur,k_cur\n1,1,1,1\n", 1, "0", id="no dimension"),
        pytest.param(
            "a,n_hist,k_hist,n_cur,k_cur,n_0\nx,1,1,1,1,1\n", 1, "n_0", id="a window of no number"
        ),
        pytest.param(
            "a,N_hist,n_hist,k_hist,n_cur,k_cur\nx,1,1,1,1,1\n", 1, "N_hist", id="in capitals"
        ),
        pytest.param(
            HEADER + "a,b,10,5,8,4\na,c,10,4,8,2\n合计,合计,20,9,16,6\n",
            4,
            "合计, 合计",
            id="the last row is the sum of all",
        ),
        pytest.param(
            HEADER + "a,b,10,5,8,4\na,c,10,4,8,2\na,Subtotal,20,9,16,6\nd,b,9,5,8,4\n",
            4,
            "a, Subtotal",
            id="a row is the sum of those before",
        ),
        pytest.param(
            HEADER.replace("k_cur", "won") + "a,b,1,1,1,1\n",
            1,
            "region, channel, n_hist, k_hist, n_cur, won",
            id="a renamed column",
        ),
        pytest.param(
            "a,n_hist,k_hist,n_cur,k_cur,n_1\nx,1,1,1,1,1\n",
            1,
            "a, n_hist, k_hist, n_cur, k_cur, n_1",
            id="a window of history without its conversions",
        ),
    ],
)
def test_a_table_with_a_mistake_is_refused_with_its_line(table: str, line: int, seen: str) -> None:
    with pytest.raises(CaseRefused) as refused:
        read(table.encode())
    first = refused.value.problems[0]
    assert (first.line, first.seen) == (line, seen)


def test_a_leaf_may_be_called_total() -> None:
    table = read((HEADER + "a,b,10,5,8,4\na,c,10,4,8,2\nTotal,b,20,9,16,5\n").encode())
    assert table.sizes == (2, 2)


@pytest.mark.parametrize("entered", ["NaN", "-10", "9" * 30])
def test_what_follows_from_a_mistake_is_not_told_as_another(entered: str) -> None:
    with pytest.raises(CaseRefused) as refused:
        read(f"{HEADER}a,b,{entered},5,8,4\n".encode())
    assert [one.column for one in refused.value.problems] == ["n_hist"]


def test_gb18030_is_read() -> None:
    table = read("大区,n_hist,k_hist,n_cur,k_cur\n华东,10,5,8,4\n".encode("gb18030"))
    assert table.dimensions == ("大区",)
    assert table.values == (("华东",),)


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        pytest.param((0.30, 0.36, 0.20, 0.38), {"a1"}, id="all parts fell, unevenly: the cell"),
        pytest.param((0.30, 0.52, 0.30, 0.52), {"a1&b0", "a1&b2"}, id="two of four: those two"),
    ],
)
def test_a_fall_that_is_uneven_in_its_cell_is_one_cause(
    rates: tuple[float, ...], told: set[str]
) -> None:
    draw = np.random.default_rng(11)
    lines = ["a,b,c,n_hist,k_hist,n_cur,k_cur"]
    for a, b, c in np.ndindex(4, 4, 4):
        won = draw.binomial(5000, rates[b] if a == 1 else 0.52)
        before = draw.binomial(60000, 0.52)
        lines.append(f"a{a},b{b},c{c},60000,{before},5000,{won}")
    assert cells(localise(read("\n".join(lines).encode()))) == told


@pytest.mark.parametrize(
    ("fallen", "told"),
    [
        pytest.param((1, 2, 3), {"a1", "b2", "c3"}, id="a value of each fell: these, not none"),
        pytest.param((), {""}, id="all fell: all"),
    ],
)
def test_a_fall_of_all_does_not_hide_cells(fallen: tuple[int, ...], told: set[str]) -> None:
    draw = np.random.default_rng(0)
    lines = ["a,b,c,n_hist,k_hist,n_cur,k_cur"]
    for codes in np.ndindex(5, 5, 5):
        times = sum(own == code for own, code in zip(codes, fallen, strict=True)) if fallen else 1
        won = draw.binomial(20, 1 / (1 + np.exp(times - 0.1)))
        lines.append("a{},b{},c{},".format(*codes) + f"400,{draw.binomial(400, 0.525)},20,{won}")
    assert cells(localise(read("\n".join(lines).encode()))) == told
