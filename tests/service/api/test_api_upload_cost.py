"""What an upload costs the database: a number that must not grow unnoticed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from service.records import Role
from tests.service.api.house import add_customer, requirement_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.api.house import House

#: The writing; what is asked before it are single statements.
TRANSACTIONS = 1
#: Token with its person; requirement with the reply; requirement with its customer, the
#: deliverable, the order to verify it, the reply, and three for the audit trail.
STATEMENTS = 9


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Everything that SQLite is told, on connections that are made from now on."""
    told: list[str] = []

    def listen(connection: Any, record: object) -> None:
        del record
        connection.set_trace_callback(told.append)

    event.listen(Pool, "connect", listen)
    yield told
    event.remove(Pool, "connect", listen)


def test_an_upload_takes_so_many_statements_and_transactions(
    statements: list[str], house: House
) -> None:
    seller = house.somebody("li", Role.SALESPERSON)
    requirement = requirement_of(seller, add_customer(seller), "poc_report")
    assert seller.upload(requirement["id"], b"first", key="first").status_code == 201
    statements.clear()
    assert seller.upload(requirement["id"], b"second", key="second").status_code == 201
    kinds = Counter(statement.split()[0] for statement in statements)
    assert kinds.pop("BEGIN") <= TRANSACTIONS
    assert kinds.pop("COMMIT") <= TRANSACTIONS
    assert kinds.total() <= STATEMENTS, statements
