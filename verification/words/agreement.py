"""What a text layer says held against what was read off the page, sign by sign.

Honest layers differ from pictures all the time: ligatures, small capitals, radicals in place of
characters, what OCR takes for something else. What decides are figures, words that turn a decision,
and words that are other words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from verification.words.alike import (
    CAPITALS,
    DECIDING_SIGNS,
    DECIDING_WORDS,
    LOOK_ALIKE,
    RADICALS,
    TAKEN_FOR,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["figure", "decision", "word"]
Side = Literal["said", "shown"]
#: Where something else is said, and what is shown there.
Key = tuple[tuple[int, int], str]

#: Stands for a sign that may be read as anything, or as nothing.
_ANY = "\0"
#: Signs that OCR often leaves out or takes for one another; they are left out on both sides.
_POINTS = frozenset(".,:;'\"-–—‐‑‒−·、。，：；…‘’“”`´~～^")
#: What it costs to put one sign for another, or for none; where the two are taken for one; and to
#: leave out what stands before and behind.
_GAP, _NEAR, _AROUND = 10, 2, 1
#: So much of two words differs where they are two words.
_OTHER_WORD = 0.5
_LEAST_LATIN, _LEAST_HAN = 4, 2
#: More slips of OCR do not come together in one place.
_FEW_SLIPS = 2
#: Of what is told, so many signs beside the difference, in Chinese and else.
_BESIDE, _LONGEST = 4, 24


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign to be compared; `at` is its place in the text that it comes from."""

    sign: str
    at: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Signs that stand in one place; None: there is nothing on that side."""

    said: Sign | None
    shown: Sign | None

    @property
    def agrees(self) -> bool:
        if self.said is None:
            return False
        if self.said.sign == _ANY:
            return True
        return self.shown is not None and is_like(self.said.sign, self.shown.sign)

    @property
    def is_exact(self) -> bool:
        """Say whether both are the same sign, and not only drawn alike."""
        if self.said is None or self.said.sign == _ANY:
            return self.said is not None
        return self.shown is not None and self.said.sign == self.shown.sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the two say different things: places in both texts, the end not included."""

    #: None: it does not matter.
    kind: Kind | None
    said: tuple[int, int]
    shown: tuple[int, int]
    #: OCR alone may have made it: signs that it takes for one another, or one lost or added.
    slight: bool
    #: The words are other words, or a sign that decides is there or not.
    other_word: bool = False


def fold(text: str, *, loose: bool) -> tuple[Sign, ...]:
    """Give the signs that count; of a `loose` text, signs that are no letters stand for any."""
    signs = ((one, at) for at, sign in enumerate(text) for one in _folded(sign))
    return tuple(Sign(one, at) for one, at in signs if one != _ANY or loose)


@cache
def _folded(sign: str) -> str:
    sign = RADICALS.get(sign, sign)
    if sign.isspace() or sign in _POINTS:
        return ""
    # Raised figures, figures in circles and fractions are read in any way.
    if unicodedata.category(sign) == "No":
        return _ANY
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", sign)).casefold()
    kept = [one for one in plain if not unicodedata.combining(one)]
    return "".join(_digit(one) if one.isalnum() else _ANY for one in kept) if kept else ""


def _digit(sign: str) -> str:
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)


def is_like(one: str, other: str) -> bool:
    """Say whether two folded signs are the same, or a figure and what it is taken for."""
    return one == other or one in LOOK_ALIKE.get(other, "") or other in LOOK_ALIKE.get(one, "")


def align(said: Sequence[Sign], shown: Sequence[Sign], *, within: bool = False) -> tuple[Pair, ...]:
    """Lay the signs of two texts side by side with the fewest differences (Levenshtein).

    With `within`, what is shown before and behind what is said costs next to nothing.
    """
    around = _AROUND if within else _GAP
    costs = [[around * column for column in range(len(shown) + 1)]]
    for one in said:
        before, left = costs[-1], _gap(one)
        line = [before[0] + left]
        for column, other in enumerate(shown, start=1):
            line.append(
                min(
                    before[column - 1] + _cost(one.sign, other.sign),
                    before[column] + left,
                    line[-1] + _GAP,
                )
            )
        costs.append(line)
    # Of several ends as good, the last: a sign changed is likelier than one lost.
    ends = [cost + around * (len(shown) - column) for column, cost in enumerate(costs[-1])]
    end = len(shown) - ends[::-1].index(min(ends)) if within else len(shown)
    behind = tuple(Pair(None, sign) for sign in shown[end:])
    return tuple(reversed(list(_back(costs, said, shown[:end])))) + behind


def _cost(one: str, other: str) -> int:
    if one == other:
        return 0
    return _NEAR if one == _ANY or is_like(one, other) else _GAP


def _gap(one: Sign) -> int:
    return _NEAR if one.sign == _ANY else _GAP


def _back(costs: list[list[int]], said: Sequence[Sign], shown: Sequence[Sign]) -> Iterator[Pair]:
    """Give the pairs from the last to the first."""
    row, column = len(said), len(shown)
    while row or column:
        one, other = said[row - 1] if row else None, shown[column - 1] if column else None
        here = costs[row][column]
        if one and other and here == costs[row - 1][column - 1] + _cost(one.sign, other.sign):
            row, column = row - 1, column - 1
            yield Pair(one, other)
        elif one and here == costs[row - 1][column] + _gap(one):
            row -= 1
            yield Pair(one, None)
        else:
            column -= 1
            yield Pair(None, other)


