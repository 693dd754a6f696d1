"""A history as it was learnt from: canonical, hashed, the same whatever order its rows came in.

One JSON array a line, sorted by the order's id, under a line that says the contract; the hash is
that of the bytes. The same rows give the same hash and file, so importing twice changes nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from training.contract.contract import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from training.contract.contract import Contract
    from training.contract.staging import Record

FORMAT = "snapshot/v1"
_LEVEL = 6


class SnapshotRefused(ValueError):
    """Bytes that are no snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`records` are sorted by the order's id."""

    contract: Contract
    records: tuple[Record, ...]
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def packed(self) -> bytes:
        """Give the bytes under gzip, without a time in its header."""
        return gzip.compress(self.data, _LEVEL, mtime=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What an import would change of an earlier snapshot: counts of orders, and a few ids."""

    added: int
    changed: int
    gone: int
    same: int
    examples: Mapping[str, tuple[str, ...]]


def snapshot(records: Sequence[Record], contract: Contract) -> Snapshot:
    """Give the snapshot of records whose ids differ."""
    key = _id_of(contract)
    ordered = tuple(sorted(records, key=lambda record: str(record[key])))
    names = sorted(ordered[0]) if ordered else []
    head = {"format": FORMAT, "contract": asdict(contract), "fields": names}
    lines = [_line(head), *(_line([_plain(record[name]) for name in names]) for record in ordered)]
    return Snapshot(contract=contract, records=ordered, data="".join(lines).encode())


def rows_of(packed: bytes) -> Mapping[str, str]:
    """Give each order's line by its id, of a snapshot's file. Raises SnapshotRefused."""
    try:
        head, *lines = gzip.decompress(packed).decode().splitlines()
        told = json.loads(head)
        order = next(one["name"] for one in told["contract"]["fields"] if one["role"] == Role.ORDER)
        place = told["fields"].index(order)
        return {str(json.loads(line)[place]): line for line in lines}
    except (OSError, EOFError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise SnapshotRefused(f"no snapshot: {error}") from error


def difference(before: Mapping[str, str], after: Mapping[str, str], most: int = 5) -> Difference:
    """Compare two snapshots' rows."""
    added = sorted(after.keys() - before.keys())
    gone = sorted(before.keys() - after.keys())
    both = after.keys() & before.keys()
    changed = sorted(order for order in both if after[order] != before[order])
    return Difference(
        added=len(added),
        changed=len(changed),
        gone=len(gone),
        same=len(both) - len(changed),
        examples={
            "added": tuple(added[:most]),
            "changed": tuple(changed[:most]),
            "gone": tuple(gone[:most]),
        },
    )


def _id_of(contract: Contract) -> str:
    field = contract.one(Role.ORDER)
    if field is None:
        raise SnapshotRefused("the contract names no order id")
    return field.name


def _plain(value: float | str) -> float | str | None:
    if isinstance(value, str):
        return value
    return None if value != value else float(value)  # noqa: PLR0124 - NaN


def _line(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return told + "\n"
