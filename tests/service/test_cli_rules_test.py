"""`countermark rules test`: what it prints to people, programs and build servers, and its codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

RULES = """\
schema: countermark/v1
rules:
  - id: low
    name: {zh: 低, en: Low}
    kind: warning
    on: weekly
    when: {周达成率: "< 80%"}
    level: yellow
"""
CASES = """\
schema: countermark-cases/v1
cases:
  - case: 79 % 触发 <一>
    given: {weekly: {columns: [大区, 周, 周达成率], rows: [[华东, 2026-W02, RATE]]}}
    expect: [{at: 2026-W02, fires: [low]}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a pack whose case passes, and one whose case fails."""
    for name, rate in (("good", "79%"), ("bad", "81%")):
        (tmp_path / f"{name}.yaml").write_text(RULES, "utf-8")
        (tmp_path / f"{name}.cases.yaml").write_text(CASES.replace("RATE", rate), "utf-8")
    (tmp_path / "alone.yaml").write_text(RULES, "utf-8")
    (tmp_path / "wrong.yaml").write_text(RULES.replace("周达成率", "周达成绿"), "utf-8")
    (tmp_path / "wrong.cases.yaml").write_text(CASES.replace("RATE", "79%"), "utf-8")
    (tmp_path / "unfit.yaml").write_text(RULES, "utf-8")
    (tmp_path / "unfit.cases.yaml").write_text(CASES.replace("RATE", "many"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, language: str = "C") -> Result:
    return CliRunner().invoke(app, ["rules", "test", *arguments], env={"LC_ALL": language})


UNKNOWN = {
    "an action": ("notfy: {to: [区域经理], template: plain}", "UNKNOWN_ACTION"),
    "a template": ("notify: {to: [区域经理], template: plane}", "UNKNOWN_TEMPLATE"),
    "a role": ("notify: {to: [区域经里], template: plain}", "UNKNOWN_ROLE"),
    "a parameter": ("notify: {to: [区域经理], template: plain, loud: yes}", "UNKNOWN_PARAMETER"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_the_service_does_not_know_is_refused_before_any_case(folder: Path, name: str) -> None:
    action, code = UNKNOWN[name]
    (folder / "acts.yaml").write_text(f"{RULES}    do: [{action}]\n", "utf-8")
    (folder / "acts.cases.yaml").write_text(CASES.replace("RATE", "79%"), "utf-8")
    done = run("acts.yaml")
    assert done.exit_code == 2
    assert code in done.stdout


CODES = [
    pytest.param(["good.yaml"], 0, id="all pass"),
    pytest.param(["bad.yaml"], 1, id="one fails"),
    pytest.param(["good.yaml", "bad.yaml"], 1, id="one of two files fails"),
    pytest.param(["alone.yaml"], 2, id="no cases beside it"),
    pytest.param(["wrong.yaml"], 2, id="a mistake in the rules"),
    pytest.param(["unfit.yaml"], 2, id="a mistake in the cases"),
    pytest.param(["wrong.yaml", "bad.yaml"], 2, id="what cannot be read outweighs what fails"),
    pytest.param(["good.yaml", "nowhere.yaml"], 2, id="no such file"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["text", "json", "junit"])
@pytest.mark.parametrize(("files", "code"), CODES)
def test_the_exit_code_is_the_worst(files: list[str], code: int, form: str) -> None:
    done = run(*files, "--format", form)
    assert done.exit_code == code, done.output


@pytest.mark.usefixtures("folder")
def test_people_read_expected_beside_got_in_their_language() -> None:
    assert run("bad.yaml").stdout == (
        "✕ bad.cases.yaml: 79 % 触发 <一>\n  2026-W02 fires\n  - low entered\n  + nothing\n"
        "bad.cases.yaml: 1 cases, 0 passed, 1 failed, 20% covered\n"
        "  no case shows low/entered\n  no case shows low/held\n  no case shows low/cleared\n"
        "  no case shows low/when/attainment < 80%/true\n"
    )
    chinese = run("bad.yaml", language="zh_CN.UTF-8").stdout
    assert "  2026-W02 触发\n  - low entered\n  + 无\n" in chinese
    assert "\nbad.cases.yaml：1 个用例，通过 0，失败 1，覆盖 20%\n" in chinese


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("option", [["--json"], ["--format", "json"]])
def test_programs_read_a_line_a_case_and_a_last_one(option: list[str]) -> None:
    *results, summary = map(json.loads, run("bad.yaml", *option).stdout.splitlines())
    assert results == [
        {
            "file": "bad.cases.yaml",
            "case": "79 % 触发 <一>",
            "passed": False,
            "expected": "2026-W02 fires: low entered",
            "got": "2026-W02 fires: nothing",
        }
    ]
    assert summary | {"uncovered": []} == {
        "cases": 1, "passed": 0, "failed": 1, "coverage": 0.2, "uncovered": []
    }  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_build_servers_read_one_document_for_all_files() -> None:
    root = ET.fromstring(run("good.yaml", "bad.yaml", "--format", "junit").stdout)  # noqa: S314 - our own
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "2", "1")
    good, bad = root
    assert [(one.get("name"), one.get("failures")) for one in (good, bad)] == [
        ("good.cases.yaml", "0"),
        ("bad.cases.yaml", "1"),
    ]
    (passed,), (failed,) = good.findall("testcase"), bad.findall("testcase")
    assert passed.find("failure") is None
    assert failed.get("name") == "79 % 触发 <一>"
    assert failed.findtext("failure") == "2026-W02 fires\n- low entered\n+ nothing"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("file", ["wrong.yaml", "unfit.yaml"])
def test_a_document_stays_one_where_a_file_has_mistakes(file: str) -> None:
    done = run("good.yaml", file, "--format", "junit")
    assert len(ET.fromstring(done.stdout)) == 1  # noqa: S314 - our own
    assert file.partition(".")[0] in done.stderr


def test_of_a_folder_every_rule_file_is_tested_with_the_catalogue_that_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.yaml").write_text(RULES.replace("weekly", "daily"), "utf-8")
    (tmp_path / "mine.cases.yaml").write_text(
        CASES.replace("weekly", "daily")
        .replace("周, ", "日期, ")
        .replace("2026-W02", "2026-01-12")
        .replace("RATE", "79%"),
        "utf-8",
    )
    metrics = tmp_path / "metrics.yaml"
    metrics.write_text(
        "schema: countermark-metrics/v1\nkinds:\n  daily:\n    label: {zh: 日报, en: Daily}\n"
        "    subject: {zh: 大区, en: region}\n    period: day\n    fields:\n"
        "      rate: {type: number, unit: ratio, range: [0, 5], label: {zh: 周达成率, en: Rate}}\n",
        "utf-8",
    )
    done = run(str(tmp_path), "--metrics", str(metrics))
    assert (done.exit_code, done.stdout.count("1 passed")) == (0, 1), done.output
    assert run(str(tmp_path)).exit_code == 2
