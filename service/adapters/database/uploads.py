"""What an upload asks of the records, in one statement each time: many come at once."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from service.adapters.database.scope import THROUGH_CUSTOMER
from service.adapters.database.tables import CUSTOMERS, REPLIES, REQUIREMENTS
from service.records import Reply, StageRequirement, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.adapters.database.scope import Scope

_REQUIREMENT = [field.name for field in fields(StageRequirement)]
_REPLY = [field.name for field in fields(Reply)]
_CUSTOMER = (CUSTOMERS.c.path, CUSTOMERS.c.registered_name, CUSTOMERS.c.contacts)
_GIVES = (
    *(REQUIREMENTS.c[name] for name in _REQUIREMENT),
    *_CUSTOMER,
    *(REPLIES.c[name] for name in _REPLY),
)
_TABLES = REQUIREMENTS.join(CUSTOMERS, CUSTOMERS.c.id == REQUIREMENTS.c.customer_id).outerjoin(
    REPLIES, REPLIES.c.id == sa.bindparam("reply")
)


class TableUploads:
    """`ports.records.Uploads` over requirements, their customers and the answers kept."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def asked(
        self, where: Mapping[str, str | tuple[str, ...]], reply_id: str
    ) -> tuple[Wanted, Reply | None] | None:
        given = _given(where)
        if given is None:
            return None
        found = self._scope.run(
            ("asked of an upload", *given),
            lambda: _query(_TABLES, _GIVES, given),
            {**given, "reply": reply_id},
            gives=_GIVES,
            reads=(REQUIREMENTS, CUSTOMERS, REPLIES),
        )
        if not found:
            return None
        asked, (path, registered_name, contacts), kept = _cut(found[0])
        requirement = StageRequirement(**dict(zip(_REQUIREMENT, asked, strict=True)))
        reply = dict(zip(_REPLY, kept, strict=True))
        return (
            Wanted(
                requirement=requirement,
                path=path,
                registered_name=registered_name,
                contacts=contacts,
            ),
            None if reply["id"] is None else Reply(**reply),
        )


def _cut(row: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Cut a row into what is of the requirement, of its customer, of the answer."""
    first, second = len(_REQUIREMENT), len(_REQUIREMENT) + len(_CUSTOMER)
    return row[:first], row[first:second], row[second:]


def _given(where: Mapping[str, str | tuple[str, ...]]) -> dict[str, str] | None:
    """Give the one text that each field must have; None where one of them may have none."""
    given = {}
    for name, value in where.items():
        if value == ():
            return None
        (given[name],) = (value,) if isinstance(value, str) else value
    return given


def _query(
    tables: sa.Join, gives: Sequence[sa.Column[Any]], names: Iterable[str]
) -> sa.Select[Any]:
    """Select for the requirement whose fields, or its customer's, are what is given."""
    named = [column.label(f"c{place}") for place, column in enumerate(gives)]
    conditions = [_column(name) == sa.bindparam(name) for name in names]
    return sa.select(*named).select_from(tables).where(*conditions)


def _column(name: str) -> sa.Column[Any]:
    if name.startswith(THROUGH_CUSTOMER):
        return CUSTOMERS.c[name.removeprefix(THROUGH_CUSTOMER)]
    return REQUIREMENTS.c[name]
