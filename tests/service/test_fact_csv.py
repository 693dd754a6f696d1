"""What is wrong with a table or a row is said wholly in Chinese and wholly in English."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rules.facts import Field, FieldType
from rules.text import Text
from service.actions import fact_csv
from service.actions.fact_rows import Fault, RowReader
from service.errors import Invalid
from tests.service.made_rules import WEEKLY

if TYPE_CHECKING:
    from rules.facts import FactKind

SUBJECTS = ("华东",)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = "区域,周,周达成率,库存周转天数,促销周,登记时间"
TABLES = {
    "nothing": "",
    "no period": "区域,周达成率",
    "no subject": "周,周达成率",
    "an unknown column": f"{HEAD},达成绿",
    "a column twice": f"{HEAD},周",
    "a quote that is not closed": f'{HEAD}\n"华东',
    "text after a quote": f'{HEAD}\n"华东"西,1',
    "a cell without end": f"{HEAD}\n{'西' * 9000}",
    "too many rows": "区域,周,周达成率\n" + "华东,2026-W02,1\n" * 1001,
}
ROWS = {
    "no number": "华东,2026-W02,很多,1,是,",
    "no flag": "华东,2026-W02,1,1,也许,",
    "no time": "华东,2026-W02,1,1,是,昨天",
    "beyond the range": "华东,2026-W02,99,1,是,",
    "a subject that there is not": "火星,2026-W02,1,1,是,",
    "no subject": ",2026-W02,1,1,是,",
    "no week": "华东,第二周,1,1,是,",
    "a week to come": "华东,2099-W02,1,1,是,",
    "no values": "华东,2026-W02,,,,",
    "a cell too few": "华东,2026-W02,1",
    "a whole number without end": f"华东,2026-W02,{'9' * 400},1,是,",
}
#: What stays as it is in any language: words as sent, names of fields and parts, ISO weeks, times.
NAMES = re.compile(
    r"'[^']*'|“[^”]*”|[（(][^（()）]*[)）]|values(/\w+)?|subject|period|cells|attainment|stock_days"
    r"|promo|noted_at|true, false|\d{4}-W\d\d|[\d-]+T[\d:+-]+|\binf\b|CSV"
)
LATIN, CHINESE = re.compile(r"[A-Za-z]{2,}"), re.compile(r"[\u4e00-\u9fff，。：“”]")


def _is_pure(zh: str, en: str) -> None:
    assert not LATIN.findall(NAMES.sub("", zh)), zh
    assert not CHINESE.findall(NAMES.sub("", en)), en


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_refused_in_one_language_at_a_time(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        list(fact_csv.read_table(WEEKLY, TABLES[name]))
    said = raised.value.message
    _is_pure(said.zh, said.en)
    assert said.zh.startswith("第 ")
    assert said.en.startswith("line ")


class _House:
    def knows(self, kind: FactKind, subject: str) -> tuple[bool, tuple[str, ...]]:
        del kind
        return subject in SUBJECTS, SUBJECTS


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_held_in_one_language_at_a_time(name: str) -> None:
    (row,) = fact_csv.read_table(WEEKLY, f"{HEAD}\n{ROWS[name]}\n")
    reader = RowReader(replace(WEEKLY, subjects=SUBJECTS), _House(), NOW)
    with pytest.raises(Fault) as raised:
        reader.read(row)
    _is_pure(raised.value.message.zh, raised.value.message.en)


VALUES = {
    "a text for a count": (FieldType.COUNT, "x"),
    "a text for a number": (FieldType.NUMBER, "x"),
    "no finite number": (FieldType.NUMBER, float("inf")),
    "a number for a text": (FieldType.TEXT, 1),
    "a text that is too long": (FieldType.TEXT, "西" * 400),
    "a whole number that is too large": (FieldType.COUNT, 10**400),
    "a list": (FieldType.COUNT, []),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_refused_in_one_language_at_a_time(name: str) -> None:
    kind, value = VALUES[name]
    field = Field(name="promo", type=kind, label=Text(zh="促销", en="promotion"))
    reader = RowReader(replace(WEEKLY, fields=(field,)), _House(), NOW)
    with pytest.raises(Fault) as raised:
        reader.read({"subject": "华东", "period": "2026-W02", "values": {"promo": value}})
    _is_pure(raised.value.message.zh, raised.value.message.en)


def test_a_row_of_another_width_says_how_wide_it_is() -> None:
    (row,) = fact_csv.read_table(WEEKLY, f"{HEAD}\n{ROWS['a cell too few']}\n")
    with pytest.raises(Fault, match="saw 3 cells, expected 6, as the head has"):
        RowReader(WEEKLY, _House(), NOW).read(row)
