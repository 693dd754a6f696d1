"""Files, addressed by the SHA-256 of their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    #: Lower-case hex.
    sha256: str
    size: int


class Storage(Protocol):
    def put(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        """Keep the bytes durably, then say what they are; keeping the same bytes twice is once.

        Raises TooLarge past `max_bytes`; nothing is kept then.
        """

    def open(self, sha256: str) -> AbstractContextManager[BinaryIO]:
        """Give a real file whose content was hashed again. Raises FileLost where that fails."""

    def sweep(self) -> int:
        """Remove what uploads of dead processes have left behind; gives how many files."""
