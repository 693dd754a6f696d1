"""The words of a file's pages as lines with boxes: a side-car, the file stays as it is."""

from __future__ import annotations

from verification.values import Line
from verification.words.pages import NO_WORDS, Words
from verification.words.silence import Silence

__all__ = ["NO_WORDS", "Line", "Silence", "Words"]
