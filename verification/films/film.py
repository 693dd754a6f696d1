"""What is known of a film once some of it was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.readers.opencv_film import Frame

UNDECODED = "its pictures cannot be decoded here"
PARTLY = "some of its pictures cannot be decoded"
CUT_OFF = "the film is cut off"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Film:
    """Some frames of a film, in the order of their times."""

    #: By the container's own tables; None where they do not say.
    seconds: float | None
    frames: tuple[Frame, ...] = field(default=(), repr=False)
    #: Why nothing, or not all, could be looked at; None: the film was read as it should be.
    trouble: str | None = None
    #: Four letters that name how its pictures are coded; empty where the container does not say.
    codec: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Give the width and height of its pictures; 0 where none was decoded."""
        if not self.frames:
            return 0, 0
        high, wide = self.frames[0].pixels.shape[:2]
        return wide, high

    @property
    def covered(self) -> float:
        """Give which share of the film lies between the first and the last frame looked at."""
        if not self.frames or not self.seconds:
            return 0.0
        return min(1.0, (self.frames[-1].at - self.frames[0].at) / self.seconds)
