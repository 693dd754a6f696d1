"""What several processes of one server must be able to share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import Trouble
from service.places import MemoryPlace
from verification.values import Text

if TYPE_CHECKING:
    from service.places import Place

NAME = "COUNTERMARK_PROCESSES"


def not_shared(processes: int, database_url: str, storage: Place) -> tuple[Trouble, ...]:
    """Several processes would wait for one another in SQLite, and miss each other's memory."""
    if processes == 1:
        return ()
    found = []
    if database_url.startswith("sqlite:"):
        found.append(("SQLite", Text(zh="PostgreSQL 数据库", en="a PostgreSQL database")))
    if isinstance(storage, MemoryPlace):
        found.append(("memory:", Text(zh="目录或存储桶", en="a folder or a bucket")))
    return tuple(_alone(processes, seen, needed) for seen, needed in found)


def _alone(processes: int, seen: str, needed: Text) -> Trouble:
    return Trouble(
        where=NAME,
        seen=f"{processes}, {seen}",
        expected=f"1, or {needed.en}",
        message=Text(
            zh=f"{NAME}：看到 {processes}，而使用的是 {seen}；应为 1，或改用{needed.zh}。",
            en=f"{NAME}: saw {processes} together with {seen}; allowed is 1, or {needed.en}.",
        ),
    )
