"""What a recogniser holds likely at each step of a line: to read it, or to ask it for one name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from verification.readers.rapidocr.models import load
from verification.readers.rapidocr.recognition import likelihoods, spaced, spelt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.readers.rapidocr.models import Size

#: Nothing is held less likely than this.
_LEAST = 1e-12
_NEVER = -1e9


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """One line: likelihoods by step and character, of which the first is the blank."""

    likely: NDArray[np.float32] = field(repr=False)
    size: Size

    def text(self) -> tuple[str, tuple[float, ...]]:
        """Give what stands there most likely, and how likely each of its characters is."""
        return spelt(self.likely, load(self.size).characters)

    def words(self) -> tuple[str, tuple[float, ...]]:
        """Give the same with spaces between words, each of which is certain."""
        text, sure = self.text()
        apart = spaced(text, self.likely) if sure else ""
        left = iter(zip(text, sure, strict=True))
        one, chance = next(left, ("", 1.0))
        found: list[float] = []
        for sign in apart:
            found.append(chance if sign == one and sign.strip() else 1.0)
            if sign == one:
                one, chance = next(left, ("", 1.0))
        return apart, tuple(found)

    def doubt(self, name: str, *, ring: bool = True) -> float:
        """Give how much less likely `name` is than what is read in its place, in nats.

        The line is taken for a `ring`: the name may run over its end. A name with a character that
        the recogniser does not know is out of the question: infinity.
        """
        known = _places(self.size)
        if not name or any(letter not in known for letter in name):
            return float("inf")
        # A character at a time, and a blank between any two.
        states = [place for letter in name for place in (known[letter], 0)][:-1]
        chances = np.log(np.maximum(self.likely[:, states], _LEAST))
        chances -= np.log(self.likely.max(axis=1, keepdims=True))
        return -_best_path(np.concatenate([chances, chances]) if ring else chances, states)


def read_lattice(strip: NDArray[np.uint8], *, size: Size) -> Lattice:
    """Look at one level line (RGB) that fills its strip. Raises CannotRead."""
    return Lattice(likelihoods(strip, load(size)), size)


@cache
def _places(size: Size) -> dict[str, int]:
    return {letter: place for place, letter in enumerate(load(size).characters)}


def _best_path(chances: NDArray[np.float32], states: list[int]) -> float:
    """Align states with steps, one column each; the path may begin and end anywhere."""
    # Two characters follow each other without a blank, unless they are the same.
    leaps = [at >= 2 and one != 0 and one != states[at - 2] for at, one in enumerate(states)]  # noqa: PLR2004
    path = np.full(len(states), _NEVER)
    best = _NEVER
    for step in chances:
        moved = np.concatenate([[0.0], path[:-1]])
        leapt = np.where(leaps, np.concatenate([[_NEVER, _NEVER], path])[: len(states)], _NEVER)
        path = np.maximum(np.maximum(path, moved), leapt) + step
        best = max(best, float(path[-1]))
    return best
