"""Two revisions of a PDF as a tolerant viewer shows them: pages, text, pixels.

MuPDF repairs what strict readers skip, as most viewers do, so it sees the change that an
incremental saving attack hides from a parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pymupdf

from verification.readers.pymupdf import open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

Box = tuple[float, float, float, float]

#: Enough to see a changed letter, little enough to draw a page in some milliseconds.
DOTS_PER_INCH = 50
#: Grey steps (of 255) by which a dot must differ: less is rounding.
NOTICEABLE = 24
#: So many dots must differ; fewer are the edges of letters.
MIN_DOTS = 3
DARK, LIGHT = 128, 200
#: Where more of the ink than this is gone, something was covered; a seal hides less.
HIDDEN_SHARE = 0.2
MIN_INK = 20
#: Objects beyond this number are not compared one by one; every page is drawn instead.
MAX_OBJECTS = 20_000
#: Pages drawn at most for one pair of revisions.
MAX_DRAWN = 40
#: Starts where no digit stands before: long strings of digits are met only once.
_REFERENCE = re.compile(r"(?<![0-9A-Za-z])(\d{1,8}) \d{1,5} R\b")
_KIDS = re.compile(r"/Kids ?\[[^\]]*\]")
_POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A place that looks different; points from top left, `page` from 1."""

    page: int
    box: Box
    #: Ink that was there is gone under something that was permitted to be added.
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the file as it is looks beside the signed revision."""

    pages_before: int
    pages_after: int
    regions: tuple[Region, ...]
    #: Pages that were not looked at because there were too many.
    skipped: int
    #: The file as it is had to be repaired, the signed revision had not.
    repaired: bool


class View:
    """One revision, drawn page by page and kept until closed."""

    def __init__(self, data: bytes) -> None:
        """Open `data`. Raises what `open_pdf` raises."""
        self._document: Any = open_pdf(data)
        self._drawn: dict[int, Any] = {}
        self._sources: dict[int, tuple[str, bytes]] = {}

    @property
    def pages(self) -> int:
        return int(self._document.page_count)

    @property
    def objects(self) -> int:
        return int(self._document.xref_length())

    @property
    def repaired(self) -> bool:
        return bool(self._document.is_repaired)

    def words(self, page: int) -> list[tuple[Box, str]]:
        """Give the words of a page and where they stand."""
        entries = self._document[page].get_text("words")
        return [((x0, y0, x1, y1), str(word)) for x0, y0, x1, y1, word, *_ in entries]

    def draw(self, page: int) -> Any:
        """Give the page in grey dots, annotations and fields included."""
        if page not in self._drawn:
            matrix = DOTS_PER_INCH / _POINTS_PER_INCH
            self._drawn[page] = self._document[page].get_pixmap(
                matrix=pymupdf.Matrix(matrix, matrix), colorspace=pymupdf.csGRAY, annots=True
            )
        return self._drawn[page]

    def source(self, number: int) -> tuple[str, bytes]:
        """Give object `number` as written, stream included."""
        if number not in self._sources:
            stream = self._document.xref_stream_raw(number) or b""
            self._sources[number] = (self._document.xref_object(number, compressed=True), stream)
        return self._sources[number]

    def page_number(self, page: int) -> int:
        return int(self._document.page_xref(page))

    def places(self, numbers: Iterable[int]) -> dict[int, tuple[int, Box]]:
        """Give page and box of the widgets and annotations with these object numbers."""
        wanted, found = set(numbers), {}
        for index in range(min(self.pages, MAX_OBJECTS)) if wanted else ():
            page = self._document[index]
            for number, *_ in page.annot_xrefs():
                if number in wanted:
                    found[number] = (index + 1, _box_of(page, self._rectangle(page, number)))
            if len(found) == len(wanted):
                break
        return found

    def _rectangle(self, page: Any, number: int) -> Any:
        kind, value = self._document.xref_get_key(number, "Rect")
        numbers = [float(part) for part in value.strip("[]").split()] if kind == "array" else []
        if len(numbers) != len(pymupdf.Rect()):
            return pymupdf.Rect()
        return pymupdf.Rect(numbers) * page.transformation_matrix * page.rotation_matrix

    @cached_property
    def closure(self) -> dict[int, frozenset[int]]:
        """Give, for each page, the numbers of all objects that it draws on."""
        return {page: frozenset(self._reach(self.page_number(page))) for page in range(self.pages)}

    def _reach(self, number: int) -> set[int]:
        seen: set[int] = set()
        stack = [number]
        while stack:
            current = stack.pop()
            if current in seen or not 0 < current < self.objects:
                continue
            seen.add(current)
            if current == number or current not in self._page_numbers:
                # Up the page tree for what is inherited, but not down again to other pages.
                text = _KIDS.sub("", self.source(current)[0])
                stack += [int(found) for found in _REFERENCE.findall(text)]
        return seen

    @cached_property
    def _page_numbers(self) -> frozenset[int]:
        return frozenset(self.page_number(page) for page in range(self.pages))

    def close(self) -> None:
        self._document.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """Numbers of the widgets whose places may look different: new ones, and filled-in ones."""

    added: frozenset[int] = frozenset()
    altered: frozenset[int] = frozenset()


def compare(before: View, after: View, permitted: Permitted, max_pages: int) -> Look:
    """Look at both revisions side by side."""
    common = min(before.pages, after.pages, max_pages)
    suspects = [page for page in range(common) if _may_differ(before, after, page)]
    added = _by_page(after.places(permitted.added))
    altered = _by_page(after.places(permitted.altered))
    regions: list[Region] = []
    for page in suspects[:MAX_DRAWN]:
        fresh = added.get(page, [])
        regions += _hidden(before, after, page, fresh)
        regions += _differences(before, after, page, [*fresh, *altered.get(page, [])])
    return Look(
        pages_before=before.pages,
        pages_after=after.pages,
        regions=tuple(regions),
        skipped=max(0, len(suspects) - MAX_DRAWN) + max(0, min(before.pages, after.pages) - common),
        repaired=after.repaired and not before.repaired,
    )


def _may_differ(before: View, after: View, page: int) -> bool:
    """Tell whether anything that the page draws on was written anew."""
    if after.objects > MAX_OBJECTS or before.page_number(page) != after.page_number(page):
        return True
    reached = after.closure[page]
    return reached != before.closure[page] or any(
        before.source(number) != after.source(number) for number in reached
    )


def _by_page(places: dict[int, tuple[int, Box]]) -> dict[int, list[Box]]:
    boxes: dict[int, list[Box]] = {}
    for page, box in places.values():
        boxes.setdefault(page - 1, []).append(box)
    return boxes


def _hidden(before: View, after: View, page: int, added: list[Box]) -> list[Region]:
    """Give the boxes of new widgets under which ink has vanished."""
    old, new = before.draw(page), after.draw(page)
    if not added or (old.width, old.height) != (new.width, new.height):
        return []
    boxes = [_dots(box, old.width, old.height) for box in added]
    return [
        Region(page=page + 1, box=_points(dots), hidden=True)
        for dots in boxes
        if _covered(old, new, dots)
    ]


def _differences(before: View, after: View, page: int, permitted: list[Box]) -> list[Region]:
    old, new = before.draw(page), after.draw(page)
    scale = _POINTS_PER_INCH / DOTS_PER_INCH
    if (old.width, old.height) != (new.width, new.height):
        return [Region(page=page + 1, box=(0, 0, new.width * scale, new.height * scale))]
    allowed = [_dots(box, old.width, old.height) for box in permitted]
    found = _bounds(old, new, allowed)
    box = _points(found) if found else _reworded(before, after, page, permitted)
    return [Region(page=page + 1, box=box)] if box else []


def _reworded(before: View, after: View, page: int, permitted: list[Box]) -> Box | None:
    """Give the box around words that a copy or a search would find only in one revision."""
    old, new = before.words(page), after.words(page)
    if [word for _, word in old] == [word for _, word in new]:
        return None
    kept = {word for _, word in old} & {word for _, word in new}
    boxes = [box for box, word in old + new if word not in kept and not _within(box, permitted)]
    if not boxes:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def _within(box: Box, permitted: list[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in permitted)


def _bounds(old: Any, new: Any, allowed: list[tuple[int, int, int, int]]) -> Any:
    """Give the smallest box around all dots that differ outside the allowed boxes."""
    width, one, other = old.width, bytes(old.samples_mv), bytes(new.samples_mv)
    dots: list[tuple[int, int]] = []
    for y in range(old.height):
        row, line = one[y * width : (y + 1) * width], other[y * width : (y + 1) * width]
        if row == line:
            continue
        spans = [(x0, x1) for x0, y0, x1, y1 in allowed if y0 <= y < y1]
        dots += [
            (x, y)
            for x, (a, b) in enumerate(zip(row, line, strict=True))
            if abs(a - b) > NOTICEABLE and not any(x0 <= x < x1 for x0, x1 in spans)
        ]
    if len(dots) < MIN_DOTS:
        return None
    columns, rows = [x for x, _ in dots], [y for _, y in dots]
    return min(columns), min(rows), max(columns) + 1, max(rows) + 1


def _covered(old: Any, new: Any, dots: tuple[int, int, int, int]) -> bool:
    """Tell whether most of the ink in the box is gone."""
    x0, y0, x1, y1 = dots
    one, other, width = bytes(old.samples_mv), bytes(new.samples_mv), old.width
    ink = gone = 0
    for y in range(y0, y1):
        start, stop = y * width + x0, y * width + x1
        for dot, now in zip(one[start:stop], other[start:stop], strict=True):
            if dot < DARK:
                ink += 1
                gone += now > LIGHT
    return ink >= MIN_INK and gone > ink * HIDDEN_SHARE


def _dots(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Points to dots, one dot wider on each side for what the drawing smears."""
    scale = DOTS_PER_INCH / _POINTS_PER_INCH
    x0, y0, x1, y1 = (edge * scale for edge in box)
    return (
        max(0, int(x0) - 1),
        max(0, int(y0) - 1),
        min(width, int(x1) + 2),
        min(height, int(y1) + 2),
    )


def _points(dots: tuple[int, int, int, int]) -> Box:
    scale = _POINTS_PER_INCH / DOTS_PER_INCH
    x0, y0, x1, y1 = (edge * scale for edge in dots)
    return (x0, y0, x1, y1)


def _box_of(page: Any, rectangle: Any) -> Box:
    """Give a box of finite numbers within the page."""
    clipped = (rectangle.normalize() & page.rect) if not rectangle.is_empty else pymupdf.Rect()
    return (clipped.x0, clipped.y0, clipped.x1, clipped.y1)


def warm() -> None:
    """Draw and read one empty page, so that nothing is opened or imported later."""
    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "countermark 1")
    data = document.tobytes()
    document.close()
    view = View(data)
    view.words(0)
    view.draw(0)
    view.close()
