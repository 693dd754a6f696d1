"""LightGBM's text: what it writes is read and scored to the bit, whatever else is refused."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.artefact.assembly import scores_of
from models.boosters.evaluation import Evaluated
from models.boosters.faults import BoosterRefused
from models.boosters.library import MANY, Native, library
from models.boosters.package import Packaged
from models.boosters.reading import read
from models.boosters.tables import LEAVES, Tables, tables_of
from models.refusal_words import in_chinese
from tests.models import artefacts

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Where comparisons, codes and conversions turn.
EDGES = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-36, -1e-36, 1e-35, 2e-35, -0.5, 0.5, 31, 32, 33.9]
EDGES += [1e9, 2.0**31, 3e9, -3e9, 1e20, 1e300]


def asked(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    rng = np.random.default_rng(1)
    edges = rng.choice(EDGES, size=(150, rows.shape[1]))
    return np.vstack([rows[:150], edges, rng.normal(size=(100, rows.shape[1])) * 3])


KINDS: dict[str, dict[str, Any]] = {
    "chances": {"objective": "binary"},
    "values": {"objective": "regression", "num_leaves": 31},
    "medians": {"objective": "quantile", "alpha": 0.5},
    "absolute errors": {"objective": "regression_l1"},
    "zeros taken for blanks": {"objective": "regression", "zero_as_missing": True},
    "blanks taken for zeros": {"objective": "binary", "use_missing": False},
    "stumps": {"objective": "binary", "num_leaves": 2},
    "nothing to split on": {"objective": "binary", "min_data_in_leaf": 500},
    "rows and columns drawn": {
        "objective": "binary",
        "bagging_fraction": 0.6,
        "bagging_freq": 1,
        "feature_fraction": 0.5,
    },
    "rising and falling": {"objective": "binary", "monotone_constraints": [1, 0, 0, -1]},
}


@pytest.mark.parametrize("parameters", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_bits_by_numpy_library_and_package(parameters: dict[str, Any], seed: int) -> None:
    known = artefacts.leads(500, seed)
    target = known.won if parameters["objective"] == "binary" else known.log_value
    text = artefacts.trained(target, known.rows, seed=seed, rounds=8, **parameters)
    booster = read(text.encode())
    rows = asked(known.rows)
    whole = lightgbm.Booster(model_str=text)
    expected = np.asarray(whole.predict(rows, raw_score=True, num_threads=1)).tobytes()
    for scores in (Evaluated(booster), Native(booster), Packaged(booster)):
        assert scores.rows(rows).tobytes() == expected
        single = [scores.row(row) for row in rows[::7]]
        assert np.array(single).tobytes() == scores.rows(rows[::7]).tobytes()
    tables = tables_of(booster)
    assert (tables is None) == (parameters.get("num_leaves", 0) > LEAVES)
    assert tables is None or tables.rows(rows).tobytes() == expected
    shares = np.asarray(whole.predict(rows, pred_contrib=True, num_threads=1)).tobytes()
    assert Native(booster).contributions(rows).tobytes() == shares
    assert Packaged(booster).contributions(rows).tobytes() == shares


@pytest.mark.parametrize("leaves", [2, 7, 15, 16, 17])
def test_many_rows_at_once_give_the_same_bits(leaves: int) -> None:
    known = artefacts.leads(3000)
    signs = list(artefacts.FEATURES.monotone)
    shape = {"num_leaves": leaves, "rounds": 30, "monotone_constraints": signs}
    native = Native(
        read(artefacts.trained(known.won, known.rows, objective="binary", **shape).encode())
    )
    rng = np.random.default_rng(5)
    rows = np.vstack([asked(known.rows), known.rows[rng.integers(0, 3000, 2 * MANY + 77)]])
    by_library = np.concatenate(
        [native.rows(rows[at : at + 1000]) for at in range(0, len(rows), 1000)]
    )
    assert native.rows(rows).tobytes() == by_library.tobytes()
    assert native.rows(np.asfortranarray(rows)).tobytes() == by_library.tobytes()


def test_tables_that_differ_from_the_library_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    native = Native(read(artefacts.win_text().encode()))
    rows = artefacts.leads().rows[np.arange(MANY) % 600]
    expected = np.tile(native.rows(rows[:600]), MANY // 600 + 1)[:MANY]
    monkeypatch.setattr(Tables, "rows", lambda _self, some: np.zeros(len(some)))
    assert native.rows(rows).tobytes() == expected.tobytes()


def test_threads_share_a_booster_and_get_the_same_bits() -> None:
    native = Native(read(artefacts.win_text().encode()))
    rows = asked(artefacts.leads().rows)
    expected = native.rows(rows).tobytes()

    def walked(_: int) -> bytes:
        return np.array([native.row(row) for row in rows]).tobytes()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(walked, range(12))) == {expected}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(np.zeros((2, 3)), id="a column missing"),
        pytest.param(np.zeros((2, 5)), id="a column too many"),
        pytest.param(np.zeros(4), id="no table"),
    ],
)
def test_rows_of_another_width_never_reach_the_library(rows: NDArray[np.float64]) -> None:
    native = Native(read(artefacts.win_text().encode()))
    with pytest.raises(ValueError, match="expected"):
        native.rows(rows)
    with pytest.raises(ValueError, match="expected"):
        native.row(np.zeros(rows.shape[-1] + (rows.ndim == 1)))


def test_without_the_fast_call_the_package_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    booster = read(artefacts.win_text().encode())
    assert isinstance(scores_of(booster), Native)
    monkeypatch.setattr("models.boosters.library._CALLS", ("LGBM_NoSuchCall",))
    library.cache_clear()
    try:
        assert isinstance(scores_of(booster), Packaged)
    finally:
        monkeypatch.undo()
        library.cache_clear()


def edited(pattern: str, by: str, text: str | None = None) -> str:
    """Change the first place and put the sizes of the trees right again."""
    changed, times = re.subn(pattern, by, text or artefacts.win_text(), count=1, flags=re.MULTILINE)
    assert times == 1
    return artefacts.resized(changed)


def refusal(data: bytes) -> BoosterRefused | None:
    try:
        read(data)
    except BoosterRefused as refused:
        return refused
    return None


WRONG = {
    "another version": (r"^version=v4$", "version=v5", "form"),
    "three classes": (r"^num_class=1$", "num_class=3", "form"),
    "an objective that we do not train": (r"^objective=.*$", "objective=poisson", "form"),
    "an unknown line in the head": (r"^(label_index=0)$", r"\1\nsecret=1", "form"),
    "a random forest": (r"^(objective=.*)$", r"\1\naverage_output", "form"),
    "a feature more than names": (r"^max_feature_idx=3$", "max_feature_idx=4", "length"),
    "a feature that does not exist": (r"^split_feature=\d+", "split_feature=77", "range"),
    "a child out of range": (r"^left_child=-?\d+", "left_child=99", "range"),
    "a leaf out of range": (r"^right_child=-?\d+", "right_child=-99", "range"),
    "a ring of nodes": (r"^left_child=\d+", "left_child=0", "tree"),
    "an infinite leaf": (r"^leaf_value=\S+", "leaf_value=inf", "form"),
    "a leaf that is no number": (r"^leaf_value=\S+", "leaf_value=nan", "form"),
    "a leaf beyond all log-odds": (r"^leaf_value=\S+", "leaf_value=5000", "range"),
    "a leaf of hexadecimal digits": (r"^leaf_value=\S+", "leaf_value=0x10", "form"),
    "a leaf missing": (r"^leaf_value=\S+ ", "leaf_value=", "length"),
    "a leaf too many": (r"^leaf_value=", "leaf_value=0.5 ", "length"),
    "another count of leaves": (r"^num_leaves=7$", "num_leaves=8", "length"),
    "a million leaves": (r"^num_leaves=7$", "num_leaves=1000000", "range"),
    "an infinite threshold where none can be": (r"^threshold=\S+", "threshold=inf", "range"),
    "a negative count": (r"^leaf_count=\d+", "leaf_count=-1", "range"),
    "counts that do not add up": (r"^internal_count=\d+ \d+", "internal_count=600 1", "count"),
    "a set of no categories": (r"^num_cat=\d+", "num_cat=0", "form"),
    "categories that nobody saw": (r"^cat_threshold=\d+", "cat_threshold=4294967295", "category"),
    "sets out of order": (r"^cat_boundaries=0 1", "cat_boundaries=0 0", "category"),
    "a linear tree": (r"^is_linear=0$", "is_linear=1", "range"),
    "a shrinkage of nothing": (r"^shrinkage=\S+$", "shrinkage=0", "range"),
    "another boosting": (r"^\[boosting: gbdt\]$", "[boosting: dart]", "form"),
    "signs that the parameters do not know": (
        r"^\[monotone_constraints: .*\]$",
        "[monotone_constraints: 0,0,0,1]",
        "form",
    ),
    "importances that do not count the splits": (r"^f0=\d+$", "f0=999", "count"),
    "text after the end": (r"(pandas_categorical:null)", r"\1\nmore", "form"),
    "Windows line ends": (r"^num_class=1$", "num_class=1\r", "form"),
}


@pytest.mark.parametrize(("pattern", "by", "what"), WRONG.values(), ids=WRONG)
def test_refused_and_told(pattern: str, by: str, what: str) -> None:
    with pytest.raises(BoosterRefused) as told:
        read(edited(pattern, by).encode())
    refused = told.value
    assert refused.what == what
    assert refused.seen in refused.message.en
    assert in_chinese(refused.expected) in refused.message.zh


def test_a_size_of_a_tree_that_is_not_its_own_is_refused() -> None:
    text = re.sub(r"^tree_sizes=(\d+)", "tree_sizes=7", artefacts.win_text(), flags=re.MULTILINE)
    with pytest.raises(BoosterRefused, match="line 13, tree 0, tree_sizes"):
        read(text.encode())


def test_a_changed_leaf_that_breaks_a_sign_is_refused_and_one_that_does_not_is_read() -> None:
    broken = 0
    for leaf in range(7):
        before = r"^leaf_value=" + r"(\S+ )" * leaf + r"\S+"
        kept = "".join(rf"\g<{place}>" for place in range(1, leaf + 1))
        refused = refusal(edited(before, rf"leaf_value={kept}9.5").encode())
        if refused is not None:
            assert refused.what == "monotone"
            broken += 1
    # Nothing forbids the highest of all leaves to be higher still.
    assert 0 < broken < 7


def signed_texts(seed: int, *, blank: float) -> dict[str, str]:
    """Give boosters of the same rows by LightGBM's two ways to keep a sign."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(400, 4))
    rows[:, 2] = 0
    rows[rng.random((400, 4)) < blank] = np.nan
    known = np.nan_to_num(rows)
    target = known[:, 0] - known[:, 1] * known[:, 3] + rng.normal(size=400)
    return {
        method: artefacts.trained(
            target,
            rows,
            objective="regression",
            num_leaves=31,
            min_data_in_leaf=5,
            learning_rate=0.3,
            rounds=10,
            monotone_constraints=[1, -1, 0, 0],
            monotone_constraints_method=method,
        )
        for method in ("basic", "intermediate")
    }


