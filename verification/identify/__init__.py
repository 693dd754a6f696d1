"""What the bytes are, by opening the container and never only by the first of them.

1. Every format that may begin here is looked for: fixed marks, media, compound files, PDF, ZIP.
2. The one that begins first is what the file is; the others are there besides.
3. Bytes before and after it are looked at for what other programs would open.
4. Only where nothing was found the bytes are read as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.identify.archives import find_besides, find_package
from verification.identify.compounds import find_compound
from verification.identify.formats import FORMATS
from verification.identify.marks import (
    SEARCH_BYTES,
    find_active,
    find_behind,
    find_far,
    find_fixed,
    find_inside,
)
from verification.identify.media import find_late_sound, find_media
from verification.identify.pdf import find_pdf
from verification.identify.pieces import UNKNOWN, Anatomy, Piece
from verification.identify.text import find_text
from verification.limits import LimitExceeded
from verification.readers.zip import LOCAL_MARK
from verification.values import FileType

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.values import Limit

__all__ = ["Anatomy", "Piece", "dissect", "identify"]

#: Pictures, sound and film have blocks that their readers skip: room for whatever one likes.
_ROOMY = frozenset(
    name
    for name, entry in FORMATS.items()
    if entry.media_type.startswith(("image/", "audio/", "video/")) and name != "svg"
)
#: And these do not say where they end, so anything may follow.
_OPEN = frozenset({"rtf", "gz", "bz2", "xz", "ps", "exe", "elf", "iso", "dcm"})
_ROOM_BYTES = 1024


def identify(data: bytes, limits: Limits) -> FileType:
    """Say what the bytes are, whatever the name says."""
    return dissect(data, limits).file_type


def dissect(data: bytes, limits: Limits) -> Anatomy:
    """Take the file apart into the formats it holds.

    An archive over a cap stays shut: it is a ``zip`` of which `Anatomy.limits` says why no more
    is known.
    """
    exceeded: list[Limit] = []
    pieces = _find_binary(data, limits, exceeded)
    if not pieces and not exceeded:
        text = find_text(data)
        pieces = () if text is None else (text,)
    return Anatomy(
        file_type=_file_type(pieces), pieces=pieces, size=len(data), limits=tuple(exceeded)
    )


def _find_binary(data: bytes, limits: Limits, exceeded: list[Limit]) -> tuple[Piece, ...]:
    # 1. whatever may begin here
    host = find_fixed(data) or find_media(data) or find_compound(data, limits)
    host = host or next(find_far(data), None)
    pdf = find_pdf(data)
    try:
        archives = _find_archive(data, limits, hosted=host is not None or pdf is not None)
    except LimitExceeded as error:
        exceeded.append(error.limit)
        archives = _shut_archive(data)
    found = [host, pdf, *archives]
    # 2. the first one is what the file is; of two at one place the more particular one
    pieces = sorted((piece for piece in found if piece), key=lambda piece: piece.start)
    if not pieces:
        late = find_inside(data) or find_late_sound(data)
        return () if late is None else (late,)
    # 3. what else would open
    main = pieces[0]
    pieces += [piece for piece in _find_around(data, main) if piece]
    seen: dict[str, Piece] = {}
    for piece in pieces:
        seen.setdefault(piece.format, piece)
    return tuple(seen.values())


def _find_archive(data: bytes, limits: Limits, *, hosted: bool) -> list[Piece]:
    found = find_package(data, limits)
    if found is None:
        return []
    piece, archive = found
    # Inside another file a ZIP counts where an unpacker would open it: at the very end, or with
    # offsets made for this very file. An attachment in a stream has neither.
    if hosted and piece.start > 0 and not (archive.closed or archive.absolute):
        return []
    return [piece, *find_besides(archive, piece)]


def _shut_archive(data: bytes) -> list[Piece]:
    if not data.startswith(LOCAL_MARK):
        return []
    return [Piece(format="zip", start=0, end=len(data))]


def _find_around(data: bytes, main: Piece) -> list[Piece | None]:
    around: list[Piece | None] = []
    if main.start:
        around.append(find_active(data, 0, min(main.start, SEARCH_BYTES)))
    if main.end < len(data):
        around.append(find_behind(data, main.end))
        around.append(find_active(data, main.end, min(main.end + SEARCH_BYTES, len(data))))
    if main.format in _ROOMY:
        around.append(find_active(data, 0, min(_ROOM_BYTES, main.end)))
    if main.format in _ROOMY | _OPEN:
        around.append(find_inside(data))
    around += find_far(data)
    return around


def _file_type(pieces: tuple[Piece, ...]) -> FileType:
    if not pieces:
        return UNKNOWN
    main = pieces[0]
    return FileType(
        format=main.format,
        media_type=FORMATS[main.format].media_type,
        extension=main.format,
        also=tuple(piece.format for piece in pieces[1:]),
        encrypted=main.encrypted,
    )
