"""Keys of firings and actions: the same thing, the same key, wherever and whenever it is made.

A key is a hash of the rule, the subject, the episode, the event and the dedupe key. What may
happen several times in an episode (a repeat, a re-opening, another list of missing items) also
has in it when the rule was told of last and its step, which are in the state: two processes that
start from the same row make the same key. What fires once a key for ever (awards, warnings with
``until_clear: false``) has no episode in it; an award has the subject only where its key says so.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from rules.names import normal

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from rules.kinds import Dedupe

#: How many characters of a key a state remembers: enough for the few that one row holds.
SHORT = 16
SUBJECT, PERIOD = "subject", "period"


def digest(parts: tuple[Hashable, ...]) -> str:
    """Give the SHA-256 (hex) of the canonical JSON of texts, numbers and tuples of them."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def values(
    dedupe: Dedupe, subject: str, period: int, fact: Mapping[str, object]
) -> tuple[Hashable, ...] | None:
    """Give the values that make two firings the same one; None: the fact does not have them all."""
    known: dict[str, object] = {SUBJECT: subject, PERIOD: period}
    found = tuple(_plain(fact.get(name, known.get(name))) for name in dedupe.key)
    return None if None in found else found


def _plain(value: object) -> str | float | None:
    """Give one form to what is equal: 3 and 3.0, one moment in two zones, one text in two widths.

    A flag stays a flag: JSON writes it as such.
    """
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else None
