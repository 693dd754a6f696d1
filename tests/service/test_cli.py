"""The command line as people and scripts use it: real processes, exit codes, both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from typer.testing import CliRunner

from service.cli import app

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_S = 60


def countermark(
    *arguments: str | Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if "COUNTERMARK" not in name}
    return subprocess.run(
        [sys.executable, "-m", "service", *map(str, arguments)],
        input=stdin,
        env={**clean, "LANG": "en_US.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A good one-page PDF."""
    path = tmp_path / "letter.pdf"
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), "Approved")
        document.save(path)
    return path


@pytest.fixture
def liar(tmp_path: Path) -> Path:
    """A text that is called a PDF."""
    path = tmp_path / "liar.pdf"
    path.write_text("Nothing to see here.\n" * 20)
    return path


def test_verify_prints_one_object_a_line_in_the_order_given(letter: Path, liar: Path) -> None:
    done = countermark("verify", liar, letter, "--json")
    reports = lines(done)
    assert [report["path"] for report in reports] == [str(liar), str(letter)]
    assert [report["verdict"] for report in reports] == ["FAILED", "PASSED"]
    assert reports[0]["sub_indication"] == "TYPE_MISMATCH"
    assert reports[1]["type"]["format"] == "pdf"
    assert {"sha256", "size", "checks", "claims", "signatures", "limits", "sandbox", "cpu_ms"} <= (
        set(reports[1])
    )
    assert done.returncode == 1


def test_verify_exits_with_0_when_everything_passed(letter: Path) -> None:
    assert countermark("verify", letter).returncode == 0


def test_verify_is_deterministic_for_the_same_clock(letter: Path) -> None:
    once, again = (
        lines(countermark("verify", letter, "--json", "--at", "2030-01-15T09:00:00+08:00"))[0]
        for _ in range(2)
    )
    assert {**once, "cpu_ms": 0} == {**again, "cpu_ms": 0}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["verify", "no-such-file.pdf"], "no-such-file.pdf", id="a file not there"),
        pytest.param(["verify", "."], "give files, not a folder", id="a folder"),
        pytest.param(
            ["rules", "check", "service/web"], "no rule file", id="a folder without rules"
        ),
        pytest.param(["verify", "/dev/zero"], "is no regular file", id="a device without end"),
        pytest.param(
            ["rules", "check", "/dev/zero"], "is no regular file", id="rules from a device"
        ),
        pytest.param(["verify"], "Missing argument", id="no file at all"),
        pytest.param(
            ["verify", "x", "--policy", "lenient"],
            "there is no policy named 'lenient'. Choose one of",
            id="no such policy",
        ),
        pytest.param(["verify", "x", "--at", "yesterday"], "ISO 8601", id="a time that is none"),
        pytest.param(
            ["verify", "x", "--trust", "nowhere"], "nowhere, is not there", id="no folder of roots"
        ),
        pytest.param(
            ["verify", "x", "--trust", "/dev/null"],
            "/dev/null, is a file, not a folder",
            id="a file in place of the folder of roots",
        ),
        pytest.param(
            ["rules", "check", "nowhere.yaml"], "nowhere.yaml", id="a rule file not there"
        ),
        pytest.param(["sing"], "No such command", id="no such command"),
    ],
)
def test_what_cannot_be_done_exits_with_2_and_says_why(arguments: list[str], told: str) -> None:
    done = countermark(*arguments)
    assert done.returncode == 2
    assert told.casefold() in done.stderr.casefold()
    assert "Traceback" not in done.stderr
    assert "request" not in done.stderr


#: A name as old archives leave it: its last byte is no UTF-8.
STRANGE = os.fsdecode(b"n\xff")


def test_a_name_that_is_no_utf_8_is_told_when_there_is_no_such_file() -> None:
    done = countermark("verify", STRANGE)
    assert done.returncode == 2
    assert done.stderr.startswith("n\ufffd: cannot be read (no such file or folder)")


def test_a_file_whose_name_is_no_utf_8_is_judged_like_any_other(letter: Path) -> None:
    strange = letter.rename(letter.with_name(STRANGE))
    done = countermark("verify", strange, "--json")
    assert [report["path"] for report in lines(done)] == [str(letter.with_name("n\ufffd"))]
    assert done.stderr == ""


