"""`countermark models register … rollback`, as an ML engineer and sales ops use it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typer.testing import CliRunner

from models.artefact.canonical import zipped
from models.artefact.causes import pack_causes
from models.artefact.packing import packed
from models.artefact.parts import EVIDENCE, METRICS, MODEL_CARD, RANKER, RANKER_SCALE
from models.rca.causes.cold_start import SCALE, TREES
from models.rca.causes.evidence import catalogue_text
from models.rca.causes.features import FEATURES
from service.cli import app
from tests.models import artefacts

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

    from models.artefact.packing import Signer

PASSWORD = "correct-horse-battery\n"


@dataclass(frozen=True)
class Office:
    folder: Path
    tokens: dict[str, str]

    def run(self, *arguments: str, who: str = "", stdin: str = "") -> Result:
        environment = {
            "COUNTERMARK_DATA": str(self.folder / "data"),
            "COUNTERMARK_TOKEN": self.tokens.get(who, ""),
        }
        return CliRunner().invoke(app, [*arguments], env=environment, input=stdin)

    def signer(self) -> Signer:
        """Give this installation's key."""
        assert self.run("models", "key").exit_code == 0
        pem = (self.folder / "data" / "models-key.pem").read_bytes()
        return artefacts.signer(load_pem_private_key(pem, password=None))  # type: ignore[arg-type]

    def model(self, note: str) -> str:
        """Seal a model with this installation's key and register it; gives its id."""
        parts = {**artefacts.model_parts(with_logistic=True), "MODEL_CARD.md": note.encode()}
        parts["contract.json"] = json.dumps(artefacts.CONTRACT).encode()
        path = self.folder / f"{note}.zip"
        path.write_bytes(packed(parts, artefacts.ORIGIN, artefacts.examples(), self.signer()))
        return self.registered(path)

    def ranker(self) -> str:
        """Seal the ranker of causes that ships, and register it; gives its id."""
        folder = files("models.rca.causes.cold_start")
        parts = {
            RANKER: folder.joinpath(TREES).read_bytes(),
            RANKER_SCALE: folder.joinpath(SCALE).read_bytes(),
            EVIDENCE: catalogue_text().encode(),
            METRICS: b"{}",
            MODEL_CARD: b"causes",
        }
        rows = np.zeros((8, len(FEATURES)))
        path = self.folder / "ranker.zip"
        path.write_bytes(zipped(pack_causes(parts, artefacts.ORIGIN, rows, self.signer())))
        return self.registered(path)

    def registered(self, path: Path) -> str:
        done = self.run("models", "register", str(path), "--json", who="ml")
        assert done.exit_code == 0, done.output
        return str(json.loads(done.stdout)["id"])


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Three people with tokens, and nothing registered."""
    made = Office(tmp_path_factory.mktemp("first-day"), {})
    for login, role in (("ml", "ml_engineer"), ("ops", "sales_ops"), ("seller", "salesperson")):
        where = ["--region", "华东", "--team", "一组"] if role == "salesperson" else []
        added = made.run("users", "add", login, "--role", role, *where, stdin=PASSWORD)
        assert added.exit_code == 0, added.output
        made.tokens[login] = made.run("tokens", "create", login).stdout.strip()
    return made


@pytest.fixture
def office(first_day: Office, tmp_path: Path) -> Office:
    shutil.copytree(first_day.folder / "data", tmp_path / "data")
    return Office(tmp_path, first_day.tokens)


def champions(office: Office) -> list[str]:
    done = office.run("models", "list", "--json")
    return [one["id"] for one in map(json.loads, done.stdout.splitlines()) if one["champion"]]


def test_a_model_goes_from_file_to_champion_and_back(office: Office) -> None:
    ids = []
    for note in ("first", "second"):
        ids.append(office.model(note))
        for who, step in (("ml", "propose"), ("ops", "promote")):
            done = office.run("models", step, ids[-1], "--reason", f"{note} {step}", who=who)
            assert done.exit_code == 0, done.output
        assert champions(office) == [ids[-1]]
    done = office.run("models", "rollback", "--reason", "complaints", who="ops")
    assert (done.exit_code, champions(office)) == (0, [ids[0]])
    lines = office.run("models", "history", "--json").stdout.splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["person"] for one in told] == ["ml", "ops", "ml", "ops", "ops"]
    assert told[-1]["reason"] == "complaints"
    assert "complaints" in office.run("models", "history").stdout
    assert office.run("audit", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("who", "said"),
    [
        pytest.param("ml", "own", id="the proposer agrees himself"),
        pytest.param("seller", "may not", id="somebody whose role may not"),
        pytest.param("", "COUNTERMARK_TOKEN", id="a shell that does not say who it is"),
    ],
)
def test_who_may_not_promote_is_told_why(office: Office, who: str, said: str) -> None:
    model = office.model("first")
    assert office.run("models", "propose", model, "--reason", "so", who="ml").exit_code == 0
    done = office.run("models", "promote", model, "--reason", "so", who=who)
    assert (done.exit_code, champions(office)) == (2, [])
    assert said in done.stderr


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "x" * 201])
@pytest.mark.parametrize("step", ["propose", "promote", "shadow"])
def test_a_reason_that_says_nothing_decides_nothing(office: Office, step: str, reason: str) -> None:
    model = office.model("first")
    if step == "promote":
        assert office.run("models", "propose", model, "--reason", "so", who="ml").exit_code == 0
    before = office.run("models", "history").stdout
    done = office.run("models", step, model, "--reason", reason, who="ops")
    assert (done.exit_code, "--reason" in done.output) == (2, True)
    assert office.run("models", "history").stdout == before


def test_a_ranker_reigns_beside_a_coefficient_and_takes_no_shadow(office: Office) -> None:
    ids = [office.model("first"), office.ranker()]
    shadow = office.run("models", "shadow", ids[1], "--reason", "so", who="ml")
    assert (shadow.exit_code, "coefficient" in shadow.stderr) == (2, True)
    for one in ids:
        for who, step in (("ml", "propose"), ("ops", "promote")):
            done = office.run("models", step, one, "--reason", step, who=who)
            assert done.exit_code == 0, done.output
    assert champions(office) == ids
    history = office.run("models", "history", "--name", "causes", "--json").stdout.splitlines()
    assert [json.loads(line)["model"] for line in history] == [ids[1], ids[1]]
    back = ("models", "rollback", "--reason", "so", "--name", "causes", "--to", "none")
    assert (office.run(*back, who="ops").exit_code, champions(office)) == (0, [ids[0]])


def test_a_file_that_is_no_model_is_refused_and_nothing_is_entered(office: Office) -> None:
    (office.folder / "x.zip").write_bytes(b"PK\3\4")
    done = office.run("models", "register", str(office.folder / "x.zip"), who="ml")
    assert (done.exit_code, office.run("models", "list", "--json").stdout) == (2, "")
    assert "Refused" in done.stderr


def test_an_empty_registry_says_so(office: Office) -> None:
    assert "No model" in office.run("models", "list").stdout
    assert "Nothing" in office.run("models", "history").stdout
