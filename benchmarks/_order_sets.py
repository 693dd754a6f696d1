"""The orders of the corpus as histories under contracts, and the same with outcomes shuffled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.contract import contract_file
from training.contract.staging import staged
from training.contract.table import Row, Table, read
from training.features import leads_of
from training.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.coefficient.leads import Leads
    from training.contract.contract import Contract

CONTRACTS = Path(__file__).parent / "orders"
#: No set holds anything newer.
AT = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
DAY = 86_400.0
#: Repeat purchases: days on which everybody is looked at, and how far ahead.
LOOKS = ("2014-09-01", "2014-12-01")
AHEAD_DAYS = 90


def _plain(name: str) -> Callable[[Path], Table]:
    return lambda orders: read(orders / name)


def _baskets(orders: Path) -> Table:
    table = read(orders / "complete_journey_baskets.csv.gz")
    place = table.header.index("sales_value")
    rows = [
        Row(line=row.line, cells=(*row.cells, "1"))
        for row in table.rows
        if float(row.cells[place]) > 0
    ]
    return Table(header=(*table.header, "won"), rows=tuple(rows))


def _cdnow(orders: Path) -> Table:
    table = read(orders / "cdnow_summary.csv.gz")
    place = table.header.index("x")
    rows = [
        Row(line=row.line, cells=(*row.cells, str(int(float(row.cells[place]) > 0))))
        for row in table.rows
    ]
    return Table(header=(*table.header, "again"), rows=tuple(rows))


def _repeat(orders: Path) -> Table:
    days: dict[str, list[float]] = {}
    for row in read(orders / "lifetimes_example_tx.csv").rows:
        moment = datetime.fromisoformat(row.cells[0]).replace(tzinfo=UTC).timestamp()
        days.setdefault(row.cells[1], []).append(moment / DAY)
    rows: list[Row] = []
    for look in LOOKS:
        now = datetime.fromisoformat(look).replace(tzinfo=UTC).timestamp() / DAY
        for buyer, moments in sorted(days.items()):
            before = sorted(moment for moment in moments if moment < now)
            if not before:
                continue
            again = any(now <= moment < now + AHEAD_DAYS for moment in moments)
            between = (before[-1] - before[0]) / (len(before) - 1) if before[1:] else ""
            told = (len(before), now - before[-1], now - before[0], between)
            cells = (f"{buyer}/{look}", str(int(again)), buyer, *map(str, told))
            rows.append(Row(line=len(rows) + 1, cells=cells))
    names = ("purchases", "days_since_last", "days_since_first", "days_between")
    return Table(header=("row", "again", "buyer", *names), rows=tuple(rows))


TABLES: dict[str, Callable[[Path], Table]] = {
    "x-education": _plain("x_education_leads.csv.gz"),
    "x-education-web": _plain("x_education_leads.csv.gz"),
    "bank": _plain("bank_telemarketing.csv.gz"),
    "hillstrom": _plain("hillstrom_email_rct.csv.gz"),
    "repeat": _repeat,
    "cdnow": _cdnow,
    "complete-journey": _baskets,
}


def contract(name: str) -> Contract:
    return contract_file.read((CONTRACTS / f"{name}.contract.yaml").read_text("utf-8"))


def leads(name: str, orders: Path) -> Leads:
    """Give a set's leads, by the way that training takes."""
    told = contract(name)
    rows = staged(TABLES[name](orders), told, at=AT)
    if rows.rejects:
        print(f"  {name}: {rows.rejected_rows} rows rejected, e.g. {rows.rejects[0]}")
    return leads_of(snapshot(rows.records, told), at=AT)


def shuffled(own: Leads, seed: int) -> Leads:
    """Give the leads with everyone's outcome dealt out anew: nothing is left to be learnt."""
    order = np.random.default_rng(seed).permutation(own.count)
    return replace(own, won=own.won[order])


def undated(own: Leads) -> Leads:
    """Give the leads without times: nothing rolls, and a customer's residuals are never his own."""
    return replace(own, assigned_at=np.full(own.count, np.nan))
