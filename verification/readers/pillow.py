"""Pictures with Pillow: EXIF fields, and caps by header; no pixel is decoded here.

The EXIF block is found by walking the container ourselves, because Pillow decodes a whole PNG to
look for one behind the pixels. Pillow then reads the TIFF directory in that block.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from verification.limits import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

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

_WIDTH, _HEIGHT = 0x0100, 0x0101
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_MAKE, _MODEL, _SOFTWARE, _CHANGED, _ARTIST = 0x010F, 0x0110, 0x0131, 0x0132, 0x013B
_ORIGINAL, _DIGITIZED = 0x9003, 0x9004
_CHANGED_OFFSET, _ORIGINAL_OFFSET, _DIGITIZED_OFFSET = 0x9010, 0x9011, 0x9012
_GPS_TIME, _GPS_DATE = 7, 29
#: The number of the image resource that holds EXIF in a Photoshop file.
_PSD_EXIF = 1058

_START_OF_SCAN, _END_OF_IMAGE, _APP1 = 0xDA, 0xD9, 0xE1
#: A marker that ends compressed data: neither a stuffed byte, a restart nor fill.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)

#: More segments or chunks than a picture has: each costs us time, none tells more.
MOST_SEGMENTS = 100_000


class ExifError(ValueError):
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


def check_caps(data: bytes, file_format: str, limits: Limits) -> None:
    """Compare the header's pixels, frames and scans with the caps, before anything is decoded.

    Raises LimitExceeded, and ExifError where Pillow finds no such picture.
    """
    if file_format == "jpg":
        scans = sum(1 for marker, _, _ in _segments(data) if marker == _START_OF_SCAN)
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


def exif_block(data: bytes, file_format: str | None) -> bytes | None:
    """Give the TIFF block of a jpg, png, psd or webp; anything else is a TIFF from its start."""
    if file_format == "jpg":
        found = (
            data[start + 6 : end]
            for marker, start, end in _segments(data)
            if marker == _APP1 and data[start : start + 6] == b"Exif\0\0"
        )
        return next(found, None)
    if file_format == "png":
        return next((body for name, body in _png_chunks(data) if name == b"eXIf"), None)
    if file_format == "psd":
        return next((body for kind, body in _psd_resources(data) if kind == _PSD_EXIF), None)
    if file_format == "webp":
        block = next((body for name, body in _riff_chunks(data) if name == b"EXIF"), None)
        return block.removeprefix(b"Exif\0\0") if block else None
    return data


def png_time(data: bytes) -> str | None:
    """Give PNG's tIME chunk (last change, UTC) as EXIF writes dates."""
    body = next((body for name, body in _png_chunks(data) if name == b"tIME"), None)
    if body is None or len(body) < 7:  # noqa: PLR2004 - year and five numbers
        return None
    return "{:04}:{:02}:{:02} {:02}:{:02}:{:02}".format(*struct.unpack_from(">HBBBBB", body))


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
    # Nikon's raw files keep the date of the picture in the first directory.
    original = _text(photo.get(_ORIGINAL)) or _text(main.get(_ORIGINAL))
    return ExifFields(
        original=original,
        original_offset=_text(photo.get(_ORIGINAL_OFFSET)),
        digitized=_text(photo.get(_DIGITIZED)),
        digitized_offset=_text(photo.get(_DIGITIZED_OFFSET)),
        changed=_text(main.get(_CHANGED)),
        changed_offset=_text(photo.get(_CHANGED_OFFSET)),
        gps=_gps_text(gps),
        artist=_text(main.get(_ARTIST)),
        software=_text(main.get(_SOFTWARE)),
        camera=" ".join(filter(None, (_text(main.get(_MAKE)), _text(main.get(_MODEL))))),
    )


def _text(value: Any) -> str:
    if isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""


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


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Walk JPEG segments: marker, and where what it holds begins and ends (ITU-T T.81, B.1)."""
    position = 2
    for _ in range(MOST_SEGMENTS):
        found = _NEXT_MARKER.search(data, position)
        if found is None:
            return
        marker, start = data[found.start() + 1], found.end()
        if marker == _END_OF_IMAGE or start + 2 > len(data):
            return
        length = int.from_bytes(data[start : start + 2], "big")
        yield marker, start + 2, start + length
        position = start + max(length, 2)
    raise ExifError(f"more than {MOST_SEGMENTS} segments")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    for _ in range(MOST_SEGMENTS):
        if position + 8 > len(data):
            return
        length, name = struct.unpack_from(">I4s", data, position)
        # A chunk's data is copied only when it is small enough to be metadata.
        body = data[position + 8 : position + 8 + length] if name in {b"eXIf", b"tIME"} else b""
        yield name, body
        position += 12 + length
    raise ExifError(f"more than {MOST_SEGMENTS} chunks")


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 12
    for _ in range(MOST_SEGMENTS):
        if position + 8 > len(data):
            return
        name, length = struct.unpack_from("<4sI", data, position)
        yield name, data[position + 8 : position + 8 + length] if name == b"EXIF" else b""
        position += 8 + length + length % 2
    raise ExifError(f"more than {MOST_SEGMENTS} chunks")


def _psd_resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the image resources: after the header and the colour data, each with a length."""
    try:
        position = 30 + struct.unpack_from(">I", data, 26)[0]
        end = position + 4 + struct.unpack_from(">I", data, position)[0]
        position += 4
        for _ in range(MOST_SEGMENTS):
            if position >= end:
                return
            # The name is a counted text of even length, its count included.
            kind, name = struct.unpack_from(">HB", data, position + 4)
            body = position + 6 + (name + 2) // 2 * 2
            length = struct.unpack_from(">I", data, body)[0]
            yield kind, data[body + 4 : body + 4 + length] if kind == _PSD_EXIF else b""
            position = body + 4 + length + length % 2
    except struct.error as error:
        raise ExifError(f"image resources: {error}") from error
    raise ExifError(f"more than {MOST_SEGMENTS} image resources")
