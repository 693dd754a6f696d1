r"""Names in a ZIP that one reader or another takes for the same part.

A part's name has single slashes between segments, none of them dots alone or ended by one
(ECMA-376-2, 6.2.2). What is written otherwise is read nevertheless, differently by different
programs: `\` as `/`, `%64` as `d`, `./` as nothing, a last dot or space dropped as Windows does.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

#: A part written in pieces (ECMA-376-2, 7.2.3.4): readers that know them put them together.
_PIECE = re.compile(r"/\[\d+\](?:\.last)?\.piece\Z", re.IGNORECASE)


def key_of(name: str) -> str:
    """Make equal names equal: percent-decoded, no first slash, lower case."""
    return unquote(name).lstrip("/").lower()


def tolerant_key(name: str) -> str:
    """Make all names equal that some reader takes for one; `key_of` of a name as it should be."""
    segments = (part.rstrip(". ") for part in key_of(name).replace("\\", "/").split("/"))
    return "/".join(filter(None, segments))


def whole_of(name: str) -> str | None:
    """Give the name of the part that a piece belongs to; None for what is no piece."""
    found = _PIECE.search(name)
    return None if found is None else name[: found.start()]
