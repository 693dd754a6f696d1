"""Points as whole numbers that a database can look up: bits of their descriptions (LSH)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from verification.fingerprints.pages import Opened

#: How many sets of how many bits are taken of each description; they lie in its first 64 bits.
SETS, BITS = 3, 20
#: Points whose words are kept of a page, and asked for of a new one; the strongest. Each word of
#: 100,000 pages then belongs to a handful of them.
KEPT, ASKED = 48, 120


def words(page: Opened, points: int) -> tuple[int, ...]:
    """Give the different words of the strongest `points` points, ascending."""
    head = page.descriptions[:points, :8].copy().view("<u8")
    shifts = np.arange(SETS, dtype=np.uint64) * np.uint64(BITS)
    bits = (head >> shifts) & np.uint64((1 << BITS) - 1)
    return tuple(int(word) for word in np.unique(bits.astype(np.int64) + (np.arange(SETS) << BITS)))