def test_lightgbm_intermediate_breaks_its_signs_where_another_cell_is_blank() -> None:
    """Found by the check: LightGBM's own prediction falls where it was told to rise."""
    refused = 0
    for seed in range(12):
        texts = signed_texts(seed, blank=0.3)
        assert refusal(texts["basic"].encode()) is None
        told = refusal(texts["intermediate"].encode())
        if told is not None:
            assert told.what == "monotone"
            refused += falls(texts["intermediate"], int(told.place.tree or 0))
    assert refused


def test_without_blanks_both_ways_of_lightgbm_keep_their_signs() -> None:
    for seed in range(6):
        texts = signed_texts(seed, blank=0.0)
        assert [refusal(text.encode()) for text in texts.values()] == [None, None]


def falls(text: str, tree: int) -> bool:
    """Whether LightGBM's prediction by one tree breaks a sign between two rows."""
    whole = lightgbm.Booster(model_str=text)
    rng = np.random.default_rng(0)
    # Thresholds are all that matters: values in between and blanks.
    rows = rng.normal(size=(6000, 4))
    rows[:, 2] = rng.integers(0, 40, 6000)
    rows[rng.random((6000, 4)) < 0.3] = np.nan
    found = False
    for feature, sign in ((0, 1), (1, -1)):
        steps = []
        for value in np.linspace(-3, 3, 25):
            rows[:, feature] = value
            steps.append(whole.predict(rows, raw_score=True, start_iteration=tree, num_iteration=1))
        found |= bool((np.diff(np.array(steps), axis=0) * sign < -1e-12).any())
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=10**6),
            st.integers(min_value=0, max_value=3),
            st.binary(max_size=6),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_mutation_raises_anything_but_our_error(changes: list[tuple[int, int, bytes]]) -> None:
    text = artefacts.win_text().encode()
    for place, gone, put in changes:
        at = place % (len(text) + 1)
        text = text[:at] + put + text[at + gone :]
    if text == artefacts.win_text().encode():
        return
    refused = refusal(text)
    if refused is None:
        # What is let through is a booster: finite scores for any row.
        rows = asked(artefacts.leads().rows)
        assert np.isfinite(Evaluated(read(text)).rows(rows)).all()
    else:
        assert refused.message.zh
        assert refused.message.en


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"tree\n\n", id="a head of one line"),
        pytest.param(b"\xff\xfe" * 100, id="no ASCII"),
        pytest.param("tree\nversion=４\n\n".encode(), id="full-width digits"),
        pytest.param(b"\n" * 10_000, id="empty lines"),
        pytest.param(b"=" * 10_000, id="signs of equality"),
    ],
)
def test_what_is_no_text_of_a_booster_is_refused(data: bytes) -> None:
    with pytest.raises(BoosterRefused):
        read(data)
