"""The first schema: people, customers, deliverables, reviews, audit trail, outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: `service.chain.GENESIS` as it was when this was written.
GENESIS = "6e89be6395187fd82ddcb719b036b74f8c58fe2bd21a11ee6e30017af3fac9d5"
#: Children before parents.
TABLES = (
    "replies",
    "effects",
    "outbox",
    "audit_head",
    "audit",
    "reviews",
    "deliverables",
    "requirements",
    "stages",
    "customers",
    "tokens",
    "sessions",
    "people",
)


def upgrade() -> None:
    """Make all tables, and the head of a chain that has no entry yet."""
    _people()
    _customers()
    _stages()
    _requirements()
    _deliverables()
    _reviews()
    _trail()
    _outbox()
    head = sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.execute(sa.insert(head).values(id=1, seq=0, hash=GENESIS))


def downgrade() -> None:
    """Drop all tables."""
    for name in TABLES:
        op.drop_table(name)


def _people() -> None:
    op.create_table(
        "people",
        *_text("id", "login", "name", "role"),
        *_text("region", "team", "password_hash", null=True),
        *_text("locale"),
        *_flag("active"),
        *_time("created_at"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        _unique("people", "login"),
    )
    op.create_table(
        "sessions",
        *_text("id", "person_id", "csrf"),
        *_time("created_at", "expires_at"),
        *_time("revoked_at", null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        _to("people", "sessions", "person_id"),
    )
    _index("sessions", "person_id")
    op.create_table(
        "tokens",
        *_text("id", "person_id", "name", "secret_hash"),
        *_json("scopes"),
        *_time("created_at"),
        *_time("expires_at", "revoked_at", null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        _to("people", "tokens", "person_id"),
        _unique("tokens", "secret_hash"),
    )
    _index("tokens", "person_id")


def _customers() -> None:
    op.create_table(
        "customers",
        *_text("id", "name", "registered_name", "path", "owner_id"),
        *_text("team", "region", null=True),
        *_json("contacts"),
        *_time("created_at"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        _to("people", "customers", "owner_id"),
    )
    _index("customers", "owner_id")
    _index("customers", "region", "team")


def _stages() -> None:
    op.create_table(
        "stages",
        *_text("id", "customer_id", "key"),
        *_whole("position"),
        *_json("title"),
        *_text("state"),
        *_text("locked_as", null=True),
        *_json("missing"),
        *_text("rule_set", null=True),
        *_time("since"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_stages"),
        _to("customers", "stages", "customer_id"),
        _unique("stages", "customer_id", "key"),
    )


def _requirements() -> None:
    op.create_table(
        "requirements",
        *_text("id", "customer_id", "stage_id", "item"),
        *_json("title", "formats"),
        *_whole("needed"),
        *_text("signer_role", null=True),
        *_whole("max_age_days", null=True),
        *_text("policy"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_requirements"),
        _to("customers", "requirements", "customer_id"),
        _to("stages", "requirements", "stage_id"),
        _unique("requirements", "stage_id", "item"),
    )
    _index("requirements", "customer_id")


def _deliverables() -> None:
    op.create_table(
        "deliverables",
        *_text("id", "customer_id", "stage_id", "requirement_id", "uploader_id", "name"),
        *_text("declared_type", null=True),
        *_text("sha256"),
        *_whole("size"),
        *_time("received_at"),
        *_json("asked"),
        *_text("state"),
        *_text("verdict", "sub_indication", null=True),
        *_json("report", null=True),
        *_time("judged_at", null=True),
        *_text("decision", null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_deliverables"),
        _to("customers", "deliverables", "customer_id"),
        _to("requirements", "deliverables", "requirement_id"),
        _to("stages", "deliverables", "stage_id"),
        _to("people", "deliverables", "uploader_id"),
    )
    _index("deliverables", "customer_id")
    _index("deliverables", "requirement_id")
    _index("deliverables", "sha256")
    _index("deliverables", "stage_id")
    _index("deliverables", "uploader_id")


def _reviews() -> None:
    op.create_table(
        "reviews",
        *_text("id", "deliverable_id", "customer_id", "uploader_id", "state", "cause"),
        *_text("verdict", null=True),
        *_time("opened_at"),
        *_text("decision", "reason_code", "comment", "decided_by", null=True),
        *_time("decided_at", null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        _to("customers", "reviews", "customer_id"),
        _to("deliverables", "reviews", "deliverable_id"),
    )
    _index("reviews", "customer_id")
    _index("reviews", "state", "opened_at")
    _index_where(
        "uq_reviews_waiting", "reviews", "deliverable_id", where="state = 'waiting'", unique=True
    )


def _trail() -> None:
    op.create_table(
        "audit",
        *_whole("seq"),
        *_time("at"),
        *_text("actor", "action", "object_kind", "object_id"),
        *_text("before_hash", "after_hash", null=True),
        *_json("after", null=True),
        *_text("reason", "request_id", null=True),
        *_text("previous", "hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    _index("audit", "actor")
    _index("audit", "object_id")
    op.create_table(
        "audit_head",
        *_whole("id", "seq"),
        *_text("hash"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        *_text("id", "key", "kind"),
        *_json("payload"),
        *_time("created_at"),
        *_text("state"),
        *_whole("attempts"),
        *_time("lease_until", null=True),
        *_text("last_error", null=True),
        *_time("announced_until", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        _unique("outbox", "key"),
    )
    _index_where("ix_outbox_open", "outbox", "id", where="state IN ('ready', 'leased')")
    op.create_table(
        "effects",
        *_text("key"),
        *_time("claimed_at"),
        sa.PrimaryKeyConstraint("key", name="pk_effects"),
    )
    op.create_table(
        "replies",
        *_text("id", "request_hash"),
        *_whole("status"),
        *_text("body"),
        *_json("headers"),
        *_time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
    )
    _index("replies", "created_at")


def _columns(kind: TypeEngine[Any], names: tuple[str, ...], *, null: bool) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=null, autoincrement=False) for name in names]


def _text(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return _columns(kind, names, null=null)


def _time(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    kind = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    return _columns(kind, names, null=null)


def _whole(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return _columns(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), names, null=null)


def _json(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return _columns(sa.JSON(), names, null=null)


def _flag(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.Boolean(), names, null=False)


def _to(parent: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _index_where(name: str, table: str, column: str, *, where: str, unique: bool = False) -> None:
    clause = sa.text(where)
    op.create_index(
        name, table, [column], unique=unique, sqlite_where=clause, postgresql_where=clause
    )
