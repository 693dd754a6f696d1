"""`countermark rules check` and `schema`: folders, catalogues, formats, exit codes."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it carries no types
from typer.testing import CliRunner, Result

from rules.packs import metrics
from service.cli import app
from tests.service.sarif import LOG

RULE = """\
schema: countermark/v1
rules:
  - id: NAME
    name: {zh: 一, en: one}
    kind: warning
    on: weekly
    when: {FIELD: "< 80%"}
    level: red
"""
RUNNER = CliRunner()
SARIF = Draft7Validator(LOG)


def run(*arguments: str | Path, locale: str = "en_GB.UTF-8") -> Result:
    words = ["rules", *map(str, arguments)]
    return RUNNER.invoke(app, words, env={"LC_ALL": locale})


def write(path: Path, name: str = "a", field: str = "周达成率", more: str = "") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(RULE.replace("NAME", name).replace("FIELD", field) + more, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a right file, a wrong one in a folder of its own, and cases."""
    write(tmp_path / "right.yaml")
    write(tmp_path / "more" / "wrong.yml", "b", "周达成绿")
    (tmp_path / "right.cases.yaml").write_text("not: [a rule file", "utf-8")
    (tmp_path / "notes.txt").write_text("not a rule file", "utf-8")
    return tmp_path


def test_a_folder_is_checked_with_all_below_it_but_the_cases(folder: Path) -> None:
    done = run("check", folder)
    assert done.exit_code == 1
    assert done.stdout.count("UNKNOWN_FIELD") == 1
    assert f"{folder / 'more' / 'wrong.yml'}:7:12: There is no field '周达成绿'" in done.stdout
    assert "没有字段“周达成绿”" in run("check", folder, locale="zh_CN.UTF-8").stdout


def test_the_shipped_packs_have_no_mistake() -> None:
    packs = Path(__file__).parents[2] / "rules" / "packs"
    done = run("check", packs)
    assert (done.exit_code, done.stdout) == (0, "")
    assert re.fullmatch(r"\d+ rules in 12 files, nothing wrong\.\n", done.stderr)


def test_that_nothing_is_wrong_is_said_to_people_and_not_to_programs(tmp_path: Path) -> None:
    right = write(tmp_path / "right.yaml")
    assert run("check", right).stderr == "1 rule in 1 file, nothing wrong.\n"
    chinese = run("check", right, "--json", locale="zh_CN.UTF-8")
    assert (chinese.stdout, chinese.stderr) == ("", "1 个文件，1 条规则，没有发现问题。\n")
    wrong = write(tmp_path / "wrong.yaml", field="周达成绿")
    assert "nothing wrong" not in run("check", right, wrong).stderr
    assert "nothing wrong" not in run("check", right, tmp_path / "none.yaml").stderr


def test_files_that_are_checked_together_may_name_one_another(tmp_path: Path) -> None:
    red = write(tmp_path / "red.yaml", "red")
    yellow = write(tmp_path / "yellow.yaml", "yellow", more="    inhibited_by: [red]\n")
    assert run("check", red, yellow).exit_code == 0
    assert run("check", yellow).exit_code == 1


