"""Root causes: stage events, evidence, incidents, examinations, verdicts and breakers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add the tables."""
    _inputs()
    _incidents()
    _examinations()
    _verdicts()
    _breakers()


def _inputs() -> None:
    op.create_table(
        "stage_events",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("deal", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("rep", TEXT, nullable=True),
        sa.Column("dims", JSON, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stage_events"),
        sa.UniqueConstraint("source", "source_id", name="uq_stage_events_source_source_id"),
    )
    op.create_index("ix_stage_events_at", "stage_events", ["at"])
    op.create_table(
        "evidence_items",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=True),
        sa.Column("title", JSON, nullable=False),
        sa.Column("exposure", JSON, nullable=True),
        sa.Column("stream", JSON, nullable=True),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("received_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_items"),
        sa.UniqueConstraint("source", "source_id", name="uq_evidence_items_source_source_id"),
    )
    op.create_index("ix_evidence_items_day", "evidence_items", ["day"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("onset", TEXT, nullable=False),
        sa.Column("alarm", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed_by", TEXT, nullable=True),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_incidents_open_stage",
        "incidents",
        ["stage"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _examinations() -> None:
    op.create_table(
        "examinations",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("incident_id", TEXT, nullable=False),
        sa.Column("turn", WHOLE, nullable=False),
        sa.Column("snapshot_sha256", TEXT, nullable=False),
        sa.Column("snapshot_size", WHOLE, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("answer_sha256", TEXT, nullable=False),
        sa.Column("examined_at", TIME, nullable=False),
        sa.Column("examined_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_examinations"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_examinations_incident_id"
        ),
        sa.UniqueConstraint("incident_id", "turn", name="uq_examinations_incident_id_turn"),
    )


def _verdicts() -> None:
    op.create_table(
        "cause_verdicts",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("incident_id", TEXT, nullable=False),
        sa.Column("examination_id", TEXT, nullable=False),
        sa.Column("candidate", TEXT, nullable=True),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("position", WHOLE, nullable=True),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cause_verdicts"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_cause_verdicts_incident_id"
        ),
        sa.ForeignKeyConstraint(
            ["examination_id"], ["examinations.id"], name="fk_cause_verdicts_examination_id"
        ),
    )
    op.create_index("ix_cause_verdicts_incident_id", "cause_verdicts", ["incident_id"])


def _breakers() -> None:
    op.create_table(
        "incident_breakers",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("phase", TEXT, nullable=False),
        sa.Column("episode", WHOLE, nullable=False),
        sa.Column("step", WHOLE, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("scope", JSON, nullable=False),
        sa.Column("fallen", sa.Double(), nullable=False),
        sa.Column("test", JSON, nullable=True),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_breakers"),
        sa.ForeignKeyConstraint(["id"], ["incidents.id"], name="fk_incident_breakers_id"),
    )


def downgrade() -> None:
    """Take them away; snapshots stay in the storage."""
    for table in (
        "incident_breakers",
        "cause_verdicts",
        "examinations",
        "incidents",
        "evidence_items",
        "stage_events",
    ):
        op.drop_table(table)
