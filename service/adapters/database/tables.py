"""All tables: the fields of the records, and what must be unique or must exist."""

from __future__ import annotations

import sqlalchemy as sa

from service import records
from service.adapters.database.columns import TEXT, WHOLE, UtcTime, columns

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _to(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"])


PEOPLE = sa.Table("people", METADATA, *columns(records.Person), sa.UniqueConstraint("login"))
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    *columns(records.Session),
    _to("people", "person_id"),
    sa.Index(None, "person_id"),
)
TOKENS = sa.Table(
    "tokens",
    METADATA,
    *columns(records.Token),
    _to("people", "person_id"),
    sa.UniqueConstraint("secret_hash"),
    sa.Index(None, "person_id"),
)
CUSTOMERS = sa.Table(
    "customers",
    METADATA,
    *columns(records.Customer),
    _to("people", "owner_id"),
    sa.Index(None, "owner_id"),
    sa.Index(None, "region", "team"),
)
STAGES = sa.Table(
    "stages",
    METADATA,
    *columns(records.Stage),
    _to("customers", "customer_id"),
    sa.UniqueConstraint("customer_id", "key"),
)
REQUIREMENTS = sa.Table(
    "requirements",
    METADATA,
    *columns(records.StageRequirement),
    _to("customers", "customer_id"),
    _to("stages", "stage_id"),
    sa.UniqueConstraint("stage_id", "item"),
    sa.Index(None, "customer_id"),
)
DELIVERABLES = sa.Table(
    "deliverables",
    METADATA,
    *columns(records.Deliverable),
    _to("customers", "customer_id"),
    _to("stages", "stage_id"),
    _to("requirements", "requirement_id"),
    _to("people", "uploader_id"),
    sa.Index(None, "customer_id"),
    sa.Index(None, "stage_id"),
    sa.Index(None, "requirement_id"),
    sa.Index(None, "uploader_id"),
    sa.Index(None, "sha256"),
)
REVIEWS = sa.Table(
    "reviews",
    METADATA,
    *columns(records.Review),
    _to("deliverables", "deliverable_id"),
    _to("customers", "customer_id"),
    sa.Index(None, "state", "opened_at"),
    sa.Index(None, "customer_id"),
    # A deliverable waits once, however often the task that put it there is repeated.
    sa.Index(
        "uq_reviews_waiting",
        "deliverable_id",
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    ),
)
AUDIT = sa.Table(
    "audit",
    METADATA,
    *columns(records.AuditEntry, key="seq"),
    sa.Index(None, "object_id"),
    sa.Index(None, "actor"),
)
AUDIT_HEAD = sa.Table(
    "audit_head",
    METADATA,
    sa.Column("id", WHOLE, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True),
    *columns(records.AuditHead, key=""),
)
OUTBOX = sa.Table(
    "outbox",
    METADATA,
    *columns(records.OutboxRow),
    # When a worker that was told of the row may be told again.
    sa.Column("announced_until", UtcTime()),
    sa.UniqueConstraint("key"),
    sa.Index(
        "ix_outbox_open",
        "id",
        sqlite_where=sa.text("state IN ('ready', 'leased')"),
        postgresql_where=sa.text("state IN ('ready', 'leased')"),
    ),
)
EFFECTS = sa.Table(
    "effects",
    METADATA,
    sa.Column("key", TEXT, primary_key=True),
    sa.Column("claimed_at", UtcTime(), nullable=False),
)
REPLIES = sa.Table("replies", METADATA, *columns(records.Reply), sa.Index(None, "created_at"))
#: Pages that came before, by what they are known again by; kept out of reports.
SEEN_PAGES = sa.Table(
    "seen_pages",
    METADATA,
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("deliverable_id", TEXT, nullable=False),
    sa.Column("page", WHOLE, nullable=False),
    sa.Column("width", sa.Double(), nullable=False),
    sa.Column("height", sa.Double(), nullable=False),
    sa.Column("points", sa.LargeBinary(), nullable=False),
    sa.Column("small_width", WHOLE, nullable=False),
    sa.Column("small_height", WHOLE, nullable=False),
    sa.Column("small", sa.LargeBinary(), nullable=False),
    # Of a bowed sheet that was made flat, beside the photograph as it is.
    sa.Column("lie", sa.LargeBinary(), nullable=True),
    sa.Column("is_flat", sa.Boolean(), nullable=False, server_default=sa.false()),
    _to("deliverables", "deliverable_id"),
    sa.UniqueConstraint("deliverable_id", "page", "is_flat"),
)
SEEN_WORDS = sa.Table(
    "seen_words",
    METADATA,
    sa.Column("word", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
#: Texts that came before: numbers for stretches of their words, eight bytes each, ascending.
SEEN_TEXTS = sa.Table(
    "seen_texts",
    METADATA,
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("deliverable_id", TEXT, nullable=False),
    sa.Column("shingles", sa.LargeBinary(), nullable=False),
    # Whether it was told as a copy: then a reviewer says whether its words are common.
    sa.Column("is_copy", sa.Boolean(), nullable=False),
    _to("deliverables", "deliverable_id"),
    sa.UniqueConstraint("deliverable_id"),
)
SEEN_SHINGLES = sa.Table(
    "seen_shingles",
    METADATA,
    sa.Column("shingle", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
#: Films that came before: small pictures of each in the order of time, and points of some frames.
SEEN_FILMS = sa.Table(
    "seen_films",
    METADATA,
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("deliverable_id", TEXT, nullable=False),
    sa.Column("width", WHOLE, nullable=False),
    sa.Column("height", WHOLE, nullable=False),
    sa.Column("times", sa.LargeBinary(), nullable=False),
    sa.Column("smalls", sa.LargeBinary(), nullable=False),
    sa.Column("points", sa.LargeBinary(), nullable=False),
    _to("deliverables", "deliverable_id"),
    sa.UniqueConstraint("deliverable_id"),
)
SEEN_FILM_WORDS = sa.Table(
    "seen_film_words",
    METADATA,
    sa.Column("word", WHOLE, primary_key=True, autoincrement=False),
    sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
