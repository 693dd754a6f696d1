"""Lists come in pages: one row more is read than is given, which says whether there is a next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from flask import request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

R = TypeVar("R")


def page(rows: Sequence[R], limit: int, cursor: Callable[[R], str]) -> tuple[Any, dict[str, str]]:
    """Cut rows to a page and give it with its Link header (RFC 8288)."""
    if len(rows) <= limit:
        return {"items": list(rows), "next": None}, {}
    following = cursor(rows[limit - 1])
    query = {**request.args.to_dict(), "after": following}
    link = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return {"items": list(rows[:limit]), "next": following}, {"Link": link}
