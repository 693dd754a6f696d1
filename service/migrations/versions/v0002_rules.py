"""Facts, states of rules, firings, and what actions have put in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Children before parents.
TABLES = (
    "rounds",
    "notices",
    "measures",
    "firings",
    "rule_states",
    "held_facts",
    "facts",
    "subjects",
)
WHOSE = ("region", "team", "owner_id")
MOVING = "phase IN ('active', 'inhibited', 'open', 'half_open')"


def upgrade() -> None:
    """Make the tables; none of the first schema's rows is touched."""
    _facts()
    _states()
    _firings()
    _measures()
    op.create_table(
        "rounds",
        *_text("name"),
        *_time("next_at"),
        sa.PrimaryKeyConstraint("name", name="pk_rounds"),
    )


def downgrade() -> None:
    """Drop the tables, and the work on the outbox that only they explain."""
    op.execute("DELETE FROM outbox WHERE kind LIKE 'rules.%'")
    for name in TABLES:
        op.drop_table(name)


def _facts() -> None:
    op.create_table(
        "subjects",
        *_text("kind", "subject"),
        *_whole("period"),
        *_text(*WHOSE, null=True),
        *_time("known_at"),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_subjects"),
    )
    op.create_table(
        "facts",
        *_text("id", "kind", "subject"),
        *_whole("period"),
        *_time("at", "known_at"),
        *_json("values"),
        *_text("hash"),
        *_text("corrects", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        _unique("facts", "kind", "subject", "period", "hash"),
    )
    op.create_table(
        "held_facts",
        *_text("id", "kind"),
        *_text("subject", "period", null=True),
        *_json("row"),
        *_text("code"),
        *_text("where", null=True),
        *_json("reason"),
        *_text("state"),
        *_time("held_at"),
        *_text("held_by"),
        *_time("settled_at", null=True),
        *_text("settled_by", "fact", *WHOSE, null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_held_facts"),
    )
    _index("held_facts", "state", "kind")


def _states() -> None:
    op.create_table(
        "rule_states",
        *_text("id", "rule", "subject"),
        *_flag("shadow"),
        *_text("phase"),
        *_whole("episode"),
        *_time("since"),
        *_text("level", null=True),
        *_json("missing"),
        *_whole("step"),
        *_time("told_at", null=True),
        *_json("told_keys"),
        *_flag("no_data"),
        *_text("kind"),
        *_text(*WHOSE, null=True),
        *_time("changed_at"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_states"),
        _unique("rule_states", "rule", "subject", "shadow"),
    )
    _index("rule_states", "subject", "kind")
    moving = sa.text(MOVING)
    op.create_index(
        "ix_rule_states_moving",
        "rule_states",
        ["id"],
        sqlite_where=moving,
        postgresql_where=moving,
    )


def _firings() -> None:
    op.create_table(
        "firings",
        *_text("id", "key", "rule"),
        *_json("name"),
        *_text("rule_set", "kind", "subject", "event"),
        *_whole("episode"),
        *_time("at"),
        *_text("level", "severity", null=True),
        *_json("facts", "explanation", "sentence", "actions"),
        *_flag("shadow"),
        sa.Column("share", sa.Double(), nullable=True),
        *_text(*WHOSE, null=True),
        sa.PrimaryKeyConstraint("id", name="pk_firings"),
        _unique("firings", "key", "shadow"),
    )
    _index("firings", "rule", "subject")
    _index("firings", "subject")


def _measures() -> None:
    op.create_table(
        "measures",
        *_text("id", "key", "action", "rule", "kind", "subject"),
        *_whole("episode"),
        *_text("firing"),
        *_json("parameters"),
        *_text("state"),
        *_time("at"),
        *_time("due_at", "ended_at", null=True),
        *_text("ended_by", "reason", *WHOSE, null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_measures"),
        _to("firings", "measures", "firing"),
        _unique("measures", "key"),
    )
    _index("measures", "rule", "subject")
    _index("measures", "firing")
    _index("measures", "subject", "state")
    op.create_table(
        "notices",
        *_text("id", "key", "person_id", "firing", "action"),
        *_json("text"),
        *_time("at"),
        *_time("read_at", null=True),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        _to("people", "notices", "person_id"),
        _to("firings", "notices", "firing"),
        _unique("notices", "key"),
    )
    _index("notices", "person_id", "read_at")
    _index("notices", "firing")


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


def _json(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.JSON(), names, null=False)


def _flag(*names: str) -> list[sa.Column[Any]]:
    return _columns(sa.Boolean(), names, null=False)


def _to(parent: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
