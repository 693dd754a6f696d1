"""The form in which the fingerprint of a page travels and is kept."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFingerprint:
    """One page or picture. Its bytes are a child's word: `fingerprints.pages.opened` doubts it."""

    #: From 1; of an office document the number of the picture (verification/readers/
    #: office_pictures.py).
    page: int
    #: Width and height in the units of evidence boxes: points, or pixels of a picture.
    width: float
    height: float
    #: Four bytes a point (x, y in 60,000ths of the longer side), then 32 that describe it.
    points: bytes = field(repr=False)
    #: Width and height of the small grey picture, and its bytes, zlib.
    small_width: int
    small_height: int
    small: bytes = field(repr=False)
    #: Of a bowed sheet that was made flat: where the small picture's places lie on the page, four
    #: bytes each (as points) for a square of them, row by row. None where it is the page as it is.
    lie: bytes = field(default=b"", repr=False)
    #: What describes each in a mirror, 32 bytes; pages are sought by it, and it is not kept.
    mirrored: bytes = field(default=b"", repr=False)
    #: The same in a negative: dark for light.
    negative: bytes = field(default=b"", repr=False)
    #: The part of an office document that the picture is; it is told, and not kept.
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFingerprint:
    """What the pages of a file are known again by."""

    pages: tuple[PageFingerprint, ...] = ()
    #: Parts of an office document that are pictures and were not looked at: nobody can draw them,
    #: or there are too many.
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmFingerprint:
    """One film. Its bytes are a child's word: `fingerprints.films.opened` doubts it."""

    #: Pixels, as the film is shown.
    width: int
    height: int
    #: Milliseconds since its first picture, four bytes each, rising.
    times: bytes = field(repr=False)
    #: A small grey picture for each, less the one before it, zlib.
    smalls: bytes = field(repr=False)
    #: Points of some frames: one byte for the frame, four for the place, 32 that describe it.
    points: bytes = field(repr=False)
    #: What describes each in a mirror, 32 bytes; films are sought by it, and it is not kept.
    mirrored: bytes = field(default=b"", repr=False)
