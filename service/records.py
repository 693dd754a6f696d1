"""What the service remembers: one frozen value a row. Times are aware UTC, ids sort by time.

`version` counts changes from 1: it is the ETag that people must send back to change a row, and
what compare-and-set compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the adapters read the annotations at run time
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    SALESPERSON = "salesperson"
    MANAGER = "manager"
    REGIONAL_DIRECTOR = "regional_director"
    VP_SALES = "vp_sales"
    REVIEWER = "reviewer"
    SALES_OPS = "sales_ops"
    ML_ENGINEER = "ml_engineer"
    FINANCE = "finance"
    ADMIN = "admin"


class DeliverableState(StrEnum):
    #: Stored and acknowledged; its verification is on the outbox.
    PENDING = "pending"
    #: A verdict stands.
    JUDGED = "judged"
    #: Three attempts to verify it came to nothing; a reviewer must decide.
    QUARANTINED = "quarantined"


#: A later file is compared with these. Whoever is judged second is told: with turns taken, of two
#: at once exactly one is. By the order of receipt both could be missed, as a row may be committed
#: after a later one was judged.
SETTLED = (DeliverableState.JUDGED, DeliverableState.QUARANTINED)


class StageState(StrEnum):
    LOCKED = "locked"
    OPEN = "open"


class ReviewState(StrEnum):
    WAITING = "waiting"
    DECIDED = "decided"


class Decision(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    ASK_AGAIN = "ask_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    #: What one signs in with; unique, lower case.
    login: str
    name: str
    role: Role
    region: str | None
    team: str | None
    #: argon2 hash; None: cannot sign in with a password.
    password_hash: str | None
    locale: str
    active: bool
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    #: SHA-256 of the secret in the cookie, hex; the secret itself is nowhere.
    id: str
    person_id: str
    csrf: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    id: str
    person_id: str
    name: str
    #: SHA-256 of the secret, hex.
    secret_hash: str
    #: Names of actions that it may do, ``*`` for all that its person may.
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: str
    name: str
    #: As in the business register; what seals and letters must name.
    registered_name: str
    #: The decision path it is on, e.g. ``software``.
    path: str
    owner_id: str
    team: str | None
    region: str | None
    #: Role at the customer (``it_lead``, ``cto`` …) → {"name": …, "email": …}.
    contacts: dict[str, Any]
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    id: str
    customer_id: str
    #: As the gate's rule names it, e.g. ``tech_eval``.
    key: str
    position: int
    title: dict[str, Any]
    state: StageState
    #: What the gate says while locked, e.g. 待补全; None while open.
    locked_as: str | None
    #: The gate's answer in JSON: missing items with their failed clauses.
    missing: tuple[Any, ...]
    #: Version of the rule set that gave the answer.
    rule_set: str | None
    #: When the stage came to this state.
    since: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRequirement:
    id: str
    customer_id: str
    stage_id: str
    #: The item that the gate's rule asks for, e.g. ``poc_report``.
    item: str
    title: dict[str, Any]
    #: Formats as verification names them; empty: any.
    formats: tuple[str, ...]
    #: How many deliverables are needed.
    needed: int
    #: A role in the customer's contacts who must have signed; None: nobody in particular.
    signer_role: str | None
    #: The file must have been made at most so many days before its upload; None: any age.
    max_age_days: int | None
    #: Verification policy that composes the verdict.
    policy: str
    #: What must be in the file: `verification.content.Content` in JSON, what is not asked left out.
    content: dict[str, Any]
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an upload is meant for: a requirement, and what of its customer bears on it."""

    requirement: StageRequirement
    #: The customer's decision path.
    path: str
    #: The customer's, as in the business register.
    registered_name: str
    contacts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    id: str
    customer_id: str
    stage_id: str
    requirement_id: str
    uploader_id: str
    #: Safe to show and to store; never used as a path.
    name: str
    declared_type: str | None
    sha256: str
    size: int
    received_at: datetime
    #: Requirement and policy as they were at the receipt, in JSON; later changes do not touch it.
    asked: dict[str, Any]
    state: DeliverableState
    #: PASSED, INDETERMINATE or FAILED; None while pending.
    verdict: str | None = None
    sub_indication: str | None = None
    #: The report as `countermark verify --json` prints it; None while pending.
    report: dict[str, Any] | None = None
    judged_at: datetime | None = None
    #: The last decision of a reviewer.
    decision: Decision | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    id: str
    deliverable_id: str
    customer_id: str
    uploader_id: str
    state: ReviewState
    #: Why it is in the queue: a sub-indication or QUARANTINED.
    cause: str
    verdict: str | None
    opened_at: datetime
    decision: Decision | None = None
    reason_code: str | None = None
    comment: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDraft:
    """What an action tells the trail; sequence, time and hashes are the trail's."""

    action: str
    object_kind: str
    object_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One link of the chain: `hash` covers every other field, `previous` the link before."""

    seq: int
    at: datetime
    actor: str
    action: str
    object_kind: str
    object_id: str
    before_hash: str | None
    after_hash: str | None
    #: The state after, for readers; covered by `after_hash`.
    after: dict[str, Any] | None
    reason: str | None
    request_id: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """Where the chain ends: kept apart from it, so that a cut-off end is seen."""

    seq: int
    hash: str


#: After so many attempts that came to nothing a piece of work is quarantined.
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    id: str
    #: Unique: putting the same work twice is putting it once.
    key: str
    kind: str
    payload: dict[str, Any]
    created_at: datetime
    #: ready, leased, done or quarantined.
    state: str
    attempts: int
    lease_until: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The first answer to an Idempotency-Key: a repeat gets the same one."""

    #: Person, route and key together.
    id: str
    request_hash: str
    status: int
    body: str
    headers: dict[str, Any]
    created_at: datetime
