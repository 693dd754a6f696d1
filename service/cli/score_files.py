"""What `countermark score` is given: a sealed model, and orders by its contract or without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from models.artefact.containers import parts_of
from models.artefact.opening import open_artefact
from models.artefact.refusal import ArtefactRefused
from models.coefficient.orders import Models, Order
from service import keys
from service.cli import house
from service.cli.data_files import table_of, tell_orders, tell_rejects, tell_table
from service.cli.files import name_of, read_up_to, tell_unreadable
from service.cli.messages import COULD_NOT, WRONG, give_up
from training import closed_orders
from training.contract.contract import Role
from training.contract.staging import staged
from training.contract.table import TableRefused
from training.orders import contract_in, orders_of
from training.snapshot import snapshot
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from models.artefact.opening import Artefact
    from training.contract.contract import Contract
    from training.contract.table import Table

MOST_ORDERS_BYTES = 512 << 20
#: Role in a contract → the column that a card reads.
_NAMES = {
    Role.ORDER: "order",
    Role.CUSTOMER: "customer",
    Role.CLOSED: "closed_at",
    Role.VALUE: "value",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A model that holds, and how the rows that it was learnt from were read."""

    artefact: Artefact
    contract: Contract

    @property
    def models(self) -> Models:
        held = self.artefact
        return Models(win=held.win, value=held.value, segments=held.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """Orders to be scored, and the table they came from."""

    orders: tuple[Order, ...]
    table: Table
    #: Columns by what they hold: order, customer, closed_at, value.
    columns: Mapping[str, str]
    rejected: int = 0
    #: Lines of the table that are not taken.
    rejected_lines: frozenset[int] = frozenset()


def open_model(path: Path, key: Path | None) -> Opened:
    """Open a sealed model, or end the command with the reason."""
    with house.telling_errors():
        trusted = (
            keys.trusted_models(house.settings())
            if key is None
            else frozenset({keys.read_public(key)})
        )
    name = name_of(path)
    try:
        parts = parts_of(path)
        artefact = open_artefact(parts, trusted=trusted)
        contract = contract_in(parts, artefact.win.features)
    except OSError as error:
        tell_unreadable(path, error)
        raise typer.Exit(COULD_NOT) from error
    except ArtefactRefused as refused:
        give_up(
            Text(
                zh=f"{name}：已拒绝。{refused.message.zh} 没有计算任何系数。",
                en=f"{name}: refused. {refused.message.en} Nothing was scored.",
            ),
            WRONG,
        )
    return Opened(artefact=artefact, contract=contract)


def closed_orders_of(path: Path, opened: Opened | None, moment: datetime) -> Won:
    """Read the orders that had closed by then, by the model's contract where there is a model."""
    if opened is None:
        return _plain_orders(path, moment)
    return _contract_orders(path, opened, moment.timestamp())


def _contract_orders(path: Path, opened: Opened, at: float) -> Won:
    """Read won orders by the model's contract; rejected rows are told, the others are taken."""
    table, contract = table_of(path), opened.contract
    try:
        rows = staged(table, contract, at=at)
        taken = snapshot(rows.records, contract)
        orders = orders_of(taken, opened.artefact.win.features)
    except TableRefused as refused:
        tell_table(name_of(path), refused)
        raise typer.Exit(COULD_NOT) from refused
    tell_rejects(rows.rejects)
    if not rows.records:
        give_up(
            Text(
                zh=f"{name_of(path)}：{rows.rejected_rows} 行全部被拒绝，没有计算任何系数。",
                en=f"{name_of(path)}: all {rows.rejected_rows} rows are rejected; nothing was "
                "scored.",
            )
        )
    found = {role: contract.one(role) for role in _NAMES}
    return Won(
        orders=orders,
        table=table,
        columns={_NAMES[role]: one.column for role, one in found.items() if one is not None},
        rejected=rows.rejected_rows,
        rejected_lines=frozenset(one.line for one in rows.rejects),
    )


def _plain_orders(path: Path, until: datetime) -> Won:
    table = table_of(path)
    data = read_up_to(path, MOST_ORDERS_BYTES)
    if data is None:
        raise typer.Exit(COULD_NOT)
    try:
        found = closed_orders.read(data, until=until)
    except closed_orders.OrdersRefused as refused:
        tell_orders(path, refused)
        raise typer.Exit(COULD_NOT) from refused
    columns = {
        name: name if name in table.header else closed_orders.COLUMNS[name]
        for name in _NAMES.values()
    }
    return Won(orders=tuple(Order(line=one.line) for one in found), table=table, columns=columns)
