"""A second look at a line, with the larger model: whether what is shown is beyond doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers import rapidocr

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from verification.readers.rapidocr import Lattice
    from verification.words.agreement import Difference

#: What is shown must be so likely, sign by sign, and what is said less likely by so much (nats);
#: where that is much, the first may be less; of a reading that stands alone both must be more.
_SURE, _DOUBT = 0.9, 4.0
_FAIR, _GREAT_DOUBT = 0.75, 10.0
_SURE_ALONE, _DOUBT_ALONE = 0.97, 8.0
_CLEAR, _NO_DOUBT = 0.5, 15.0
_LEAST_SIDE = 4


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Strips of one row, each read; their texts stand with a space between them."""

    text: str
    _sure: tuple[float, ...]
    #: With where the text of each begins.
    _lattices: tuple[tuple[int, str, Lattice], ...]

    @classmethod
    def of(cls, strips: Sequence[NDArray[np.uint8]]) -> SecondLook:
        """Read strips (RGB). Raises CannotRead."""
        text, sure, lattices = "", list[float](), []
        for strip in strips:
            if min(strip.shape[:2]) < _LEAST_SIDE:
                continue
            lattice = rapidocr.read_lattice(strip, size="small")
            words, chances = lattice.words()
            if text:
                text, sure = text + " ", [*sure, 1.0]
            lattices.append((len(text), words, lattice))
            text, sure = text + words, [*sure, *chances]
        return cls(text, tuple(sure), tuple(lattices))

    def sees(self, at: int) -> bool:
        """Say whether the sign at a place of `text` is likely."""
        return self._sure[at] >= _SURE

    def is_sure(
        self, said: str, one: Difference, *, alone: bool = False, drawn: bool = False
    ) -> bool:
        """Say whether what is shown is likely, and what `said` has instead is not.

        It must be likelier where this reading stands `alone`, and may be less where letters are
        `drawn` and not scanned: what they say is out of the question then.
        """
        sure = self._likely(*one.shown)
        meant = said[slice(*one.said)].replace(" ", "")
        doubt = self._doubt(one, meant) if meant else _GREAT_DOUBT
        if alone:
            return sure >= _SURE_ALONE and doubt >= _DOUBT_ALONE
        if drawn and meant and doubt >= _NO_DOUBT:
            return sure >= _CLEAR
        return doubt >= _DOUBT and sure >= (_FAIR if meant and doubt >= _GREAT_DOUBT else _SURE)

    def is_fair(self, one: Difference) -> bool:
        """Say whether what is shown is likely enough to hold it against the layer."""
        return self._likely(*one.shown) >= _FAIR

    def _likely(self, first: int, last: int) -> float:
        return min(self._sure[max(0, first - 1) : last + 1], default=0.0)

    def _doubt(self, one: Difference, meant: str) -> float:
        """Give how much less likely the text is with what is meant, in nats."""
        first, last = one.shown
        return min(
            (
                lattice.doubt(_without_spaces(words[: first - at] + meant + words[last - at :]))
                for at, words, lattice in self._lattices
                if at <= first and last <= at + len(words)
            ),
            default=_GREAT_DOUBT,
        )


def _without_spaces(text: str) -> str:
    return "".join(text.split())
