"""Where the earlier revisions of a PDF end (ISO 32000-1, 7.5.6): each is a prefix of the file."""

from __future__ import annotations

import re

from verification.limits import MIB

#: Of so many the last ones are read; more were never saved by a person.
MOST_REVISIONS = 16
#: All revisions that are read have no more bytes together: each is parsed by itself.
MOST_BYTES = 64 * MIB
#: A startxref of 0 ends the first part of a linearised file, which is no revision (annex F.3.4).
_ENDS = re.compile(rb"startxref\s{1,8}(\d{1,12})\s{1,8}%%EOF(?:\r\n|\r|\n)?")


def earlier_revisions(data: bytes) -> tuple[int, ...]:
    """Give the lengths of the revisions before the last one, the oldest of those kept first.

    A revision counts only where its cross-reference lies inside it.
    """
    ends = [found.end() for found in _ENDS.finditer(data) if 0 < int(found[1]) < found.start()]
    kept: list[int] = []
    for end in reversed(ends[:-1][-MOST_REVISIONS:]):
        if sum(kept) + end > MOST_BYTES:
            break
        kept.append(end)
    return tuple(reversed(kept))
