"""Models that look at a customer's earlier orders, over HTTP: what was closed here counts."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.artefact.packing import Examples, pack
from models.artefact.parts import VALUE, WIN_LOGISTIC
from models.coefficient.features import Feature, FeatureContract, FeatureKind
from models.coefficient.logistic import NumberTerm
from models.coefficient.payment import from_json
from service.records import Role
from tests.models import artefacts
from tests.models.artefacts import CONTRACT
from tests.service.api.house import ON_BOTH, Caller, House, body_of
from tests.service.api.test_api_coefficients import LEAD, Q2, closed, order, rebuilds
from tests.service.api.test_api_models import trust

if TYPE_CHECKING:
    from datetime import datetime

NAMES = ("history_orders", "history_orders_here", "history_value_1", "history_days_1")
#: The closing of an order lies twenty days after its lead's assignment.
DAY = timedelta(days=1)


def archive() -> bytes:
    """Give a model that looks at four columns of history beside the others."""
    more = tuple(Feature(name=name, kind=FeatureKind.NUMBER) for name in NAMES)
    features = FeatureContract(features=(*artefacts.FEATURES.features, *more))
    term = NumberTerm(centre=0.0, scale=1.0, weight=0.5, if_blank=0.0)
    model = replace(
        artefacts.logistic(), terms=(*artefacts.logistic().terms, *(term for _ in NAMES))
    )
    parts = {
        **artefacts.model_parts(with_logistic=True),
        "features.json": features.to_json().encode(),
        WIN_LOGISTIC: model.to_json().encode(),
        "contract.json": json.dumps({**CONTRACT, "history": True}).encode(),
    }
    for name in VALUE:
        del parts[name]
    known = artefacts.examples()
    wide = np.column_stack([known.rows, np.ones((len(known.rows), len(NAMES)))])
    examples = Examples(rows=wide, values=known.values)
    return artefacts.zipped(pack(parts, artefacts.ORIGIN, examples, artefacts.OURS))


@pytest.fixture
def ops(house: House) -> Caller:
    """Somebody who closes orders while that model is the champion."""
    trust(house)
    ml, vp = house.somebody("ml", Role.ML_ENGINEER), house.somebody("vp", Role.VP_SALES)
    made = body_of(ml.post("/models", data={"file": (io.BytesIO(archive()), "model.zip")}))
    for who, step in ((ml, "proposal"), (vp, "promotion")):
        answer = who.post(f"/models/{made['id']}/{step}", json={"reason": "it knows customers"})
        assert answer.status_code == 200, answer.text
    return house.somebody("ops", Role.SALES_OPS)


def seen(house: House, payment: dict[str, Any]) -> tuple[float, ...]:
    """Give the columns of history that a payment was computed from."""
    with house.ports.records.read() as unit:
        row = unit.payments.rows.get(payment["id"])
    assert row is not None
    found = from_json(row.inputs.encode()).row
    assert found is not None
    return found[-len(NAMES) :]


def on(day: datetime, name: str, customer: str = "c1", value: str = "100") -> Any:
    return order(name, customer, day, value, lead=LEAD)


@ON_BOTH
def test_orders_that_closed_before_the_lead_was_assigned_count(house: House, ops: Caller) -> None:
    early, late = Q2 - 60 * DAY, Q2 + 15 * DAY
    closed(ops, on(early, "o1", value="200"), on(early, "x1", "somebody else"))
    # Closed by then, but not when the next lead was assigned.
    (meanwhile,) = closed(ops, on(late - 10 * DAY, "o2"))
    assert seen(house, meanwhile)[:2] == (1.0, 1.0)
    (paid,) = [one for one in closed(ops, on(late, "o3", value="1")) if one["order"] == "o3"]
    with house.ports.records.read() as unit:
        row = unit.payments.rows.find({"order_id": "o3"})[0]
    lines = from_json(row.inputs.encode()).lines
    assert {line.id for line in lines} == {"o2", "o3"}, "one deal, judged by its first lead"
    orders, here, value, days = seen(house, paid)
    assert (orders, here) == (1.0, 1.0)
    assert value == pytest.approx(math.log(20_000))
    assert days == pytest.approx((late - 10 * DAY - 20 * DAY - early) / DAY)
    assert rebuilds(house) == 4


def test_a_new_customer_has_no_history_and_is_paid(house: House, ops: Caller) -> None:
    (paid,) = closed(ops, on(Q2, "o1"))
    orders, here, value, days = seen(house, paid)
    assert (orders, here, paid["fallback"]) == (0.0, 0.0, False)
    assert math.isnan(value)
    assert math.isnan(days)


def test_closing_an_order_again_does_not_make_it_its_own_history(house: House, ops: Caller) -> None:
    (paid,) = closed(ops, on(Q2, "o1"))
    (again,) = closed(ops, on(Q2, "o1"))
    assert again == paid
    assert seen(house, again)[0] == 0.0
