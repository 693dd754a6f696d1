"""Scans of the corpora in two halves, and copies made in them: size, turn, scale, saved anew.

What is found is counted by size and by how the copy was moved, beside what is told of the same
scans as they are.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from verification.values import ImageBox, PageBox, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.random import Generator

    from verification.values import Finding, Report

    Examine = Callable[[bytes, str], Report]

_FOLDERS = ("receipts", "signature-pages", "seals")
#: Width of what is copied, degrees by which it is turned, scale, quality it is saved with.
SIZES = (24, 48, 96, 200)
MOVES = ((0, 1.0), (2, 1.0), (90, 1.0), (0, 1.1))
QUALITIES = (75, 85, 95)
_FLATTER_FROM = 96
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Spec:
    size: int
    turn: int
    scale: float
    quality: int


@dataclass(frozen=True, slots=True)
class Copied:
    """A page in which the part at `place` (x, y, width, height) stands again at `again`."""

    data: bytes
    place: tuple[int, int, int, int]
    again: tuple[int, int, int, int]


def scans(root: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Give every second scan to choose limits on, and the others to report."""
    paths = [
        path
        for folder in _FOLDERS
        for path in sorted((root / folder).iterdir())
        if path.suffix.lower() in {".jpg", ".jpeg", ".png"}
    ]
    return tuple(paths[::2]), tuple(paths[1::2])


def specs(count: int, random: Generator) -> list[Spec]:
    """Draw so many ways of copying."""
    drawn = []
    for number in range(count):
        turn, scale = MOVES[number // len(SIZES) % len(MOVES)]
        quality = int(random.choice(QUALITIES))
        drawn.append(Spec(SIZES[number % len(SIZES)], turn, scale, quality))
    return drawn


def copied(picture: Image.Image, spec: Spec, random: Generator) -> Copied | None:
    """Copy the part that holds most ink of some; None for a page that is too small."""
    width = spec.size
    height = width // 2 if width >= _FLATTER_FROM else width
    if picture.width < 2.3 * width or picture.height < 2.3 * width:
        return None
    x, y = _inked(picture, (width, height), random)
    part = picture.crop((x, y, x + width, y + height))
    part = part.resize(
        (round(width * spec.scale), round(height * spec.scale)), Image.Resampling.BICUBIC
    )
    shape = Image.new("L", part.size, 255)
    if spec.turn:
        part = part.rotate(spec.turn, Image.Resampling.BICUBIC, expand=True)
        shape = shape.rotate(spec.turn, expand=True)
    for _ in range(_TRIES):
        to_x = int(random.integers(0, picture.width - part.width + 1))
        to_y = int(random.integers(0, picture.height - part.height + 1))
        if abs(to_x - x) > max(width, part.width) or abs(to_y - y) > max(height, part.height):
            changed = picture.copy()
            changed.paste(part, (to_x, to_y), shape)
            return Copied(
                saved(changed, spec.quality),
                (x, y, width, height),
                (to_x, to_y, part.width, part.height),
            )
    return None


def _inked(picture: Image.Image, size: tuple[int, int], random: Generator) -> tuple[int, int]:
    grey = np.asarray(picture.convert("L")).astype(np.float32)
    width, height = size
    best, place = -1.0, (0, 0)
    for _ in range(_TRIES):
        x = int(random.integers(0, picture.width - width))
        y = int(random.integers(0, picture.height - height))
        spread = float(grey[y : y + height, x : x + width].std())
        if spread > best:
            best, place = spread, (x, y)
    return place


def saved(picture: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return held.getvalue()


@dataclass(slots=True)
class Counted:
    """What was told of scans; `made` and `found` count copies by size and by move."""

    untouched: int = 0
    false_alarms: list[str] = field(default_factory=list)
    marked_untouched: int = 0
    marked_copied: int = 0
    copied: int = 0
    found: int = 0
    made_by: Counter[str] = field(default_factory=Counter)
    found_by: Counter[str] = field(default_factory=Counter)
    cpu_s: float = 0.0


def count(paths: tuple[Path, ...], seed: int, examine: Examine) -> Counted:
    """Examine each scan as it is, and once with a copy in it."""
    counted, random = Counted(), np.random.default_rng(seed)
    for path, spec in zip(paths, specs(len(paths), random), strict=True):
        began = time.process_time()
        findings = examine(path.read_bytes(), path.name).checks
        counted.cpu_s += time.process_time() - began
        counted.untouched += 1
        counted.marked_untouched += _marked(findings)
        if any(_tells(one) for one in findings):
            counted.false_alarms.append(path.name)
        with Image.open(path) as picture:
            made = copied(picture.convert("RGB"), spec, random)
        if made is not None:
            _count_copy(counted, spec, made, examine(made.data, "a.jpg").checks)
    return counted


def _count_copy(counted: Counted, spec: Spec, made: Copied, findings: tuple[Finding, ...]) -> None:
    # Told, and of the place that was copied: not of something else on the page.
    found = any(_tells(one) and _shows(one, made) for one in findings)
    counted.copied += 1
    counted.found += found
    counted.marked_copied += _marked(findings)
    for name in (f"{spec.size} px", f"{spec.turn} degrees, x{spec.scale}", f"q{spec.quality}"):
        counted.made_by[name] += 1
        counted.found_by[name] += found


def _marked(findings: tuple[Finding, ...]) -> bool:
    return any(one.id == "hint.ela" for one in findings)


def _tells(one: Finding) -> bool:
    return one.id == "hint.copy_move" and one.status is Status.INDETERMINATE


def _shows(one: Finding, made: Copied) -> bool:
    boxes = [place.box for place in one.evidence if isinstance(place, ImageBox | PageBox)]
    return all(
        any(
            box[0] < x + width and box[2] > x and box[1] < y + height and box[3] > y
            for box in boxes
        )
        for x, y, width, height in (made.place, made.again)
    )
