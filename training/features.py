"""From a snapshot to leads: features as of assignment, labels as of the horizon.

A lead counts once its horizon has passed, whether it has closed or not: who takes leads that close
early and leaves out those still open learns that everything goes fast.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from models.coefficient.features import Feature, FeatureContract, FeatureKind
from training.coefficient.leads import Leads
from training.contract.contract import Kind, Role
from training.history import DAY_S, Asked, Closed, history

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.contract.contract import Contract, Field
    from training.snapshot import Snapshot

    Columns = Mapping[str, NDArray[np.float64] | Sequence[str]]

#: A word of fewer rows is coded as unseen.
FEWEST_OF_A_WORD = 10


def leads_of(snapshot: Snapshot, *, at: float) -> Leads:
    """Give the leads whose end is known; `at` is when the snapshot was taken."""
    contract = snapshot.contract
    columns = _columns(snapshot)
    kept, won, known = _ends(contract, columns, at, len(snapshot.records))
    learnt = _learnt(contract, columns, won, known)
    features = [_feature(field, columns[field.name]) for field in contract.learnt_from]
    named = {feature.name for feature in features}
    features += [
        Feature(name=name, kind=FeatureKind.NUMBER) for name in learnt if name not in named
    ]
    told = FeatureContract(features=tuple(features))
    segment, segments = _coded(_words_of(Role.SEGMENT, contract, columns, len(won)))
    audits = [field.name for field in contract.fields if field.role is Role.AUDIT]
    whole = Leads(
        features=told,
        rows=told.matrix(learnt),
        won=won == 1,
        assigned_at=_numbers_of(Role.ASSIGNED, contract, columns, len(won)),
        known_at=known,
        weight=np.ones(len(won)),
        value=_numbers_of(Role.VALUE, contract, columns, len(won)),
        customer=_customers(contract, columns, len(won)),
        segment=segment,
        segments=segments,
        audit={name: _coded(list(map(str, columns[name])))[0] for name in audits},
    )
    return whole.taken(kept)


def matrix_of(snapshot: Snapshot, features: FeatureContract) -> NDArray[np.float64]:
    """Give a row for each record, whether its end is known or not, in columns learnt before.

    Raises FeaturesRefused where the contract holds other features.
    """
    contract = snapshot.contract
    columns = _columns(snapshot)
    _, won, known = _ends(contract, columns, math.inf, len(snapshot.records))
    return features.matrix(_learnt(contract, columns, won, known))


def outcomes_of(
    snapshot: Snapshot, *, at: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Give which records' ends are known at `at`, which were won, and when they were assigned."""
    count = len(snapshot.records)
    columns = _columns(snapshot)
    counts, won, _ = _ends(snapshot.contract, columns, at, count)
    assigned = _numbers_of(Role.ASSIGNED, snapshot.contract, columns, count)
    return counts, won == 1, assigned


def _learnt(
    contract: Contract, columns: Columns, won: NDArray[np.float64], known: NDArray[np.float64]
) -> Columns:
    own = {field.name: columns[field.name] for field in contract.learnt_from}
    return {**own, **(_history(contract, columns, won, known) if contract.history else {})}


def _columns(snapshot: Snapshot) -> Columns:
    found: dict[str, NDArray[np.float64] | Sequence[str]] = {}
    for field in snapshot.contract.fields:
        if field.role in {Role.FORBIDDEN, Role.OWNER}:
            continue
        cells = [record[field.name] for record in snapshot.records]
        found[field.name] = (
            [str(cell) for cell in cells] if field.is_word else np.array(cells, dtype=np.float64)
        )
    return found


def _ends(
    contract: Contract, columns: Columns, at: float, count: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Give which leads count, won (1) or lost (0), and when that was known."""
    label = _numbers_of(Role.LABEL, contract, columns, count)
    closed = _numbers_of(Role.CLOSED, contract, columns, count)
    assigned = _numbers_of(Role.ASSIGNED, contract, columns, count)
    if not contract.horizon_days:
        return ~np.isnan(label), np.nan_to_num(label), np.where(np.isnan(closed), assigned, closed)
    end = assigned + contract.horizon_days * DAY_S
    in_time = np.where(np.isnan(closed), end, closed) <= end
    won = ((label == 1) & in_time).astype(np.float64)
    known = np.where(np.isnan(label) | ~in_time | np.isnan(closed), end, closed)
    return end <= at, won, known


def _feature(field: Field, column: NDArray[np.float64] | Sequence[str]) -> Feature:
    if field.kind is not Kind.CATEGORY:
        return Feature(name=field.name, kind=FeatureKind.NUMBER, monotone=field.monotone)
    counts = Counter(map(str, column))
    words = sorted(word for word, count in counts.items() if count >= FEWEST_OF_A_WORD)
    return Feature(name=field.name, kind=FeatureKind.CATEGORY, categories=tuple(words))


def _history(
    contract: Contract, columns: Columns, won: NDArray[np.float64], known: NDArray[np.float64]
) -> Mapping[str, NDArray[np.float64]]:
    value = _numbers_of(Role.VALUE, contract, columns, len(won))
    customer = _customers(contract, columns, len(won))
    paid = np.flatnonzero((won == 1) & (value > 0))
    segment = _coded(_words_of(Role.SEGMENT, contract, columns, len(won)))[0]
    closed = Closed(
        customer=customer[paid],
        segment=segment[paid],
        closed_at=known[paid],
        value=value[paid],
    )
    assigned = _numbers_of(Role.ASSIGNED, contract, columns, len(won))
    return history(Asked(customer=customer, segment=segment, assigned_at=assigned), closed)


def _numbers_of(
    role: Role, contract: Contract, columns: Columns, count: int
) -> NDArray[np.float64]:
    field = contract.one(role)
    if field is None:
        return np.full(count, np.nan)
    return np.asarray(columns[field.name], dtype=np.float64)


def _words_of(role: Role, contract: Contract, columns: Columns, count: int) -> list[str]:
    field = contract.one(role)
    return [""] * count if field is None else list(map(str, columns[field.name]))


def _customers(contract: Contract, columns: Columns, count: int) -> NDArray[np.int64]:
    """Give who the customer is; every lead its own where none is told."""
    if contract.one(Role.CUSTOMER) is None:
        return np.arange(count)
    words = _words_of(Role.CUSTOMER, contract, columns, count)
    codes, names = _coded(words)
    blank = np.array([not word for word in words])
    return np.where(blank, len(names) + np.arange(count), codes)


def _coded(words: list[str]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    names, codes = np.unique(np.array(words, dtype=object).astype(str), return_inverse=True)
    return codes.astype(np.int64), tuple(map(str, names))
