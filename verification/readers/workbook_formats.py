"""Number formats (ECMA-376 part 1, 18.8.31): their pieces, and figures of their own."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.formulas.values import Scalar

#: A piece of a format (ECMA-376 part 1, 18.8.31): words, a currency, what is not shown, figures.
_PIECE = re.compile(
    r'"(?P<words>[^"]*)"|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<told>[^\]]*)\]|\\(?P<sign>.)'
    r"|\*(?P<fill>.)|_.|(?P<figures>General|[0#?][0#?,.]*)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\s*[<>=]")
DAY_LETTERS = re.compile("[ymdhs]", re.IGNORECASE)
#: A figure in words, and how a loss is shown.
_SAID = re.compile(r"\d|[零一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]")
_LOSS = re.compile(r"[-−–(▲△▼▽负亏]|minus|loss", re.IGNORECASE)
_RED = frozenset({"red", "红色", "color3"})
_BELOW_NOTHING = re.compile(r"\s*<=?\s*(?:-|0+(?:\.0*)?\s*$)")
#: Hours, minutes or seconds in all, nothing beside them: ``[h]`` shows 5 as 120.
_LASTING = re.compile(r"\s*(?:h+|m+|s+)\s*", re.IGNORECASE)
#: One part of a day by itself, and the number of a day (1954) below which nothing is one.
_ONE_PART = re.compile(r"\W*(?:d{1,2}|m{1,2}|y{1,4}|h{1,2}|s{1,2})\W*", re.IGNORECASE)
_FIRST_DAY = 20_000
#: Formats that are kept cut up; books have some dozens.
_KEPT = 1_024
#: The section for texts is the fourth.
_OF_TEXTS = 3


def section(value: float, code: str) -> tuple[list[re.Match[str]], bool] | None:
    """Give the part of a format for this value, and whether it is for its sign alone.

    None where a condition decides.
    """
    sections = _sections(code)
    if any(_CONDITION.match(one["told"] or "") for pieces in sections for one in pieces):
        return None
    place = 1 if value < 0 else 2 if value == 0 else 0
    return (sections[place], True) if place < len(sections) else (sections[0], False)


@lru_cache(maxsize=_KEPT)
def _sections(code: str) -> list[list[re.Match[str]]]:
    sections: list[list[re.Match[str]]] = [[]]
    for piece in _PIECE.finditer(code):
        if piece["plain"] == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    return sections


def is_blank(value: float, code: str) -> bool:
    """Say whether a format shows nothing of a figure that is none (``;;;``)."""
    found = section(value, code or "General")
    names = ("words", "currency", "sign", "plain", "figures", "fill")
    return (
        value != 0
        and found is not None
        and not any((one[name] or "").strip() for one in found[0] for name in names)
    )


def is_guise(value: Scalar, code: str) -> bool:
    """Say whether a format shows another figure: one of its own words, or without its minus.

    ``"120%"`` and ``"1"0.0%`` do; words set apart (``0"个月(12期)"``, ``"2026年 "0``) do not.
    """
    if isinstance(value, str):
        return _hides_text(_sections(code))
    if not isinstance(value, float):
        return False
    found = section(value, code or "General")
    if found is None:
        return any(_may_disguise(pieces) for pieces in _sections(code))
    pieces, is_own = found
    return _disguises(value, pieces) or (value < 0 and is_own and not _tells_loss(pieces))


def _hides_text(sections: list[list[re.Match[str]]]) -> bool:
    """Say whether a text is shown as a figure that the format says."""
    pieces = sections[_OF_TEXTS] if len(sections) > _OF_TEXTS else []
    is_kept = any(one["plain"] == "@" for one in pieces)
    return not is_kept and bool(_SAID.search("".join(map(_word, pieces))))


def _may_disguise(pieces: list[re.Match[str]]) -> bool:
    """Judge a section that a condition may choose, by a figure that it may show."""
    below = any(_BELOW_NOTHING.match(one["told"] or "") for one in pieces)
    return _disguises(1.5, pieces) or (below and not _tells_loss(pieces))


def _word(piece: re.Match[str]) -> str:
    names = ("words", "currency", "sign", "plain", "fill")
    return next((piece[name] for name in names if piece[name]), "")


def _tells_loss(pieces: list[re.Match[str]]) -> bool:
    places = [place for place, one in enumerate(pieces) if one["figures"]]
    around = pieces if not places else [*pieces[: places[0]], *pieces[places[-1] + 1 :]]
    colours = {(one["told"] or "").casefold() for one in pieces}
    return bool(_LOSS.search("".join(map(_word, around))) or colours & _RED)


def _disguises(value: float, pieces: list[re.Match[str]]) -> bool:
    told = [_word(one) for one in pieces]
    places = [place for place, one in enumerate(pieces) if one["figures"]]
    if not places:
        return value != 0 and _is_own_figure(value, pieces, told)
    first, last = places[0], places[-1]
    before, between, after = (
        "".join(told[:first]),
        "".join(told[first:last]),
        "".join(told[last + 1 :]),
    )
    # A point put in by hand is honest where as many figures are left out: 1.2 ten thousands.
    is_scaled = (pieces[last]["figures"] or "").endswith(",")
    return bool(
        re.search(r"\d[.,]?$", before)
        or re.match(r"[.,]?\d", after)
        or re.search(r"\d", between)
        or (re.search(r"[.,]", between) and not is_scaled)
        or any((one["fill"] or "").isdecimal() for one in pieces)
    )


def _is_own_figure(value: float, pieces: list[re.Match[str]], told: list[str]) -> bool:
    """Say whether a section without figures shows one: its own words, or a part of a day."""
    bare = "".join(one["plain"] or "" for one in pieces)
    lasting = [one["told"] for one in pieces if _LASTING.fullmatch(one["told"] or "")]
    said = "".join(told)
    if not lasting and not DAY_LETTERS.search(bare):
        return bool(_SAID.search(said))
    if re.search(r"\d", said) or (lasting and not DAY_LETTERS.search(bare)):
        return True
    return not lasting and 0 < value < _FIRST_DAY and _ONE_PART.fullmatch(bare) is not None
