"""`countermark models`, as the head of a training team uses it before anything is promoted."""

from __future__ import annotations

import json
import math
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from models.artefact.containers import parts_of_zip
from models.artefact.opening import open_artefact
from models.artefact.packing import packed
from models.artefact.refusal import ArtefactRefused
from models.coefficient.features import FeatureKind
from service import keys, settings
from tests.models import artefacts
from tests.service.test_cli import countermark

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with this installation's key and an artefact that it signed."""
    folder = tmp_path_factory.mktemp("office")
    done = countermark("models", "key", COUNTERMARK_DATA=str(folder / "data"))
    assert done.returncode == 0, done.stderr
    (folder / "key.pem").write_text(done.stdout)
    kept = folder / "data" / "models-key.pem"
    key = load_pem_private_key(kept.read_bytes(), password=None)
    ours = artefacts.signer(key)  # type: ignore[arg-type]
    parts = artefacts.model_parts()
    (folder / "a.zip").write_bytes(packed(parts, artefacts.ORIGIN, artefacts.examples(), ours))
    return folder


@pytest.mark.parametrize("by_file", [False, True], ids=["our own key", "a key that was given"])
def test_an_artefact_that_holds_is_told_with_its_origin(office: Path, *, by_file: bool) -> None:
    key = ("--key", office / "key.pem") if by_file else ()
    data = str(office / ("elsewhere" if by_file else "data"))
    done = countermark("models", "verify", office / "a.zip", *key, "--json", COUNTERMARK_DATA=data)
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["values"]) == (0, "opened", True)
    assert told["author"] == artefacts.ORIGIN.author
    assert told["features"] == list(artefacts.FEATURES.names)


def test_a_person_reads_one_line(office: Path) -> None:
    house = {"COUNTERMARK_DATA": str(office / "data"), "LC_ALL": "zh_CN.UTF-8"}
    done = countermark("models", "verify", office / "a.zip", **house)
    assert done.returncode == 0
    assert "成立" in done.stdout
    assert "4 个特征" in done.stdout


def test_another_installation_refuses_it_and_says_why(office: Path, tmp_path: Path) -> None:
    house = {"COUNTERMARK_DATA": str(tmp_path)}
    done = countermark("models", "verify", office / "a.zip", "--json", **house)
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["code"]) == (1, "refused", "key")
    assert told["message"]["zh"]
    assert "stays" in done.stderr


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("nothing.zip", 2, id="a file that is not there"),
        pytest.param("key.pem", 1, id="a file that is no artefact"),
        pytest.param("data", 1, id="a folder that is none"),
    ],
)
def test_what_is_no_artefact_ends_without_a_traceback(office: Path, name: str, code: int) -> None:
    house = {"COUNTERMARK_DATA": str(office / "data")}
    done = countermark("models", "verify", office / name, **house)
    assert done.returncode == code
    assert done.stderr
    assert "Traceback" not in done.stderr


def exported(office: Path, out: Path) -> int:
    done = countermark(
        *("models", "export", office / "a.zip", "--mlflow", out),
        COUNTERMARK_DATA=str(office / "data"),
    )
    return done.returncode


def loaded(module: str, path: Path) -> Any:
    """Load as mlflow.pyfunc.load_model does."""
    return import_module(module)._load_pyfunc(str(path))  # noqa: SLF001 - the name MLflow asks for


def test_mlflow_loads_what_scoring_opens(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(office, tmp_path / "m") == 0
    assert exported(office, tmp_path / "m") == 2, "nothing is written over"
    told = yaml.safe_load((tmp_path / "m" / "MLmodel").read_text("utf-8"))
    flavour = told["flavors"]["python_function"]
    asked = [one["name"] for one in json.loads(told["signature"]["inputs"])]
    assert asked == list(artefacts.FEATURES.names)
    monkeypatch.setenv("COUNTERMARK_DATA", str(office / "data"))
    columns: dict[str, list[Any]] = {
        one.name: [1.0, math.nan] if one.kind is FeatureKind.NUMBER else ["a", None]
        for one in artefacts.FEATURES.features
    }
    found = loaded(flavour["loader_module"], tmp_path / "m" / flavour["data"]).predict(columns)
    words = {name: ["a", ""] for name, cells in columns.items() if "a" in cells}
    rows = artefacts.FEATURES.matrix({**columns, **words})
    parts = parts_of_zip((office / "a.zip").read_bytes())
    opened = open_artefact(parts, trusted=keys.trusted_models(settings.load()))
    assert found.tolist() == opened.win.p_win(rows).tolist()


def test_an_export_that_was_edited_is_refused_where_it_is_loaded(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert exported(office, tmp_path / "m") == 0
    archive = tmp_path / "m" / "artefact" / "model.zip"
    archive.write_bytes(archive.read_bytes().replace(b"leaf_value=", b"leaf_valuE=", 1))
    monkeypatch.setenv("COUNTERMARK_DATA", str(office / "data"))
    with pytest.raises(ArtefactRefused):
        loaded("service.mlflow_flavour", archive.parent)
