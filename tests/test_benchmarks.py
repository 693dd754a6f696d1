"""`python -m benchmarks`: every benchmark has a group, and one that fails stops no other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import BUNDLES, GROUPS, Group, chosen, run

FOLDER = Path(benchmarks.__file__).parent
#: What is no benchmark: this program, and how a promise is written down.
NO_BENCHMARKS = {"__init__", "__main__", "promise"}

GOOD = Group(module="this", takes="no time")
BAD = Group(module="no.such.module", takes="no time")


def test_every_benchmark_belongs_to_a_group() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - NO_BENCHMARKS
    listed = {group.module.removeprefix("benchmarks.") for group in GROUPS.values()}
    # A name with an underscore in front would be a part of another benchmark.
    assert {name for name in files if not name.startswith("_")} == listed


def test_bundles_hold_every_group_once() -> None:
    held = [name for names in BUNDLES.values() for name in names]
    assert sorted(held) == sorted(GROUPS)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        pytest.param([], tuple(GROUPS), id="nothing named: all"),
        pytest.param(["time"], ("time",), id="one"),
        pytest.param(["service"], BUNDLES["service"], id="a bundle"),
        pytest.param(
            ["pdf", "verification"],
            ("pdf", *(name for name in BUNDLES["verification"] if name != "pdf")),
            id="each once",
        ),
    ],
)
def test_groups_are_chosen_by_name(arguments: list[str], names: tuple[str, ...]) -> None:
    assert chosen(arguments) == names


def test_an_unknown_group_is_told_with_those_that_exist() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "tyqe"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "tyqe" in done.stderr
    assert all(name in done.stderr for name in (*GROUPS, *BUNDLES))
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        pytest.param({"a": GOOD, "b": GOOD}, 0, id="all went well"),
        pytest.param({"a": BAD, "b": GOOD}, 1, id="one that raises, and the next one all the same"),
    ],
)
def test_one_that_fails_stops_no_other(
    groups: dict[str, Group], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tuple(groups), groups) == code
    out, _ = capfd.readouterr()
    first, *_ = out.splitlines()
    assert first == "== a: no time"
    assert "== b: no time\nThe Zen of Python" in out
