"""`countermark facts import` and `rules why`, as real processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.service.test_cli import countermark

if TYPE_CHECKING:
    from pathlib import Path

PACK = "rules/packs/targets.yaml"


def _table(folder: Path, *values: str) -> tuple[Path, str]:
    """Write weeks up to the one that ended last; give the file and the last week."""
    lines, week = ["区域,周,周达成率,库存周转天数"], ""
    for back, value in zip(range(len(values), 0, -1), values, strict=True):
        at = datetime.now(UTC) + timedelta(hours=8) - timedelta(weeks=back)
        year, number, _ = at.isocalendar()
        week = f"{year}-W{number:02}"
        lines.append(f"华东,{week},{value},50")
    path = folder / "weeks.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path, week


def test_a_table_is_imported_once_and_why_answers_from_the_database(tmp_path: Path) -> None:
    house = {"COUNTERMARK_DATA": str(tmp_path / "data")}
    table, week = _table(tmp_path, "79%", "78%")
    done = countermark("facts", "import", table, "--kind", "weekly", "--json", **house)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["fate"] for line in done.stdout.splitlines()] == ["accepted"] * 2
    again = countermark("facts", "import", table, "--kind", "weekly", **house)
    assert again.returncode == 0
    assert "2 there already" in again.stderr
    table.write_text(f"区域,周,周达成率\n华东,{week},lots\n", "utf-8")
    held = countermark("facts", "import", table, "--kind", "weekly", **house)
    assert held.returncode == 1
    assert "attainment" in held.stdout
    asked = ("rules", "why", "target.weekly.red", "--subject", "华东", "--json")
    why = countermark(*asked, **house)
    assert why.returncode == 0, why.stderr
    assert json.loads(why.stdout)["phase"] == "active"


def test_what_is_no_table_and_no_kind_is_told(tmp_path: Path) -> None:
    house = {"COUNTERMARK_DATA": str(tmp_path / "data")}
    table, _ = _table(tmp_path, "79%")
    for arguments in (
        ("facts", "import", table, "--kind", "weakly"),
        ("facts", "import", table, "--kind", "weekly", "--encoding", "ascii"),
        ("facts", "import", tmp_path / "nothing.csv", "--kind", "weekly"),
        ("rules", "why", "target.weekly.red", "--subject", "火星"),
        ("rules", "why", "target.weekly.red", "--subject", "华东", "--at", "yesterday"),
        ("rules", "why", "target.weekly.red", "--subject", "华东", "--facts", table),
    ):
        done = countermark(*arguments, **house)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert done.stderr
        assert "Traceback" not in done.stderr


def test_why_and_why_not_without_a_database(tmp_path: Path) -> None:
    fires, _ = _table(tmp_path, "79%", "78%")
    asked = ("rules", "why", "target.weekly.red", PACK, "--subject", "华东", "--facts")
    yes = countermark(*asked, fires, "--json")
    assert yes.returncode == 0, yes.stderr
    assert json.loads(yes.stdout)["fired"] is True
    not_yet, _ = _table(tmp_path, "90%", "78%")
    no = countermark(*asked, not_yet, LANG="zh_CN.UTF-8")
    assert "没有触发" in no.stdout
    assert "→" in no.stdout