def differences(said: str, shown: str, pairs: Sequence[Pair]) -> tuple[Difference, ...]:
    """Give the differences that matter among `pairs`, which lay the two texts side by side."""
    return tuple(one for one in stretches(said, shown, pairs) if one.kind is not None)


def stretches(said: str, shown: str, pairs: Sequence[Pair]) -> tuple[Difference, ...]:
    """Give all differences, those that do not matter too."""
    return tuple(_judged((said, shown), pairs, *ends) for ends in _stretches(pairs))


def _stretches(pairs: Sequence[Pair]) -> Iterator[tuple[int, int]]:
    """Give the ends of each stretch that differs; one sign between two that agrees parts none."""
    start, last = None, -2
    for index, pair in enumerate(pairs):
        if pair.agrees:
            continue
        if start is not None and index - last > 2:  # noqa: PLR2004 - one between
            yield start, last + 1
            start = None
        start = index if start is None else start
        last = index
    if start is not None:
        yield start, last + 1


def _judged(texts: tuple[str, str], pairs: Sequence[Pair], start: int, end: int) -> Difference:
    stretch = pairs[start:end]
    ours, theirs = _span(pairs, start, end, "said"), _span(pairs, start, end, "shown")
    kind: Kind | None = None
    if _is_figure(stretch):
        kind = "figure"
    elif _decides(texts, (ours, theirs), stretch):
        kind = "decision"
    elif _is_other_word(stretch):
        kind = "word"
    return Difference(
        kind=kind,
        said=ours,
        shown=theirs,
        slight=_is_slight(stretch),
        other_word=_turns(stretch) or _is_other_word(stretch),
    )


def _span(pairs: Sequence[Pair], start: int, end: int, side: Side) -> tuple[int, int]:
    """Give where a stretch stands in a text; empty where it has nothing on that side."""
    places = [sign.at for pair in pairs[start:end] if (sign := getattr(pair, side)) is not None]
    if places:
        return min(places), max(places) + 1
    before = [sign.at for pair in pairs[:start] if (sign := getattr(pair, side)) is not None]
    place = max(before) + 1 if before else 0
    return place, place


def _signs(stretch: Sequence[Pair], side: Side) -> str:
    return "".join(sign.sign for pair in stretch if (sign := getattr(pair, side)) is not None)


def _is_figure(stretch: Sequence[Pair]) -> bool:
    """Say whether a figure stands there as another, or more or fewer of them."""
    return any(
        _counts(pair.said) and _counts(pair.shown) for pair in stretch if not pair.agrees
    ) or (
        # Nothing but figures is there too much or too little.
        all(
            _counts(pair.said or pair.shown) and None in {pair.said, pair.shown}
            for pair in stretch
            if not pair.agrees
        )
    )


def _counts(sign: Sign | None) -> bool:
    return sign is not None and (sign.sign.isdecimal() or sign.sign in CAPITALS)


def _decides(
    texts: tuple[str, str], spans: tuple[tuple[int, int], tuple[int, int]], stretch: Sequence[Pair]
) -> bool:
    if _turns(stretch):
        return True
    ours, theirs = (_words(text, *span) for text, span in zip(texts, spans, strict=True))
    return bool((ours ^ theirs) & DECIDING_WORDS)


def _turns(stretch: Sequence[Pair]) -> bool:
    wrong = [pair for pair in stretch if not pair.agrees]
    return bool((set(_signs(wrong, "said")) ^ set(_signs(wrong, "shown"))) & DECIDING_SIGNS)


def _words(text: str, start: int, end: int) -> set[str]:
    """Give the words of Latin letters that a stretch of a text touches."""
    while start > 0 and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    parts = "".join(one if one.isalpha() else " " for one in text[start:end])
    return set(parts.casefold().split())


def _is_other_word(stretch: Sequence[Pair]) -> bool:
    ours, theirs = _signs(stretch, "said"), _signs(stretch, "shown")
    if not (ours.isalpha() and theirs.isalpha()):
        return False
    wrong = sum(not pair.agrees for pair in stretch)
    if wrong < _OTHER_WORD * max(len(ours), len(theirs)):
        return False
    least = _LEAST_HAN if all(map(_is_han, ours + theirs)) else _LEAST_LATIN
    return min(len(ours), len(theirs)) >= least


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"


def _is_slight(stretch: Sequence[Pair]) -> bool:
    wrong = [pair for pair in stretch if not pair.agrees]
    return len(wrong) <= _FEW_SLIPS and all(map(_is_slip, wrong))


def _is_slip(pair: Pair) -> bool:
    """Say whether OCR makes that: a sign lost or put in, or one that it takes for another."""
    if pair.said is None or pair.shown is None:
        return True
    one, other = pair.said.sign, pair.shown.sign
    return other in TAKEN_FOR.get(one, "") or one in TAKEN_FOR.get(other, "")


def key_of(shown: str, one: Difference) -> Key:
    """Give where something else is said, and the signs shown there: the same in two readings."""
    signs = "".join(sign.sign for sign in fold(shown[slice(*one.shown)], loose=False))
    return one.said, signs


def share_agreed(pairs: Sequence[Pair]) -> float:
    """Give the share of places where both agree, 0 to 1."""
    return sum(pair.agrees for pair in pairs) / len(pairs) if pairs else 1.0


def widened(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Give the word that a stretch belongs to; of Chinese, which parts none, what is beside it."""
    start, end = span
    while start > 0 and _goes_on(text[start - 1], span[0] - start):
        start -= 1
    while end < len(text) and _goes_on(text[end], end - span[1]):
        end += 1
    return start, end


def _goes_on(sign: str, far: int) -> bool:
    return not sign.isspace() and far < (_BESIDE if _is_han(sign) else _LONGEST)
