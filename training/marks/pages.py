"""A page while it is drawn, and the scribe who sets print, rules and tables on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import cv2
import numpy as np

from training.marks import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Box = tuple[float, float, float, float]

Thing = TypeVar("Thing")

WIDTH = 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplies:
    """What pages are drawn with."""

    #: Fonts of print, of which typewriters and those with Chinese are apart.
    print_fonts: Sequence[cv2.FontFace]
    typed_fonts: Sequence[cv2.FontFace]
    chinese_fonts: Sequence[cv2.FontFace]
    #: Fonts that imitate a hand: whatever is set in them is no signature.
    script_fonts: Sequence[cv2.FontFace]
    #: Fonts after real hands, whose letters writing by hand is made of: names, and remarks.
    hands: Sequence[cv2.FontFace]
    block_hands: Sequence[cv2.FontFace]
    #: Real signatures, 0 is paper and 1 is ink.
    signatures: Sequence[NDArray[np.float32]]
    #: Fonts that names are typed in where one signs; without them no page has such a name.
    name_fonts: Sequence[cv2.FontFace] = ()
    #: Fonts after Chinese hands, whose letters names by hand are made of.
    chinese_hands: Sequence[cv2.FontFace] = ()
    #: Running hands as fonts, in which names are typed: for the second look only.
    running_fonts: Sequence[cv2.FontFace] = ()


@dataclass(slots=True, kw_only=True)
class Page:
    """A page while it is drawn: `sheet` is darkness 0..1 at twice the size it is seen in."""

    sheet: NDArray[np.float32]
    signatures: list[Box] = field(default_factory=list)
    #: Handwriting of which nobody could say whether it is a signature.
    doubtful: list[Box] = field(default_factory=list)
    #: What stands where one signs and is none: lessons look there as often as at signatures.
    decoys: list[Box] = field(default_factory=list)
    #: Scanned in an office, in shades of grey: the scanner spoils nothing.
    clean: bool = False


class Scribe:
    """Draws one page."""

    def __init__(self, rng: Generator, supplies: Supplies) -> None:
        """Choose the language, the fonts and the format of the page."""
        self.rng = rng
        self.supplies = supplies
        self.tall = int(WIDTH * rng.choice([1.0, 1.29, 1.29, 1.414, 1.414, 1.6]))
        self.page = Page(sheet=np.zeros((self.tall, WIDTH), np.float32))
        self.chinese = bool(rng.random() < 0.25)
        typed = supplies.typed_fonts if rng.random() < 0.5 else supplies.print_fonts
        self.face = self.one_of(supplies.chinese_fonts if self.chinese else typed)
        self.size = int(rng.integers(15, 27))
        self.left = int(rng.integers(60, 220))
        self.right = WIDTH - int(rng.integers(60, 200))

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """Choose one."""
        return things[int(self.rng.integers(len(things)))]

    def write(
        self,
        text: str,
        x: int,
        y: int,
        *,
        face: cv2.FontFace | None = None,
        size: int | None = None,
        dark: float = 1.0,
    ) -> int:
        """Set a line of print with its baseline at `y`; gives where it ends."""
        size = size or self.size
        top, low = max(0, y - 2 * size), min(self.tall, y + size)
        if low - top < 4 or not 0 <= x < WIDTH:
            return x
        strip = np.zeros((low - top, WIDTH), np.uint8)
        heavy = int(self.rng.choice([300, 400, 400, 700]))
        cv2.putText(strip, text, (x, y - top), (255,), face or self.face, size, heavy)
        part = self.page.sheet[top:low]
        np.maximum(part, strip.astype(np.float32) * (dark / 255), out=part)
        used = np.flatnonzero(strip.max(0))
        return int(used[-1]) if used.size else x

    def sentence(self, characters: int) -> str:
        """Give words that fill about so many characters."""
        if self.chinese:
            take = self.rng.integers(len(words.CHINESE), size=max(2, characters // 2))
            return "".join(words.CHINESE[i] for i in take)
        text = ""
        while len(text) < characters:
            text += self.one_of(words.ENGLISH) + " "
        return text.strip()

    def stamp(self, mask: NDArray[np.float32], x: int, y: int, dark: float = 1.0) -> Box | None:
        """Lay ink on the page with its top left at x, y; gives the box where it lies."""
        x, y = max(0, x), max(0, y)
        tall, wide = min(mask.shape[0], self.tall - y), min(mask.shape[1], WIDTH - x)
        if tall < 8 or wide < 8:
            return None
        part = self.page.sheet[y : y + tall, x : x + wide]
        np.maximum(part, mask[:tall, :wide] * dark, out=part)
        return (float(x), float(y), float(x + wide), float(y + tall))

    def rule(self, x0: int, x1: int, y: int) -> None:
        """Draw a line to write on."""
        self.page.sheet[y : y + int(self.rng.integers(1, 4)), x0:x1] = 1.0

    def paragraph(self, y: int, lines: int) -> int:
        """Set a paragraph; gives where it ends."""
        step = int(self.size * self.rng.uniform(1.15, 2.0))
        room = int((self.right - self.left) / (self.size * 0.5))
        for i in range(lines):
            short = self.rng.uniform(0.3, 1) if i == lines - 1 else self.rng.uniform(0.9, 1)
            self.write(self.sentence(int(room * short)), self.left, y)
            y += step
        return y

    def table(self, y: int, rows: int) -> int:
        """Draw a table with print in its cells."""
        step = int(self.size * self.rng.uniform(1.5, 2.4))
        count = int(self.rng.integers(2, 6))
        edges = np.linspace(self.left, self.right, count + 1).astype(int)
        for row in range(rows):
            self.rule(self.left, self.right, min(y, self.tall - 4))
            for edge in edges[:-1]:
                self.write(
                    self.sentence(int(self.rng.integers(3, 9))), int(edge) + 6, y + int(step * 0.75)
                )
            y += step
            if y > self.tall - 60:
                break
            if row % 2 and self.rng.random() < 0.1:
                break
        return y
