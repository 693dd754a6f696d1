"""`countermark train coefficient`: what it prints, writes, refuses, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING
from zipfile import ZipFile

import numpy as np
import pytest
from typer.testing import CliRunner

from service.cli import app
from training.coefficient.boosting import ROUNDS_OF, Way

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

needs_optuna = pytest.mark.skipif(
    find_spec("optuna") is None, reason="optuna is not installed (extra: search)"
)
CONTRACT = """countermark: contract/v1
id: leads
fields:
  lead: {column: lead, kind: category, role: order_id}
  won: {column: won, kind: flag, role: label, won: ["1"], lost: ["0"]}
  assigned: {column: assigned, kind: time, role: assigned_at}
  closed: {column: closed, kind: time, role: closed_at}
  size: {column: size, kind: number, role: feature, known_at: assignment, monotone: up}
  source: {column: source, kind: category, role: segment, known_at: assignment}
"""


def leads(count: int = 2400, *, signal: float = 1.5, striped: int = 0) -> str:
    """`striped`: won by so many stripes a unit of size, which lines cannot follow."""
    rng = np.random.default_rng(8)
    size = rng.normal(size=count).round(3)
    odds = 5 * (np.floor(size * striped) % 2) - 2.5 if striped else signal * size
    won = rng.random(count) < 1 / (1 + np.exp(-odds))
    days = np.datetime64("2024-01-01") + np.sort(rng.integers(0, 500, count))
    ends = days + rng.integers(1, 9, count)
    rows = [
        f"L{place},{int(won[place])},{days[place]},{ends[place]},{size[place]},{'ab'[place % 2]}"
        for place in range(count)
    ]
    return "\n".join(["lead,won,assigned,closed,size,source", *rows]) + "\n"


def run(folder: Path, text: str, *more: str, contract: str = CONTRACT) -> Result:
    (folder / "leads.csv").write_text(text, "utf-8")
    (folder / "leads.yaml").write_text(contract, "utf-8")
    arguments = ["train", "coefficient", "--data", str(folder / "leads.csv")]
    arguments += ["--contract", str(folder / "leads.yaml"), "--out", str(folder / "out"), *more]
    return CliRunner().invoke(app, arguments)


def test_a_candidate_is_written_whole_and_the_same_again(tmp_path: Path) -> None:
    lines = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        done = run(folder, leads(), "--json", "--at", "2026-01-01")
        assert done.exit_code == 0, done.output
        lines.append([json.loads(line) for line in done.stdout.splitlines()])
    *gates, last = lines[0]
    assert [gate["gate"] for gate in gates] == [f"G{number}" for number in range(1, 14)]
    assert all({"passed", "value", "limit"} <= set(gate) for gate in gates)
    assert last["status"] == "candidate"
    assert last["metrics"]["auc_scored"] > 0.7
    assert last["sha256"] == lines[1][-1]["sha256"]
    written = {path.name for path in (tmp_path / "one" / "out").iterdir()}
    assert {"model.zip", "metrics.json", "MODEL_CARD.md"} <= written
    assert next(gate for gate in gates if gate["gate"] == "G12")["passed"]
    checked = CliRunner().invoke(app, ["models", "verify", last["artefact"], "--json"])
    assert (checked.exit_code, json.loads(checked.stdout)["sha256"]) == (0, last["sha256"])
    archives = [(tmp_path / name / "out" / "model.zip").read_bytes() for name in ("one", "other")]
    assert archives[0] == archives[1]
    card = (tmp_path / "one" / "out" / "MODEL_CARD.md").read_text("utf-8")
    pictures = re.findall(r"\]\(([^)]+)\)", card)
    assert pictures
    assert all((tmp_path / "one" / "out" / picture).is_file() for picture in pictures)
    assert list(tmp_path.glob("one/.out*")) == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param([], id="the fixed setting"),
        pytest.param(["--search", "3"], marks=needs_optuna, id="a search"),
    ],
)
def test_new_processes_on_one_and_two_threads_seal_the_same_bytes(
    tmp_path: Path, more: list[str]
) -> None:
    (tmp_path / "leads.csv").write_text(leads(), "utf-8")
    (tmp_path / "leads.yaml").write_text(CONTRACT, "utf-8")
    command = [sys.executable, "-m", "service", "train", "coefficient", "--at", "2026-01-01"]
    command += ["--data", str(tmp_path / "leads.csv"), "--contract", str(tmp_path / "leads.yaml")]
    for threads in ("1", "2"):
        around = {"PYTHONHASHSEED": threads, "COUNTERMARK_DATA": str(tmp_path / "data")}
        around["OMP_WAIT_POLICY"] = "PASSIVE"
        out = ["--out", str(tmp_path / threads), "--threads", threads]
        subprocess.run([*command, *out, *more], env={**os.environ, **around}, check=True)
    one, two = ((tmp_path / threads / "model.zip").read_bytes() for threads in ("1", "2"))
    assert one == two


@needs_optuna
def test_a_search_is_told_in_card_figures_manifest_and_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in Way:  # too few rounds, so that something better is found
        monkeypatch.setitem(ROUNDS_OF, way, 100)
    contract = CONTRACT.replace(", monotone: up", "")
    more = ["--json", "--at", "2026-01-01", "--search", "3"]
    done = run(tmp_path, leads(striped=6), *more, contract=contract)
    assert done.exit_code == 0, done.output
    out = tmp_path / "out"
    card = (out / "MODEL_CARD.md").read_text("utf-8")
    assert re.findall(r"^\| (fixed 固定|\d+) \|", card, re.MULTILINE) == ["fixed 固定", *"123"]
    told = json.loads((out / "metrics.json").read_text("utf-8"))
    assert len(told["search"]) == 3
    assert all({"loss", "learning_rate", "rounds"} <= tried.keys() for tried in told["search"])
    last = json.loads(done.stdout.splitlines()[-1])["metrics"]
    with ZipFile(out / "model.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        trees = archive.read("win.lgb.txt").decode()
    for figures in (last, told["metrics"], manifest["metrics"]):
        assert (figures["search_tries"], figures["search_tried"]) == (3, 3)
        assert figures["search_taken"] == 1.0
        assert f"[learning_rate: {figures['search_learning_rate']:g}]" in trees
    assert "optuna" in manifest["software"]


def test_without_a_search_nothing_of_one_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, leads(), "--json", "--at", "2026-01-01")
    figures = json.loads(done.stdout.splitlines()[-1])["metrics"]
    assert [name for name in figures if name.startswith("search")] == []
    assert "Search" not in (tmp_path / "out" / "MODEL_CARD.md").read_text("utf-8")
    with ZipFile(tmp_path / "out" / "model.zip") as archive:
        assert b"search" not in archive.read("manifest.json") + archive.read("metrics.json")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("en_US.UTF-8", "--search 5 needs optuna", id="in English"),
        pytest.param("zh_CN.UTF-8", "--search 5 需要 optuna", id="in Chinese"),
    ],
)
def test_a_search_without_its_library_ends_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("service.cli.train.find_spec", lambda _name: None)
    monkeypatch.setenv("LANG", language)
    monkeypatch.delenv("LC_ALL", raising=False)
    done = run(tmp_path, "no table", "--search", "5")
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert "pip install 'countermark[search]'" in done.output.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_a_card_has_its_cheats_tried(tmp_path: Path) -> None:
    card = tmp_path / "attack.card.yaml"
    card.write_text(resources.files("models.coefficient").joinpath(card.name).read_text("utf-8"))
    done = run(tmp_path, leads(), "--json", "--at", "2026-01-01", "--card", str(card))
    gates = {gate["gate"]: gate for gate in map(json.loads, done.stdout.splitlines()[:-1])}
    assert (done.exit_code, gates["G11"]["passed"]) == (0, True), done.output
    assert abs(gates["G11"]["value"]) < 1e-9


def test_a_card_with_mistakes_ends_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("countermark: card/v1\n", "utf-8")
    done = run(tmp_path, leads(), "--card", str(tmp_path / "wrong.yaml"))
    assert (done.exit_code, (tmp_path / "out").exists()) == (1, False)
    assert "wrong.yaml:1:1" in done.output


def test_without_signal_nothing_but_the_reasons_is_written(tmp_path: Path) -> None:
    done = run(tmp_path, leads(signal=0.0), "--at", "2026-01-01")
    assert done.exit_code == 1
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert "MODEL_CARD.md" in written
    assert "model.zip" not in written
    assert "Refused" in (tmp_path / "out" / "MODEL_CARD.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        pytest.param((leads(0), CONTRACT), 2, "no row below it", id="a header alone"),
        pytest.param((leads(20), CONTRACT), 1, "400 rows at least", id="20 rows"),
        pytest.param((leads(), CONTRACT.replace("size: {col", "owner: {col")), 1, "who sells",
                     id="the owner as a feature"),
        pytest.param((leads().replace("size,", "Size,", 1), CONTRACT), 1, "size → Size?",
                     id="a renamed column"),
        pytest.param((leads().replace("L7,", "L8,"), CONTRACT), 0, "1 rejected", id="an id twice"),
    ],
)  # fmt: skip
def test_a_dry_run_tells_and_writes_nothing(
    tmp_path: Path, files: tuple[str, str], code: int, said: str
) -> None:
    text, contract = files
    done = run(tmp_path, text, "--dry-run", "--at", "2026-01-01", contract=contract)
    assert (done.exit_code, said in done.output) == (code, True), done.output
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_what_would_change(tmp_path: Path) -> None:
    from training.contract.contract_file import read  # noqa: PLC0415
    from training.contract.staging import staged  # noqa: PLC0415
    from training.contract.table import from_csv  # noqa: PLC0415
    from training.snapshot import snapshot  # noqa: PLC0415

    told = read(CONTRACT)
    rows = staged(from_csv(leads(800).encode()), told, at=1.8e9)
    before = tmp_path / "before.jsonl.gz"
    before.write_bytes(snapshot(rows.records, told).packed())
    text = leads(800).replace("L7,", "new,")
    done = run(tmp_path, text, "--dry-run", "--json", "--against", str(before))
    change = json.loads(done.stdout)["change"]
    assert (change["added"], change["gone"], change["same"]) == (1, 1, 799)


def test_a_folder_that_exists_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    done = run(tmp_path, leads(50))
    assert done.exit_code == 2
    assert list((tmp_path / "out").iterdir()) == []


def test_data_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(CONTRACT, "utf-8")
    arguments = ["--data", str(tmp_path / "none.csv"), "--contract", str(tmp_path / "c.yaml")]
    done = CliRunner().invoke(app, ["train", "coefficient", *arguments, "--dry-run"])
    assert done.exit_code == 2
