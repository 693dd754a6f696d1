"""Problems of rule files as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(problems: Iterable[Problem], locale: str) -> dict[str, Any]:
    """Give one run with all problems; messages are in the one language."""
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    driver = {
        "name": "countermark rules check",
        "version": version("countermark"),
        "rules": [{"id": code, "name": code} for code in codes],
    }
    results = [_result(problem, codes.index(problem.code), locale) for problem in found]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, number: int, locale: str) -> dict[str, Any]:
    message = problem.message.zh if locale == "zh" else problem.message.en
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "snippet": {"text": problem.excerpt.partition("\n")[0]},
    }
    uri = quote(PurePath(problem.file).as_posix())
    return {
        "ruleId": problem.code,
        "ruleIndex": number,
        "level": problem.severity.value,
        "message": {"text": message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }
