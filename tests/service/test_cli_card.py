"""`countermark card`: a card read aloud, tried on orders, brought into its budget."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from models.coefficient.card_file import read
from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

TEXT = files("models.coefficient").joinpath("attack.card.yaml").read_text("utf-8")
HEAD = "order,customer,closed_at,value,commission,origin,difficulty_band,value_band"
#: One in ten is hard-won; nobody reaches three times the mean.
ROWS = [
    f"o{n},c{n},2026-01-15,{100 + n % 7},10,{'natural' if n % 10 else 'hard_won'},{n % 5},{n % 4}"
    for n in range(400)
]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.yaml"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEAD, *ROWS]), "utf-8")
    return path


def run(*arguments: object, language: str = "en_US.UTF-8") -> tuple[int, str, str]:
    done = CliRunner().invoke(
        app, ["card", *map(str, arguments)], env={"LC_ALL": language, "COLUMNS": "200"}
    )
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("en_US.UTF-8", "200 % above, that is 3 times the mean", id="in English"),
        pytest.param("zh_CN.UTF-8", "均值的 3 倍（即超出 200%）时", id="in Chinese"),
    ],
)
def test_a_card_is_read_aloud(card: Path, language: str, said: str) -> None:
    code, out, _ = run("explain", card, language=language)
    assert code == 0
    assert said in out
    assert "1.47" in out


def test_a_floor_above_the_cap_is_read_aloud_as_what_it_pays(card: Path) -> None:
    text = re.sub(r"1\.[345]\d", "1.20", card.read_text("utf-8"))
    card.write_text(text.replace("weight: 1.20", "weight: 1.45"), "utf-8")
    code, out, _ = run("explain", card)
    assert (code, "pays 1.20 at least" in out, "1.45" in out) == (0, True, False)


def test_both_readings_and_the_cost_are_told(card: Path, orders: Path) -> None:
    code, out, _ = run("what-if", card, orders, "--json")
    found = json.loads(out)
    assert code == 0
    assert [one["amount"] for one in found["readings"]] == [200.0, 2.0]
    assert 0.02 < found["cost"] < 0.06
    code, out, _ = run("what-if", card, orders)
    assert "3 times" in out
    assert "2 times" in out


@pytest.mark.parametrize(
    ("written", "previewed"),
    [
        pytest.param("200%", True, id="which of two readings, nobody knows"),
        pytest.param("many", False, id="no reading at all"),
    ],
)
def test_a_bare_200_per_cent_is_refused_with_the_cost_of_both_readings(
    card: Path, orders: Path, written: str, *, previewed: bool
) -> None:
    card.write_text(f"{TEXT[: TEXT.index('high_value:')]}high_value: {written}\n", "utf-8")
    code, out, err = run("what-if", card, orders)
    assert (code, out, f"Seen '{written}'" in err) == (1, "", True)
    assert [text in err for text in ("3 times", "2 times")] == [previewed] * 2


def test_the_solved_card_costs_its_budget_and_keeps_its_comments(
    orders: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.yaml"
    small.write_text(TEXT.replace("budget: 8%", "budget: 2%"), "utf-8")
    code, out, _ = run("solve", small, orders)
    assert code == 0
    assert "# 自然成交" in out
    small.write_text(out, "utf-8")
    cost = json.loads(run("what-if", small, orders, "--json")[1])["cost"]
    assert 0.015 < cost <= 0.02
    assert read(out).budget == 0.02


@pytest.mark.parametrize(
    ("spoken", "budget", "said"),
    [
        pytest.param(
            "en_US.UTF-8", "1%", ["1.20 times (", "needs a budget"], id="too little: what is needed"
        ),
        pytest.param("zh_CN.UTF-8", "1%", ["1.20 倍（", "预算需为"], id="the same in Chinese"),
        pytest.param("en_US.UTF-8", "8%", [], id="enough: nothing"),
    ],
)
def test_sales_ops_are_told_what_fairness_would_need(
    orders: Path, spoken: str, budget: str, said: list[str]
) -> None:
    small = orders.with_name("small.yaml")
    small.write_text(TEXT.replace("budget: 8%", f"budget: {budget}"), "utf-8")
    _, _, err = run("solve", small, orders, language=spoken)
    assert [one for one in said if one not in err] == []
    assert any(one in err for one in ("needs a budget", "预算需为")) == bool(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("cap: 1.50", "cap: 9"), "card.yaml:35:6", id="a mistake in the card"),
        pytest.param(("amount: 200", "amount: 0"), "floor alone", id="a floor for everybody"),
    ],
)
def test_what_cannot_be_solved_is_told(
    card: Path, orders: Path, change: tuple[str, str], said: str
) -> None:
    card.write_text(TEXT.replace(*change), "utf-8")
    code, _, err = run("solve", card, orders)
    assert (code, said in err) == (1, True)


def test_orders_with_a_mistake_are_told_with_their_line(card: Path, orders: Path) -> None:
    orders.write_text("\n".join([HEAD, *ROWS, "x,y,z,1,1,natural,0,0"]), "utf-8")
    code, _, err = run("what-if", card, orders)
    assert (code, "orders.csv:402 closed_at" in err) == (1, True)


@pytest.mark.parametrize("missing", ["card", "orders"])
def test_a_file_that_is_not_there_ends_with_2(
    card: Path, orders: Path, missing: str, tmp_path: Path
) -> None:
    given = {"card": card, "orders": orders, missing: tmp_path / "none"}
    assert run("what-if", given["card"], given["orders"])[0] == 2
