"""Snapshots: the same rows are the same data; leads as of their assignment know nothing later."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from training.contract.contract_file import read
from training.features import leads_of
from training.history import Asked, Closed, history
from training.leakage import future_moves
from training.snapshot import SnapshotRefused, difference, rows_of, snapshot

DAY = 86_400.0
TEXT = """countermark: contract/v1
id: orders
horizon_days: 30
history: true
fields:
  order: {column: o, kind: category, role: order_id}
  won: {column: w, kind: flag, role: label, won: ["1"], lost: ["0"], open: [""]}
  customer: {column: c, kind: category, role: customer}
  assigned: {column: a, kind: time, role: assigned_at}
  closed: {column: z, kind: time, role: closed_at}
  amount: {column: v, kind: money, role: value}
  source: {column: s, kind: category, role: segment, known_at: assignment}
"""
CONTRACT = read(TEXT)
START = 20_000 * DAY


def record(order: str, **told: Any) -> dict[str, float | str]:
    """Days in `assigned` and `closed` count from the start."""
    base = {"won": 1.0, "customer": "c", "assigned": 0.0, "closed": 5.0, "amount": 100.0}
    found = {"order": order, "source": "web", **base, **told}
    for name in ("assigned", "closed"):
        found[name] = START + found[name] * DAY
    return found


def test_the_order_of_rows_changes_nothing() -> None:
    rows = [record("b"), record("a", amount=np.nan), record("c")]
    one, other = snapshot(rows, CONTRACT), snapshot(rows[::-1], CONTRACT)
    assert one.sha256 == other.sha256
    assert one.packed() == other.packed()
    assert len(rows_of(one.packed())) == 3


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([record("a", amount=101.0)], id="a cell"),
        pytest.param([record("a"), record("b")], id="a row"),
    ],
)
def test_another_content_is_other_data(rows: list[dict[str, float | str]]) -> None:
    assert snapshot(rows, CONTRACT).sha256 != snapshot([record("a")], CONTRACT).sha256


def test_another_contract_is_other_data() -> None:
    other = read(TEXT.replace("horizon_days: 30", "horizon_days: 60"))
    assert snapshot([record("a")], CONTRACT).sha256 != snapshot([record("a")], other).sha256


def test_what_an_import_would_change() -> None:
    before = rows_of(snapshot([record(name) for name in "abc"], CONTRACT).packed())
    after = rows_of(snapshot([record("a"), record("b", won=0.0), record("d")], CONTRACT).packed())
    told = difference(before, after)
    assert (told.added, told.changed, told.gone, told.same) == (1, 1, 1, 1)
    assert told.examples == {"added": ("d",), "changed": ("b",), "gone": ("c",)}


@pytest.mark.parametrize("data", [b"", b"no gzip", b"\x1f\x8b\x08\x00"])
def test_what_is_no_snapshot_is_refused(data: bytes) -> None:
    with pytest.raises(SnapshotRefused):
        rows_of(data)


@pytest.mark.parametrize(
    ("told", "counts", "won"),
    [
        pytest.param({}, True, True, id="won in time"),
        pytest.param({"closed": 31.0}, True, False, id="won after the horizon is lost"),
        pytest.param({"won": 0.0}, True, False, id="lost"),
        pytest.param({"won": np.nan, "closed": np.nan}, True, False, id="open past the horizon"),
        pytest.param({"assigned": 80.0, "closed": 82.0}, False, True,
                     id="won early, before the others of its day can have ended"),
        pytest.param({"assigned": 80.0, "won": np.nan, "closed": np.nan}, False, False, id="open"),
    ],
)  # fmt: skip
def test_leads_count_once_their_horizon_has_passed(
    told: dict[str, float],
    counts: bool,  # noqa: FBT001
    won: bool,  # noqa: FBT001
) -> None:
    found = leads_of(snapshot([record("a", **told)], CONTRACT), at=START + 100 * DAY)
    assert found.count == counts
    assert list(found.won) == [won] * counts


def test_history_sees_only_orders_closed_before() -> None:
    closed = Closed(
        customer=np.array([1, 1, 2, 1]),
        segment=np.array([0, 1, 0, 0]),
        closed_at=START + DAY * np.array([1.0, 5.0, 2.0, 9.0]),
        value=np.array([100.0, 400.0, 700.0, 900.0]),
    )
    asked = Asked(
        customer=np.array([1, 1, 1, 2, 3]),
        segment=np.zeros(5, dtype=np.int64),
        assigned_at=START + DAY * np.array([1, 5, 6, 6, 6.0]),
    )
    found = history(asked, closed)
    assert list(found["history_orders_here"]) == [0, 1, 1, 1, 0]
    assert np.allclose(np.exp(found["history_mean_here"]), [np.nan, 100, 100, 700, np.nan],
                       equal_nan=True)  # fmt: skip
    assert list(found["history_orders"]) == [0, 1, 2, 1, 0]
    assert np.allclose(np.exp(found["history_value_1"]), [np.nan, 100, 400, 700, np.nan],
                       equal_nan=True)  # fmt: skip
    assert np.allclose(found["history_days_1"], [np.nan, 4, 1, 4, np.nan], equal_nan=True)


def many() -> list[dict[str, float | str]]:
    rng = np.random.default_rng(3)
    return [
        record(
            f"o{place}",
            customer=f"c{place % 30}",
            assigned=float(start),
            closed=float(start + rng.integers(1, 40)),
            amount=float(rng.integers(100, 900)),
            won=float(rng.integers(0, 2)),
            source=str(rng.choice(["web", "ad"])),
        )
        for place, start in enumerate(rng.uniform(0, 200, 300))
    ]


def test_a_changed_future_moves_nothing_earlier() -> None:
    assert future_moves(snapshot(many(), CONTRACT), at=START + 300 * DAY) == ()


def test_a_feature_that_looks_ahead_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def ahead(asked: Asked, closed: Closed) -> Any:
        return history(replace(asked, assigned_at=asked.assigned_at + 60 * DAY), closed)

    monkeypatch.setattr("training.features.history", ahead)
    moves = future_moves(snapshot(many(), CONTRACT), at=START + 300 * DAY)
    assert "history_value_1" in moves
    assert "source" not in moves
