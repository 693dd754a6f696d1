"""Models beside the champion: they score what closes, nobody is paid by them, and money is told."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from models.coefficient.offset import Offset
from service.cli import app
from service.records import Role
from tests.models.artefacts import CONTRACT
from tests.service.api.house import ON_BOTH, Caller, House, body_of
from tests.service.api.test_api_coefficients import (
    LEAD,
    Q2,
    closed,
    contacts,
    crown,
    order,
)
from tests.service.api.test_api_models import archive

if TYPE_CHECKING:
    from service.payment_records import Payment, ShadowScore

#: Moves every chance far down: what it scores is harder.
HARDER = Offset(version=3, value=-2.5, as_of=1.7e9, outcomes=400).to_json().encode()


@pytest.fixture
def ops(house: House) -> Caller:
    return house.somebody("ops", Role.SALES_OPS)


def stand_beside(house: House, **changes: bytes) -> str:
    note = "beside"
    ml = house.somebody(f"ml-{note}", Role.ML_ENGINEER)
    parts = {"offset.json": HARDER, **changes}
    made = body_of(ml.post("/models", data={"file": (io.BytesIO(archive(note, **parts)), "m.zip")}))
    told = ml.post(f"/models/{made['id']}/shadow", json={"reason": "two weeks"})
    assert told.status_code == 200, told.text
    return str(made["id"])


def kept(house: House) -> list[tuple[Payment, ShadowScore]]:
    with house.ports.records.read() as unit:
        payments = {one.id: one for one in unit.payments.rows.find()}
        return [(payments[one.payment_id], one) for one in unit.payments.shadows.find()]


def compared(caller: Caller, model: str) -> dict[str, Any]:
    return dict(body_of(caller.get(f"/models/{model}/comparison")))


@ON_BOTH
def test_a_model_beside_scores_what_closes_and_changes_no_pay(house: House, ops: Caller) -> None:
    crown(house)
    lead, log = order("o1", "c1", Q2, lead=LEAD), contacts("c1", Q2, 5)
    (before,) = closed(ops, order("o0", "c0", Q2, lead=LEAD), events=contacts("c0", Q2, 5))
    model = stand_beside(house)
    (paid,) = closed(ops, lead, events=log)
    assert (paid["coefficient"], paid["model"]) == (before["coefficient"], before["model"])
    ((payment, score),) = kept(house)
    told = json.loads(score.figures or "")
    assert (payment.order_id, score.model_id, score.trouble) == ("o1", model, None)
    assert told["p_win"] < paid["p_win"]
    assert told["coefficient"] >= paid["coefficient"]
    assert told["origin_evidence"] == paid["origin_evidence"]
    # Closed again, it is neither paid nor scored again.
    assert closed(ops, lead) == [paid]
    assert len(kept(house)) == 1


def test_the_comparison_tells_where_money_would_move(house: House, ops: Caller) -> None:
    crown(house)
    model = stand_beside(house)
    assert compared(ops, model)["overall"]["deals"] == 0
    names = [f"c{n}" for n in range(6)]
    log = [one for name in names[:3] for one in contacts(name, Q2, 5)]
    paid = closed(ops, *(order(f"o{n}", n, Q2, lead=LEAD) for n in names), events=log)
    scores = [json.loads(score.figures or "")["coefficient"] for _, score in kept(house)]
    found = compared(ops, model)
    more = [two - one["coefficient"] for one, two in zip(paid, scores, strict=True)]
    overall = found["overall"]
    assert overall["deals"] == 6
    assert overall["higher"] == sum(one > 0 for one in more) > 0
    assert overall["difference"]["mean"] == pytest.approx(sum(more) / 6)
    assert overall["moved"] == pytest.approx(sum(map(abs, more)) / 6)
    assert {name: one["deals"] for name, one in found["slices"].items()} == {
        "origin hard_won": 3,
        "origin natural": 3,
        "segment b": 6,
    }
    assert found["unscored"] == {}


def test_a_later_order_of_a_deal_is_scored_by_the_deals_first_lead(
    house: House, ops: Caller
) -> None:
    crown(house)
    closed(ops, order("a1", "a", Q2, lead=LEAD))
    model = stand_beside(house)
    closed(ops, order("b1", "b", Q2, lead=LEAD))
    late = Q2 + timedelta(days=3)
    closed(ops, order("a2", "a", late, lead=LEAD), order("b2", "b", late, lead=LEAD))
    troubles = {payment.order_id: score.trouble for payment, score in kept(house)}
    assert troubles == {"a2": "earlier", "b1": None, "b2": None}
    assert compared(ops, model)["unscored"] == {"earlier": 1}
    told = compared(ops, model)["overall"]
    # Of one deal nobody can tell how far off the mean is; an endless interval would be no JSON.
    assert (told["deals"], told["difference"]) == (1, None)


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        pytest.param("contract", "lead", id="its contract asks for a column that was not sent"),
        pytest.param("key", "unopened", id="its key is trusted no more"),
    ],
)
def test_whatever_is_wrong_with_it_nobody_waits_for_his_pay(
    house: House, ops: Caller, spoil: str, trouble: str
) -> None:
    crown(house)
    other = json.loads(json.dumps(CONTRACT, ensure_ascii=False).replace("来访", "访问"))
    changes = {"contract.json": json.dumps(other).encode()} if spoil == "contract" else {}
    model = stand_beside(house, **changes)
    lead = order("o1", "c1", Q2, lead=LEAD)
    if spoil == "key":
        for key in (house.settings.data / "model-keys").glob("*.pem"):
            key.unlink()
    (paid,) = closed(ops, lead)
    assert paid["fallback"] is (spoil == "key")
    assert [score.trouble for _, score in kept(house)] == [trouble]
    assert compared(ops, model)["unscored"] == {trouble: 1}


def test_it_stops_once_it_is_the_champion(house: House, ops: Caller) -> None:
    crown(house)
    model = stand_beside(house)
    closed(ops, order("o1", "c1", Q2, lead=LEAD))
    ml, vp = house.somebody("ml-x", Role.ML_ENGINEER), house.somebody("vp-x", Role.VP_SALES)
    asked = {"reason": "better", "signs_for": ["G4"]}
    assert ml.post(f"/models/{model}/proposal", json=asked).status_code == 200
    assert vp.post(f"/models/{model}/promotion", json={"reason": "seen"}).status_code == 200
    closed(ops, order("o2", "c2", Q2, lead=LEAD))
    assert [payment.order_id for payment, _ in kept(house)] == ["o1"]


def test_the_command_tells_the_same_and_the_loss_on_leads_with_an_end(
    house: House, ops: Caller
) -> None:
    crown(house)
    model = stand_beside(house)
    closed(ops, order("o1", "c1", Q2, lead=LEAD))
    path = house.settings.data / "leads.csv"
    rows = [
        f"L{n},{'赢单' if n % 10 else '丢单'},k{n},2026-02-01,2026-02-20,100.00,CNY,{n % 7},3,b,5,x"
        for n in range(300)
    ]
    header = "线索号,结果,客户,分配时间,结束时间,金额,币种,来访,人数,来源,天数,销售"
    path.write_text("\n".join([header, *rows]), "utf-8")
    environment = {
        "COUNTERMARK_DATA": str(house.settings.data),
        "COUNTERMARK_DATABASE_URL": house.settings.database_url,
        "LANG": "C",
    }

    def run(*more: str) -> Any:
        return CliRunner().invoke(app, ["models", "compare", model, *more], env=environment)

    environment["LC_ALL"] = "zh_CN.UTF-8"
    assert "来源 自然" in run().stdout
    environment["LC_ALL"] = "C"
    at = ["--at", "2026-06-01"]
    done = run("--data", str(path), "--since", "2026-01-01", *at, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["deals"] == compared(ops, model)["overall"]["deals"] == 1
    outcomes = found["outcomes"]
    assert (outcomes["leads"], outcomes["won"], outcomes["unpaired"]) == (300, 270, 0)
    # Nine of ten were won; it says that all are hard.
    assert outcomes["difference"]["low"] > 0
    assert outcomes["challenger_loss"] > outcomes["champion_loss"]
    assert outcomes["slices"]["b"]["leads"] == 300
    assert "below 0 is better" in run("--data", str(path), "--since", "2026-01-01", *at).stdout
    # Without --since: only leads that neither can have learnt from, and there are none.
    refused = run("--data", str(path), *at)
    assert (refused.exit_code, "too few leads" in refused.stderr) == (1, True)


def test_a_model_that_is_not_there_is_told(ops: Caller) -> None:
    assert ops.get("/models/nothing/comparison").status_code == 404
