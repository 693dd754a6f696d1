"""Who shows a token, in one statement: every request of a program asks."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.tables import PEOPLE, TOKENS
from service.records import Person, Token

if TYPE_CHECKING:
    from service.adapters.database.scope import Scope

_TOKEN = [field.name for field in fields(Token)]
_PERSON = [field.name for field in fields(Person)]
_COLUMNS = (*(TOKENS.c[name] for name in _TOKEN), *(PEOPLE.c[name] for name in _PERSON))


class TableHolders:
    """`ports.records.Holders`: a token is always somebody's, the foreign key sees to it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def of_secret(self, secret_hash: str) -> tuple[Token, Person] | None:
        found = self._scope.run(
            "holder of a secret", _query, {"secret": secret_hash}, gives=_COLUMNS
        )
        if not found:
            return None
        token, person = found[0][: len(_TOKEN)], found[0][len(_TOKEN) :]
        return (
            Token(**dict(zip(_TOKEN, token, strict=True))),
            Person(**dict(zip(_PERSON, person, strict=True))),
        )


def _query() -> sa.Select[tuple[object, ...]]:
    named = [column.label(f"c{place}") for place, column in enumerate(_COLUMNS)]
    of_token = TOKENS.join(PEOPLE, PEOPLE.c.id == TOKENS.c.person_id)
    return (
        sa.select(*named)
        .select_from(of_token)
        .where(TOKENS.c.secret_hash == sa.bindparam("secret"))
    )
