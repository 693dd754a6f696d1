"""Lists come in pages: one row more is read than is given, which says whether there is a next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlencode

from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.actors import Actor
    from service.api.fields import PageQuery
    from service.api.work import Work
    from service.ports.records import Unit

R = TypeVar("R")


class Find(Protocol):
    """An action that finds rows by their fields, each with an id."""

    def __call__(
        self, unit: Unit, actor: Actor, *, where: dict[str, Any], after: str | None, limit: int
    ) -> Sequence[Any]: ...


def listed(find: Find, work: Work, query: PageQuery) -> tuple[Any, dict[str, str]]:
    """Give the page that a query asks for; its fields but those of paging are what is looked for.

    One row more than is given says whether there is a next page.
    """
    where = query.model_dump(exclude={"limit", "after"}, exclude_none=True)
    rows = find(work.unit, work.actor, where=where, after=query.after, limit=query.limit + 1)
    return page(rows, query.limit, lambda row: row.id)


def page(rows: Sequence[R], limit: int, cursor: Callable[[R], str]) -> tuple[Any, dict[str, str]]:
    """Cut rows to a page and give it with its Link header (RFC 8288)."""
    if len(rows) <= limit:
        return {"items": list(rows), "next": None}, {}
    following = cursor(rows[limit - 1])
    query = {**request.args.to_dict(), "after": following}
    link = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return {"items": list(rows[:limit]), "next": following}, {"Link": link}
