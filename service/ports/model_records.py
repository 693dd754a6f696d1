"""Rows of the registry of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from service.model_records import Model, ModelEvent
    from service.ports.rows import Rows


class ModelRecords(Protocol):
    """Rows are added and never replaced."""

    models: Rows[Model]
    events: Rows[ModelEvent]
