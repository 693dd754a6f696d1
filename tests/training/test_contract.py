"""The data contract: what it refuses, in words with a line; and what a file or a row must be."""

from __future__ import annotations

import gzip
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from training.contract import table
from training.contract.contract import Role
from training.contract.contract_file import ContractRefused, read
from training.contract.contract_text import written
from training.contract.forbidden import why_forbidden
from training.contract.soundness import flaws
from training.contract.staging import staged
from training.contract.table import TableRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.contract.contract import Contract

NOW = 1_790_000_000.0  # September 2026
CONTRACT = """countermark: contract/v1
id: leads
currency: CNY
missing: [未知]
fields:
  lead: {column: 线索号, kind: category, role: order_id}
  won: {column: 结果码, kind: flag, role: label, won: [赢], lost: [输], open: [""]}
  customer: {column: 客户, kind: category, role: customer}
  assigned: {column: 分配, kind: time, role: assigned_at}
  closed: {column: 结束, kind: time, role: closed_at}
  amount: {column: 金额, kind: money, role: value}
  money: {column: 币种, kind: category, role: currency}
  source: {column: 渠道, kind: category, role: feature, known_at: assignment}
  scored: {column: 评分时间, kind: time, role: time}
  score: {column: 评分, kind: number, role: feature, known_at: scored, least: 0, most: 100}
"""
ORDER = "lead: {column: 线索号, kind: category, role: order_id}"
ROLES = "label, customer, assigned_at, closed_at, value, currency, feature, time, feature"
HEAD = "线索号,结果码,客户,分配,结束,金额,币种,渠道,评分时间,评分"
ROW = "L1,赢,c1,2026-01-05,2026-02-01,1200.50,CNY,官网,2026-01-04,61"


_SHIPPED = sorted((Path(__file__).parents[2] / "benchmarks/orders").glob("*.yaml"))


def contract(text: str = CONTRACT) -> Contract:
    return read(text)


def test_a_contract_is_read() -> None:
    told = contract()
    assert told.one(Role.ASSIGNED) == told.named("assigned")
    assert [field.name for field in told.learnt_from] == ["source", "score"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(CONTRACT, id="the one above"),
        *(pytest.param(path.read_text("utf-8"), id=path.stem) for path in _SHIPPED),
    ],
)
def test_a_contract_written_down_reads_as_it_was(text: str) -> None:
    told = contract(text)
    assert read(written(told)) == told


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        pytest.param("id: leads", "id: leads\nfoo: 1", "foo", id="a key that nobody knows"),
        pytest.param("contract/v1", "contract/v9", "contract/v9", id="another version"),
        pytest.param(", known_at: assignment", "", "", id="nobody says when it was known"),
        pytest.param("known_at: scored", "known_at: source", "source", id="known at no time"),
        pytest.param(ORDER, "", ROLES, id="no id"),
        pytest.param("column: 渠道", "column: 负责人", "feature", id="the owner as a feature"),
        pytest.param("source: {col", "gender: {col", "feature", id="a protected attribute"),
        pytest.param("column: 评分,", "column: Last Activity,", "feature", id="written afterwards"),
        pytest.param("won: [赢], lost: [输]", "won: [赢]", "won", id="a label without a loss"),
        pytest.param("kind: money", "kind: number", "number", id="a value that is no money"),
        pytest.param("column: 客户", "column: 渠道", "渠道", id="one column for two fields"),
        pytest.param("kind: time, role: assigned_at", "kind: flag, role: audit", "flag", id="kind"),
        pytest.param("most: 100}", "most: 100, monotone: sideways}", "sideways", id="a sign"),
        pytest.param("known_at: assignment", "known_at: assignment, monotone: up", "monotone",
                     id="a category that rises"),
    ],
)  # fmt: skip
def test_a_contract_with_mistakes_is_refused(old: str, new: str, seen: str) -> None:
    with pytest.raises(ContractRefused) as refused:
        read(CONTRACT.replace(old, new, 1))
    problems = refused.value.problems
    assert seen in [one.seen for one in problems]
    assert all(one.line > 0 and one.message.zh and one.message.en for one in problems)


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        pytest.param("Owner", True, id="the owner"),
        pytest.param("accountManager", True, id="in camel case"),
        pytest.param("客户经理", True, id="in Chinese"),
        pytest.param("age", True, id="age"),
        pytest.param("Ｇｅｎｄｅｒ", True, id="in full width"),
        pytest.param("marital_status", True, id="with more words"),
        pytest.param("Last Notable Activity", True, id="after the fact"),
        pytest.param("Tags", True, id="tags"),
        pytest.param("call_duration_s", True, id="how long the call was"),
        pytest.param("logged effort", True, id="effort"),
        pytest.param("page_views", False, id="age inside another word"),
        pytest.param("lead_age_days", False, id="how old the lead is"),
        pytest.param("list_price", False, id="a price"),
        pytest.param("industry", False, id="an industry"),
        pytest.param("prior_orders", False, id="what was ordered before"),
        pytest.param("企业规模", False, id="a size in Chinese"),
    ],
)
def test_names_that_are_never_learnt_from(name: str, refused: bool) -> None:  # noqa: FBT001
    assert (why_forbidden(name) is not None) == refused


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"\ufeff{HEAD}\r\n{ROW}\r\n".encode(), id="UTF-8 with a mark"),
        pytest.param(f"{HEAD}\n{ROW}\n".encode("gb18030"), id="GB 18030"),
        pytest.param(gzip.compress(f"{HEAD}\n{ROW}\n".encode("gb18030")), id="packed"),
    ],
)
def test_files_that_are_read(data: bytes) -> None:
    rows = staged(table.from_csv(data), contract(), at=NOW)
    assert not rows.rejects
    (record,) = rows.records
    assert (record["lead"], record["won"], record["amount"]) == ("L1", 1.0, 120_050.0)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        pytest.param(f"{HEAD}\n{ROW}".encode("gb18030") + b"\n\xff\xff", "line 3", id="damage"),
        pytest.param(gzip.compress(b"a,b\n")[:-6], "gzip", id="half a gzip file"),
        pytest.param(b"a,a\n1,2", "line 1", id="two columns of a name"),
        pytest.param(b"", "line 1", id="nothing"),
        pytest.param(b'a,b\n"1,2', "line 2", id="a quote that never ends"),
    ],
)
def test_files_that_are_refused(data: bytes, where: str) -> None:
    with pytest.raises(TableRefused) as refused:
        table.from_csv(data)
    assert refused.value.where == where
    assert refused.value.remedy.zh
    assert refused.value.remedy.en


