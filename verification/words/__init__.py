"""The words of a file's pages as lines with boxes: a side-car, the file stays as it is."""

from __future__ import annotations

from verification.words.line import Line, Silence
from verification.words.pages import NO_WORDS, Words
from verification.words.wanted import wants_words

__all__ = ["NO_WORDS", "Line", "Silence", "Words", "wants_words"]
