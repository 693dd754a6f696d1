"""Records of one kind, read and written in a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

R = TypeVar("R")


class Rows(Protocol[R]):
    """One kind of record.

    `where` maps field → value (equal) or tuple (one of); the field ``customer.region`` (and
    ``.team``, ``.owner_id``) looks through the row's customer.
    """

    def get(self, row_id: str) -> R | None: ...

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        order: str = "id",
        after: str | None = None,
        limit: int | None = None,
        without: tuple[str, ...] = (),
    ) -> tuple[R, ...]:
        """Rows in ascending `order` (``-field``: descending; ties by id).

        `after` is the id of the last row of the page before; fields `without` come as None.
        """

    def add(self, record: R) -> None:
        """Insert. Raises AlreadyThere where a unique field is taken."""

    def replace(self, record: R) -> R:
        """Compare-and-set on `version`: store with version + 1 and give that back.

        Raises StaleVersion when somebody was faster.
        """
