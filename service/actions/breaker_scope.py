"""Where a person wants a breaker to act: in cells that some deal is in, or nobody would be held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service.actions.incident_refusals import wrong
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.rca.causes.incident import Deals

#: Values of a dimension that are listed for who named another.
MOST_LISTED = 20


def check(scope: Sequence[Mapping[str, str]], snapshot: Callable[[], bytes]) -> None:
    """Refuse a cell that no deal of a snapshot is in: it did not fall. Raises Invalid, FileLost.

    The snapshot is asked for only where a cell names something.
    """
    if not any(scope):
        return
    from service.causes.snapshot import deals_of  # noqa: PLC0415 - numpy

    deals = deals_of(json.loads(snapshot()))
    for place, cell in enumerate(scope):
        for name, value in cell.items():
            _check_value(deals, f"/scope/{place}/{name}", name, value)
        _check_cell(deals, f"/scope/{place}", cell)


def _check_value(deals: Deals, where: str, name: str, value: str) -> None:
    if name not in deals.dimensions:
        names = ", ".join(deals.dimensions)
        expected = Text(zh=f"{names} 之一，且有值", en=f"one of {names}, with a value")
        raise wrong(where, f"{name}={value}", expected)
    known = deals.values[deals.dimensions.index(name)]
    if value not in known:
        listed = ", ".join(known[:MOST_LISTED]) + (" …" if len(known) > MOST_LISTED else "")
        expected = Text(zh=f"有商机的值：{listed}", en=f"a value that deals have: {listed}")
        raise wrong(where, f"{name}={value}", expected)


def _check_cell(deals: Deals, where: str, cell: Mapping[str, str]) -> None:
    from models.rca.causes.candidates import members  # noqa: PLC0415 - numpy

    if not members(deals, tuple(cell.items())).any():
        seen = " & ".join(f"{name}={value}" for name, value in cell.items())
        raise wrong(where, seen, Text(zh="有商机的单元", en="a cell that some deal is in"))
