"""Texts that were seen before: stretches of words that two texts share, whatever their layout.

A stretch (shingle) is three words, or six Chinese characters, kept as a number. What a template
prints stands in many earlier texts and is left out; what is left says whether a text was used
before. Where a template is not known yet, the places that differ say it: a form that was filled
in anew differs in many, a copy in few. Figures say it best: what was measured or agreed anew has
figures of its own, what was copied keeps them, whatever names were set in it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from verification.values import Evidence  # noqa: TC001 - the codec reads the types of fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: A shingle goes on until its tokens weigh so much; a word weighs two, a character one.
WEIGHT, _WORD = 6, 2
#: More of a text is not looked at: some twenty pages of Chinese.
MOST_TOKENS = 12_000
#: One shingle in so many is looked up, the same in every text that holds it.
SAMPLED = 4
#: Shingles looked up that no template explains; with fewer a text says too little of its own.
FEWEST = 8
#: Share of these that the earlier text holds, at least.
_LEAST_SHARE = 0.6
#: Different places that may differ; another name in ten sentences is one of them.
_MOST_PLACES = 5
#: Figures that may differ; with more it is filled in anew. Dates and times are none.
_MOST_FIGURES = 4
#: Where the template is known: figures of one's own that the earlier text holds too, at least, and
#: places that may differ. A template explains so much of the shingles that are looked up.
_FEWEST_KEPT, _MOST_PLACES_KEPT, _TEMPLATE = 5, 8, 0.3
#: Share of all shingles that two texts of one template have in common.
_ALIKE = 0.5
_HASH_BYTES = 6

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_CHARACTER = re.compile(f"[{_HAN}]")
_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\s*日)?|\d{1,2}\s*月\s*\d{1,2}\s*日"
    r"|\d{1,2}:\d{2}(?::\d{2})?|(?<!\d)20\d{6}(?!\d)"
    r"|(?:\d{1,2}\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"\.?\s+(?:\d{1,2},?\s+)?\d{4}"
)
_TOKEN = re.compile(rf"[{_HAN}]|\d+(?:[.,]\d+)*|[^\W\d_{_HAN}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line as it stands in the file, and where."""

    text: str
    where: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Shingled:
    """A text taken apart."""

    tokens: tuple[str, ...]
    #: Number of the line in which each token stands.
    lines: tuple[int, ...]
    #: Which of them are figures, and no part of a date.
    figures: tuple[bool, ...]
    #: Each shingle and the tokens it covers: the first, and the one after the last.
    shingles: tuple[tuple[int, int, int], ...]

    @property
    def all(self) -> frozenset[int]:
        return frozenset(number for number, _, _ in self.shingles)

    @property
    def sample(self) -> tuple[int, ...]:
        """Give the shingles that are looked up and counted, ascending."""
        return tuple(sorted(number for number in self.all if number % SAMPLED == 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLikeness:
    is_copy: bool
    #: Share of the shingles that no template explains which the earlier text holds, 0..1.
    share: float
    #: Different stretches of words that the earlier text does not hold.
    places: int
    #: Numbers of the lines in which they stand, ascending.
    changed: tuple[int, ...]
    #: The same template, filled in with other figures.
    is_anew: bool


def shingled(texts: Sequence[str]) -> Shingled:
    """Take the lines of a text apart; line breaks, blanks, case and punctuation do not count."""
    tokens: list[str] = []
    lines: list[int] = []
    figures: list[bool] = []
    for number, text in enumerate(texts):
        plain = unicodedata.normalize("NFKC", text).casefold()
        dates = [date.span() for date in _DATE.finditer(plain)]
        for found in _TOKEN.finditer(plain):
            tokens.append(found[0])
            lines.append(number)
            dated = any(first <= found.start() < end for first, end in dates)
            figures.append(found[0][0].isdecimal() and not dated)
        if len(tokens) >= MOST_TOKENS:
            break
    kept = tokens[:MOST_TOKENS]
    return Shingled(
        tokens=tuple(kept),
        lines=tuple(lines[:MOST_TOKENS]),
        figures=tuple(figures[:MOST_TOKENS]),
        shingles=tuple(_shingles(kept)),
    )


def compare(new: Shingled, earlier: Collection[int], common: Collection[int]) -> TextLikeness:
    """Hold a text against the shingles of an earlier one; `common` are those of templates."""
    own = [number for number in new.sample if number not in common]
    share = sum(number in earlier for number in own) / max(1, len(own))
    covered = _covered(new, earlier)
    places, changed = _differing(new, covered)
    other = sum(is_figure and not was for is_figure, was in zip(new.figures, covered, strict=True))
    is_copy = len(own) >= FEWEST and share >= _LEAST_SHARE and len(places) <= _MOST_PLACES
    if len(new.sample) - len(own) >= _TEMPLATE * len(new.sample):
        kept = _kept_figures(new, covered, common)
        is_copy |= kept >= _FEWEST_KEPT and len(places) <= _MOST_PLACES_KEPT
    alike = sum(number in earlier for number in new.sample) >= _ALIKE * max(1, len(new.sample))
    return TextLikeness(
        is_copy=is_copy and other <= _MOST_FIGURES,
        share=share,
        places=len(places),
        changed=tuple(sorted(changed)),
        is_anew=alike and other > _MOST_FIGURES,
    )


def _covered(new: Shingled, by: Collection[int]) -> list[bool]:
    """Say of each token whether it stands in one of these shingles."""
    covered = [False] * len(new.tokens)
    for number, first, end in new.shingles:
        if number in by:
            covered[first:end] = [True] * (end - first)
    return covered


def _kept_figures(new: Shingled, covered: Sequence[bool], common: Collection[int]) -> int:
    """Count figures that the earlier text holds too and no template explains."""
    sampled = _covered(new, set(new.sample) - set(common))
    explained = _covered(new, common)
    rows = zip(new.figures, covered, sampled, explained, strict=True)
    return sum(figure and was and own and not known for figure, was, own, known in rows)


def _differing(new: Shingled, covered: Sequence[bool]) -> tuple[set[tuple[str, ...]], set[int]]:
    """Give the stretches that are not covered, each once, and the lines they stand in."""
    places: set[tuple[str, ...]] = set()
    changed: set[int] = set()
    stretch: list[str] = []
    for token, line, is_covered in zip(new.tokens, new.lines, covered, strict=True):
        if not is_covered:
            stretch.append(token)
            changed.add(line)
        elif stretch:
            places.add(tuple(stretch))
            stretch = []
    if stretch:
        places.add(tuple(stretch))
    return places, changed


def _shingles(tokens: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    weights = [1 if _CHARACTER.fullmatch(token) else _WORD for token in tokens]
    end = weight = 0
    for first in range(len(tokens)):
        while weight < WEIGHT and end < len(tokens):
            weight += weights[end]
            end += 1
        if weight < WEIGHT:
            return
        said = "\n".join(tokens[first:end]).encode()
        number = int.from_bytes(blake2b(said, digest_size=_HASH_BYTES).digest())
        yield number, first, end
        weight -= weights[first]
