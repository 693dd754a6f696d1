"""Items of evidence from a CSV file, as an incident's JSON would tell them.

Columns: ``id,type,at`` and, where there are any, ``until``, ``topic``, ``all`` (yes or no),
``share``, and ``cells``, ``reps``, ``deals`` with ``;`` between one and the next:
``region=north&channel=web``.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from models.rca.case import CaseRefused, decoded
from models.rca.causes.incident import IncidentProblem, IncidentRefused
from models.rca.causes.json_fields import wrong
from models.rca.columns import EVIDENCE, named
from models.rca.columns import told as words_of
from models.text import Text

NEEDED = ("id", "type", "at")
COLUMNS = (*NEEDED, "until", "topic", "all", "share", "cells", "reps", "deals")
YES, NO = frozenset({"yes", "true", "1", "是"}), frozenset({"no", "false", "0", "否", ""})
#: Where a row is told to be: a file's name and line, and the object of the row.
Row = tuple[str, dict[str, Any]]


def evidence_rows(data: bytes, name: str) -> list[Row]:
    """Give an object a row; `name` is what the file is called. Raises IncidentRefused."""
    try:
        lines = csv.DictReader(io.StringIO(decoded(data), newline=""), restkey="", strict=True)
        columns = tuple(named(lines.fieldnames or (), EVIDENCE))
        lines.fieldnames = list(columns)
        problems = _columns(columns, name)
        if problems:
            raise IncidentRefused(problems)
        found = [_row(row, f"{name}:{lines.line_num}", problems) for row in lines]
    except csv.Error as error:
        expected = Text(zh="完整的 CSV 行", en="a whole line of CSV")
        raise IncidentRefused([wrong(name, error, expected)]) from error
    except CaseRefused as refused:
        raise IncidentRefused(
            [wrong(f"{name}:{one.line}", one.seen, one.expected) for one in refused.problems]
        ) from refused
    if problems:
        raise IncidentRefused(problems)
    return found


def _columns(columns: tuple[str, ...], name: str) -> list[IncidentProblem]:
    told = ", ".join(columns)
    if any(columns.count(one) != 1 for one in NEEDED):
        wanted = ", ".join(NEEDED)
        zh = f"各列一次：{words_of(NEEDED, EVIDENCE)}"
        return [wrong(f"{name}:1", told, Text(zh=zh, en=f"once each: {wanted}"))]
    known = ", ".join(COLUMNS)
    return [
        wrong(f"{name}:1", one, Text(zh=f"{known} 之一，且不重复", en=f"one of {known}, and once"))
        for one in columns
        if one not in COLUMNS or columns.count(one) > 1
    ]


def _row(row: dict[str, Any], where: str, problems: list[IncidentProblem]) -> Row:
    if "" in row or None in row.values():
        expected = Text(zh="每列一格", en="one cell a column")
        problems.append(wrong(where, row.get("", "too few"), expected))
        return where, {}
    cells = {key: value.strip() for key, value in row.items()}
    told: dict[str, Any] = {key: cells[key] for key in NEEDED}
    told |= {key: cells[key] for key in ("until", "topic") if cells.get(key)}
    exposure = _exposure(cells, where, problems)
    return where, told | ({"exposure": exposure} if exposure else {})


def _exposure(cells: dict[str, str], where: str, problems: list[IncidentProblem]) -> dict[str, Any]:
    found: dict[str, Any] = {key: _parts(cells[key]) for key in ("reps", "deals") if cells.get(key)}
    everything = cells.get("all", "").lower()
    if everything not in YES | NO:
        problems.append(wrong(f"{where}.all", everything, Text(zh="是 或 否", en="yes or no")))
    if everything in YES:
        found["all"] = True
    if cells.get("share"):
        found["share"] = _number(cells["share"])
    if cells.get("cells"):
        found["cells"] = [_cell(one) for one in _parts(cells["cells"])]
    return found


def _parts(text: str) -> list[str]:
    return [one.strip() for one in text.split(";") if one.strip()]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        # Told as a wrong number where it is read.
        return text


def _cell(text: str) -> dict[str, str]:
    pairs = (one.partition("=") for one in text.split("&"))
    return {name.strip(): value.strip() for name, _, value in pairs}
