"""The typefaces that digits are learned from, and those that are kept back for reporting.

They come from packages of Debian, unpacked and not installed; nothing of them is shipped:
`apt-get download PACKAGE` and `dpkg -x FILE.deb FOLDER` for each name below.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

#: Learned from.
PACKAGES = (
    "fonts-liberation", "fonts-croscore", "fonts-freefont-ttf", "fonts-dseg", "fonts-open-sans",
    "fonts-lato", "fonts-hack", "fonts-firacode", "fonts-inconsolata", "fonts-anonymous-pro",
    "fonts-ocr-a", "fonts-ocr-b", "fonts-stix", "fonts-texgyre", "fonts-cantarell", "fonts-play",
    "fonts-quicksand", "fonts-cabin", "fonts-dosis", "fonts-karla", "fonts-bebas-neue",
    "fonts-roadgeek", "fonts-opendin", "fonts-yanone-kaffeesatz", "fonts-jura", "fonts-tuffy",
    "fonts-wqy-microhei", "fonts-droid-fallback", "fonts-go", "fonts-3270", "fonts-mononoki",
    "fonts-agave", "fonts-fantasque-sans", "fonts-crosextra-carlito", "fonts-crosextra-caladea",
    "fonts-sil-charis", "fonts-clear-sans", "fonts-national-park", "fonts-adf-gillius",
    "fonts-adf-verana", "fonts-mplus", "fonts-hermit", "fonts-lmodern",
)  # fmt: skip
#: Learned from at the size they are drawn for, pixel by pixel, as recorders burn them in; each
#: with that size.
PIXEL_PACKAGES = ("fonts-unifont", "fonts-terminus", "fonts-proggy")
PIXEL_FACES = {"unifont.otf": 16, "TerminusTTF-4.46.0.ttf": 16, "ProggyTiny.ttf": 16}
#: Never learned from, whole families: figures are reported on these.
KEPT_BACK = (
    "fonts-roboto-unhinted", "fonts-roboto-slab", "fonts-paratype", "fonts-b612",
    "fonts-jetbrains-mono", "fonts-courier-prime", "fonts-noto-mono", "fonts-routed-gothic",
    "fonts-adf-universalis", "fonts-wqy-zenhei", "fonts-sora", "fonts-oxygen",
)  # fmt: skip
#: One face of a family that is learned from otherwise; a family of `fonts-dseg` too.
_HELD = ("DSEG7Modern", "DSEG14", "DSEGWeather")
_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})
_SIZE = 56


def learned_from(folder: Path) -> tuple[Path, ...]:
    """Give the faces in a folder that draw ten digits, in an order that is always the same."""
    found = sorted(
        (one for one in folder.rglob("*") if one.suffix.lower() in _SUFFIXES),
        key=lambda one: (one.name, str(one)),
    )
    names: set[str] = set()
    kept = []
    for one in found:
        if one.name.startswith("unifont") or one.name in PIXEL_FACES:
            continue
        if one.name not in names and not one.name.startswith(_HELD) and _draws_digits(one):
            names.add(one.name)
            kept.append(one)
    return tuple(kept)


def drawn_in_pixels(folder: Path) -> tuple[Path, ...]:
    """Give the pixel faces in a folder, in an order that is always the same."""
    return tuple(sorted(one for one in folder.rglob("*") if one.name in PIXEL_FACES))


def fingerprint(faces: tuple[Path, ...]) -> str:
    """Give a hash of all the faces, so that it can be seen whether weights come from the same."""
    whole = hashlib.sha256()
    for one in faces:
        whole.update(hashlib.sha256(one.read_bytes()).digest())
    return whole.hexdigest()


@cache
def face(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), _SIZE)


@cache
def pixel_face(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), PIXEL_FACES[path.name])


def _draws_digits(path: Path) -> bool:
    try:
        drawn = [_picture(path, letter) for letter in "0123456789\uffff"]
    except (OSError, ValueError):
        return False
    return len({one.tobytes() for one in drawn}) == len(drawn) and all(one.any() for one in drawn)


def _picture(path: Path, letter: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    image = Image.new("L", (96, 96))
    ImageDraw.Draw(image).text((10, 10), letter, 255, font=face(path))
    return np.array(image)
