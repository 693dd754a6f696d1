"""A sentence for people, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Chinese and English say the same thing; neither is a fallback for the other."""

    zh: str
    en: str
