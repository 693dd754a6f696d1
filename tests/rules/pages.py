"""The pages about rules, taken apart: blocks, tables and what they are tested with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rules import periods
from rules.facts import FieldType, Period
from rules.history import Fact

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {name: (DOCS / name).read_text("utf-8") for name in ("rules.md", "rules.zh.md")}
CASES = "countermark-cases/v1"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (\w+) \| `(.+?)` \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
_AGO = re.compile(r"(\d+) (?:days ago|天前)")
#: The end of the week that is looked at.
AT = periods.end(Period.WEEK, 2900)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A row of the table of comparisons."""

    page: str
    field: str
    english: str
    chinese: str
    holds: str
    fails: str


def blocks(page: str, kind: str) -> list[str]:
    """Give the blocks of a kind of a page, in order."""
    return [text for found, text in _BLOCK.findall(PAGES[page]) if found == kind]


def rule_files(page: str) -> list[tuple[str, str | None]]:
    """Give each rule file of a page with the cases that stand next to it."""
    texts = blocks(page, "yaml")
    pairs: list[tuple[str, str | None]] = []
    for text, after in zip(texts, [*texts[1:], ""], strict=True):
        if CASES not in text:
            pairs.append((text, after if CASES in after else None))
    return pairs


def comparisons(page: str) -> list[Comparison]:
    """Give the rows of the table of comparisons."""
    return [
        Comparison(page=page, field=row[0], english=row[1], chinese=row[2], holds=row[3],
                   fails=row[4])
        for row in _ROW.findall(PAGES[page])
    ]  # fmt: skip


def table(page: str, head: str) -> str:
    """Give the rows of the table whose first column has this head."""
    return PAGES[page].partition(f"| {head} |")[2].partition("\n\n")[0]


def history(kind: str, field: str, kept: FieldType, values: str) -> list[Fact]:
    """Give a fact for each value of a row, week by week up to the one that is looked at."""
    read = [_value(kept, value) for value in values.split(" → ")]
    last = periods.number(Period.WEEK, AT - timedelta(microseconds=1))
    first = last - len(read) + 1
    return [
        Fact(
            id=str(number),
            kind=kind,
            subject="华东",
            period=number,
            at=periods.end(Period.WEEK, number),
            known_at=periods.end(Period.WEEK, number),
            values={field: value},
        )
        for number, value in enumerate(read, first)
    ]


def _value(kept: FieldType, text: str) -> object:
    if kept is FieldType.TIME:
        found = _AGO.fullmatch(text)
        assert found is not None, text
        return AT - timedelta(days=int(found[1]))
    return json.loads(text)