def test_json_is_one_object_a_line_with_the_names_of_the_contract(folder: Path) -> None:
    done = run("check", folder, "--json")
    (problem,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert problem["suggestion"] == "周达成率"
    assert {"file", "line", "column", "code", "severity", "message", "expected", "seen"} <= set(
        problem
    )


def test_sarif_names_file_line_and_column(folder: Path) -> None:
    write(folder / "with blank 表.yaml", "c", "周达成绿")
    done = run("check", folder, "--format", "sarif")
    log = json.loads(done.stdout)
    (made,) = log["runs"]
    assert (done.exit_code, log["version"]) == (1, "2.1.0")
    assert [rule["id"] for rule in made["tool"]["driver"]["rules"]] == ["UNKNOWN_FIELD"]
    first, second = made["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("more/wrong.yml")
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (7, 12)
    assert (first["level"], first["ruleIndex"]) == ("error", 0)
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
        "with%20blank%20%E8%A1%A8.yaml"
    )


def _with(log: dict[str, Any], *path: str | int, value: object) -> dict[str, Any]:
    """Give a log in which one thing is another; `...` takes it away."""
    changed: Any = copy.deepcopy(log)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return dict(changed)


RESULT = ("runs", 0, "results", 0)
REGION = (*RESULT, "locations", 0, "physicalLocation", "region")
SPOILT: dict[str, tuple[tuple[str | int, ...], object]] = {
    "another version": (("version",), "2.0.0"),
    "no runs": (("runs",), ...),
    "no tool": (("runs", 0, "tool"), ...),
    "a tool without name": (("runs", 0, "tool", "driver", "name"), ...),
    "a rule without id": (("runs", 0, "tool", "driver", "rules", 0, "id"), ...),
    "a result without message": ((*RESULT, "message"), ...),
    "a message without text": ((*RESULT, "message"), {}),
    "another level": ((*RESULT, "level"), "fatal"),
    "line 0": ((*REGION, "startLine"), 0),
    "a misspelt property": ((*REGION, "startColum"), 1),
    "an address with blanks": (
        (*RESULT, "locations", 0, "physicalLocation", "artifactLocation", "uri"),
        "a b",
    ),
}


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "en_GB.UTF-8"])
def test_sarif_has_the_shape_of_the_standard(folder: Path, locale: str) -> None:
    write(folder / "with blank 表.yaml", "c", "周达成绿")
    write(folder / "unused.yaml", "d", more="facts: {}\n")
    log = json.loads(run("check", folder, "--format", "sarif", locale=locale).stdout)
    assert [error.message for error in SARIF.iter_errors(log)] == []
    (made,) = log["runs"]
    ids = [rule["id"] for rule in made["tool"]["driver"]["rules"]]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in made["results"])
    none = json.loads(run("check", folder / "right.yaml", "--format", "sarif").stdout)
    assert [error.message for error in SARIF.iter_errors(none)] == []
    assert none["runs"][0]["results"] == []


@pytest.mark.parametrize("name", SPOILT)
def test_the_shape_refuses_what_the_standard_does(folder: Path, name: str) -> None:
    path, value = SPOILT[name]
    log = json.loads(run("check", folder, "--format", "sarif").stdout)
    assert list(SARIF.iter_errors(_with(log, *path, value=value)))


def test_another_catalogue_counts_when_it_is_named_or_lies_beside(tmp_path: Path) -> None:
    rule = write(tmp_path / "rule.yaml", field="周达成度")
    catalogue = tmp_path / "metrics.yaml"
    catalogue.write_text(metrics().replace("周达成率", "周达成度"), "utf-8")
    assert run("check", rule).exit_code == 1
    assert run("check", rule, "--metrics", catalogue).exit_code == 0
    assert run("check", tmp_path).exit_code == 0


def test_a_catalogue_is_checked_like_any_file(tmp_path: Path) -> None:
    catalogue = tmp_path / "metrics.yaml"
    catalogue.write_text(metrics().replace("range: [0, 400]", "range: [400, 0]"), "utf-8")
    done = run("check", catalogue)
    assert done.exit_code == 1
    assert "[RANGE]" in done.stdout
    assert run("check", write(tmp_path / "a.yaml"), "--metrics", catalogue).exit_code == 2


@pytest.mark.parametrize("missing", ["file", "folder"])
def test_what_cannot_be_read_gives_2_even_where_others_have_mistakes(
    folder: Path, missing: str
) -> None:
    empty = folder / "empty"
    empty.mkdir()
    assert run("check", folder / "no.yaml" if missing == "file" else empty).exit_code == 2
    assert run("check", folder / "no.yaml", folder).exit_code == 2


def test_the_schema_completes_fields_actions_and_roles() -> None:
    done = run("schema")
    made = json.loads(done.stdout)
    weekly = made["definitions"]["condition of weekly"]["properties"]
    assert {"attainment", "周达成率", "Weekly attainment", "any"} <= set(weekly)
    entry, _ = made["definitions"]["actions"]["items"]["anyOf"]
    assert "notify" in entry["properties"]
