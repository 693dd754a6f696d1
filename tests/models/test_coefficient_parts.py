"""The parts of an artefact that are JSON: what was written reads again, all else is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.coefficient import calibration, logistic, offset, value
from models.coefficient.features import Feature, FeatureContract, FeatureKind, FeaturesRefused

if TYPE_CHECKING:
    from collections.abc import Callable

FEATURES = FeatureContract(
    features=(
        Feature(name="size", kind=FeatureKind.NUMBER, monotone=1),
        Feature(name="source", kind=FeatureKind.CATEGORY, categories=("", "web", "展会")),
    )
)
LOGISTIC = logistic.Logistic(
    intercept=-1.0,
    terms=(
        logistic.NumberTerm(centre=2.0, scale=4.0, weight=0.5, if_blank=0.1),
        logistic.CategoryTerm(weights=(0.0, 0.1, 0.2, 0.3)),
    ),
)
OFFSET = offset.Offset(version=3, value=-0.2, as_of=1.7e9, outcomes=900)
CALIBRATION = calibration.Calibration(slope=0.9, shift=0.1)
RESIDUALS = value.residuals(np.linspace(-2, 2, 101))
READERS: dict[str, tuple[str, Callable[[str], Any], Any]] = {
    "features": (FEATURES.to_json(), FeatureContract.from_json, FEATURES),
    "logistic": (LOGISTIC.to_json(), lambda text: logistic.from_json(text, FEATURES), LOGISTIC),
    "offset": (OFFSET.to_json(), offset.from_json, OFFSET),
    "calibration": (CALIBRATION.to_json(), calibration.from_json, CALIBRATION),
}


@pytest.mark.parametrize("name", READERS)
def test_what_was_written_reads_again(name: str) -> None:
    text, reader, whole = READERS[name]
    assert reader(text) == whole
    assert reader(text) is not whole


def test_residuals_read_again() -> None:
    again = value.from_json(RESIDUALS.to_json())
    assert np.array_equal(again.points, RESIDUALS.points)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"format": "features/v2"}', "[" * 9999])
def test_what_is_something_else_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        READERS[name][1](text)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("offset", {"value": 9.0}, id="an offset beyond its limit"),
        pytest.param("offset", {"value": None}, id="an offset of nothing"),
        pytest.param("offset", {"version": -1}, id="a version below 0"),
        pytest.param("offset", {"more": 1}, id="a key too many"),
        pytest.param("calibration", {"slope": -1.0}, id="a calibration that turns round"),
        pytest.param("calibration", {"shift": float("nan")}, id="a shift of NaN"),
        pytest.param("logistic", {"intercept": float("inf")}, id="an infinite intercept"),
        pytest.param("logistic", {"terms": []}, id="a model for other features"),
        pytest.param("features", {"features": []}, id="no features"),
        pytest.param("features", {"format": "features/v9"}, id="another format"),
    ],
)
def test_an_edited_text_is_refused(name: str, change: dict[str, Any]) -> None:
    text, reader, _ = READERS[name]
    with pytest.raises(ValueError, match=r"."):
        reader(json.dumps({**json.loads(text), **change}))


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([0.0] * 3, id="too few"),
        pytest.param([1.0, 0.0] * 50, id="not ascending"),
        pytest.param([float("nan")] * 100, id="NaN"),
    ],
)
def test_residuals_that_are_none_are_refused(points: list[float]) -> None:
    with pytest.raises(value.ResidualsRefused):
        value.from_json(json.dumps({"format": value.FORMAT, "points": points}))


@pytest.mark.parametrize(
    ("values", "row"),
    [
        pytest.param({"size": 3.0, "source": "web"}, [3.0, 2.0], id="as it was learnt"),
        pytest.param({"size": None, "source": None}, [np.nan, 1.0], id="blank cells"),
        pytest.param({"size": np.inf, "source": "抖音"}, [np.nan, 0.0], id="an unseen word"),
    ],
)
def test_rows_of_leads(values: dict[str, Any], row: list[float]) -> None:
    assert np.array_equal(FEATURES.row(values), row, equal_nan=True)
    columns: dict[str, Any] = {
        "size": np.array([values["size"] or np.nan]),
        "source": [values["source"] or ""],
    }
    assert np.array_equal(FEATURES.matrix(columns)[0], row, equal_nan=True)


@pytest.mark.parametrize("values", [{"size": 3.0}, {"size": "3", "source": "web"}])
def test_a_row_that_lacks_a_feature_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(FeaturesRefused):
        FEATURES.row(values)


def test_log_odds_are_sums() -> None:
    rows = np.array([[6.0, 2.0], [np.nan, 0.0]])
    assert LOGISTIC.log_odds(rows) == pytest.approx([-1 + 0.5 + 0.2, -1 + 0.1])


def test_an_offset_takes_labels_by_when_they_were_known() -> None:
    outcomes = offset.Outcomes(
        log_odds=np.zeros(200), won=np.ones(200, bool), known_at=np.repeat([1.0, 9.0], 100)
    )
    early = offset.updated(offset.START, outcomes, at=5.0)
    assert (early.version, early.outcomes) == (1, 100)
    assert offset.updated(early, outcomes, at=1.0).value == 0.0
    assert 0 < early.value <= offset.MOST
    assert offset.updated(early, outcomes, at=10.0).outcomes == 200


def test_the_share_below_rises_with_the_value() -> None:
    shares = RESIDUALS.below(np.linspace(-3, 3, 50))
    assert np.all(np.diff(shares) >= 0)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert RESIDUALS.below(np.array([RESIDUALS.at(0.9)]))[0] == pytest.approx(0.9, abs=0.01)
