"""Tables of the registry of models; rows are only ever added."""

from __future__ import annotations

import sqlalchemy as sa

from service.adapters.database.columns import columns
from service.adapters.database.tables import METADATA
from service.model_records import Model, ModelEvent

MODELS = sa.Table("models", METADATA, *columns(Model), sa.UniqueConstraint("name", "sha256"))
MODEL_EVENTS = sa.Table(
    "model_events",
    METADATA,
    *columns(ModelEvent),
    sa.ForeignKeyConstraint(["model_id"], ["models.id"]),
    sa.UniqueConstraint("name", "turn"),
)
