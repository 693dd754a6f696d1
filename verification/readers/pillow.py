"""Pictures with Pillow: EXIF fields, and caps by header; no pixel is decoded here.

The EXIF block is found by walking the container ourselves (`picture_blocks`), because Pillow
decodes a whole PNG to look for one behind the pixels. Pillow then reads the TIFF directory in it.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from verification.limits import LimitExceeded
from verification.readers.picture_blocks import (
    START_OF_SCAN,
    BlockError,
    iptc_in_resources,
    segments,
)

if TYPE_CHECKING:
    from verification.limits import Limits

# Pillow imports its plug-ins at the first open, which the sandbox forbids.
Image.init()

#: The formats that Pillow may be asked about, as `FileType.format` names them.
PILLOW_FORMATS = {
    "bmp": ("BMP",),
    "gif": ("GIF",),
    "jpg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "tif": ("TIFF",),
    "webp": ("WEBP",),
}

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE, _CHANGED, _ARTIST = 0x010F, 0x0110, 0x0131, 0x0132, 0x013B
_ORIGINAL, _DIGITIZED = 0x9003, 0x9004
_CHANGED_OFFSET, _ORIGINAL_OFFSET, _DIGITIZED_OFFSET = 0x9010, 0x9011, 0x9012
_GPS_TIME, _GPS_DATE = 7, 29
#: XMP, IPTC and Photoshop's resources in a TIFF (XMP part 3, 3.2.2).
_XMP_FIELD, _IPTC_FIELD, _RESOURCES_FIELD = 700, 33_723, 34_377


class ExifError(BlockError):
    """An EXIF block or picture header that cannot be read; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExifFields:
    """The fields of time and origin, as written; empty text where a field is not there."""

    original: str
    original_offset: str
    digitized: str
    digitized_offset: str
    changed: str
    changed_offset: str
    #: UTC as ``YYYY:MM:DD hh:mm:ss``.
    gps: str
    artist: str
    software: str
    #: Make and model of the camera.
    camera: str
    #: Blocks that a TIFF carries in fields of its own; empty where it has none.
    xmp: bytes
    iptc: bytes


def check_caps(data: bytes, file_format: str, limits: Limits) -> None:
    """Compare the header's pixels, frames and scans with the caps, before anything is decoded.

    Raises LimitExceeded, and ExifError where Pillow finds no such picture.
    """
    if file_format == "jpg":
        scans = sum(1 for marker, _, _ in segments(data) if marker == START_OF_SCAN)
        if scans > limits.jpeg_scans:
            raise LimitExceeded("jpeg_scans", seen=scans, allowed=limits.jpeg_scans)
    if file_format == "tif":
        width, height, frames = _tiff_size(data)
    else:
        width, height, frames = _size(data, file_format, limits)
    if width * height > limits.image_pixels:
        raise LimitExceeded("image_pixels", seen=width * height, allowed=limits.image_pixels)
    if frames > limits.image_frames:
        raise LimitExceeded("image_frames", seen=frames, allowed=limits.image_frames)


def _size(data: bytes, file_format: str, limits: Limits) -> tuple[int, int, int]:
    try:
        with warnings.catch_warnings(action="ignore"):
            image = Image.open(io.BytesIO(data), formats=PILLOW_FORMATS[file_format])
    except Image.DecompressionBombError as error:
        raise LimitExceeded(
            "image_pixels", seen=f"> {limits.image_pixels}", allowed=limits.image_pixels
        ) from error
    except Exception as error:
        raise ExifError(str(error)) from error
    with image:
        # Counting the frames of a GIF would walk the whole file; the rest say it in the header.
        frames = getattr(image, "n_frames", 1) if file_format in {"png", "webp"} else 1
        return image.width, image.height, frames


def _tiff_size(data: bytes) -> tuple[int, int, int]:
    """Read the size from the first directory: raw pictures are TIFFs that Pillow does not open."""
    main = _directory(Image.Exif(), data)
    width, height = (_whole(main.get(tag)) for tag in (_WIDTH, _HEIGHT))
    return width, height, 1


def _directory(exif: Image.Exif, block: bytes) -> dict[int, Any]:
    try:
        with warnings.catch_warnings(action="ignore"):
            exif.load(block)
            return dict(exif)
    except Exception as error:
        raise ExifError(str(error) or type(error).__name__) from error


def read_exif(block: bytes) -> ExifFields:
    """Read a TIFF block. Raises ExifError for one that Pillow cannot read."""
    exif = Image.Exif()
    main = _directory(exif, block)
    try:
        with warnings.catch_warnings(action="ignore"):
            photo: dict[int, Any] = exif.get_ifd(_EXIF_IFD)
            gps: dict[int, Any] = exif.get_ifd(_GPS_IFD)
    except Exception as error:
        raise ExifError(str(error) or type(error).__name__) from error
    # Raw files keep the date of the picture in the first directory (Nikon), or have the photo's
    # directory as a block of its own (Canon's CR3).
    both = {**main, **photo}
    return ExifFields(
        original=_text(both.get(_ORIGINAL)),
        original_offset=_text(both.get(_ORIGINAL_OFFSET)),
        digitized=_text(both.get(_DIGITIZED)),
        digitized_offset=_text(both.get(_DIGITIZED_OFFSET)),
        changed=_text(main.get(_CHANGED)),
        changed_offset=_text(both.get(_CHANGED_OFFSET)),
        gps=_gps_text({**main, **gps}),
        artist=_text(main.get(_ARTIST)),
        software=_text(main.get(_SOFTWARE)),
        camera=" ".join(filter(None, (_text(main.get(_MAKE)), _text(main.get(_MODEL))))),
        xmp=_block(main.get(_XMP_FIELD)),
        iptc=_block(main.get(_IPTC_FIELD)) or iptc_in_resources(_block(main.get(_RESOURCES_FIELD))),
    )


def read_orientation(block: bytes) -> int:
    """Give the orientation in a TIFF block, 1 to 8; 1 where it says none. Raises ExifError."""
    value = _whole(_directory(Image.Exif(), block).get(_ORIENTATION))
    return value if 1 <= value <= 8 else 1  # noqa: PLR2004 - CIPA DC-008, 4.6.4


def _text(value: Any) -> str:
    if isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""


def _block(value: Any) -> bytes:
    if isinstance(value, tuple):
        # Some writers give the bytes the type of numbers.
        small = all(isinstance(one, int) and 0 <= one < 256 for one in value)  # noqa: PLR2004 - a byte
        return bytes(value) if small else b""
    return value if isinstance(value, bytes) else b""


def _whole(value: Any) -> int:
    if isinstance(value, tuple) and value:
        value = value[0]
    return value if isinstance(value, int) else 0


def _gps_text(gps: dict[int, Any]) -> str:
    day, clock = _text(gps.get(_GPS_DATE)), gps.get(_GPS_TIME)
    if not day or not isinstance(clock, tuple) or len(clock) != 3:  # noqa: PLR2004 - h, m, s
        return ""
    try:
        hour, minute, second = (int(float(part)) for part in clock)
    except (ValueError, TypeError, OverflowError, ZeroDivisionError):
        return ""
    return f"{day} {hour:02}:{minute:02}:{second:02}"
