"""What identification hands on: the formats found in a file, and which bytes each one takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.values import FileType

if TYPE_CHECKING:
    from verification.values import Limit

UNKNOWN = FileType(format=None, media_type="application/octet-stream", extension=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One format in the bytes `start` (included) to `end` (excluded)."""

    format: str
    start: int
    end: int
    encrypted: bool = False
    #: The format's own end was found; False where the bytes stop in the middle.
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """A file taken apart: `pieces[0]` is what it is, the others are there besides."""

    file_type: FileType
    pieces: tuple[Piece, ...]
    size: int
    #: Caps that kept an archive shut: what it holds, and so what it is, is not fully known.
    limits: tuple[Limit, ...] = ()

    @property
    def prefix_bytes(self) -> int:
        """Bytes before the main format begins."""
        return self.pieces[0].start if self.pieces else 0

    @property
    def suffix_bytes(self) -> int:
        """Bytes after the main format ends, 0 where the format does not say where it ends."""
        return self.size - self.pieces[0].end if self.pieces else 0


#: Of a file that nobody took apart.
NOT_DISSECTED = Anatomy(file_type=UNKNOWN, pieces=(), size=0)
