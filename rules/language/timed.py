"""Lines that look back in time, and how each becomes a comparison of a feature.

line     = comparison                                     (:mod:`rules.language.comparators`)
         | comparison "for" LENGTH                        连续 LENGTH comparison
         | what "of" LENGTH comparison                    LENGTH (均值 | 合计 | 最小 | 最大) comparison
         | "change over" LENGTH comparison                较 LENGTH 前变化 comparison
         | sign PERCENT "of mean of" LENGTH               sign LENGTH 均值的 PERCENT
         | ["not"] "changed within" LENGTH                LENGTH 内 (有 | 无) 变化
         | ("older" | "newer") "than" LENGTH              早于 LENGTH, 近 LENGTH
what     = "mean" | "sum" | "min" | "max"
"""  # noqa: E501 - one form a line

from __future__ import annotations

import re
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from rules.conditions import Aggregate, Clause, Operator
from rules.facts import Field, FieldType, Period, Window
from rules.language.comparators import plain_form, read_comparison
from rules.language.durations import COUNT, LENGTH, UNIT, duration, window
from rules.language.feature_names import feature_of, field_of, range_of_feature
from rules.language.numbers import Trouble
from rules.language.reach import reach
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    _Reader = Callable[[re.Match[str], Field, Period], Clause | Trouble]

_SIGN = r"(?:[=<>!~]+|in\b|属于)"
_REST = rf"\s*(?P<rest>{_SIGN}.*)"
_WHAT = {
    "mean": Aggregate.MEAN, "均值": Aggregate.MEAN, "平均值": Aggregate.MEAN,
    "sum": Aggregate.SUM, "合计": Aggregate.SUM, "总和": Aggregate.SUM,
    "min": Aggregate.LEAST, "最小": Aggregate.LEAST, "最小值": Aggregate.LEAST,
    "max": Aggregate.MOST, "最大": Aggregate.MOST, "最大值": Aggregate.MOST,
}  # fmt: skip
_WHATS = "|".join(sorted(_WHAT, key=len, reverse=True))
_FIGURES = frozenset({FieldType.COUNT, FieldType.NUMBER})
_ANY = frozenset(FieldType)
_TESTED = _ANY - {FieldType.TEXT, FieldType.TIME}
_OTHER_WORDS = {
    "avg": "mean", "average": "mean", "total": "sum", "minimum": "min", "least": "min",
    "lowest": "min", "maximum": "max", "most": "max", "highest": "max",
}  # fmt: skip
#: Most lines are nothing else; none of the forms below looks like it.
_PLAIN = re.compile(r"[=<>!]+ *-?[\d.]+%?", re.ASCII)
_OTHER_WORD = re.compile(rf"(?P<word>{'|'.join(_OTHER_WORDS)})(?=\s+of\b)", re.IGNORECASE)


def read_line(text: str, field: Field, period: Period) -> Clause | Trouble:
    """Read what a rule asks of a field, over time or not; refuse what always or never holds."""
    if _PLAIN.fullmatch(text):
        return (
            read_comparison(text, field)
            if field.type is not FieldType.TIME
            else _only_age(field, text)
        )
    line = plain_form(text)
    for pattern, types, read in _FORMS:
        found = pattern.fullmatch(line)
        if found is None:
            continue
        plain = _word_like_that(text, field)
        if plain is not None:
            return plain
        return read(found, field, period) if field.type in types else _not_of(field, line)
    if field.type is FieldType.TIME:
        return _only_age(field, line)
    other = _OTHER_WORD.match(line)
    if other is not None and field.type in _FIGURES:
        return _other_word(line, other["word"])
    return read_comparison(text, field)


def _word_like_that(text: str, field: Field) -> Clause | None:
    """A word to choose from, or free text, may look like a line over time."""
    if field.type not in {FieldType.CHOICE, FieldType.TEXT}:
        return None
    read = read_comparison(text, field)
    return None if isinstance(read, Trouble) else read


def _run(found: re.Match[str], field: Field, period: Period) -> Clause | Trouble:
    test = read_comparison(found["rest"], field)
    if isinstance(test, Trouble):
        return test
    if period is Period.MOMENT:
        return _no_periods(found.string)
    length = window(found["count"], found["unit"], period)
    if isinstance(length, Trouble):
        return length
    feature = feature_of(field, Aggregate.RUN, length, test)
    return Clause(
        field=field_of(feature),
        operator=Operator.AT_LEAST,
        operands=(length.length,),
        threshold=str(length.length),
        feature=feature,
    )


def _window(found: re.Match[str], field: Field, period: Period) -> Clause | Trouble:
    length = window(found["count"], found["unit"], period)
    if isinstance(length, Trouble):
        return length
    return _compared(field, _WHAT[found["what"].lower()], length, found["rest"])


def _change(found: re.Match[str], field: Field, period: Period) -> Clause | Trouble:
    if period is Period.MOMENT:
        return _no_periods(found.string)
    length = window(found["count"], found["unit"], period)
    if isinstance(length, Trouble):
        return length
    return _compared(field, Aggregate.CHANGE, length, found["rest"])


def _relative(found: re.Match[str], field: Field, period: Period) -> Clause | Trouble:
    length = window(found["count"], found["unit"], period)
    if isinstance(length, Trouble):
        return length
    rest = f"{found['sign']} {found['share']}"
    return _compared(field, Aggregate.RELATIVE, length, rest)


def _compared(field: Field, aggregate: Aggregate, length: Window, rest: str) -> Clause | Trouble:
    """Read the comparison that stands behind a window."""
    feature = feature_of(field, aggregate, length)
    low, high = range_of_feature(feature)
    bare = field_of(feature)
    clause = read_comparison(rest, bare)
    if isinstance(clause, Trouble):
        return clause
    within = replace(
        bare,
        minimum=low if isfinite(low) else None,
        maximum=high if isfinite(high) else None,
    )
    return reach(replace(clause, field=within)) or replace(clause, feature=feature)


