"""The shuffled-future test: change what came later, and see whether anything earlier moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from training.contract.contract import Role
from training.features import leads_of

if TYPE_CHECKING:
    from training.contract.contract import Contract
    from training.contract.staging import Record
    from training.snapshot import Snapshot

#: Of the leads by assignment: the day after which everything is changed.
CUT_AT = 0.6
#: Minor units: a value that no order has.
_STRANGE = 7_777_777.0


def future_moves(before: Snapshot, *, at: float) -> tuple[str, ...]:
    """Name the features of earlier leads that move when later outcomes and values change.

    None without times: then nothing but the contract's word says what was known when.
    """
    assigned = before.contract.one(Role.ASSIGNED)
    if assigned is None or not before.records:
        return ()
    cut = float(np.quantile([float(one[assigned.name]) for one in before.records], CUT_AT))
    changed = [_changed(record, before.contract, cut) for record in before.records]
    one = leads_of(before, at=at)
    # The same orders in the same order: the text of a snapshot is not needed.
    other = leads_of(replace(before, records=tuple(changed)), at=at)
    early = one.assigned_at < cut
    same = np.isclose(one.rows[early], other.rows[early], rtol=0, atol=0, equal_nan=True)
    return tuple(
        name for name, column in zip(one.features.names, same.T, strict=True) if not column.all()
    )


def _changed(record: Record, contract: Contract, cut: float) -> Record:
    """Give the record with another end, where its end or its beginning lies after the cut."""
    assigned, closed = contract.one(Role.ASSIGNED), contract.one(Role.CLOSED)
    times = [float(record[field.name]) for field in (assigned, closed) if field]
    if all(not time >= cut for time in times):
        return record
    label, value = contract.one(Role.LABEL), contract.one(Role.VALUE)
    told = dict(record)
    if label:
        told[label.name] = 1 - float(told[label.name])
    if value:
        told[value.name] = _STRANGE
    return told
