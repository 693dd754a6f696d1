"""What the four notebooks share: a made-up company, trainings that are done once, a registry.

Everything is made anew in a folder that goes away with the kernel; nothing is sent anywhere. With
data of your own, read it by `training.contract.table.read` in the place of `company()`.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl

from models.artefact.packing import Signer
from models.coefficient import shipped_card
from service import keys, settings
from service.actions.accounts import OPERATOR, PersonDraft, actor_of, add_person
from service.actions.closed_leads import ClosedLead
from service.adapters.clock import system_clock
from service.adapters.database import open_records
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.cli.workshop import code_hash, software
from service.migrations import upgrade
from service.records import Role
from training.contract import contract_file
from training.contract.table import from_csv
from training.event_rows import read as read_events
from training.pay_figures import Asking, owners_of
from training.run import imported, trained
from training.sealing import Workshop, sealed
from training.simulate.cheating import gains_under
from training.simulate.exports import CONTRACT, ended, events_csv, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.origin import Event
    from service.actors import Actor
    from service.ports.records import Records
    from training.contract.contract import Contract
    from training.contract.table import Table
    from training.run import Imported, Trained
    from training.sealing import Sealed

#: With fewer there are too few values to learn from, and gates refuse what notebooks show.
FEWEST = 3000


def leads_of(told: str) -> int:
    """Give how many leads the company has; nothing told: as many as make good pictures."""
    wanted = told.strip() or "8000"
    if not wanted.isdecimal() or int(wanted) < FEWEST:
        raise ValueError(
            f"COUNTERMARK_NOTEBOOK_LEADS: 看到“{told}”，应为不小于 {FEWEST} 的整数 · saw {told!r}, "
            f"expected a whole number from {FEWEST} on"
        )
    return int(wanted)


#: How many leads the company has; the tests take fewer.
LEADS = leads_of(os.environ.get("COUNTERMARK_NOTEBOOK_LEADS", ""))
SEED = 7
BLUE, RED, GREY, GREEN = "#1f6feb", "#cf222e", "#8c959f", "#1a7f37"

mpl.rcParams.update(
    {
        "figure.figsize": (8, 3.6),
        "figure.dpi": 110,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.25,
        "axes.titleweight": "bold",
        "font.sans-serif": ["DejaVu Sans"],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Its leads and contacts as systems would export them, and the contract of both."""

    table: Table
    events: tuple[Event, ...]
    contract: Contract
    #: Everything has closed by then.
    at: float

    def oldest(self, share: float) -> Table:
        """Give the leads that were assigned first."""
        kept = self.table.rows[: round(len(self.table.rows) * share)]
        return type(self.table)(header=self.table.header, rows=kept)

    def columns(self) -> dict[str, list[str]]:
        """Give the table by columns."""
        cells = zip(*(row.cells for row in self.table.rows), strict=True)
        return dict(zip(self.table.header, map(list, cells), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    held: Imported
    result: Trained
    #: None where a gate refused it.
    sealed: Sealed | None


@cache
def company() -> Company:
    """Make the company up: the same one every time."""
    made = world(SEED, leads=LEADS)
    return Company(
        table=from_csv(leads_csv(made).encode()),
        events=read_events(events_csv(made).encode()),
        contract=contract_file.read(CONTRACT),
        at=ended(made).timestamp(),
    )


@cache
def training(share: float = 1.0) -> Training:
    """Train on the oldest share of the leads and seal what no gate refused; once a kernel."""
    told, table = company(), company().oldest(share)
    held = imported(table, told.contract, at=told.at)
    if held.snapshot is None:
        raise ValueError(f"the import is refused: {held.flaws}")
    asking = Asking(
        events=told.events, owners=owners_of(table, told.contract), cheat_gains=_cheat_gains()
    )
    result = trained(held.snapshot, at=told.at, asking=asking)
    made = None if result.refused else sealed(held, result, _workshop())
    return Training(held=held, result=result, sealed=made)


@cache
def _cheat_gains() -> dict[str, float]:
    return dict(gains_under(shipped_card()))


@cache
def house() -> settings.Settings:
    """Give the settings of an installation of our own, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="countermark-desk-"))
    chosen = settings.load({"COUNTERMARK_DATA": str(folder)})
    upgrade(chosen.database_url)
    return chosen


def _workshop() -> Workshop:
    key = keys.models_key(house())
    signer = Signer(sign=key.sign, public_key=keys.public_bytes(key))
    return Workshop(author="notebook", code=code_hash(), software=software(), signer=signer)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Records, models and cards, as the service's actions take them."""

    records: Records
    tariffs: KeptTariffs
    storage: Any
    clock: Callable[[], datetime]

    def person(self, login: str, role: Role) -> Actor:
        """Give somebody who decides; added where he is not there yet."""
        with self.records.begin() as unit:
            known = unit.people.find({"login": login})
            draft = PersonDraft(login=login, name=login, role=role, region=None, team=None)
            return actor_of(known[0] if known else add_person(unit, OPERATOR, draft))


@cache
def desk() -> Desk:
    """Open the installation's records."""
    chosen = house()
    storage = open_storage(chosen)
    return Desk(
        records=open_records(chosen),
        tariffs=KeptTariffs(chosen, storage),
        storage=storage,
        clock=system_clock,
    )


def closed_lead(cells: dict[str, str]) -> ClosedLead:
    """Give a won lead of the table as it is closed over HTTP."""
    return ClosedLead(
        place=0,
        order=cells["线索号"],
        customer=cells["客户"],
        assigned_at=_moment(cells["分配时间"]),
        closed_at=_moment(cells["结束时间"]),
        value=round(float(cells["金额"]) * 100),
        currency=cells["币种"],
        lead={name: cells[name] for name in ("行业", "渠道", "规模", "老客户", "标价")},
    )


def _moment(text: str) -> datetime:
    told = datetime.fromisoformat(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