def _changed(found: re.Match[str], field: Field, period: Period) -> Clause | Trouble:
    groups = found.groupdict()
    not_changed = bool(groups.get("no")) or groups.get("has") in {"无", "没有", "未"}
    if period is Period.NONE:
        length = window(found["count"], found["unit"], period)
        if isinstance(length, Trouble):
            return length
    return _aged(found, field, Aggregate.UNCHANGED, older=not_changed)


def _age(found: re.Match[str], field: Field, _: Period) -> Clause | Trouble:
    return _aged(found, field, Aggregate.AGE, older=found["word"].lower() in {"older", "早于"})


def _aged(
    found: re.Match[str], field: Field, aggregate: Aggregate, *, older: bool
) -> Clause | Trouble:
    seconds = duration(found["count"], found["unit"])
    if isinstance(seconds, Trouble):
        return seconds
    length = Window(length=seconds, unit=Period.MOMENT)
    feature = feature_of(field, aggregate, length if aggregate is Aggregate.UNCHANGED else None)
    hours = seconds // 3_600 if seconds % 3_600 == 0 else seconds / 3_600
    return Clause(
        field=field_of(feature),
        operator=Operator.ABOVE if older else Operator.AT_MOST,
        operands=(float(hours),),
        threshold=f"{hours:.15g}",
        feature=feature,
    )


_CONSECUTIVE = rf"{COUNT}\s*(?:consecutive\s+)?{UNIT}"
_SHARE = r"(?P<share>-?[\d.]+\s*%?)"
_MARK = r"(?P<sign>[=<>!]+)"
_FIGURE_FORMS: tuple[tuple[str, _Reader], ...] = (
    (rf"{_MARK}\s*{_SHARE}\s+of\s+mean\s+of\s+{LENGTH}", _relative),
    (rf"{_MARK}\s*前?\s*{LENGTH}\s*均值的\s*{_SHARE}", _relative),
    (rf"(?P<what>mean|sum|min|max)\s+of\s+{LENGTH}{_REST}", _window),
    (rf"{LENGTH}\s*(?P<what>{_WHATS}){_REST}", _window),
    (rf"change\s+over\s+{LENGTH}{_REST}", _change),
    (rf"较\s*{LENGTH}\s*前的?变化{_REST}", _change),
)
_CHANGED_FORMS: tuple[tuple[str, _Reader], ...] = (
    (rf"(?P<no>not\s+)?changed\s+within\s+{LENGTH}", _changed),
    (rf"{LENGTH}\s*[以之]?内\s*(?P<has>有|无|没有|未)\s*变[化动更]", _changed),
)
_AGE_FORMS: tuple[tuple[str, _Reader], ...] = (
    (rf"(?P<word>older|newer)\s+than\s+{LENGTH}", _age),
    (rf"(?P<word>早于|最?近)\s*{LENGTH}\s*(?:之?前|[以之]?内)?", _age),
)
_RUN_FORMS: tuple[tuple[str, _Reader], ...] = (
    (rf"(?P<rest>{_SIGN}.*?)\s+for\s+{_CONSECUTIVE}", _run),
    (rf"连续\s*{LENGTH}{_REST}", _run),
    (rf"(?P<rest>{_SIGN}.*?)\s*连续\s*{LENGTH}", _run),
)
_FORMS = tuple(
    (re.compile(text, re.IGNORECASE | re.DOTALL | re.ASCII), types, read)
    for forms, types in (
        (_CHANGED_FORMS, _ANY),
        (_AGE_FORMS, frozenset({FieldType.TIME})),
        (_FIGURE_FORMS, _FIGURES),
        (_RUN_FORMS, _TESTED),
    )
    for text, read in forms
)


def _no_periods(line: str) -> Trouble:
    message = Text(
        zh=f"这种事实是一件件发生的，没有一期一期，不能写“{line}”。可以写“7 天合计 …”。",
        en=f"Facts of this kind happen at moments and have no periods, so '{line}' counts none. "
        "There is 'sum of 7 days …'.",
    )
    return Trouble(code="WINDOW", message=message, expected="sum of 7 days …", seen=line)


def _not_of(field: Field, line: str) -> Trouble:
    if field.type is FieldType.TIME:
        return _only_age(field, line)
    message = Text(
        zh=f"“{field.label.zh}”的类型是 {field.type}，不能写“{line}”。",
        en=f"'{field.name}' is of type {field.type}: '{line}' cannot be asked of it.",
    )
    return Trouble(code="COMPARISON", message=message, expected="= …", seen=line)


def _only_age(field: Field, line: str) -> Trouble:
    message = Text(
        zh=f"“{field.label.zh}”是时间，只能问多久以前：早于 30 天，近 2 小时。",
        en=f"'{field.name}' is a time: ask how old it is, older than 30d or newer than 2h.",
    )
    expected = "older than 30d, newer than 2h"
    return Trouble(code="COMPARISON", message=message, expected=expected, seen=line)


def _other_word(line: str, word: str) -> Trouble:
    meant = _OTHER_WORDS[word.lower()]
    message = Text(
        zh=f"这里没有“{word}”，可以写 mean、sum、min、max。",
        en=f"There is no '{word}' here; there are mean, sum, min and max.",
    )
    suggestion = meant + line[len(word) :]
    expected = "mean, sum, min, max"
    return Trouble(
        code="COMPARISON", message=message, expected=expected, seen=line, suggestion=suggestion
    )
