"""`countermark causes`, `train causes` and `funnel explain` from the outside."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from models.rca.causes.evidence import catalogue_text
from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

ONSET = date(2026, 1, 9)


def run(*arguments: object, locale: str = "en_US.UTF-8") -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={"LC_ALL": locale})


def incident(**changes: Any) -> dict[str, Any]:
    """Give an incident of 1,400 deals in 14 weeks: half of them convert, then a fifth does."""
    deals = []
    for day in range(-91, 7):
        entered = ONSET + timedelta(days=day)
        for one in range(14):
            is_won = one % 5 == 0 if day >= 0 else one % 2 == 0
            deals.append(
                {
                    "id": f"d{day}.{one}",
                    "rep": f"r{one}",
                    "entered": str(entered),
                    "converted": str(entered) if is_won else None,
                    "dims": {"region": "ns"[one % 3 == 0]},
                }
            )
    return {
        "incident": "jan",
        "stage": "demo → quote",
        "onset": {"at": str(ONSET), "first": "2026-01-08", "last": "2026-01-10"},
        "seen_until": "2026-01-15",
        "dimensions": ["region"],
        "deals": deals,
        "cells": [{"cell": {}, "llr": 40.0, "p": 0.99}],
        "evidence": [
            {"id": "gap", "type": "sync_gap", "at": "2026-01-08", "exposure": {"all": True}},
            {"id": "old", "type": "release", "at": "2025-11-20", "exposure": {"reps": ["r1"]}},
            {"id": "deck", "type": "demo_deck", "at": "2026-01-09", "exposure": {"all": True}},
        ],
    } | changes


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("causes") / "incident.json"
    path.write_text(json.dumps(incident()), "utf-8")
    return path


def test_json_is_the_contracts(told: Path) -> None:
    done = run("causes", "rank", told, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["incident"] == "jan"
    first = found["causes"][0]
    assert (first["id"], first["kind"], first["role"], first["by"]) == (
        "gap",
        "evidence",
        "root",
        "model",
    )
    assert {"id", "kind", "rank", "role", "p_root", "tie", "reasons"} <= first.keys()
    assert all(reason.keys() == {"zh", "en"} for reason in first["reasons"])
    assert [one["rank"] for one in found["causes"]] == [1, 2, 3, 4]
    assert run("causes", "rank", told, "--json").stdout == done.stdout


@pytest.mark.parametrize(
    ("locale", "words"),
    [("zh_CN.UTF-8", "按人工规则排序"), ("en_US.UTF-8", "Ranked by the rule by hand")],
)
def test_people_are_told_in_their_language(told: Path, locale: str, words: str) -> None:
    done = run("causes", "rank", told, "--rule", locale=locale)
    assert done.exit_code == 0, done.output
    assert words in done.stdout
    assert "gap" in done.stdout


@pytest.mark.parametrize(
    ("changes", "code", "seen"),
    [
        pytest.param({}, 0, "", id="a sound incident"),
        pytest.param(
            {"evidence": [{"id": "e", "type": "sync_gab", "at": "2026-01-08"}]},
            1,
            "evidence[0].type: seen sync_gab, expected a declared type: sync_gap",
            id="a type that is not declared",
        ),
        pytest.param(
            {"evidence": [{"id": "e", "type": "release", "at": "2026-05-01"}]},
            1,
            "evidence[0].at: seen 2026-05-01",
            id="evidence in the future",
        ),
        pytest.param({"evidence": [], "cells": []}, 0, "", id="nothing to rank"),
        pytest.param(
            {"deals": incident()["deals"][:1]},
            1,
            "deals: seen none, expected deals that entered since the onset",
            id="no deal since the onset: nothing tells causes apart yet",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(
    tmp_path: Path, changes: dict[str, Any], code: int, seen: str
) -> None:
    path = tmp_path / "incident.json"
    path.write_text(json.dumps(incident(**changes)), "utf-8")
    done = run("causes", "rank", path)
    assert (done.exit_code, seen in done.stderr) == (code, True)


def test_a_file_that_is_not_there_is_exit_2(tmp_path: Path) -> None:
    assert run("causes", "rank", tmp_path / "none.json").exit_code == 2


def test_types_are_printed_checked_and_used(told: Path, tmp_path: Path) -> None:
    assert run("causes", "types").stdout == catalogue_text()
    path = tmp_path / "types.yaml"
    path.write_text(catalogue_text(), "utf-8")
    assert run("causes", "types", path).exit_code == 0
    path.write_text(catalogue_text().replace("caused_by: [sync_gap,", "caused_by: [deck,"), "utf-8")
    done = run("causes", "rank", told, "--types", path)
    assert done.exit_code == 1
    assert "types.yaml:" in done.stderr
    assert "'deck'" in done.stderr


def test_a_sealed_model_is_opened_before_it_ranks(told: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    path.write_bytes(b"PK")
    done = run("causes", "rank", told, "--model", path)
    assert (done.exit_code, "refused" in done.stderr) == (1, True)


def test_training_tells_its_gates_and_writes_the_card(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("train", "causes", "--out", out, "--incidents", 12, "--judges", 20, "--json")
    # So few incidents fail G1, whatever the others say.
    assert done.exit_code == 1, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (lines[0]["gate"], lines[0]["passed"], lines[0]["value"]) == ("G1", False, 12.0)
    assert (lines[-1]["status"], lines[-1]["artefact"]) == ("refused", None)
    assert "AC@1" in (out / "MODEL_CARD.md").read_text("utf-8")
    assert not (out / "model.zip").exists()
    again = run("train", "causes", "--out", out, "--incidents", 12)
    assert (again.exit_code, "exists" in again.stderr) == (2, True)


def test_explain_gives_parts_that_add_up_and_every_deal(tmp_path: Path) -> None:
    rows = ["stage,id,entered,converted,region"]
    first = ONSET - timedelta(days=130)
    for day in range(138):
        entered = first + timedelta(days=day)
        for one in range(20):
            is_won = one % 10 < (2 if entered >= ONSET else 5)
            rows.append(
                f"demo,d{day}.{one},{entered},{entered if is_won else ''},{'ns'[one % 3 == 0]}"
            )
            if is_won:
                rows.append(f"sign,d{day}.{one},{entered},{entered if one % 2 else ''},n")
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(rows), "utf-8")
    done = run("funnel", "explain", path, "--json")
    assert done.exit_code == 0, done.output
    demo = json.loads(done.stdout)["stages"][0]
    assert (demo["stage"], demo["status"], demo["scope"]) == ("demo", "fell", "all")
    change = demo["change"]["now"] - demo["change"]["before"]
    (region,) = demo["dimensions"]
    assert region["mix"] + region["rate"] == pytest.approx(change, abs=1e-5)
    (behind,) = demo["behind"]
    assert behind["deals"] - behind["converted"] == len(behind["not_converted"])
    since = [row for row in rows if row.startswith("demo,") and row.split(",")[2] >= demo["onset"]]
    assert behind["deals"] == len(since)
    lost = [row.split(",")[1] for row in since if not row.split(",")[3]]
    assert sorted(behind["not_converted"]) == sorted(lost)


@pytest.mark.parametrize("text", ["", "\n\n", "entered,converted\n2999-01-01,\n"])
def test_explain_refuses_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(text, "utf-8")
    done = run("funnel", "explain", path)
    assert (done.exit_code, type(done.exception)) == (1, SystemExit)
    assert "deals.csv:" in done.stderr


def test_explain_takes_counts_as_well(tmp_path: Path) -> None:
    rows = [f"r{a},6000,3120,500,{175 if a == 1 else 260}" for a in range(6)]
    path = tmp_path / "week.csv"
    path.write_text("region,n_hist,k_hist,n_cur,k_cur\n" + "\n".join(rows), "utf-8")
    (stage,) = json.loads(run("funnel", "explain", path, "--json").stdout)["stages"]
    assert [one["cell"] for one in stage["causes"]] == [{"region": "r1"}]
    assert stage["behind"] == [
        {"cell": {"region": "r1"}, "deals": 500, "converted": 175, "leaves": 1}
    ]
    path.write_text("region,n_hist,k_hist,n_cur,k_cur\nr,1,2,3,4", "utf-8")
    assert run("funnel", "explain", path).exit_code == 1


TABLE = """id,type,at,until,all,reps,cells,share
gap,sync_gap,2026-01-08,,是,,,
old,release,2025-11-20,2025-11-21,,r1;,,
deck,demo_deck,2026-01-09,,,,region=n;region=s,
said,survey,2026-01-14,,no,,,0.9
"""


def test_evidence_as_a_table_is_that_of_the_json(told: Path, tmp_path: Path) -> None:
    bare, table = tmp_path / "bare.json", tmp_path / "evidence.csv"
    bare.write_text(json.dumps({k: v for k, v in incident().items() if k != "evidence"}), "utf-8")
    table.write_bytes(TABLE.encode("gb18030"))
    done = run("causes", "rank", bare, "--evidence", table, "--json")
    assert done.exit_code == 0, done.output
    found = {one["id"]: one for one in json.loads(done.stdout)["causes"]}
    known = json.loads(run("causes", "rank", told, "--json").stdout)["causes"]
    assert {one["id"]: one["deals"] for one in known} | {"said": None} == {
        name: one["deals"] for name, one in found.items()
    }


def test_a_table_of_evidence_may_have_chinese_columns(told: Path, tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    ranked = []
    for head in ("id,type,at,topic,all,deals", "编号,类型,时间,主题,全部,商机"):
        path.write_text(f"{head}\nnew,survey,2026-01-07,price,否,d0.1\n", "utf-8")
        done = run("causes", "rank", told, "--evidence", path, "--json")
        assert done.exit_code == 0, done.output
        ranked.append(done.stdout)
    assert ranked[0] == ranked[1]


@pytest.mark.parametrize(
    ("table", "where"),
    [
        pytest.param("id,type\n", "evidence.csv:1", id="a column is missing"),
        pytest.param("id,type,at,weather\n", "evidence.csv:1", id="a column nobody knows"),
        pytest.param("id,type,at\na,release\n", "evidence.csv:2", id="a cell is missing"),
        pytest.param("id,type,at\na,release,soon\n", "evidence.csv:2.at", id="no day"),
        pytest.param("id,type,at,all\na,release,2026-01-08,?\n", ":2.all", id="neither yes nor no"),
        pytest.param("id,type,at,share\na,release,2026-01-08,x\n", "share", id="no number"),
        pytest.param("id,type,at\ngap,release,2026-01-08\n", "evidence[3]", id="an id twice"),
    ],
)
def test_a_table_of_evidence_is_refused_with_its_line(
    told: Path, tmp_path: Path, table: str, where: str
) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text(table, "utf-8")
    done = run("causes", "rank", told, "--evidence", path)
    assert done.exit_code == 1
    said = done.output.replace("\n", "")
    assert where in said
    assert "evidence.csv evidence.csv" not in said


def exposed(**exposure: Any) -> dict[str, Any]:
    item = {"id": "gap", "type": "sync_gap", "at": "2026-01-08", "exposure": exposure}
    return incident(evidence=[item])


@pytest.mark.parametrize(
    ("told", "where", "seen"),
    [
        pytest.param(exposed(cells=[{"region": "mars"}]),
                     "evidence[0].exposure.cells[0].region", "mars", id="a value no deal has"),
        pytest.param(exposed(deals=["nobody"]),
                     "evidence[0].exposure.deals", "nobody", id="an id no deal has"),
        pytest.param(incident(cells=[{"cell": {"region": "mars"}}]),
                     "cells[0].cell.region", "mars", id="a localised cell of no deal"),
        pytest.param(exposed(cells=[{"region": "n"}, {"region": "mars"}]),
                     "evidence[0].exposure.cells[1].region", "mars", id="one of two cells"),
        pytest.param(exposed(deals=["d0.1", "nobody"]),
                     "evidence[0].exposure.deals", "nobody", id="one of two ids"),
        pytest.param(exposed(reps=["elsewhere"]),
                     "evidence[0].exposure.reps", "elsewhere", id="a rep of other stages"),
        pytest.param(exposed(all=True, cells=[{"region": "n"}]), "", "", id="all known: no word"),
    ],
)  # fmt: skip
def test_what_no_deal_has_is_named_and_the_rest_ranked(
    tmp_path: Path, told: dict[str, Any], where: str, seen: str
) -> None:
    path = tmp_path / "incident.json"
    path.write_text(json.dumps(told), "utf-8")
    done = run("causes", "rank", path, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["causes"]
    lines = done.stderr.replace("\n", "")
    assert (f"{where}: saw '{seen}', expected" in lines) if where else not lines


def test_a_row_of_a_table_that_touches_no_deal_is_named_with_its_line(
    told: Path, tmp_path: Path
) -> None:
    path = tmp_path / "evidence.csv"
    path.write_text("id,type,at,cells\nnew,release,2026-01-08,region=mars\n", "utf-8")
    done = run("causes", "rank", told, "--evidence", path)
    assert done.exit_code == 0
    assert "evidence.csv:2.exposure.cells[0].region: saw 'mars'" in done.stderr.replace("\n", "")
