"""What each stage asks for; sales ops may tighten or loosen it for one customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from service import access, paths
from service.actions.customers import require_version
from service.actions.trail import record
from service.errors import Invalid, NotFound, Trouble
from verification.identify.formats import FORMATS
from verification.values import Text

if TYPE_CHECKING:
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Customer, Reply, StageRequirement, Wanted


MISSING = Text(zh="找不到这项要求。", en="There is no such requirement.")


def of_customer(unit: Unit, customer: Customer) -> tuple[StageRequirement, ...]:
    """Give everything that is asked of a customer, in the order of its path."""
    return unit.requirements.find({"customer_id": customer.id})


def get(
    unit: Unit, actor: Actor, requirement_id: str, *, action: str = "customers.read"
) -> StageRequirement:
    """Give a requirement of a customer that the actor may see."""
    scope = access.through_customer(access.scope(actor, action))
    found = unit.requirements.find({**scope, "id": requirement_id}, limit=1)
    if not found:
        raise NotFound(MISSING)
    return found[0]


def for_upload(
    unit: Unit, actor: Actor, requirement_id: str, reply_id: str = ""
) -> tuple[Wanted, Reply | None]:
    """Give what is wanted, where the actor may upload, and the answer kept under an id.

    Raises NotFound.
    """
    scope = access.through_customer(access.scope(actor, "deliverables.upload"))
    found = unit.uploads.asked({**scope, "id": requirement_id}, reply_id)
    if found is None:
        raise NotFound(MISSING)
    return found


def change(
    unit: Unit, actor: Actor, requirement_id: str, *, version: int, changes: dict[str, Any]
) -> StageRequirement:
    """Change formats, age or signer for deliverables that are uploaded from now on."""
    before = get(unit, actor, requirement_id, action="requirements.change")
    require_version(before.version, version)
    _check(unit, before, changes)
    after = unit.requirements.replace(replace(before, **changes))
    record(unit, "requirements.change", after=after, before=before, actor=actor)
    return after


def _check(unit: Unit, before: StageRequirement, changes: dict[str, Any]) -> None:
    """A misspelt format could never be met, a misspelt role would ask for nobody's signature."""
    customer = unit.customers.get(before.customer_id)
    roles = paths.load(customer.path).contacts if customer else {}
    role = changes.get("signer_role")
    if role is not None and role not in roles:
        raise _wrong("/signer_role", seen=role, known=", ".join(roles))
    unknown = [name for name in changes.get("formats", ()) if name not in FORMATS]
    if unknown:
        raise _wrong("/formats", seen=unknown[0], known=", ".join(FORMATS))


def _wrong(where: str, *, seen: str, known: str) -> Invalid:
    text = Text(
        zh=f"{where}：没有“{seen}”，可选：{known}。",
        en=f"{where}: no {seen!r}; there are: {known}.",
    )
    return Invalid(text, troubles=(Trouble(where=where, seen=seen, expected=known, message=text),))
