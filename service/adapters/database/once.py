"""What happens once: effects by their key, answers by their Idempotency-Key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from service.adapters.database.rows import TableRows, plain
from service.adapters.database.tables import EFFECTS, REPLIES
from service.errors import AlreadyThere
from service.records import Reply
from verification.values import Text

if TYPE_CHECKING:
    from datetime import datetime

    from service.adapters.database.scope import Scope


class TableEffects:
    """`ports.records.Effects`: a key is a row, the primary key the judge."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def claim(self, key: str) -> bool:
        return self._scope.insert_if_new(EFFECTS, {"key": key, "claimed_at": self._scope.now})


class TableReplies:
    """`ports.records.Replies`."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._replies = TableRows(scope, REPLIES, Reply)

    def get(self, reply_id: str) -> Reply | None:
        found = self._replies.find({"id": reply_id})
        return found[0] if found else None

    def add(self, reply: Reply) -> None:
        self._scope.put(REPLIES, plain(reply), _answered_meanwhile)

    def purge(self, before: datetime) -> int:
        old = sa.delete(REPLIES).where(REPLIES.c.created_at < before)
        return self._scope.connection.execute(old).rowcount


def _answered_meanwhile() -> AlreadyThere:
    return AlreadyThere(
        Text(
            zh="同一个 Idempotency-Key 的请求刚刚完成。",
            en="A request with the same Idempotency-Key was answered just now.",
        ),
        remedy=Text(zh="请原样重发以取得结果。", en="Send it again to get that answer."),
    )
