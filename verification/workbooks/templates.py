"""What a workbook keeps of its template: a fingerprint of its structure, and what it declares."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verification.formulas.parser import cell_name
from verification.workbooks.shapes import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verification.content import CostSheet
    from verification.readers.workbook import Book, Sheet
    from verification.workbooks.study import Study

#: Hexadecimal digits of one element, and how many elements a fingerprint keeps at most.
_DIGITS, _MOST = 8, 400
_LABEL_CHARS = 40
#: So much of a template must be found again, and so clearly must two versions be told apart.
FOUND, CLEAR = 0.6, 0.6
#: So much of it must be seen, for lists may be hidden; and where so much of what another version
#: alone has is there too, the book holds both.
_SEEN, _BOTH = 0.4, 0.5
_VERSION = re.compile(r"(?:版本|version|ver\.?|\bv)\s*[:：.]?\s*v?(\d+(?:\.\d+)*)", re.IGNORECASE)
_TITLE = r"(?:核算表|测算表|成本表|cost[ _-]*(?:sheet|calculation|estimate|breakdown))"
_DECLARED = (
    re.compile(
        rf"(?<!\d)(20\d\d)\s*(?:年|版|度|年度|年版)?[^\d\n]{{0,12}}?{_TITLE}", re.IGNORECASE
    ),
    re.compile(rf"{_TITLE}[^\d\n]{{0,12}}?(20\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?:模板|模版|template)[^\d\n]{0,12}?(20\d\d)(?!\d)", re.IGNORECASE),
)
#: Only in short texts: a sentence may speak of another document's edition.
_EDITION = re.compile(r"(?<!\d)(20\d\d)\s*年?版")
_SHORT = 24
_KEYS = re.compile(r"template|version|版本|模板|模版", re.IGNORECASE)


def _plain(text: str) -> str:
    """Leave out what changes from year to year and from customer to customer: digits, spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalpha())


def _labels(sheet: Sheet) -> dict[tuple[int, int], str]:
    return {
        place: _plain(cell.value)
        for place, cell in sheet.cells.items()
        if cell.formula is None
        and isinstance(cell.value, str)
        and len(cell.value) <= _LABEL_CHARS
        and _plain(cell.value)
    }


def _seen(found: Study, number: int) -> Sheet:
    """Give a sheet without the cells that nobody sees."""
    sheet = found.book.sheets[number]
    cells = {
        place: cell
        for place, cell in sheet.cells.items()
        if found.is_shown((number, *place)) and not found.is_faint((number, *place))
    }
    return replace(sheet, cells=cells)


