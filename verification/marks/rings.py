"""What the ring of a seal states, read by whoever reads text from pixels here, if anybody does.

A ring is laid out in several ways, and the surest reading is told. Whether it states the holder's
name is not asked of that text: where a character is misread, the right one is mostly held likely
too, and in another company's ring it is not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from verification.readers import rapidocr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from verification.readers.rapidocr import Lattice

#: Of its models, the one for regions that decide something.
_SIZE: rapidocr.Size = "small"
#: How much less likely than what is read the holder's name may be, in nats. Of the rings that it
#: was chosen by nine of ten state their own holder by 6; at 10 one of fifty states the name of a
#: company of which one character is another. Of a short name not more than the second for each
#: character: rings that are hardly read hold any two characters half likely.
_DOUBT, _DOUBT_OF_ONE = 6.0, 1.0
#: A character read with less than this speaks against its reading.
_CHANCE = 0.5
#: Words at its end that say what a company is, not which one.
_FORM = re.compile(
    r"(有限责任公司|股份有限公司|有限公司|[\s,.]*(\bco\b[\s,.]*)?\b(ltd|limited|inc)\b\.?)$",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What a name goes on with in its own ring: its form, and what the seal is for. Of two characters
#: one is enough, for the other may be misread.
_GOES_ON = frozenset("有限股份责任公司集团合同财务发票业专用章人事印采购投标检验行政办党工")
#: So much of a name must be read as it is before what stands beside it is looked at.
_ALIKE = 0.7
_FULL_WIDTH = str.maketrans("()", "（）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read, and whether it may be the holder's name."""

    text: str
    confidence: float
    states_holder: bool


def can_read() -> bool:
    """Say whether text can be read from pixels here."""
    return rapidocr.available()


def read(strips: Iterable[NDArray[np.uint8]], holder: str) -> Reading | None:
    """Read one ring, laid out in several ways; None where nothing is read or nobody can."""
    if not can_read():
        return None
    try:
        return told(map(lattice, strips), holder)
    except (rapidocr.CannotRead, OSError):  # a confined child opens no model that was not warmed
        return None


def lattice(strip: NDArray[np.uint8]) -> Lattice:
    """Look at one line. Raises CannotRead."""
    return rapidocr.read_lattice(np.dstack([strip] * 3), size=_SIZE)


def told(lattices: Iterable[Lattice], holder: str) -> Reading | None:
    """Give the first reading that states the holder, or else the surest one."""
    best: tuple[float, Reading] | None = None
    for one in lattices:
        text, sure = one.text()
        if not text.strip():
            continue
        agrees = any(
            one.doubt(name) <= _most_doubt(name) and not _is_within_another(name, text)
            for name in _spellings(holder)
        )
        confidence = sum(sure) / len(sure)
        reading = Reading(text=text.strip(), confidence=confidence, states_holder=agrees)
        if agrees:
            return reading
        # The number of a seal stands on its head.
        worth = sum(
            much - _CHANCE for letter, much in zip(text, sure, strict=True) if letter.isalpha()
        )
        if best is None or worth > best[0]:
            best = worth, reading
    return best[1] if best else None


def _most_doubt(name: str) -> float:
    return min(_DOUBT, _DOUBT_OF_ONE * len(name))


def _is_within_another(name: str, text: str) -> bool:
    """Say whether what is read is a longer name: 北京恒信数码科技, where 恒信数码 is asked for."""
    if not _CHINESE.search(name):
        return False
    text = unicodedata.normalize("NFKC", text)
    name = unicodedata.normalize("NFKC", name)
    places = range(len(text) - len(name) + 1)
    same = [sum(a == b for a, b in zip(name, text[place:], strict=False)) for place in places]
    if not same or max(same) < _ALIKE * len(name):
        return False  # read too badly to say what stands around it
    start = same.index(max(same))
    before, behind = text[:start], text[start + len(name) :]
    following = _CHINESE.findall(behind)[:2]
    return len(_CHINESE.findall(before)) > 1 or (
        len(following) > 1 and not _GOES_ON & set(following)
    )


def _spellings(holder: str) -> set[str]:
    """Give how a ring may write the name, its form left out; none where that is all there is."""
    wide = unicodedata.normalize("NFKC", holder).strip()
    name = _FORM.sub("", wide)
    bare = "".join(letter for letter in name if letter.isalnum())
    if not bare:
        return set()
    return {name, name.translate(_FULL_WIDTH), bare, name.upper()}
