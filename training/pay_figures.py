"""What a card pays by a candidate, and by the champion, for the won orders among the judges.

1. Every won order of the snapshot is a customer's history and what the floor is measured by.
2. Origins come of the log of contacts; without one every order is natural.
3. Orders whose leads judge are paid: commission at one flat rate of the value, so shares alone
   are told.
4. The pool beside its target; with a champion, what each seller's pay moves by.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.orders import Models, Order, Tariff, coefficients
from models.coefficient.scoring import ValueModel, WinModel
from training.coefficient.boosting import Boosted
from training.coefficient.parts import segment_rates
from training.contract.contract import Role
from training.features import matrix_of, outcomes_of
from training.gates.figures import CardFigures
from training.orders import ContractLacks, orders_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.coefficient.card import RateCard
    from models.origin import Event
    from training.coefficient.candidate import Candidate
    from training.contract.contract import Contract
    from training.contract.staging import Record
    from training.contract.table import Table
    from training.snapshot import Snapshot

#: An audit group of fewer paid orders has no mean worth telling.
FEWEST_OF_A_GROUP = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is beside a training, for the gates that ask about pay and the champion."""

    card: RateCard | None = None
    events: tuple[Event, ...] = ()
    champion: Models | None = None
    cheat_gains: Mapping[str, float] | None = None
    #: Order → seller: no snapshot holds who sells.
    owners: Mapping[str, str] = field(default_factory=dict)
    #: Sellers whose change of pay a named person accepts.
    signed_pay: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """A booster that was just trained, for `WinModel` and `ValueModel`; it gives no reasons."""

    boosted: Boosted

    def row(self, row: NDArray[np.float64], /) -> float:
        return float(self.rows(row[None, :])[0])

    def rows(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
        return self.boosted.raw(rows)

    def contributions(self, rows: NDArray[np.float64], /) -> NDArray[np.float64]:
        return np.zeros((rows.shape[0], rows.shape[1] + 1))


def owners_of(table: Table, contract: Contract) -> dict[str, str]:
    """Give who sold what, by the order's id as it stands in the table; nobody without a field."""
    order, owner = contract.one(Role.ORDER), contract.one(Role.OWNER)
    names = [one.column for one in (order, owner) if one is not None]
    if len(names) < 2 or not set(names) <= set(table.header):  # noqa: PLR2004 - both
        return {}
    place, who = (table.header.index(name) for name in names)
    return {row.cells[place].strip(): row.cells[who].strip() for row in table.rows}


def figures(taken: Snapshot, found: Candidate, asking: Asking, *, at: float) -> CardFigures:
    """Give what the gates ask. Raises FeaturesRefused where the champion knows other features."""
    before = None
    judges = np.flatnonzero(outcomes_of(taken, at=at)[0])[found.split.judge]
    if asking.champion is not None:
        rows = matrix_of(taken, asking.champion.win.features)
        before = asking.champion.win.p_win(rows[judges])
    told = CardFigures()
    if asking.card is not None:
        records = [taken.records[place] for place in judges.tolist()]
        with suppress(ContractLacks):
            told = _of_pay(taken, models_of(taken, found), asking, records)
    return replace(told, cheat_gains=asking.cheat_gains, champion=before)


def _of_pay(
    taken: Snapshot, models: Models, asking: Asking, records: Sequence[Record]
) -> CardFigures:
    """Raises ContractLacks where the contract does not say who is paid for what, and when."""
    own = _coefficients(taken, models, asking)
    contract = taken.contract
    order, value = contract.one(Role.ORDER), contract.one(Role.VALUE)
    assert order is not None  # noqa: S101 - orders_of asked for both
    assert value is not None  # noqa: S101
    paid = [record for record in records if str(record[order.name]) in own]
    if not paid:
        return CardFigures()
    values = np.array([float(record[value.name]) for record in paid])
    now = np.array([own[str(record[order.name])] for record in paid])
    card = asking.card
    share = float((now - 1) @ values / values.sum())
    target = 0.0 if card is None else card.budget
    changes: Mapping[str, float] = {}
    if asking.champion is not None:
        other = _coefficients(taken, asking.champion, asking)
        then = np.array([other[str(record[order.name])] for record in paid])
        target = float((then - 1) @ values / values.sum())
        sellers = [asking.owners.get(str(record[order.name]), "") for record in paid]
        changes = _changes(sellers, values * now, values * then)
    return CardFigures(
        pool=share,
        target=target,
        orders=len(paid),
        pay_changes={who: one for who, one in changes.items() if who not in asking.signed_pay},
        signed_pay=tuple(sorted(asking.signed_pay & changes.keys())),
        group_ratios=_group_ratios(taken, paid, now),
    )


def models_of(taken: Snapshot, found: Candidate) -> Models:
    """Give the candidate as orders are scored by it; its reasons name no features."""
    features, model = found.learn.features, found.win.model.model
    segment = taken.contract.one(Role.SEGMENT)
    value = None
    if found.value is not None and found.values is not None:
        value = ValueModel(
            features=features,
            location=_Raw(boosted=found.value.location),
            scale=_Raw(boosted=found.value.scale),
            residuals=found.values.residuals,
        )
    return Models(
        win=WinModel(
            features=features,
            model=_Raw(boosted=model) if isinstance(model, Boosted) else model,
            calibration=found.win.model.calibration,
            offset=found.chances.offset,
        ),
        value=value,
        segments=segment_rates(found, segment.name if segment else ""),
    )


def _coefficients(taken: Snapshot, models: Models, asking: Asking) -> dict[str, float]:
    card = asking.card
    assert card is not None  # noqa: S101 - asked by the caller
    orders: Sequence[Order] = orders_of(taken, models.win.features)
    paid = coefficients(orders, asking.events, Tariff(card=card, models=models))
    return {one.order: one.coefficient for one in paid}


def _changes(
    sellers: Sequence[str], now: NDArray[np.float64], then: NDArray[np.float64]
) -> dict[str, float]:
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for who, after, before in zip(sellers, now.tolist(), then.tolist(), strict=True):
        sums[who][0] += after
        sums[who][1] += before
    return {who: after / before - 1 for who, (after, before) in sorted(sums.items()) if who}


def _group_ratios(
    taken: Snapshot, paid: Sequence[Record], now: NDArray[np.float64]
) -> dict[str, float] | None:
    """Give each audit group's mean coefficient over that of all; None where none is large."""
    found = {}
    for audit in taken.contract.fields:
        if audit.role is not Role.AUDIT:
            continue
        words = np.array([str(record[audit.name]) for record in paid])
        for word in sorted(set(words.tolist()) - {""}):
            own = words == word
            if int(own.sum()) >= FEWEST_OF_A_GROUP:
                found[f"{audit.name} {word}"] = float(now[own].mean() / now.mean())
    return found or None