def _elements(sheets: Iterable[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        if sheet.cells:
            yield f"sheet|{_plain(sheet.name)}"
        labels = _labels(sheet)
        for (row, column), label in labels.items():
            yield f"label|{label}"
            right = labels.get((row, column + 1))
            if right is not None:
                yield f"pair|{label}|{right}"
        for (_, column), cell in sheet.cells.items():
            if cell.formula is not None:
                yield f"formula|{column}|{skeleton(cell.formula.text)}"


def _hashes(sheets: Iterable[Sheet]) -> set[str]:
    return {
        hashlib.sha256(element.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
        for element in set(_elements(sheets))
    }


def fingerprint(book: Book) -> str:
    """Give the structure of a book in hexadecimal: an element eight digits, sorted, at most 400."""
    return "".join(sorted(_hashes(book.sheets))[:_MOST])


def _parts(text: str) -> frozenset[str]:
    clean = text.lower()
    return frozenset(clean[n : n + _DIGITS] for n in range(0, len(clean), _DIGITS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The version that a book's structure is most like."""

    version: str
    #: Share of the template's elements that the book holds.
    share: float
    #: Another version that it is as much like; None: it is told apart.
    rival: str | None = None


def match(found: Study, asked: CostSheet) -> Match | None:
    """Find the registered version whose structure a book has; None where it has none's.

    What is seen of the book must have it too: an empty template may be hidden behind another's.
    """
    sheets = found.book.sheets
    whole = _match(_hashes(sheets), asked, FOUND)
    seen = _match(_hashes(_seen(found, number) for number in range(len(sheets))), asked, _SEEN)
    if whole is None or seen is None:
        return None
    return whole if seen.version == whole.version else replace(whole, rival=seen.version)


def _match(own: set[str], asked: CostSheet, least: float) -> Match | None:
    candidates = [
        (len(parts & own) / len(parts), known.version, parts)
        for known in asked.known
        for parts in map(_parts, known.fingerprints)
        if parts
    ]
    likely = sorted((c for c in candidates if c[0] >= least), key=lambda c: (-c[0], c[1]))
    if not likely:
        return None
    best = likely[0]
    for other in likely[1:]:
        if _votes(own, other[2], best[2]) > _votes(own, best[2], other[2]):
            best = other
    rivals = [
        other[1]
        for other in likely
        if other[1] != best[1] and not _is_clear(own, best[2], other[2])
    ]
    return Match(version=best[1], share=best[0], rival=rivals[0] if rivals else None)


def _votes(own: set[str], one: frozenset[str], other: frozenset[str]) -> int:
    """Count what speaks for one template and against the other."""
    return len((one - other) & own) + len((other - one) - own)


def _is_clear(own: set[str], one: frozenset[str], other: frozenset[str]) -> bool:
    differing, theirs = len(one ^ other), other - one
    if len(theirs & own) > _BOTH * len(theirs):
        return False
    return differing > 0 and _votes(own, one, other) / differing > CLEAR


@dataclass(frozen=True, slots=True)
class Declared:
    """A version that the book names: where (part, place), and the words."""

    version: str
    part: str
    place: str | None
    text: str


def declared(book: Book, name: str) -> list[Declared]:
    """Give every version that the book and the name of its file declare."""
    found: list[Declared] = []
    for part, place, text in (("", None, name), *_texts(book)):
        for version in _versions(text):
            found.append(Declared(version, part, place, text[:80]))  # noqa: PERF401 - two loops
    for (part, key), text in book.properties.items():
        if _KEYS.search(key) and (number := re.search(r"\d+(?:\.\d+)*", text)):
            found.append(Declared(number[0], part, key, text[:80]))
    return list(dict.fromkeys(found))


def _versions(text: str) -> list[str]:
    wide = unicodedata.normalize("NFKC", text[:400])
    years = [found[1] for pattern in _DECLARED for found in pattern.finditer(wide)]
    if len(wide) <= _SHORT:
        years += _EDITION.findall(wide)
    numbers = [n for n in _VERSION.findall(wide) if not years]
    return list(dict.fromkeys((*years, *numbers)))


def _texts(book: Book) -> Iterator[tuple[str, str | None, str]]:
    for sheet in book.sheets:
        yield sheet.part, None, sheet.name
        yield from ((sheet.part, None, text) for text in sheet.margins)
        yield from _beside(sheet)
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, str) and any(c.isdigit() for c in cell.value):
                yield sheet.part, cell_name(row, column), cell.value
    yield from ((book.part, one.name, one.name.replace("_", " ")) for one in book.names)
    yield from ((part, key, text) for (part, key), text in book.properties.items())


def _beside(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Give what labels of a version name in the cell beside them: 模板版本 | 2025."""
    for (row, column), cell in sheet.cells.items():
        if not isinstance(cell.value, str) or not _KEYS.search(cell.value):
            continue
        found = sheet.cells.get((row, column + 1))
        number = None if found is None else found.value
        if isinstance(number, float) or (isinstance(number, str) and number[:1].isdigit()):
            told = f"{number:g}" if isinstance(number, float) else number
            yield sheet.part, cell_name(row, column + 1), f"{cell.value} {told}"
