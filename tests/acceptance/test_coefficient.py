"""The story of a coefficient: history, training, two persons, a closing, a roll-back, an auditor.

Over HTTP and real processes; nothing here knows on which database.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.demo.client import Attachment, Client, Refused
from tests.acceptance.houses import House
from training.simulate.exports import CONTRACT, ended, events_csv, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


WORLD = world(5, leads=5000)
#: The second model knows the later leads too.
TAUGHT_BY = (4000, 5000)
PASSWORD = "correct-horse-battery"
PEOPLE = {"ml": "ml_engineer", "ops": "sales_ops", "money": "finance"}
LEAD = ("行业", "渠道", "规模", "老客户", "标价")
#: Far beyond what a training takes on a busy machine.
TRAINING_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What the systems of the company hold, and the closings that are told here."""

    leads: tuple[dict[str, str], ...]
    events: tuple[dict[str, str], ...]

    def won(self) -> list[dict[str, str]]:
        """Give won leads whose customers answered a contact, one a customer."""
        answered = {one["customer"] for one in self.events if one["kind"] == "response"}
        won = {one["客户"]: one for one in self.leads if one["结果"] == "赢单"}
        return [one for customer, one in won.items() if customer in answered]

    def asked(self, *leads: dict[str, str]) -> dict[str, Any]:
        """Give the body that scores or closes orders, with their customers' log."""
        customers = {one["客户"] for one in leads}
        events = [
            {**one, "by_system": one["by_system"] == "yes", "answers": one["answers"] or None}
            for one in self.events
            if one["customer"] in customers
        ]
        return {"orders": [_order(one) for one in leads], "events": events}


def _order(lead: dict[str, str]) -> dict[str, Any]:
    return {
        "order": lead["线索号"],
        "customer": lead["客户"],
        "assigned_at": _moment(lead["分配时间"]),
        "closed_at": _moment(lead["结束时间"]),
        "value": lead["金额"],
        "currency": lead["币种"],
        "lead": {name: lead[name] for name in LEAD},
    }


def _moment(text: str) -> str:
    told = datetime.fromisoformat(text)
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).isoformat()


