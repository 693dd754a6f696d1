"""Fields of a JSON object, each read once with its path; a mistake is noted and reading goes on."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

from models.rca.causes.incident import IncidentProblem
from models.text import Text
from models.written import is_line

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SEEN = 80
MOST_WORD = 200
MOST_NUMBER = 1e15
DAY_WORDS = Text(zh="日期，如 2026-01-15", en="a date such as 2026-01-15")


def wrong(path: str, seen: object, expected: Text) -> IncidentProblem:
    return IncidentProblem(path=path or "$", seen=str(seen)[:MOST_SEEN], expected=expected)


class Fields:
    """One object; what it lacks or holds wrongly goes to `problems`."""

    def __init__(self, path: str, told: Any, problems: list[IncidentProblem]) -> None:
        self.path, self._problems = path, problems
        self._told: dict[str, Any] = told if isinstance(told, dict) else {}
        if not isinstance(told, dict):
            self.wrong("", _shown(told), Text(zh="对象 {…}", en="an object {…}"))

    def wrong(self, key: str, seen: object, expected: Text) -> None:
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        self._problems.append(wrong(path, seen, expected))

    def has(self, key: str) -> bool:
        """Tell whether it says something; null says nothing."""
        return self._told.get(key) is not None

    def only(self, known: Sequence[str]) -> None:
        for key in (one for one in self._told if one not in known):
            expected = Text(zh=f"{', '.join(known)} 之一", en=f"one of {', '.join(known)}")
            self.wrong(key[:MOST_SEEN], "…", expected)

    def word(self, key: str) -> str:
        value = self._told.get(key)
        if isinstance(value, str) and 0 < len(value) <= MOST_WORD and is_line(value):
            return value
        expected = Text(
            zh=f"一行 1 到 {MOST_WORD} 个字符", en=f"one line of 1 to {MOST_WORD} characters"
        )
        self.wrong(key, _shown(value), expected)
        return ""

    def day(self, key: str) -> date | None:
        value = self._told.get(key)
        try:
            if isinstance(value, str):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.wrong(key, _shown(value), DAY_WORDS)
        return None

    def number(self, key: str, *, least: float, most: float) -> float:
        value = self._told.get(key)
        found = _number(value)
        if found is not None and least <= found <= most:
            return found
        expected = Text(zh=f"{least:g} 到 {most:g}", en=f"{least:g} to {most:g}")
        self.wrong(key, _shown(value), expected)
        return least

    def flag(self, key: str) -> bool:
        value = self._told.get(key)
        if not isinstance(value, bool):
            self.wrong(key, _shown(value), Text(zh="true 或 false", en="true or false"))
        return value is True

    def part(self, key: str) -> Fields | None:
        if not self.has(key):
            self.wrong(key, "null", Text(zh="对象 {…}", en="an object {…}"))
            return None
        return Fields(self._below(key), self._told[key], self._problems)

    def parts(self, key: str, *, most: int) -> list[Fields]:
        return [
            Fields(f"{self._below(key)}[{place}]", one, self._problems)
            for place, one in enumerate(self._items(key, most))
        ]

    def words(self, key: str, *, most: int) -> list[str]:
        found = self._items(key, most)
        for place, one in enumerate(found):
            if not (isinstance(one, str) and 0 < len(one) <= MOST_WORD):
                self.wrong(f"{key}[{place}]", _shown(one), Text(zh="文本", en="text"))
        return [str(one) for one in found]

    def numbers(self, key: str, *, most: int) -> list[float]:
        found = self._items(key, most)
        right = []
        for place, one in enumerate(found):
            number = _number(one)
            if number is not None and number >= 0:
                right.append(number)
            else:
                expected = Text(zh=f"0 到 {MOST_NUMBER:g}", en=f"0 to {MOST_NUMBER:g}")
                self.wrong(f"{key}[{place}]", _shown(one), expected)
        return right

    def mapping(self, key: str) -> dict[str, str]:
        value = self._told.get(key)
        right = isinstance(value, dict) and all(
            isinstance(one, str) and 0 < len(one) <= MOST_WORD for one in value.values()
        )
        if right and isinstance(value, dict):
            return dict(value)
        expected = Text(zh='{"维度": "取值"}', en='{"dimension": "value"}')
        self.wrong(key, _shown(value), expected)
        return {}

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _items(self, key: str, most: int) -> list[Any]:
        value = self._told.get(key)
        if isinstance(value, list) and len(value) <= most:
            return value
        seen = f"{len(value)} items" if isinstance(value, list) else _shown(value)
        expected = Text(zh=f"不超过 {most} 项的列表", en=f"a list of at most {most}")
        self.wrong(key, seen, expected)
        return []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= MOST_NUMBER and math.isfinite(value) else None


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return "null" if value is None else repr(value)[:MOST_SEEN]
