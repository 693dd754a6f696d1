"""Whether words of a closed vocabulary, laid end to end, make up the whole of a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that are understood; whatever they do not cover is not."""

    words: frozenset[str]
    longest: int

    @classmethod
    def of(cls, *lists: str) -> Vocabulary:
        """Take lists of words, parted by blanks."""
        words = frozenset(word for some in lists for word in some.split())
        return cls(words, max(map(len, words)))

    def covers(self, text: str) -> bool:
        """Tell whether words, in any order and as often as needed, fill the text without a gap."""
        reached = {0}
        for end in range(1, len(text) + 1):
            first = max(0, end - self.longest)
            if any(at in reached and text[at:end] in self.words for at in range(first, end)):
                reached.add(end)
        return len(text) in reached
