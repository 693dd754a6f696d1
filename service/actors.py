"""Who asks: the person behind a request, a command or a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.records import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    person_id: str
    name: str
    role: Role
    region: str | None
    team: str | None
    #: Names of actions this access is limited to; ``*``: everything that the role may.
    scopes: tuple[str, ...] = ("*",)
    request_id: str | None = None
    locale: str = "zh"


#: What the audit trail names as actor where no person acted.
SYSTEM = "system"
