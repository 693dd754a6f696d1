"""When a stage fell: histories of one truth each, and tables of deals that are refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.rca import CaseRefused
from models.rca.deal_table import read_deals
from models.rca.deals import read
from models.rca.detect import TooShort, detect, flow
from models.rca.settled import Settled

if TYPE_CHECKING:
    from models.rca.cusum import Flow

DAYS, FALL_DAY = 200, 160
A_YEAR = 0.5


def history(to: float, *, days: int = DAYS, lag: int = 0, cut: int = 0) -> Flow:
    """Give 60 deals a day that convert by 52 % after `lag` days; by `to` from FALL_DAY on."""
    draw = np.random.default_rng(11)
    entered = np.repeat(np.arange(days), 60)
    rate = np.where(entered >= FALL_DAY, to, 0.52)
    converted = entered + draw.integers(0, lag + 1, len(entered))
    is_won = (draw.random(len(entered)) < rate) & (converted < days - cut)
    return flow(entered, np.where(is_won, converted, -1), days, 0)


@pytest.mark.parametrize(
    ("to", "fell"),
    [
        pytest.param(0.35, True, id="52 to 35 %: an alarm"),
        pytest.param(0.52, False, id="52 to 52 %: none"),
        pytest.param(0.70, False, id="a rise: none"),
    ],
)
def test_a_fall_alarms(to: float, *, fell: bool) -> None:
    seen = detect(history(to), A_YEAR)
    assert (seen.alarm is not None) == fell
    if seen.alarm is not None and seen.interval is not None:
        low, high = seen.interval
        assert FALL_DAY <= seen.alarm <= FALL_DAY + 4
        assert low <= FALL_DAY <= high
        assert seen.observed < seen.expected


@pytest.mark.parametrize(
    ("demos", "every"),
    [
        pytest.param(4000, 1, id="thousands a day: quiet days say so much that no alarm is false"),
        pytest.param(
            40, 60, id="conversions on one day in sixty: hardly anything is told by a day"
        ),
    ],
)
def test_a_threshold_is_found_however_much_a_day_tells(demos: int, every: int) -> None:
    days = np.arange(DAYS)
    entered = np.repeat(days[days % every == 0], demos)
    converted = np.where(np.arange(len(entered)) % 2 == 0, entered, -1)
    seen = detect(flow(entered, converted, DAYS, 0), A_YEAR)
    assert 0 < seen.threshold < 30


def test_deals_that_have_not_had_their_time_are_no_fall() -> None:
    assert detect(history(0.52, lag=20), A_YEAR).alarm is None


@pytest.mark.parametrize(
    ("rate", "delay", "later"),
    [
        pytest.param(0.35, 0, 0.0, id="fewer convert: neither later nor sooner"),
        pytest.param(0.52, 5, 5.0, id="all convert five days later: later by five"),
    ],
)
def test_a_delay_is_told_from_a_fall(rate: float, delay: int, later: float) -> None:
    draw = np.random.default_rng(13)
    entered = np.repeat(np.arange(DAYS), 150)
    converted = entered + draw.integers(0, 15, len(entered))
    is_late = converted >= FALL_DAY
    is_won = draw.random(len(entered)) < np.where(is_late, rate, 0.52)
    converted = np.where(is_late, converted + delay, converted)
    is_won &= converted < DAYS
    seen = detect(flow(entered, np.where(is_won, converted, -1), DAYS, 0), A_YEAR)
    assert seen.alarm is not None
    assert seen.later == pytest.approx(later, abs=0.3)
    assert (seen.later_z > 3) == (delay > 0)


#: The first fall; the day that people closed it on; the day of what came after.
FIRST, CLOSED, SECOND = 150, 156, 180


@pytest.mark.parametrize(
    ("rates", "since"),
    [
        pytest.param((0.35, 0.35, 0.35), None, id="it goes on as it was closed: nothing new"),
        pytest.param((0.35, 0.52, 0.52), None, id="it recovered: nothing new"),
        pytest.param((0.35, 0.52, 0.35), SECOND, id="it recovered and fell again"),
        pytest.param((0.35, 0.35, 0.12), SECOND, id="it went on, and fell further"),
        pytest.param((0.52, 0.52, 0.35), SECOND, id="closed as a false alarm, and fell then"),
    ],
)
def test_a_fall_after_one_that_people_have_closed(
    rates: tuple[float, float, float], since: int | None
) -> None:
    draw = np.random.default_rng(17)
    entered = np.repeat(np.arange(DAYS), 60)
    rate = np.select(
        [entered < FIRST, entered <= CLOSED, entered < SECOND], [0.52, *rates[:2]], rates[2]
    )
    converted = np.where(draw.random(len(entered)) < rate, entered, -1)
    closed = Settled(onset=FIRST, until=CLOSED)
    seen = detect(flow(entered, converted, DAYS, 0), A_YEAR, closed)
    assert (seen.alarm is not None) == (since is not None)
    if seen.alarm is not None and seen.interval is not None:
        assert SECOND <= seen.alarm <= SECOND + 6
        assert seen.interval[0] <= SECOND <= seen.interval[1]


def test_nothing_is_new_on_the_day_of_the_closing() -> None:
    closed = Settled(onset=FALL_DAY, until=DAYS - 1)
    assert detect(history(0.35), A_YEAR, closed).alarm is None


def test_fewer_false_alarms_take_more_evidence() -> None:
    seldom, often = (detect(history(0.52), each).threshold for each in (0.1, 4.0))
    assert seldom > often


def test_a_short_history_is_told() -> None:
    with pytest.raises(TooShort):
        detect(history(0.52, days=90), A_YEAR)


@pytest.mark.parametrize(
    ("own", "is_short"),
    [
        pytest.param(30, True, id="a month of its own before the watched days is too little"),
        pytest.param(56, False, id="eight weeks of its own are enough"),
    ],
)
def test_a_stage_that_began_late_has_no_history_before_it(own: int, *, is_short: bool) -> None:
    rows = 60 + own
    entered = np.repeat(np.arange(DAYS - rows, DAYS), 60)
    is_won = np.random.default_rng(11).random(len(entered)) < 0.52
    seen = flow(entered, np.where(is_won, entered, -1), DAYS, 0)
    if is_short:
        with pytest.raises(TooShort) as told:
            detect(seen, A_YEAR)
        assert told.value.days == own
        return
    # The same as by the stage's own table, in which no empty days come before it.
    own_days = flow(entered - entered[0], np.where(is_won, entered - entered[0], -1), rows, 4)
    late, alone = detect(seen, A_YEAR), detect(own_days, A_YEAR)
    assert (late.threshold, late.observed) == (alone.threshold, alone.observed)


def test_a_flow_counts_deals_at_risk_by_age() -> None:
    seen = flow(np.array([0, 0, 1]), np.array([1, -1, 1]), 3, 0)
    assert seen.at_risk[:, :3].tolist() == [[2, 0, 0], [1, 2, 0], [0, 0, 1]]
    assert seen.converted[:, :3].tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("demo,2026-01-99,", "entered", id="no date"),
        pytest.param("demo,,", "entered", id="never entered"),
        pytest.param("demo,2026-01-05,2026-01-04", "converted", id="converted before it entered"),
        pytest.param("demo,2026-01-05,soon", "converted", id="converted on no date"),
        pytest.param(",2026-01-05,", "stage", id="no stage"),
        pytest.param("demo,2026-01-05", "", id="a cell too few"),
    ],
)
def test_a_deal_with_a_mistake_is_refused_with_its_line(row: str, column: str) -> None:
    with pytest.raises(CaseRefused) as refused:
        read(f"stage,entered,converted\n{row}\n".encode())
    first = refused.value.problems[0]
    assert (first.line, first.column) == (2, column)


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        pytest.param("d1,demo,2026/1/8 9:05,2026年1月9日", None, id="days of a spreadsheet"),
        pytest.param("d1,demo,2026-01-08,\nd1,sign,2026-01-08,", None, id="an id in two stages"),
        pytest.param("d1,demo,2026-01-08,\nd1,demo,2026-01-09,", "id d1", id="an id twice"),
        pytest.param("d1,demo,2026-01-31,", None, id="of the very day"),
        pytest.param("d1,demo,2026-02-01,", "entered 2026-02-01", id="a day to come"),
        pytest.param("d1,demo,2026-01-08T23:00Z,", "entered 2026-01-08T23:00Z", id="of a zone"),
        pytest.param("d1,demo,1910-01-08,\nd2,demo,2026-01-08,", "entered 1910-01-08 … 2026-01-08",
                     id="more days than there are"),
    ],
)  # fmt: skip
def test_both_readers_take_and_refuse_the_same_deals(rows: str, seen: str | None) -> None:
    table = f"id,stage,entered,converted\n{rows}\n".encode()
    for reader in (read, read_deals):
        told = None
        try:
            reader(table, until=date(2026, 1, 31))
        except CaseRefused as refused:
            (one,) = refused.problems
            told = f"{one.column} {one.seen}"
        assert told == seen, reader


@pytest.mark.parametrize("table", ["", "stage,entered\n", "stage,entered,converted\n"])
def test_a_table_without_deals_is_refused(table: str) -> None:
    with pytest.raises(CaseRefused):
        read(table.encode())


def test_stages_share_the_first_day() -> None:
    start = date(2026, 1, 5)
    rows = [f"demo,{start},{start + timedelta(1)}", f"sign,{start + timedelta(2)},"]
    demo, sign = read("\n".join(["stage,entered,converted", *rows]).encode())
    assert (demo.first_day, sign.first_day, demo.flow.weekday) == (start, start, 0)
    assert (demo.flow.converted[1, 1], sign.flow.at_risk[2, 0]) == (1, 1)


def test_the_order_of_rows_does_not_matter() -> None:
    start = date(2026, 1, 5)
    rows = [f"demo,{start + timedelta(day)},{start + timedelta(day + 2)}" for day in range(9)]
    one, other = (
        read("\n".join(["stage,entered,converted", *each]).encode())[0]
        for each in (rows, rows[::-1])
    )
    assert one.first_day == other.first_day
    assert (one.flow.converted == other.flow.converted).all()


def test_a_stage_renamed_in_mid_history_is_told_as_too_short() -> None:
    start = date(2026, 1, 5)
    rows = []
    for day in range(DAYS):
        entered = start + timedelta(day)
        name = "demo" if day < FALL_DAY else "trial"
        rows += [f"{name},{entered},{entered}", f"{name},{entered},"] * 5
    demo, trial = read("\n".join(["stage,entered,converted", *rows]).encode())
    assert demo.flow.at_risk[FALL_DAY:, 0].sum() == 0
    with pytest.raises(TooShort):
        detect(trial.flow, A_YEAR)
