"""A film as all checks see it: some frames, and the clock on them, looked at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from verification.films import clock, digits
from verification.films.sampling import sampled
from verification.readers.opencv_film import Frame

if TYPE_CHECKING:
    from verification.films.clock import Clock
    from verification.films.film import Film


class Reel:
    """Decodes when it is asked, and once."""

    def __init__(self, data: bytes, form: str | None) -> None:
        self._data, self._form = data, form
        self._film: Film | None = None
        self._clock: Clock | None = None

    @property
    def film(self) -> Film:
        """Give the frames; a broken film has none, and says why."""
        if self._film is None:
            self._film = sampled(self._data, self._form)
        return self._film

    @property
    def clock(self) -> Clock:
        """Give what the clock in its pictures shows."""
        if self._clock is None:
            self._clock = clock.read(self.film.frames)
        return self._clock


#: For examinations without a film.
NO_REEL = Reel(b"", None)


@cache
def warm() -> None:
    """Read the weights and run all of it once: nothing can be opened after the door is shut."""
    digits.weights()
    blank = np.zeros((90, 160, 3), np.uint8)
    blank[20:60:4, 20:120:6] = 255
    clock.read([Frame(at=0.0, pixels=blank)])
    sampled(b"", "avi")
