"""Pictures in office documents, drawn as if each were a page.

Only those count that are large enough to be a page or a photograph, both as they are stored and as
they are shown: logos, seals and small decorations stand in documents that have nothing else in
common. They are numbered by the names of their parts, those that cannot be drawn last; numbers are
kept with verdicts, so that no later version may count otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from verification.pages.picture import UNDRAWABLE, CannotRender
from verification.readers import pillow_pixels
from verification.readers.office_shown import shown_pictures
from verification.readers.opc_package import BODY_BYTES, PackageFault, open_package
from verification.readers.part_names import key_of

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.pages.picture import Picture, Size, Wanted
    from verification.readers.office_shown import Shown
    from verification.readers.opc_package import Package

_ZIP, _TYPES = b"PK\3\4", b"[content_types].xml"
#: A seal has 4.2 cm across, a letterhead less in height; a photo of a row of two has more.
_LEAST_CM = 5.0
#: A page of which anything can be read has more pixels, as a photograph has.
_LEAST_SIDE, _LEAST_PIXELS = 200, 100_000
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePicture:
    """A picture that is large enough."""

    part: str
    #: In pixels; UNDRAWABLE where it cannot be drawn.
    size: Size


def is_office(data: bytes) -> bool:
    """Say whether the bytes may be an Office Open XML document."""
    return data.startswith(_ZIP) and _TYPES in data.lower()


def sizes(data: bytes, limits: Limits) -> tuple[Size, ...]:
    """Give the size of each picture in pixels; raises CannotRender where there is none."""
    found = pictures(data, limits)
    if not found:
        raise CannotRender("format")
    return tuple(one.size for one in found)


def render(data: bytes, wanted: Wanted) -> Picture:
    """Give a picture as it is stored."""
    found = pictures(data, wanted.limits)
    if not found:
        raise CannotRender("format")
    if not 1 <= wanted.page <= len(found):
        raise CannotRender("no_such_page")
    stored = _stored(_package(data, wanted.limits), key_of(found[wanted.page - 1].part))
    return pillow_pixels.render(stored, replace(wanted, page=1))


@lru_cache(maxsize=1)  # asked for each picture of one document, one after the other
def pictures(data: bytes, limits: Limits) -> tuple[OfficePicture, ...]:
    """Give the pictures that are large enough, or cannot be measured, in their order.

    No more than `image_frames` are measured. Raises CannotRender where the document cannot be
    read, and LimitExceeded over a cap of the archive.
    """
    package = _package(data, limits)
    try:
        shown = shown_pictures(package)
        names = {key: package.name_of(key) for key in shown if _is_large(shown[key])}
    except PackageFault as error:
        raise CannotRender("format") from error
    drawn: list[OfficePicture] = []
    others: list[OfficePicture] = []
    for number, key in enumerate(sorted(names, key=_by_number)):
        size = _measure(package, key, limits) if number < limits.image_frames else UNDRAWABLE
        if size is not None:
            (others if size == UNDRAWABLE else drawn).append(
                OfficePicture(part=names[key], size=size)
            )
    return tuple([*drawn, *others][: limits.pdf_pages])


def _package(data: bytes, limits: Limits) -> Package:
    package = open_package(data, limits)
    if package is None:
        raise CannotRender("format")
    return package


def _is_large(shown: Shown | None) -> bool:
    """Say whether it may be a page or a photograph; where nothing is said, pixels decide."""
    return shown is None or min(shown) >= _LEAST_CM


def _by_number(key: str) -> list[tuple[int, str]]:
    """Order image10 after image9."""
    pieces = _DIGITS.split(key)
    return [(int(one[:9]), "") if at % 2 else (0, one) for at, one in enumerate(pieces)]


def _measure(package: Package, key: str, limits: Limits) -> Size | None:
    """Give width and height by the picture's header; None where it is small."""
    try:
        with pillow_pixels.open_picture(_stored(package, key), limits) as image:
            wide, high = image.size
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - another format, a cap, and a dozen kinds on broken bytes
        return UNDRAWABLE
    large = min(wide, high) >= _LEAST_SIDE and wide * high >= _LEAST_PIXELS
    return (float(wide), float(high)) if large else None


def _stored(package: Package, key: str) -> bytes:
    """Unpack a picture. Raises CannotRender."""
    try:
        return package.bytes_of(key, BODY_BYTES)
    except PackageFault as error:
        raise CannotRender("broken") from error