@pytest.mark.parametrize("command", [["verify"], ["rules", "check"], ["rules", "test"]])
def test_nobody_waits_at_a_pipe_that_nobody_writes_to(command: list[str], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    english, chinese = (countermark(*command, pipe, LANG=f"{it}.UTF-8") for it in ("en", "zh_CN"))
    assert (english.returncode, chinese.returncode) == (2, 2)
    assert "is no regular file" in english.stderr
    assert "不是普通文件" in chinese.stderr


def test_messages_are_chinese_on_a_chinese_terminal() -> None:
    done = countermark("verify", "没有.pdf", LANG="zh_CN.UTF-8")
    assert "无法读取" in done.stderr


def test_one_unreadable_file_does_not_stop_the_others(letter: Path) -> None:
    done = countermark("verify", "nowhere.pdf", letter, "--json")
    assert [report["path"] for report in lines(done)] == [str(letter)]
    assert done.returncode == 2


RULES = """\
schema: countermark/v1
facts:
  stage:
    label: {zh: 阶段, en: Stage}
    fields:
      stage:
        type: choice
        label: {zh: 阶段, en: Stage}
        values:
          one: {zh: 一, en: One}
          two: {zh: 二, en: Two}
    groups:
      - items:
          paper: {zh: 文件, en: Paper}
        fields:
          counted: {type: count, label: {zh: 有效份数, en: valid copies}}
rules:
  - id: stage.one
    name: {zh: 一, en: One}
    kind: gate
    on: stage
    when: {stage: "= one"}
    locked_as: 待补全
    require:
      - item: paper
        name: {zh: 文件, en: Paper}
        all: {paper.counted: ">= 1"}
"""


def test_rules_check_finds_nothing_in_a_good_file_and_the_place_in_a_bad_one(
    tmp_path: Path,
) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(RULES, "utf-8")
    bad.write_text(RULES.replace('paper.counted: ">', 'paper.countd: ">'), "utf-8")
    assert countermark("rules", "check", good).returncode == 0
    done = countermark("rules", "check", bad, "--json")
    (problem, *_) = lines(done)
    assert done.returncode == 1
    assert (problem["line"], problem["suggestion"]) == (27, "paper.counted")
    assert problem["severity"] == "error"


def test_rules_check_reads_no_more_of_a_file_than_a_rule_file_can_be(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    done = countermark("rules", "check", huge)
    assert done.returncode == 2
    assert "larger than 4 MiB" in done.stderr


def test_rules_check_names_the_byte_that_is_no_utf_8(tmp_path: Path) -> None:
    saved = tmp_path / "gbk.yaml"
    saved.write_bytes(RULES.encode("gbk"))
    done = countermark("rules", "check", saved, "--json")
    assert done.returncode == 1
    assert lines(done)[0]["seen"] == "0xBD"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("COUNTERMARK_PORT", "http", "COUNTERMARK_PORT", id="a port that is a word"),
        pytest.param("COUNTERMARK_DATABASE_URL", "mysql://x/y", "sqlite", id="another database"),
        pytest.param("COUNTERMARK_PROT", "8000", "COUNTERMARK_PORT", id="a name misspelt"),
    ],
)
def test_a_wrong_setting_is_told_before_anything_starts(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    data = tmp_path / "data"
    done = countermark("db", "upgrade", **{"COUNTERMARK_DATA": str(data), name: value})
    assert done.returncode == 2
    assert told in done.stderr
    assert not data.exists()


def test_people_and_tokens_from_nothing_to_a_whole_audit_trail(tmp_path: Path) -> None:
    data = {"COUNTERMARK_DATA": str(tmp_path / "data")}
    added = countermark(
        "users", "add", "han.mei", "--role", "reviewer", stdin="a-long-one\n", **data
    )
    assert added.returncode == 0, added.stderr
    again = countermark("users", "add", "han.mei", "--role", "admin", stdin="a-long-one\n", **data)
    assert again.returncode == 2
    assert "han.mei" in again.stderr
    token = countermark("tokens", "create", "han.mei", "--scope", "reviews.read", **data)
    assert token.stdout.startswith("cm_")
    assert countermark("tokens", "create", "nobody", **data).returncode == 2
    whole = countermark("audit", "verify", "--json", **data)
    assert whole.returncode == 0
    assert lines(whole)[0]["seq"] == 2
    assert lines(whole)[0]["breaks"] == []


@pytest.mark.parametrize(
    "login", [pytest.param("m\u200bl", id="unseen"), "ｍｌ", pytest.param("м1", id="Cyrillic")]
)
def test_a_login_that_reads_as_another_is_refused(tmp_path: Path, login: str) -> None:
    asked = ["users", "add", login, "--role", "ml_engineer"]
    environment = {"COUNTERMARK_DATA": str(tmp_path / "data")}
    done = CliRunner().invoke(app, asked, env=environment, input="a-long-one\n")
    assert (done.exit_code, "Added" in done.output) == (2, False)


def test_a_password_that_is_too_short_is_refused(tmp_path: Path) -> None:
    data = {"COUNTERMARK_DATA": str(tmp_path / "data")}
    done = countermark("users", "add", "li.lei", "--role", "admin", stdin="short\n", **data)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
