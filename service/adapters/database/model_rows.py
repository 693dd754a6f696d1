"""`ports.model_records.ModelRecords`: the registry inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.database import model_tables as tables
from service.adapters.database.rows import TableRows
from service.model_records import Model, ModelEvent

if TYPE_CHECKING:
    from service.adapters.database.scope import Scope
    from service.ports.rows import Rows


class TableModels:
    def __init__(self, scope: Scope) -> None:
        self.models: Rows[Model] = TableRows(scope, tables.MODELS, Model)
        self.events: Rows[ModelEvent] = TableRows(scope, tables.MODEL_EVENTS, ModelEvent)
