"""A stage that was renamed in the midst of its history: told, and read as one on request."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2026, 1, 5)


def table(path: Path, *spans: tuple[str, int, int]) -> str:
    """Write ten deals a day from one day of a stage up to another; gives the path."""
    rows = ["stage,entered,converted"]
    for name, begin, end in spans:
        for day in (FIRST + timedelta(place) for place in range(begin, end)):
            rows += [f"{name},{day},{day if deal % 2 else ''}" for deal in range(10)]
    file = path / "deals.csv"
    file.write_text("\n".join(rows), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("spans", "told"),
    [
        pytest.param([("a", 0, 150), ("b", 150, 180)], [("a", "b")], id="the next day"),
        pytest.param([("a", 0, 150), ("b", 163, 180)], [("a", "b")], id="two weeks later"),
        pytest.param([("a", 0, 150), ("b", 165, 180)], [], id="later than that: another stage"),
        pytest.param([("a", 0, 150), ("b", 140, 180)], [], id="both at once for a while"),
        pytest.param([("a", 0, 180), ("b", 0, 180)], [], id="two stages"),
        pytest.param(
            [("a", 0, 90), ("b", 90, 150), ("c", 150, 180)],
            [("a", "b"), ("b", "c")],
            id="renamed twice",
        ),
    ],
)
@pytest.mark.parametrize("command", ["detect", "explain"])
def test_a_stage_that_begins_where_another_ends_is_told(
    tmp_path: Path, spans: list[tuple[str, int, int]], told: list[tuple[str, str]], command: str
) -> None:
    asked = ["funnel", command, table(tmp_path, *spans)]
    found = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["perhaps_renamed"]
    assert [(one["from"], one["to"]) for one in found] == told
    for locale, words in (("C", "--renamed a=b"), ("zh_CN.UTF-8", "--renamed a=b")):
        said = CliRunner().invoke(app, asked, env={"LC_ALL": locale})
        assert (words in said.stderr) is bool(told)


def test_stages_that_people_say_are_one_are_read_as_one(tmp_path: Path) -> None:
    path = table(tmp_path, ("a", 0, 90), ("b", 90, 150), ("c", 150, 180))
    asked = ["funnel", "detect", path, "--json", "--renamed", "a=b", "--renamed", "b = c"]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert [(one["stage"], one["status"]) for one in told["stages"]] == [("c", "steady")]
    assert told["perhaps_renamed"] == []


@pytest.mark.parametrize(
    ("renamed", "code", "words"),
    [
        pytest.param(["a"], 2, "OLD=NEW", id="no pair"),
        pytest.param(["=b"], 2, "OLD=NEW", id="no old name"),
        pytest.param(["x=b"], 1, "a, b", id="a name that no row has"),
        pytest.param(["a=b", "b=a"], 2, "a=b, b=a", id="round and round"),
        pytest.param(["a=b", "a=c"], 2, "a=b, a=c", id="two new names for one"),
    ],
)
def test_what_renames_nothing_is_told(
    tmp_path: Path, renamed: list[str], code: int, words: str
) -> None:
    path = table(tmp_path, ("a", 0, 90), ("b", 90, 180))
    asked = ["funnel", "detect", path]
    for one in renamed:
        asked += ["--renamed", one]
    for locale in ("C", "zh_CN.UTF-8"):
        done = CliRunner().invoke(app, asked, env={"LC_ALL": locale})
        assert (done.exit_code, done.stdout) == (code, "")
        assert words in done.stderr
