"""A world as systems would export it: leads, the log of contacts, and the contract of both."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from training.simulate.claims import BEGAN, claims
from training.simulate.world import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from training.simulate.world import World

CONTRACT = """\
countermark: contract/v1
id: simulated-leads
horizon_days: 60
currency: CNY
fields:
  lead:      {column: 线索号, kind: category, role: order_id}
  won:       {column: 结果, kind: flag, role: label, won: [赢单], lost: [丢单]}
  customer:  {column: 客户, kind: category, role: customer}
  assigned:  {column: 分配时间, kind: time, role: assigned_at}
  closed:    {column: 结束时间, kind: time, role: closed_at}
  amount:    {column: 金额, kind: money, role: value}
  currency:  {column: 币种, kind: category, role: currency}
  segment:   {column: 行业, kind: category, role: segment, known_at: assignment}
  channel:   {column: 渠道, kind: category, role: feature, known_at: assignment}
  size:      {column: 规模, kind: number, role: feature, known_at: assignment, least: 0, most: 4}
  returning: {column: 老客户, kind: flag, role: feature, known_at: assignment}
  price:     {column: 标价, kind: number, role: feature, known_at: assignment, monotone: down}
  owner:     {column: 销售, kind: category, role: owner}
"""
_LEADS = (
    "线索号", "结果", "客户", "分配时间", "结束时间", "金额", "币种", "行业", "渠道", "规模",
    "老客户", "标价", "销售", "佣金",
)  # fmt: skip
_EVENTS = ("id", "kind", "customer", "at", "known_at", "by_system", "answers")


def leads_csv(world: World) -> str:
    """Give every lead, won or lost, in the columns of `CONTRACT`; 佣金 is in it beside them."""
    leads = world.leads
    channels = tuple(CHANNELS)
    rows = []
    for place in range(leads.count):
        won = bool(world.won[place])
        rows.append(
            (
                f"o{place}",
                "赢单" if won else "丢单",
                f"c{leads.customer[place]}",
                _day(int(leads.day[place])),
                _day(int(world.closed[place])),
                _money(int(world.value[place])) if won else "",
                "CNY",
                f"行业{leads.segment[place]}",
                channels[int(leads.channel[place])],
                str(leads.size[place]),
                "是" if leads.returning[place] else "否",
                f"{np.round(leads.price[place], 4)}",
                f"r{leads.rep[place]}",
                _money(int(world.commission[place])) if won else "",
            )
        )
    return _text(_LEADS, rows)


def events_csv(world: World) -> str:
    """Give the contacts that systems wrote down, of every won lead."""
    rows = (
        (
            event.id,
            event.kind.value,
            event.customer,
            event.at.isoformat(),
            event.known_at.isoformat(),
            "yes" if event.by_system else "no",
            event.answers or "",
        )
        for claim in claims(world)
        for event in claim.events
    )
    return _text(_EVENTS, rows)


def _day(day: int) -> str:
    return (BEGAN + timedelta(days=day)).isoformat()


def ended(world: World) -> datetime:
    """Give the moment after which everything in the world has closed."""
    return BEGAN + timedelta(days=int(world.closed.max()) + 61)


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
