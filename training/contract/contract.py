"""What a history of leads holds, field by field, as its owner has written it down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: `known_at` of what was known when the lead was assigned.
ASSIGNMENT = "assignment"


class Kind(StrEnum):
    NUMBER = "number"
    CATEGORY = "category"
    FLAG = "flag"
    TIME = "time"
    MONEY = "money"


class Role(StrEnum):
    FEATURE = "feature"
    LABEL = "label"
    ORDER = "order_id"
    CUSTOMER = "customer"
    OWNER = "owner"
    ASSIGNED = "assigned_at"
    CLOSED = "closed_at"
    #: A time of another field's knowing.
    TIME = "time"
    VALUE = "value"
    CURRENCY = "currency"
    #: A feature too, and a slice that is judged by itself.
    SEGMENT = "segment"
    #: Judged by, never learnt from.
    AUDIT = "audit"
    #: Is in the file and must not be used; saying so is the point.
    FORBIDDEN = "forbidden"


LEARNT_FROM = frozenset({Role.FEATURE, Role.SEGMENT})
ONCE = frozenset(Role) - {Role.FEATURE, Role.AUDIT, Role.FORBIDDEN, Role.TIME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; `column` is its name in the file."""

    name: str
    column: str
    kind: Kind
    role: Role
    #: ASSIGNMENT, or the name of a field that holds the time; only of what is learnt from.
    known_at: str | None = None
    unit: str = ""
    least: float | None = None
    most: float | None = None
    #: 1: the chance never falls as this rises; -1: it never rises.
    monotone: int = 0
    #: Of a label: the words for won, lost and open.
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    #: False of a segment that is only judged by, and whose history counts.
    learn: bool = True
    #: Of an audit group that features give away: who accepts that, and why.
    signed: str = ""

    @property
    def learnt_from(self) -> bool:
        return self.role in LEARNT_FROM and self.learn

    @property
    def is_word(self) -> bool:
        """Whether its cells stay words; all others become numbers."""
        return self.kind is Kind.CATEGORY


class OpenLeads(StrEnum):
    """What becomes of leads without an end."""

    #: Left out until the horizon has passed; then they are lost.
    EXCLUDE = "exclude"
    #: Left out, and the closed ones of their kind count for more.
    IPCW = "ipcw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    id: str
    fields: tuple[Field, ...]
    #: After so many days without an end a lead is lost; 0: leads have no horizon.
    horizon_days: int = 0
    embargo_days: int = 0
    open_leads: OpenLeads = OpenLeads.EXCLUDE
    #: The only currency; "" where the file holds none.
    currency: str = ""
    #: Words that say that nothing is known, beside a blank cell.
    missing: tuple[str, ...] = ()
    #: Whether the customer's earlier orders become features.
    history: bool = False

    def one(self, role: Role) -> Field | None:
        """Give the field of a role that stands once at most."""
        return next((field for field in self.fields if field.role is role), None)

    def named(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    @property
    def learnt_from(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.learnt_from)