@pytest.fixture(scope="session")
def export() -> Export:
    read = (csv.DictReader(io.StringIO(text)) for text in (leads_csv(WORLD), events_csv(WORLD)))
    leads, events = (tuple(rows) for rows in read)
    return Export(leads=leads, events=events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Two sealed models of the same company, and the key that vouches for them."""

    archives: tuple[bytes, ...]
    public_pem: str


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """The ML team's own installation: it trains once, both houses trust its key."""
    folder = tmp_path_factory.mktemp("workshop")
    here = House(folder=folder / "data", settings={}, workers=0)
    archives = tuple(trained(here, folder / f"{leads}", leads=leads) for leads in TAUGHT_BY)
    return Taught(archives=archives, public_pem=here.run("models", "key").stdout)


@pytest.mark.slow
@pytest.mark.parametrize(
    "house",
    [
        pytest.param("embedded", id="SQLite, thread pool, folder"),
        pytest.param("on_rabbitmq", id="PostgreSQL, RabbitMQ, S3", marks=pytest.mark.postgres),
    ],
)
def test_what_was_paid_comes_out_again(
    house: str, export: Export, taught: Taught, request: pytest.FixtureRequest
) -> None:
    here: House = request.getfixturevalue(house)
    for name in ("trust", "model-keys"):
        (here.folder / name).mkdir(parents=True)
    (here.folder / "model-keys" / "workshop.pem").write_text(taught.public_pem)
    for login, role in PEOPLE.items():
        added = here.run("users", "add", login, "--role", role, stdin=PASSWORD)
        assert added.returncode == 0, added.stderr
    with here.open() as address:
        paid = the_months_go_by(address, export, taught.archives)
        everything_comes_out(here, paid)
    verified = here.run("audit", "verify")
    assert verified.returncode == 0, verified.stderr


def the_months_go_by(
    address: str, export: Export, archives: Sequence[bytes]
) -> list[dict[str, Any]]:
    """Two champions, one after the other, and back again; gives what was paid meanwhile."""
    first = registered(address, archives[0])
    promoted_by_two(address, first)
    hard = hard_won(address, export)
    paid = [closed(address, export, hard[0])]
    it_is_paid_by(paid[0], first)
    assert paid[0]["coefficient"] >= 1.3
    assert paid[0]["origin_evidence"]
    second = registered(address, archives[1])
    paid.append(beside_the_champion(address, export, hard[1], (first, second)))
    promoted_by_two(address, second)
    paid.append(closed(address, export, hard[2]))
    it_is_paid_by(paid[-1], second)
    who_paid_when(address, (first, second))
    rolled_back_to(address, first)
    paid.append(closed(address, export, hard[3]))
    it_is_paid_by(paid[-1], first)
    return paid


def rolled_back_to(address: str, model: dict[str, Any]) -> None:
    with somebody(address, "ops") as ops:
        back = ops.post("/api/v1/champions/coefficient/rollback", {"reason": "投诉增多"})
    assert (back["step"], back["model_id"]) == ("rolled_back", model["id"])


def trained(here: House, folder: Path, *, leads: int) -> bytes:
    """Train on the oldest leads of the company, through the gates; gives the sealed model."""
    folder.mkdir()
    header, *rows = leads_csv(WORLD).splitlines()
    (folder / "leads.csv").write_text("\n".join([header, *rows[:leads]]), "utf-8")
    (folder / "leads.yaml").write_text(CONTRACT, "utf-8")
    arguments = ["train", "coefficient", "--data", str(folder / "leads.csv")]
    arguments += ["--contract", str(folder / "leads.yaml"), "--out", str(folder / "out")]
    done = subprocess.run(
        [sys.executable, "-m", "service", *arguments, "--at", f"{ended(WORLD):%Y-%m-%d}"],
        env=here.environment,
        capture_output=True,
        text=True,
        timeout=TRAINING_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "out" / "model.zip").read_bytes()


@contextmanager
def somebody(address: str, login: str) -> Iterator[Client]:
    """Give a signed-in person for the length of a block."""
    with Client(address) as client:
        client.sign_in(login, PASSWORD)
        yield client


def registered(address: str, archive: bytes) -> dict[str, Any]:
    with somebody(address, "ml") as ml:
        spoiled = archive[:-300] + bytes([archive[-300] ^ 1]) + archive[-299:]
        with pytest.raises(Refused) as refused:
            ml.upload("/api/v1/models", _zip(spoiled), key="spoiled")
        assert refused.value.status == 422
        before = ml.get("/api/v1/models")["items"]
        made: dict[str, Any] = ml.upload("/api/v1/models", _zip(archive), key="whole")
        assert ml.get("/api/v1/models")["items"] == [*before, made]
    return made


def _zip(data: bytes) -> Attachment:
    return Attachment(name="model.zip", media_type="application/zip", data=data)


def promoted_by_two(address: str, model: dict[str, Any]) -> None:
    path = f"/api/v1/models/{model['id']}"
    with somebody(address, "ml") as ml, somebody(address, "ops") as ops:
        ml.post(f"{path}/proposal", {"reason": "闸门通过", "signs_for": model["not_asked"]})
        with pytest.raises(Refused) as refused:
            ml.post(f"{path}/promotion", {"reason": "我自己同意"})
        assert refused.value.status == 403
        ops.post(f"{path}/promotion", {"reason": "已看过模型卡"})
        assert ops.get("/api/v1/champions")["items"][0]["model_id"] == model["id"]


def hard_won(address: str, export: Export) -> list[dict[str, str]]:
    """Give the hard-won among some orders, as scoring them says; nothing is kept of it."""
    some = export.won()[:60]
    with somebody(address, "money") as money:
        scored = money.post("/api/v1/coefficients", export.asked(*some))["items"]
        assert money.get("/api/v1/payments")["items"] == []
    return [lead for lead, one in zip(some, scored, strict=True) if one["origin"] == "hard_won"]


def closed(address: str, export: Export, lead: dict[str, str]) -> dict[str, Any]:
    with somebody(address, "money") as money:
        (paid,) = money.post("/api/v1/payments", export.asked(lead))["items"]
    return dict(paid)


def it_is_paid_by(paid: dict[str, Any], model: dict[str, Any]) -> None:
    assert (paid["model"], paid["fallback"]) == (model["sha256"], False)
    assert len(paid["reasons"]) >= 3
    assert all(one["zh"] and one["en"] for one in paid["reasons"])


def beside_the_champion(
    address: str,
    export: Export,
    lead: dict[str, str],
    models: tuple[dict[str, Any], dict[str, Any]],
) -> dict[str, Any]:
    """A model that stands beside scores what closes; who pays is the champion."""
    champion, model = models
    with somebody(address, "ml") as ml:
        ml.post(f"/api/v1/models/{model['id']}/shadow", {"reason": "旁路两周"})
        paid = closed(address, export, lead)
        it_is_paid_by(paid, champion)
        compared = ml.get(f"/api/v1/models/{model['id']}/comparison")
    assert (compared["overall"]["deals"], compared["unscored"]) == (1, {})
    return paid


def who_paid_when(address: str, models: tuple[dict[str, Any], dict[str, Any]]) -> None:
    with somebody(address, "ops") as ops:
        told, _of_causes = ops.get("/api/v1/champions")["items"]
    assert [one["model_id"] for one in told["reigns"]] == [one["id"] for one in models]
    assert told["reigns"][0]["until"] == told["reigns"][1]["since"]
    steps = ["proposed", "promoted", "shadow", "proposed", "promoted"]
    assert [one["step"] for one in told["decisions"]] == steps


def everything_comes_out(here: House, paid: list[dict[str, Any]]) -> None:
    """Every payment, by both champions, while the service runs; its own process computes."""
    done = here.run("reproduce", *(one["id"] for one in paid), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["reproduced"], one["coefficient"]) for one in told] == [
        (True, one["coefficient"]) for one in paid
    ]