def test_a_renamed_column_is_told_with_what_it_may_be_now() -> None:
    renamed = table.from_csv(f"{HEAD.replace('评分时间', '评分日期')}\n{ROW}".encode())
    with pytest.raises(TableRefused, match="评分时间 → 评分日期"):
        staged(renamed, contract(), at=NOW)


def test_a_database_is_read_and_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE leads (a INTEGER, b TEXT)")
        database.execute("INSERT INTO leads VALUES (1, NULL)")
    database.close()
    (row,) = table.read(path, query="SELECT a, b FROM leads").rows
    assert row.cells == ("1", "")
    for query in ("DELETE FROM leads", "SELECT c FROM leads", "SELECT 1; SELECT 2", ""):
        with pytest.raises(TableRefused):
            table.read(path, query=query)
    assert len(table.read(path, query="SELECT * FROM leads").rows) == 1


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param("1001.0", "1001", id="a whole number among blanks is no 1001.0"),
        pytest.param("1200.5", "1200.5", id="a part stays"),
        pytest.param("NULL", "", id="nothing"),
        pytest.param("CAST('官网' AS BLOB)", "官网", id="words as bytes"),
        pytest.param("x'ff'", None, id="bytes that are no words"),
    ],
)
def test_a_typed_cell_is_read_as_csv_would_have_it(
    tmp_path: Path, value: str, cell: str | None
) -> None:
    path = tmp_path / "leads.db"
    sqlite3.connect(path).close()
    if cell is None:
        with pytest.raises(TableRefused, match="row 1"):
            table.read(path, query=f"SELECT {value} AS a")
        return
    (row,) = table.read(path, query=f"SELECT {value} AS a").rows
    assert row.cells == (cell,)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(TableRefused, match="pip install pyarrow"):
        table.read(tmp_path / "leads.parquet")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param("2026-02-01", "2027-02-01", "future", id="closed in the future"),
        pytest.param("2026-02-01", "2025-12-01", "order", id="closed before it began"),
        pytest.param("1200.50", "-3", "amount", id="a negative amount"),
        pytest.param("1200.50", "0", "amount", id="nothing"),
        pytest.param("1200.50", "NaN", "money", id="NaN as an amount"),
        pytest.param("1200.50", '"1200,50"', "money", id="a comma for the point"),
        pytest.param("CNY", "USD", "currency", id="another currency"),
        pytest.param(",61", ",NaN", "number", id="NaN"),
        pytest.param(",61", ",161", "range", id="beyond the range"),
        pytest.param("赢", "也许", "label", id="neither won nor lost"),
        pytest.param("2026-01-05", "", "blank", id="nobody says when it was assigned"),
        pytest.param("2026-01-04", "2026-01-09", "known_at", id="known after assignment"),
        pytest.param("2026-01-04", "未知", "known_at", id="nobody knows when it was known"),
        pytest.param("L1,", "L1,x,", "width", id="a cell too many"),
        pytest.param("官网", "官\x00网", "word", id="a control character"),
    ],
)
def test_rows_that_are_rejected_beside_one_that_is_not(old: str, new: str, code: str) -> None:
    good = ROW.replace("L1", "L0")
    rows = staged(
        table.from_csv(f"{HEAD}\n{good}\n{ROW.replace(old, new, 1)}".encode()), contract(), at=NOW
    )
    assert [record["lead"] for record in rows.records] == ["L0"]
    assert [(one.line, one.code) for one in rows.rejects] == [(3, code)]
    assert rows.rejects[0].reason.zh
    assert rows.rejects[0].reason.en


