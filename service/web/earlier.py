"""Earlier deliverables that a report tells of, as far as whoever looks may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.actions import deliverables
from service.actions.reuse import FIELD
from service.errors import NotFound

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Deliverable


def visible(unit: Unit, actor: Actor, deliverable: Deliverable) -> dict[str, Deliverable]:
    """Give those that its checks name (`reuse.*`), by id, that this person may see."""
    found = {}
    for source in sorted(_named(deliverable)):
        try:
            found[source] = deliverables.get(unit, actor, source)
        except NotFound:
            continue
    return found


def _named(deliverable: Deliverable) -> set[str]:
    checks = (deliverable.report or {}).get("checks", [])
    firsts = [check["evidence"][0] for check in checks if check["evidence"]]
    return {str(one["value"]) for one in firsts if one.get("source") == FIELD}
