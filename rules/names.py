"""How names and words are compared: one spelling for what looks the same to a reader."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Words of any script joined by dots; no slash, which separates the parts of a row's id.
NAME = re.compile(r"[\w\-]+(?:\.[\w\-]+)*")
LONGEST_NAME = 100
SHORT_NAME = 3


def normal(text: str) -> str:
    """Give the NFKC form without blanks around it: `ＰＯＣ１` and `POC1` are one name."""
    return normalize("NFKC", text).strip()


def is_name(text: str) -> bool:
    return len(text) <= LONGEST_NAME and NAME.fullmatch(text) is not None


def nearest(seen: str, known: Iterable[str]) -> str | None:
    """Give the known name that was most likely meant, if any is near enough."""
    # One wrong character of two is still near: Chinese names are short.
    cutoff = 0.5 if len(seen) <= SHORT_NAME else 0.6
    # difflib is quadratic in the length of what it compares.
    close = get_close_matches(seen[:LONGEST_NAME], list(known), n=1, cutoff=cutoff)
    return str(close[0]) if close else None