@pytest.mark.parametrize("blank", ["\u3000", "\u00a0"], ids=["full-width", "of a web page"])
def test_a_blank_of_another_width_is_no_control_character(blank: str) -> None:
    row = ROW.replace("官网", f"官{blank}网")
    (record,) = staged(table.from_csv(f"{HEAD}\n{row}".encode()), contract(), at=NOW).records
    assert f"官{blank}网" in record.values()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        pytest.param(ROW, "repeated", id="the same row again"),
        pytest.param(ROW.replace("61", "62"), "duplicate", id="another row under its id"),
    ],
)
def test_an_id_counts_once(second: str, code: str) -> None:
    rows = staged(table.from_csv(f"{HEAD}\n{ROW}\n{second}".encode()), contract(), at=NOW)
    assert len(rows.records) == 1
    assert [one.code for one in rows.rejects] == [code]


def many(count: int, **cells: str) -> bytes:
    """Give a file of so many leads; a cell may use `i`, the row's number."""
    names = HEAD.split(",")
    base = dict(zip(names, ROW.split(","), strict=True)) | {"线索号": "L{i}", "评分": "{s}"} | cells
    rows = []
    for i in range(count):
        wins = "赢" if i % 3 == 0 else "输"
        row = [base[name].format(i=i, s=i % 100, w=wins, k=i % 4) for name in names]
        rows.append(",".join(row))
    return "\n".join([HEAD, *rows]).encode()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(many(600, 结果码="{w}", 渠道="c{k}"), [], id="a history to learn from"),
        pytest.param(many(20, 结果码="{w}", 渠道="c{k}"), ["rows", "classes"], id="20 rows"),
        pytest.param(many(600, 渠道="c{k}"), ["classes"], id="only wins"),
        pytest.param(many(600, 结果码="{w}"), ["constant"], id="one word in every row"),
        pytest.param(many(600, 结果码="{w}", 渠道="c{i}"), ["categories"], id="ids as categories"),
        pytest.param(many(600, 结果码="{w}", 渠道="c{k}", 评分="未知"), ["constant"], id="blank"),
        pytest.param(many(600, 结果码="{w}", 渠道="c{k}", 评分="7"), ["constant"], id="sevens"),
        pytest.param(many(600, 结果码="{w}", 渠道="c{k}", 金额="x"),
                     ["rows", "rejected", "classes"], id="every row rejected"),
    ],
)  # fmt: skip
def test_histories_as_a_whole(data: bytes, codes: list[str]) -> None:
    found = flaws(staged(table.from_csv(data), contract(), at=NOW), contract())
    assert [one.code for one in found] == codes
    assert all(one.seen and one.remedy.zh and one.remedy.en for one in found)


def test_thousands_of_categories_are_refused_in_words() -> None:
    many_words = many(12_000, 结果码="{w}", 渠道="c{i}")
    (flaw,) = flaws(staged(table.from_csv(many_words), contract(), at=NOW), contract())
    assert (flaw.code, flaw.seen) == ("categories", "source: 12000")


class Repeated(tuple[Mapping[str, float | str], ...]):
    """Records that are made while they are read: a million of them fit a test."""

    __slots__ = ()
    words = 1_000_000

    def __len__(self) -> int:
        return self.words

    def __iter__(self) -> Iterator[dict[str, float | str]]:
        record = dict(self[0])
        for n in range(self.words):
            record["source"], record["won"] = f"c{n}", float(n % 3 == 0)
            yield record


def test_a_million_categories_are_refused_in_words() -> None:
    only = replace(contract(), fields=tuple(f for f in contract().fields if f.name != "score"))
    one = staged(table.from_csv(f"{HEAD}\n{ROW}".encode()), contract(), at=NOW)
    assert len(one.records) == 1
    (flaw,) = flaws(replace(one, records=Repeated(one.records)), only)
    assert (flaw.code, flaw.seen) == ("categories", "source: 1000000")
    assert "5000" in flaw.expected.en
