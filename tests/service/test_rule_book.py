"""Rule files come into force as one; what is not fit is told, and the running rules stay."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.adapters import rule_files
from service.adapters.rule_book import FolderRules

if TYPE_CHECKING:
    from pathlib import Path

    from verification.values import Text

AT = datetime(2026, 6, 1, tzinfo=UTC)
RULE = """schema: countermark/v1
rules:
  - id: mine.low
    name: {{zh: 偏低, en: Low}}
    kind: warning
    on: weekly
    when: {{周达成率: "< {below}%"}}
    level: yellow
    do: [{{notify: {{to: [区域经理], template: plain}}}}]
"""


def _book(folder: Path | None, *, trial_s: float = 60.0) -> FolderRules:
    return FolderRules(folder, clock=lambda: AT, trial_s=trial_s)


def _trouble(book: FolderRules) -> Text | None:
    return book.trouble


def _rules(book: FolderRules) -> set[str]:
    with book.using() as in_force:
        return set(in_force.rules)


def test_what_ships_is_in_force_without_a_folder() -> None:
    book = _book(None)
    assert "target.weekly.red" in _rules(book)
    assert book.trouble is None
    book.close()


def test_a_file_joins_the_packs_and_a_changed_one_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE.format(below=60), "utf-8")
    book = _book(tmp_path)
    assert {"mine.low", "target.weekly.red"} <= _rules(book)
    assert book.refresh() is None
    with book.using() as before:
        (tmp_path / "mine.yaml").write_text(RULE.format(below=50), "utf-8")
        exchanged = book.refresh()
        assert exchanged is not None
        # Whoever had begun goes on with what was in force then.
        assert before.rule_set.version == exchanged[0].version
        assert before.evaluator.due is not None
    with book.using() as after:
        assert after.rule_set.version == exchanged[1].version
        assert after.files["mine.low"] == "mine.yaml"
    book.close()


BROKEN = {
    "a field that there is not": (RULE.format(below=60).replace("周达成率", "周达成绿"), "周达成"),
    "an action that there is not": (RULE.format(below=60).replace("notify", "notfy"), "notfy"),
    "a template that there is not": (RULE.format(below=60).replace("plain", "plane"), "plane"),
    "a rule that a pack has": (
        RULE.format(below=60).replace("mine.low", "target.weekly.red"),
        "target.weekly.red",
    ),
    "no YAML": ("schema: [", "mine.yaml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_leaves_the_running_rules_and_is_told(tmp_path: Path, name: str) -> None:
    text, told = BROKEN[name]
    (tmp_path / "mine.yaml").write_text(RULE.format(below=60), "utf-8")
    book = _book(tmp_path)
    assert "mine.low" in _rules(book)
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    assert book.refresh() is None
    assert book.trouble is not None
    assert told in book.trouble.zh
    assert book.trouble.en
    assert "mine.low" in _rules(book)
    (tmp_path / "mine.yaml").write_text(RULE.format(below=60), "utf-8")
    book.refresh()
    assert _trouble(book) is None
    book.close()


def test_a_folder_that_is_not_there_leaves_what_ships(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = _book(tmp_path / "nothing")
    assert "target.weekly.red" in _rules(book)
    assert book.trouble is not None
    (told,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert told.getMessage().startswith(f"rules.shipped_packs_alone folder={tmp_path / 'nothing'}")
    assert book.trouble.en in told.getMessage()
    book.close()


def test_nothing_is_told_of_where_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    book = FolderRules(None, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert "target.weekly.red" in _rules(book)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    book.close()


CASE = """schema: countermark-cases/v1
cases:
  - case: 50 % is low
    given:
      weekly: {{columns: [大区, 周, 周达成率], rows: [[华东, 2026-W02, 50%]]}}
    expect:
      - {{at: 2026-W02, subject: 华东, fires: [{fires}]}}
"""


def test_a_file_whose_cases_fail_does_not_come_into_force(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE.format(below=60), "utf-8")
    (tmp_path / "mine.cases.yaml").write_text(CASE.format(fires=""), "utf-8")
    book = _book(tmp_path)
    assert "mine.low" not in _rules(book)
    assert book.trouble is not None
    assert "50 % is low" in book.trouble.zh
    (tmp_path / "mine.cases.yaml").write_text(CASE.format(fires="mine.low"), "utf-8")
    book.refresh()
    assert "mine.low" in _rules(book)
    assert _trouble(book) is None
    book.close()


def test_a_candidate_that_does_not_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE.format(below=60), "utf-8")
    book = _book(tmp_path, trial_s=0.01)
    began = time.monotonic()
    assert "mine.low" not in _rules(book)
    assert book.trouble is not None
    assert "0.01" in book.trouble.en
    assert time.monotonic() - began < 30
    book.close()


def test_all_files_are_one_version() -> None:
    read = rule_files.shipped()
    assert set(read.files) == {rule.id for rule in read.rule_set.rules}
