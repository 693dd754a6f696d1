"""Points as whole numbers that a database can look up: bits of their descriptions (LSH)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from verification.fingerprints.pages import Opened

#: How many sets of how many bits are taken of each description; three lie in each 64 of its bits.
#: Few points with many sets each, for of a photo's points most are others, and of those that are
#: not, a bit or two differ in most sets. The first three sets are those of earlier versions.
SETS, BITS, _A_PART = 6, 20, 3
#: Points whose words are kept of a page, and asked for of a new one; the strongest. Each word of
#: 100,000 pages then belongs to a handful of them.
KEPT, ASKED = 24, 120
#: Of a page in a mirror fewer are asked for: it is seldom one.
ASKED_MIRRORED = 40
#: Of a negative still fewer: its points are the very same.
ASKED_NEGATIVE = 24


def words(page: Opened, points: int) -> tuple[int, ...]:
    """Give the different words of the strongest `points` points, ascending."""
    return of(page.descriptions[:points])


def asked(page: Opened) -> tuple[int, ...]:
    """Give the words by which pages like one, or like it in a mirror or negative, are sought."""
    mirrored, negative = page.mirrored[:ASKED_MIRRORED], page.negative[:ASKED_NEGATIVE]
    return tuple(sorted({*words(page, ASKED), *of(mirrored), *of(negative)}))


def of(descriptions: NDArray[np.uint8]) -> tuple[int, ...]:
    """Give the different words of these points, ascending."""
    head = descriptions[:, : 8 * SETS // _A_PART].copy().view("<u8")
    part, place = np.divmod(np.arange(SETS), _A_PART)
    bits = (head[:, part] >> (place * BITS).astype(np.uint64)) & np.uint64((1 << BITS) - 1)
    return tuple(int(word) for word in np.unique(bits.astype(np.int64) + (np.arange(SETS) << BITS)))
