"""Pictures of a screen: what tools write into them, sizes of screens, flat colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from verification.readers.isobmff import BoxError
from verification.readers.picture_blocks import BlockError, read_blocks
from verification.readers.pillow import ExifError, read_exif
from verification.readers.pillow_pixels import open_picture

if TYPE_CHECKING:
    from verification.limits import Limits

#: Metadata of a picture stand before its pixels, within so many bytes.
_HEAD_BYTES = 64 * 1024
_TOOLS = re.compile(
    rb"screen[ _-]?shot|screen[ _-]?capture|snipping tool|flameshot|spectacle|greenshot|sharex|"
    rb"lightshot|snagit|\bscrot\b|ksnip|\xe6\x88\xaa\xe5\x9b\xbe|\xe6\x88\xaa\xe5\xb1\x8f",
    re.IGNORECASE,
)
#: Phones, tablets and monitors as they are sold; the shorter side first.
_SCREENS = frozenset(
    (int(short), int(long))
    for short, longs in (
        line.split(":")
        for line in (
            "640:1136",
            "720:1280 1520 1544 1560 1600 1604 1612 1640",
            "750:1334",
            "768:1024 1366",
            "800:1280",
            "828:1792",
            "864:1536",
            "900:1440 1600",
            "1024:1280",
            "1050:1680",
            "1080:1920 2160 2220 2246 2270 2280 2310 2316 2340 2376 2388",
            "1080:2400 2408 2412 2424 2436 2448 2460 2520",
            "1116:2480",
            "1125:2436",
            "1170:2532",
            "1179:2556",
            "1200:1920 2000 2640 2664 2670",
            "1206:2622",
            "1216:2640",
            "1220:2712",
            "1224:2700",
            "1240:2772",
            "1242:2208 2688",
            "1256:2760",
            "1260:2800 2844",
            "1264:2780 2800",
            "1280:2772",
            "1284:2778",
            "1290:2796",
            "1320:2868",
            "1440:2160 2560 2880 2960 3040 3088 3120 3168 3200 3216 3440",
            "1488:2266",
            "1536:2048",
            "1600:2560",
            "1620:2160",
            "1640:2360",
            "1664:2560",
            "1668:2224 2388 2420",
            "1800:2880",
            "1824:2736",
            "1864:2880",
            "1964:3024",
            "2000:3000",
            "2048:2732",
            "2064:2752",
            "2160:3840",
            "2234:3456",
        )
    )
    for long in longs.split()
)
#: A screen is mostly areas of one colour; of photographs fewer pixels equal their neighbour.
_FLAT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What speaks for a picture of a screen. `tool` and `size` as found, empty where not."""

    tool: str
    size: str
    #: The camera that took it, as it says itself: then it is a photograph.
    camera: str
    #: Share of pixels that equal their neighbour, looked at only where the size is a screen's.
    flat: float | None

    @property
    def is_likely(self) -> bool:
        if self.camera:
            return False
        return bool(self.tool) or (bool(self.size) and (self.flat or 0.0) >= _FLAT)


def look_for_screen(data: bytes, file_format: str, limits: Limits) -> Screen:
    """Look at a picture. Raises LimitExceeded and CannotRender, as opening it for pixels does."""
    found = _TOOLS.search(_head(data, file_format))
    tool = found[0].decode("utf-8", "replace") if found else ""
    camera = _camera(data, file_format)
    with open_picture(data, limits) as image:
        sides = (min(image.size), max(image.size))
        size = f"{image.width} × {image.height}" if sides in _SCREENS else ""
        flat = _flatness(image) if size and not tool and not camera else None
    return Screen(tool=tool, size=size, camera=camera, flat=flat)


def _head(data: bytes, file_format: str) -> bytes:
    """Give what stands before the pixels: coded pixels hold any word by chance."""
    mark = {"png": b"IDAT", "jpg": b"\xff\xda"}.get(file_format)
    end = data.find(mark, 0, _HEAD_BYTES) if mark else -1
    return data[: end if end >= 0 else _HEAD_BYTES]


def _camera(data: bytes, file_format: str) -> str:
    try:
        blocks = read_blocks(data, file_format).exif
        return next((camera for block in blocks if (camera := read_exif(block).camera)), "")
    except (ExifError, BlockError, BoxError):
        return ""


def _flatness(image: Image.Image) -> float:
    image.draft("L", (image.width // 2, image.height // 2))
    grey = image.convert("L")
    moved = ImageChops.difference(grey, ImageChops.offset(grey, 1, 0))
    return moved.histogram()[0] / (grey.width * grey.height)
