"""The tables of facts and rules; part of the one schema in `tables`."""

from __future__ import annotations

import sqlalchemy as sa

from service import rule_records as records
from service.adapters.database.columns import TEXT, WHOLE, UtcTime, columns
from service.adapters.database.tables import METADATA


def _to(parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"])


SUBJECTS = sa.Table(
    "subjects",
    METADATA,
    *columns(records.Subject, key=""),
    sa.PrimaryKeyConstraint("kind", "subject"),
    sa.Index(
        "ix_subjects_due_at",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)
FACTS = sa.Table(
    "facts",
    METADATA,
    # `records.FactRow`, whose first fields are the leaf's.
    sa.Column("id", TEXT, primary_key=True),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("subject", TEXT, nullable=False),
    sa.Column("period", WHOLE, nullable=False),
    sa.Column("at", UtcTime(), nullable=False),
    sa.Column("known_at", UtcTime(), nullable=False),
    sa.Column("values", sa.JSON(none_as_null=True), nullable=False),
    sa.Column("hash", TEXT, nullable=False),
    sa.Column("corrects", TEXT),
    # Also the way to a subject's window.
    sa.UniqueConstraint("kind", "subject", "period", "hash"),
)
HELD_FACTS = sa.Table(
    "held_facts", METADATA, *columns(records.HeldFact), sa.Index(None, "state", "kind")
)
RULE_STATES = sa.Table(
    "rule_states",
    METADATA,
    *columns(records.StateRow),
    sa.UniqueConstraint("rule", "subject", "shadow"),
    sa.Index(None, "subject", "kind"),
    # What time alone may change.
    sa.Index(
        "ix_rule_states_moving",
        "id",
        sqlite_where=sa.text("phase IN ('active', 'inhibited', 'open', 'half_open')"),
        postgresql_where=sa.text("phase IN ('active', 'inhibited', 'open', 'half_open')"),
    ),
)
FIRINGS = sa.Table(
    "firings",
    METADATA,
    *columns(records.FiringRow),
    sa.UniqueConstraint("key", "shadow"),
    sa.Index(None, "rule", "subject"),
    sa.Index(None, "subject"),
)
MEASURES = sa.Table(
    "measures",
    METADATA,
    *columns(records.Measure),
    _to("firings", "firing"),
    sa.UniqueConstraint("key"),
    sa.Index(None, "rule", "subject"),
    sa.Index(None, "firing"),
    sa.Index(None, "subject", "state"),
)
NOTICES = sa.Table(
    "notices",
    METADATA,
    *columns(records.Notice),
    _to("people", "person_id"),
    _to("firings", "firing"),
    sa.UniqueConstraint("key"),
    sa.Index(None, "person_id", "read_at"),
    sa.Index(None, "firing"),
)
#: Chores that one process does for all: when each is due next.
ROUNDS = sa.Table(
    "rounds",
    METADATA,
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("next_at", UtcTime(), nullable=False),
)
