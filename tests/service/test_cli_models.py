"""`countermark models`, as the head of a training team uses it before anything is promoted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from models.artefact.packing import packed
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
