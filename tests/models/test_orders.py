"""Orders to coefficients: deals, origins of a running log, floors by earlier periods, reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from models.artefact.opening import open_artefact
from models.coefficient import shipped_card
from models.coefficient.deals import OrderLine
from models.coefficient.floors import ScopeUnknown, limits_of, period_start
from models.coefficient.orders import Models, Order, Tariff, coefficients
from models.coefficient.payment import Inputs, from_json
from models.origin import Event, EventKind, Origin, OriginPolicy
from tests.models import artefacts

CARD = shipped_card()
Q1, Q2 = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def line(order: str, customer: str, closed: datetime, value: int) -> OrderLine:
    return OrderLine(
        id=order,
        customer=customer,
        closed_at=closed,
        value=value,
        commission=0,
        assigned_at=closed - timedelta(days=30),
    )


def many(count: int, closed: datetime, value: int, prefix: str = "h") -> list[Order]:
    return [
        Order(line=line(f"{prefix}{place}", f"{prefix}{place}", closed, value))
        for place in range(count)
    ]


def contacts(customer: str, before: datetime, days: int) -> list[Event]:
    found = []
    for day in range(days):
        at = before - timedelta(days=days - day)
        for kind, answers in (
            (EventKind.OUTREACH, None),
            (EventKind.RESPONSE, f"{customer}{day}o"),
        ):
            name = f"{customer}{day}{kind[0]}"
            found.append(
                Event(
                    id=name,
                    kind=kind,
                    customer=customer,
                    at=at,
                    known_at=at,
                    by_system=True,
                    answers=answers,
                )
            )
    return found


@pytest.fixture(scope="module")
def models() -> Models:
    opened = open_artefact(artefacts.artefact(), trusted=artefacts.TRUSTED)
    return Models(win=opened.win, value=opened.value, segments=opened.segments)


@pytest.mark.parametrize(
    ("before", "value", "paid"),
    [
        pytest.param(40, 300, 1.3, id="three times the mean of the quarter before pays the floor"),
        pytest.param(40, 299, 1.0, id="a little less does not"),
        pytest.param(29, 900, 1.0, id="29 deals are no basis"),
        pytest.param(0, 900, 1.0, id="without a history nothing qualifies"),
    ],
)
def test_the_floor_is_measured_by_what_closed_before(before: int, value: int, paid: float) -> None:
    orders = [*many(before, Q1, 100), Order(line=line("x", "x", Q2, value))]
    found = coefficients(orders, [], Tariff(card=CARD))
    assert (found[-1].order, found[-1].coefficient, found[-1].fallback) == ("x", paid, True)


def test_the_orders_of_a_period_do_not_move_its_own_limit() -> None:
    quiet = [*many(40, Q1, 100), Order(line=line("x", "x", Q2, 300))]
    busy = [*quiet, *many(40, Q2, 90_000, prefix="b")]
    assert coefficients(quiet, [], Tariff(card=CARD))[40].coefficient == 1.3
    assert coefficients(busy, [], Tariff(card=CARD))[40].coefficient == 1.3


def test_what_closed_before_the_window_is_no_basis() -> None:
    old = many(40, datetime(2025, 7, 1, tzinfo=UTC), 100)
    orders = {(o.line.customer, 0): o for o in old}
    assert len(orders) == 40
    found = coefficients([*old, Order(line=line("x", "x", Q2, 900))], [], Tariff(card=CARD))
    assert found[-1].coefficient == 1.0


def test_every_order_of_a_deal_is_paid_alike_however_it_is_split() -> None:
    whole = [*many(40, Q1, 100), Order(line=line("x", "x", Q2, 300))]
    parts = [Order(line=line(f"x{n}", "x", Q2 + timedelta(days=n), 100)) for n in range(3)]
    split = coefficients([*many(40, Q1, 100), *parts], [], Tariff(card=CARD))
    assert {one.coefficient for one in split[-3:]} == {
        coefficients(whole, [], Tariff(card=CARD))[-1].coefficient
    }


def test_a_log_that_goes_on_after_the_closing_raises_no_doubt() -> None:
    events = [*contacts("x", Q1, 4), *contacts("x", Q2, 4)]
    orders = [Order(line=line("early", "x", Q1, 10)), Order(line=line("other", "y", Q1, 10))]
    early, other = coefficients(orders, events, Tariff(card=CARD))
    assert (early.origin, other.origin) == (Origin.HARD_WON, Origin.NATURAL)
    assert early.origin_evidence == ("x0r", "x1r", "x2r", "x3r")


def test_models_add_bands_and_name_what_moved_the_chance(models: Models) -> None:
    rows = artefacts.leads().rows[:6]
    orders = [
        Order(line=line(f"o{n}", f"c{n}", Q1, 5000), row=row, segment="a")
        for n, row in enumerate(rows)
    ]
    found = coefficients(orders, contacts("c0", Q1, 5), Tariff(card=CARD, models=models))
    assert [one.p_win for one in found] == [models.win.p_win_of(row) for row in rows]
    assert found[0].coefficient >= 1.3 > found[1].coefficient
    assert all(one.difficulty_band is not None and one.value_band is not None for one in found)
    assert all(any("visits" in reason.en for reason in one.reasons) for one in found)


@pytest.mark.parametrize(
    ("code", "segment", "named"),
    [
        pytest.param(1, "a", [], id="what the model learned is not spoken of"),
        pytest.param(0, "a", ["source"], id="a word that training never saw is named by its field"),
        pytest.param(1, "z", ["segment z"], id="a segment without a rate of its own is named"),
    ],
)
def test_what_the_model_never_learned_is_told_and_changes_nothing(
    models: Models, code: int, segment: str, named: list[str]
) -> None:
    row = artefacts.leads().rows[0].copy()
    row[2] = code
    order = Order(line=line("o", "c", Q1, 5000), row=row, segment=segment)
    (found,) = coefficients([order], [], Tariff(card=CARD, models=models))
    for code_, said in (("en", "never learned"), ("zh", "没有学过")):
        told = [getattr(one, code_) for one in found.reasons]
        new = [one for one in told if said in one]
        assert len(new) == len(named)
        assert all(name.split()[-1] in one for name, one in zip(named, new, strict=True))
    assert found.p_win == models.win.p_win_of(row)


@pytest.mark.parametrize(
    "one_calendar",
    [
        pytest.param(False, id="paid before days were put on one calendar"),
        pytest.param(True, id="paid since"),
    ],
)
def test_inputs_keep_how_days_were_counted(*, one_calendar: bool) -> None:
    policy = OriginPolicy(one_calendar=one_calendar)
    told = {"row": None, "segment": "", "claimed": None, "events": (), "limit": None}
    inputs = Inputs(lines=(line("o", "c", Q1, 1),), policy=policy, **told)  # type: ignore[arg-type]
    data = inputs.to_json()
    assert (b"one_calendar" in data) is one_calendar
    assert from_json(data).policy == policy


def test_models_without_values_pay_by_the_lowest_band(models: Models) -> None:
    order = Order(line=line("o", "c", Q1, 10**9), row=artefacts.leads().rows[0], segment="a")
    tariff = Tariff(card=CARD, models=replace(models, value=None))
    (found,) = coefficients([order], [], tariff)
    assert (found.value_quantile, found.value_band, found.coefficient) == (None, None, 1.0)


def test_an_order_without_a_row_is_not_scored_by_models(models: Models) -> None:
    with pytest.raises(ValueError, match="order o has no row"):
        coefficients([Order(line=line("o", "c", Q1, 1))], [], Tariff(card=CARD, models=models))


def test_a_card_by_segment_is_refused() -> None:
    rule = replace(CARD.high_value, scope="segment")
    with pytest.raises(ScopeUnknown, match="segment"):
        coefficients(many(1, Q1, 1), [], Tariff(card=replace(CARD, high_value=rule)))


def test_no_orders_are_paid_nothing(models: Models) -> None:
    assert coefficients([], [], Tariff(card=CARD, models=models)) == ()


def test_a_period_begins_on_the_first_day_of_its_quarter() -> None:
    assert period_start(2026 * 4 + 1) == datetime(2026, 4, 1, tzinfo=UTC)
    assert limits_of({}, CARD.high_value) == {}
    assert np.isinf(next(iter(limits_of({}, CARD.high_value).values()), np.inf))


@pytest.mark.parametrize(
    ("value", "paid"),
    [
        pytest.param(0, 1.0, id="all orders before were of value 0: no limit, no floor"),
        pytest.param(1, 1.3, id="all of value 1: twice the excess reaches the limit"),
    ],
)
def test_a_limit_of_nothing_gives_nobody_the_floor(value: int, paid: float) -> None:
    orders = [*many(40, Q1, value), Order(line=line("late", "x", Q2, 9 * value))]
    found = coefficients(orders, [], Tariff(card=CARD))
    assert found[-1].coefficient == paid
