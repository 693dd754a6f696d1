"""`countermark funnel` from the outside: JSON of the contract, words, refusals."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [f"r{a},c{b},6000,3120,500,{175 if a == 1 else 260}" for a in range(6) for b in range(6)]
TABLE = "region,channel,n_hist,k_hist,n_cur,k_cur\n" + "\n".join(ROWS) + "\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "week.csv"
    path.write_text(TABLE, "utf-8")
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_json_is_the_contracts(table: Path, *, packed: bool) -> None:
    if packed:
        table.write_bytes(gzip.compress(table.read_bytes()))
    done = CliRunner().invoke(app, ["funnel", "localise", str(table), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["case"], told["scope"]) == ("week", "cells")
    (cause,) = told["causes"]
    assert cause["cell"] == {"region": "r1"}
    assert cause["observed"] == 6 * 175
    assert cause["interval"][0] < cause["shortfall"] < cause["interval"][1]
    assert set(cause) == {
        "cell", "tie", "expected", "observed", "shortfall", "interval", "llr", "p",
    }  # fmt: skip
    assert told["cpu_ms"] > 0


@pytest.mark.parametrize(
    ("locale", "words"),
    [("zh_CN.UTF-8", "1 个单元解释了下降"), ("en_US.UTF-8", "Fallen: 1 of the cells")],
)
def test_words_in_both_languages(
    table: Path, monkeypatch: pytest.MonkeyPatch, locale: str, words: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    done = CliRunner().invoke(app, ["funnel", "localise", str(table)])
    assert done.exit_code == 0
    assert words in done.stdout
    assert "region=r1" in done.stdout


@pytest.mark.parametrize("command", ["localise", "explain"])
@pytest.mark.parametrize(
    ("value", "told"),
    [("R1", True), ("r\uff11", True), ("r 1", True), ("r1x", False)],
    ids=["case", "width", "blanks", "another value"],
)
def test_values_written_in_two_ways_are_told(
    table: Path, command: str, value: str, *, told: bool
) -> None:
    table.write_text(f"{TABLE}{value},c0,6000,3120,500,260\n", "utf-8")
    done = CliRunner().invoke(app, ["funnel", command, str(table), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)
    assert (repr(value) in done.stderr and "region" in done.stderr) is told


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        pytest.param(b"", 1, "a header and one row", id="empty: what was expected"),
        pytest.param(b"a,n_hist,k_hist,n_cur,k_cur\nx,1,2,1,1\n", 1, ":2 k_hist", id="k > n"),
        pytest.param(b"\x1f\x8bnothing", 2, "damaged gzip", id="damaged gzip"),
        pytest.param(b"\xff\xff,\x00", 1, "UTF-8 or GB 18030", id="no text"),
    ],
)
def test_a_bad_table_is_told(
    table: Path, monkeypatch: pytest.MonkeyPatch, *, data: bytes, code: int, words: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    table.write_bytes(data)
    done = CliRunner().invoke(app, ["funnel", "localise", str(table)])
    assert done.exit_code == code
    assert words in done.stderr


def test_a_fall_is_dated_in_json_and_in_words(tmp_path: Path) -> None:
    rows = ["stage,entered,converted"]
    first = date(2026, 1, 5)
    for place in range(180):
        day = first + timedelta(place)
        won = 21 if place >= 150 else 32
        rows += [f"demo,{day},{day if deal < won else ''}" for deal in range(60)]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(rows), "utf-8")
    (told,) = json.loads(CliRunner().invoke(app, ["funnel", "detect", str(path), "--json"]).stdout)[
        "stages"
    ]
    assert (told["status"], told["onset"]) == ("fell", (first + timedelta(150)).isoformat())
    done = CliRunner().invoke(app, ["funnel", "detect", str(path)], env={"LC_ALL": "C"})
    assert told["onset"] in done.stdout
    short = CliRunner().invoke(app, ["funnel", "detect", str(path), "--false-alarms", "0"])
    assert short.exit_code == 2


def test_a_fall_of_deals_without_dimensions_is_explained_as_one(tmp_path: Path) -> None:
    rows = ["stage,entered,converted"]
    for number in range(180):
        day = date(2025, 6, 1) + timedelta(days=number)
        won = 10 if number < 160 else 4
        rows += [f"demo,{day},{day if place < won else ''}" for place in range(20)]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    done = CliRunner().invoke(app, ["funnel", "explain", str(path)], env={"LC_ALL": "en_US.UTF-8"})
    assert done.exit_code == 0, done.output
    assert "demo 2025-11-08" in done.stdout
    assert "Nothing fell" not in done.stdout
    assert "no column of a dimension" in done.stdout


def stages(*spans: tuple[str, int], typo: int | None = None) -> str:
    """Give ten deals a day for so many days of each stage, half of them converted."""
    first, rows = date(2026, 1, 5), ["stage,entered,converted"]
    for name, days in spans:
        for day in (first + timedelta(place) for place in range(days)):
            rows += [f"{name},{day},{day if deal % 2 else ''}" for deal in range(10)]
    if typo is not None:
        rows.append(f"{spans[0][0]},{first},{first + timedelta(typo)}")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "status", "days"),
    [
        pytest.param(stages(("a", 180), ("b", 180)), "steady", None, id="deals to the last day"),
        pytest.param(stages(("a", 176), ("b", 180)), "steady", None, id="a quiet weekend"),
        pytest.param(stages(("a", 120), ("b", 200)), "no_deals", 80, id="a stage that stopped"),
        pytest.param(stages(("a", 150), typo=249), "no_deals", 100, id="a last day that is wrong"),
        pytest.param(stages(("a", 160), ("b", 180)), "steady", 20, id="stopped lately: beside"),
    ],
)
def test_a_stage_without_deals_is_no_steady_one(
    tmp_path: Path, text: str, status: str, days: int | None
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(text, "utf-8")
    done = CliRunner().invoke(app, ["funnel", "detect", str(path), "--json"])
    told = json.loads(done.stdout)["stages"][0]
    assert (told["status"], told.get("days_without")) == (status, days)
    for locale, words in (("C", f"for {days} days"), ("zh_CN.UTF-8", f"已有 {days} 天没有商机")):
        said = CliRunner().invoke(app, ["funnel", "detect", str(path)], env={"LC_ALL": locale})
        assert (words in said.stdout) == (days is not None)
        assert " 0 conversions" not in said.stdout
    explained = CliRunner().invoke(app, ["funnel", "explain", str(path), "--json"]).stdout
    assert json.loads(explained)["stages"][0]["status"] == status


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        pytest.param(0, 0, "Nothing ever converted in history", id="k = 0 everywhere"),
        pytest.param(0, 3, "Nothing ever converted in history", id="conversions are new"),
        pytest.param(2, 2, "n too small, needed about", id="a few converted: so many are needed"),
    ],
)
def test_where_nothing_ever_converted_no_number_of_deals_is_asked_for(
    table: Path, before: int, now: int, words: str
) -> None:
    rows = [f"r{a},c{b},20,{before},20,{now}" for a in range(4) for b in range(4)]
    table.write_text("\n".join(["region,channel,n_hist,k_hist,n_cur,k_cur", *rows]), "utf-8")
    done = CliRunner().invoke(app, ["funnel", "localise", str(table)], env={"LC_ALL": "C"})
    assert words in done.stdout.replace("\n", " ")
    told = json.loads(CliRunner().invoke(app, ["funnel", "localise", str(table), "--json"]).stdout)
    assert (told["needed"] is None) == (before == 0)


CHINESE = (
    ("n_hist", "历史进入"), ("k_hist", "历史转化"), ("n_cur", "本期进入"), ("k_cur", "本期转化"),
    ("stage", "阶段"), ("entered", "进入日期"), ("converted", "转化日期"), ("region", "区域"),
)  # fmt: skip


def in_chinese(text: str) -> bytes:
    head, _, rows = text.partition("\n")
    for name, word in CHINESE:
        head = head.replace(name, word)
    return f"{head}\n{rows}".encode("gb18030")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        pytest.param("localise", TABLE, id="counts"),
        pytest.param("explain", TABLE, id="counts, explained"),
        pytest.param("detect", stages(("a", 180)), id="deals"),
        pytest.param("explain", stages(("a", 180)), id="deals, explained"),
    ],
)
def test_chinese_columns_are_the_same_table(table: Path, command: str, text: str) -> None:
    told = []
    for data in (text.encode(), in_chinese(text)):
        table.write_bytes(data)
        done = CliRunner().invoke(app, ["funnel", command, str(table), "--json"])
        assert done.exit_code == 0, done.output
        told.append(json.loads(done.stdout.replace("区域", "region")))
        told[-1].pop("cpu_ms", None)
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        pytest.param("区域,历史进入,历史转化,本期进入", "列 k_cur（本期转化）", id="one lacks"),
        pytest.param("区域,本期转化,k_cur,n_cur,n_hist", "列 k_hist（历史转化）", id="twice"),
    ],
)
def test_a_missing_column_is_told_by_both_its_names(table: Path, head: str, words: str) -> None:
    table.write_text(f"{head}\n" + ",".join("1" * (head.count(",") + 1)) + "\n", "utf-8")
    done = CliRunner().invoke(
        app, ["funnel", "localise", str(table)], env={"LC_ALL": "zh_CN.UTF-8"}
    )
    assert done.exit_code == 1
    assert words in done.stderr
