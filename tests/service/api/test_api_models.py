"""The registry over HTTP: registered once verified, promoted by two, rolled back by one."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.artefact.packing import pack
from models.artefact.parts import MANIFEST, WIN_TREES
from service.actions import models as actions
from service.champions import before_it
from service.model_records import ModelEvent, ModelName, ModelStep
from service.records import Role
from tests.models import artefacts
from tests.service.api.house import ON_BOTH, Caller, body_of, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.test import TestResponse

    from tests.service.api.house import House

SO = {"reason": "so"}
METRICS = (
    b'{"gates": [{"gate": "G4", "answer": "not_asked"}, {"gate": "G5", "answer": "passed"}]}\n'
)


def archive(note: str = "first", **changes: bytes) -> bytes:
    """Give a model that differs from others by its card for people."""
    parts = {**artefacts.model_parts(with_logistic=True), "MODEL_CARD.md": note.encode()}
    contract = json.dumps(artefacts.CONTRACT).encode()
    parts |= {"metrics.json": METRICS, "contract.json": contract, **changes}
    return artefacts.zipped(pack(parts, artefacts.ORIGIN, artefacts.examples(), artefacts.OURS))


def trust(house: House, key: bytes = artefacts.OURS.public_key) -> None:
    folder = house.settings.data / "model-keys"
    folder.mkdir(exist_ok=True)
    pem = Ed25519PublicKey.from_public_bytes(key).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "training-team.pem").write_bytes(pem)


def register(caller: Caller, data: bytes) -> TestResponse:
    return caller.post("/models", data={"file": (io.BytesIO(data), "model.zip")})


@dataclass(frozen=True)
class Team:
    house: House
    ml: Caller
    ops: Caller

    def registered(self, note: str) -> str:
        answer = register(self.ml, archive(note))
        assert answer.status_code == 201, answer.text
        return str(body_of(answer)["id"])

    def crowned(self, note: str) -> str:
        model = self.registered(note)
        asked = {"reason": "better on every slice", "signs_for": ["G4"]}
        assert self.ml.post(f"/models/{model}/proposal", json=asked).status_code == 200
        self.house.clock.forward(60)
        agreed = self.ops.post(f"/models/{model}/promotion", json={"reason": "seen"})
        assert agreed.status_code == 200, agreed.text
        return model

    def champion(self) -> dict[str, Any]:
        found, _ = body_of(self.ops.get("/champions"))["items"]
        return dict(found)


@pytest.fixture
def team(house: House) -> Team:
    trust(house)
    return Team(
        house=house,
        ml=house.somebody("ml", Role.ML_ENGINEER),
        ops=house.somebody("ops", Role.SALES_OPS),
    )


@ON_BOTH
def test_a_model_is_promoted_by_two_and_rolled_back_by_one(team: Team) -> None:
    assert team.champion()["model_id"] is None
    first = team.crowned("first")
    team.house.clock.forward(3600)
    between = team.house.clock.at
    team.house.clock.forward(3600)
    second = team.crowned("second")
    assert team.champion()["model_id"] == second
    back = team.ops.post("/champions/coefficient/rollback", json={"reason": "complaints"})
    assert (back.status_code, body_of(back)["model_id"]) == (200, first)
    told = team.champion()
    steps = ["proposed", "promoted", "proposed", "promoted", "rolled_back"]
    assert [one["step"] for one in told["decisions"]] == steps
    assert [one["turn"] for one in told["decisions"]] == [1, 2, 3, 4, 5]
    assert [one["model_id"] for one in told["reigns"]] == [first, second, first]
    with team.house.ports.records.read() as unit:
        then = actions.champion(unit, ModelName.COEFFICIENT, between)
        before = actions.champion(unit, ModelName.COEFFICIENT, between - timedelta(days=1))
        entries = unit.audit.entries(where={"object_kind": "model_event"})
        assert (then and then.id, before) == (first, None)
        assert [one.reason for one in entries][-1] == "complaints"
        assert unit.audit.verify() == ()


def test_the_same_model_again_is_the_same_row(team: Team) -> None:
    before = team.house.stored()["audit"]
    one, other = (body_of(register(team.ml, archive())) for _ in range(2))
    assert one == other
    assert one["not_asked"] == ["G4"]
    assert team.house.stored()["audit"] == before + 1


def flipped(data: bytes) -> bytes:
    return data[:-200] + bytes([data[-200] ^ 1]) + data[-199:]


def spoiled(old: str, new: str) -> bytes:
    """Change the first tree and sign it anew, with the sizes that the text tells put right."""
    parts = dict(artefacts.artefact())
    text = re.sub(old, new, parts[WIN_TREES].decode(), count=1)
    parts[WIN_TREES] = artefacts.resized(text).encode()
    return artefacts.zipped(artefacts.signed_again(parts))


def other_version() -> bytes:
    parts = dict(artefacts.artefact())
    parts[MANIFEST] = parts[MANIFEST].replace(b'"version":1', b'"version":2')
    return artefacts.zipped(parts)


def foreign() -> bytes:
    return artefacts.zipped(artefacts.signed_again(artefacts.artefact(), artefacts.FOREIGN))


def with_contract(left_out: str = "", **fields: Any) -> bytes:
    """Sign a model whose contract lacks a field, or has others."""
    told = {**artefacts.CONTRACT["fields"], **fields}
    told.pop(left_out, None)
    contract = json.dumps({**artefacts.CONTRACT, "fields": told}).encode()
    return archive("told", **{"contract.json": contract})


def without_contract() -> bytes:
    return artefacts.zipped(artefacts.artefact())


A_WORD = {"kind": "category", "role": "feature", "column": "人数", "known_at": "assignment"}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(without_contract, "contract.json", id="no contract: it would pay nobody"),
        pytest.param(lambda: with_contract("visits"), "visits", id="a contract without a feature"),
        pytest.param(lambda: with_contract("amount"), "value", id="a contract without the value"),
        pytest.param(lambda: with_contract(staff=A_WORD), "staff", id="words for a number"),
        pytest.param(
            lambda: archive("told", **{"contract.json": b"\xff"}),
            "contract.json",
            id="no text in it",
        ),
        pytest.param(lambda: b"PK\3\4 nothing", "archive", id="no archive"),
        pytest.param(lambda: flipped(archive()), "", id="one bit changed"),
        pytest.param(lambda: archive()[:-100], "archive", id="cut short"),
        pytest.param(
            lambda: spoiled("left_child=", "left_child=9"),
            WIN_TREES,
            id="a child that is not there",
        ),
        pytest.param(
            lambda: spoiled(r"left_child=\S+", "left_child=0"), WIN_TREES, id="a cycle of children"
        ),
        pytest.param(
            lambda: spoiled(r"leaf_value=\S+", "leaf_value=inf"), WIN_TREES, id="an infinite leaf"
        ),
        pytest.param(other_version, MANIFEST, id="another schema version"),
        pytest.param(foreign, "key", id="signed by a key that nobody trusts"),
    ],
)
def test_what_does_not_open_is_refused_and_the_champion_stays(
    team: Team, made: Callable[[], bytes], said: str
) -> None:
    first = team.crowned("first")
    kept = team.house.stored()
    problem = problem_of(register(team.ml, made()))
    assert problem["status"] == 422
    assert said in str(problem)
    assert team.champion()["model_id"] == first
    assert team.house.stored() == kept


@pytest.mark.parametrize(
    ("ask", "body", "status"),
    [
        pytest.param("ml promotion", {"reason": "mine"}, 403, id="the proposer agrees himself"),
        pytest.param("ops promotion", {}, 422, id="without a reason"),
        pytest.param("ops promotion", {"reason": " "}, 422, id="with a blank reason"),
        pytest.param("ops promotion", {"reason": "\u200b\u3000\u2060"}, 422, id="unseen reason"),
        pytest.param("seller promotion", {"reason": "so"}, 403, id="a salesperson"),
        pytest.param("ml proposal", {"reason": "so"}, 422, id="nobody signs for G4"),
    ],
)
def test_who_may_not_or_does_not_say_why_changes_nothing(
    team: Team, ask: str, body: Mapping[str, str], status: int
) -> None:
    who, path = ask.split()
    model = team.registered("first")
    asked = {"reason": "so", "signs_for": ["G4"]}
    assert team.ml.post(f"/models/{model}/proposal", json=asked).status_code == 200
    seller = team.house.somebody("seller", Role.SALESPERSON)
    caller = {"ml": team.ml, "ops": team.ops, "seller": seller}[who]
    kept = team.house.stored()
    assert caller.post(f"/models/{model}/{path}", json=body).status_code == status
    assert team.house.stored() == kept
    assert team.champion()["model_id"] is None


def test_a_proposal_is_void_once_another_model_was_promoted(team: Team) -> None:
    old = team.registered("old")
    asked = {"reason": "so", "signs_for": ["G4"]}
    assert team.ml.post(f"/models/{old}/proposal", json=asked).status_code == 200
    new = team.crowned("new")
    assert team.ops.post(f"/models/{old}/promotion", json={"reason": "late"}).status_code == 422
    assert team.champion()["model_id"] == new


@ON_BOTH
def test_of_two_who_agree_at_once_one_is_told_that_it_is_done(team: Team) -> None:
    model = team.registered("first")
    asked = {"reason": "so", "signs_for": ["G4"]}
    assert team.ml.post(f"/models/{model}/proposal", json=asked).status_code == 200
    others = [team.ops, team.house.somebody("vp", Role.VP_SALES)]
    start, codes = Barrier(len(others)), []

    def agree(caller: Caller) -> None:
        start.wait()
        answer = caller.post(f"/models/{model}/promotion", json={"reason": "yes"})
        codes.append(answer.status_code)

    threads = [Thread(target=agree, args=(caller,)) for caller in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 422]
    assert [one["step"] for one in team.champion()["decisions"]] == ["proposed", "promoted"]


@pytest.mark.parametrize(
    ("decided", "back"),
    [
        pytest.param("promoted A, promoted B", "A", id="the champion before"),
        pytest.param("promoted A, promoted B, rolled_back A", None, id="never forward again to B"),
        pytest.param(
            "promoted A, promoted B, promoted C, rolled_back B", "A", id="one further back"
        ),
        pytest.param(
            "promoted A, promoted B, rolled_back A, promoted C", "A", id="not to one that was left"
        ),
        pytest.param("promoted A, promoted B, promoted A", "B", id="promoted again"),
        pytest.param("promoted A, promoted B, retired", "B", id="none pays: the last one"),
        pytest.param(
            "promoted A, promoted B, rolled_back A, retired", "A", id="none pays, B was left"
        ),
    ],
)
def test_whom_a_rollback_brings_back(decided: str, back: str | None) -> None:
    events = [
        ModelEvent(
            id=f"{place}",
            name=ModelName.COEFFICIENT,
            turn=place,
            step=ModelStep(told.partition(" ")[0]),
            model_id=told.partition(" ")[2] or None,
            at=datetime(2026, 1, 1 + place, tzinfo=UTC),
            person_id="p",
            reason="so",
        )
        for place, told in enumerate(decided.split(", "))
    ]
    assert before_it(events) == back


def test_a_rollback_without_an_earlier_champion_is_told(team: Team) -> None:
    refused = team.ops.post("/champions/coefficient/rollback", json={"reason": "so"})
    assert refused.status_code == 422
    only = team.crowned("only")
    refused = team.ops.post("/champions/coefficient/rollback", json={"reason": "so"})
    assert (refused.status_code, team.champion()["model_id"]) == (422, only)
    gone = team.ops.post("/champions/coefficient/rollback", json={"reason": "so", "to": "none"})
    assert (gone.status_code, team.champion()["model_id"]) == (200, None)
    again = team.ops.post("/champions/coefficient/rollback", json={"reason": "so"})
    assert (again.status_code, team.champion()["model_id"]) == (200, only)


@pytest.mark.parametrize("decided", ["shadow", "proposal", "promotion", "rollback"])
def test_nothing_is_decided_for_a_model_that_does_not_open(team: Team, decided: str) -> None:
    """Its key is trusted no more: whoever brought it in would bring everyone's pay to the floor."""
    crowned = team.crowned("first")
    other = team.registered("other")
    asked = {"reason": "so", "signs_for": ["G4"]}
    if decided == "promotion":
        assert team.ml.post(f"/models/{other}/proposal", json=asked).status_code == 200
    if decided == "rollback":
        crowned = team.crowned("second")
    (team.house.settings.data / "model-keys" / "training-team.pem").unlink()
    kept = team.house.stored()
    back = "/champions/coefficient/rollback"
    path = back if decided == "rollback" else f"/models/{other}/{decided}"
    caller = team.ml if decided in {"shadow", "proposal"} else team.ops
    problem = problem_of(caller.post(path, json=asked if decided == "proposal" else SO))
    assert (problem["status"], "model-keys" in problem["remedy"]) == (422, True)
    assert (team.house.stored(), team.champion()["model_id"]) == (kept, crowned)
    # Without any model all is paid by the floor, which is then somebody's decision.
    assert team.ops.post(back, json={**SO, "to": "none"}).status_code == 200


def test_a_shadow_pays_nothing_and_ends_with_its_coronation(team: Team) -> None:
    first = team.crowned("first")
    second = team.registered("second")
    beside = team.ml.post(f"/models/{second}/shadow", json={"reason": "two weeks"})
    assert (beside.status_code, team.champion()["model_id"]) == (200, first)
    assert team.ml.post(f"/models/{first}/shadow", json={"reason": "so"}).status_code == 422
    detail = body_of(team.ops.get(f"/models/{second}"))
    assert [one["step"] for one in detail["decisions"]] == ["shadow"]


@pytest.mark.parametrize(
    "path",
    ["/models/nothing", "/models/no/shadow"],
    ids=["a model that is not there", "a decision about one"],
)
def test_what_is_not_there_is_not_found(team: Team, path: str) -> None:
    method = "POST" if path.endswith("shadow") else "GET"
    body = {"json": {"reason": "so"}} if method == "POST" else {}
    assert team.ml.ask(method, path, **body).status_code == 404
