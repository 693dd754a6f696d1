"""Pictures, sound and film by their structure: boxes, chunks, frames; and where they end."""

from __future__ import annotations

import re
import struct
from itertools import islice

from verification.identify.pieces import Piece
from verification.readers.isobmff import Box, boxes

_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF = frozenset({b"avif", b"avis"})
_PICTURES = frozenset({b"mif1", b"msf1", b"mif2", b"miaf"})
_SOUND = frozenset({b"M4A ", b"M4B ", b"M4P "})
#: Pictures that have their boxes in common with films and nothing else.
_OTHER_BRANDS = {b"jp2 ": "jp2", b"jpx ": "jp2", b"jxl ": "jxl", b"crx ": "cr3"}
_MP4 = frozenset({b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"f4v "})
#: What a QuickTime file from before `ftyp` begins with.
_CLASSIC = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_MOST_BOXES = 10_000
_BRANDS_BYTES = 512
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF})
#: The next marker after coded data: neither a stuffed 00, nor a restart, nor fill.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_MOST_SEGMENTS = 20_000
#: A film of 20 MB has 80,000 blocks of 255 bytes; with many more the end is left open.
_MOST_GIF_STEPS = 500_000
_PNG = b"\x89PNG\r\n\x1a\n"
#: Sizes of the header that follows a BMP's first 14 bytes.
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_MPEG_RATES = {
    # (MPEG version bits, layer bits): kbit/s by index (ISO/IEC 11172-3, 2.4.2.3)
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
#: Version 2.2 to 2.4, flags, a size of four times seven bits (id3.org, ID3v2.4.0 3.1).
_ID3 = re.compile(rb"ID3[\x02-\x04][\x00-\x0a].[\x00-\x7f]{4}", re.DOTALL)
#: Silence or zeros before the first frame that players skip.
_MPEG_LEAD = 4096
#: How far sound is looked for, and how many frames in a row are no chance.
_MPEG_SEARCH, _MOST_SYNCS, _SURE_FRAMES = 64 * 1024, 20_000, 5
_SYNC = re.compile(rb"\xff[\xe2-\xff]")


def find_media(data: bytes) -> Piece | None:
    """Recognise a picture, sound or film that begins with the file."""
    for find in (_png, _jpeg, _gif, _riff, _aiff, _tiff, _bmp, _boxed, _matroska, _mpeg_audio):
        piece = find(data)
        if piece is not None:
            return piece
    return None


def _piece(name: str, end: int, *, whole: bool = True) -> Piece:
    return Piece(format=name, start=0, end=end, whole=whole)


def _png(data: bytes) -> Piece | None:
    if not data.startswith(_PNG):
        return None
    position = len(_PNG)
    for _ in range(_MOST_SEGMENTS):
        if position + 12 > len(data):
            break
        size, kind = struct.unpack_from(">I4s", data, position)
        position += 12 + size
        if kind == b"IEND":
            return _piece("png", min(position, len(data)), whole=position <= len(data))
    return _piece("png", len(data), whole=False)


def _jpeg(data: bytes) -> Piece | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    position = 2
    for _ in range(_MOST_SEGMENTS):
        found = _NEXT_MARKER.search(data, position)
        if found is None:
            break
        marker = data[found.start() + 1]
        if marker == 0xD9:  # noqa: PLR2004 - EOI
            return _piece("jpg", found.end())
        if found.end() + 2 > len(data):
            break
        alone = marker in {0x01, 0xD8}
        position = found.end() + (0 if alone else struct.unpack_from(">H", data, found.end())[0])
    return _piece("jpg", len(data), whole=False)


def _gif(data: bytes) -> Piece | None:
    if not data.startswith((b"GIF87a", b"GIF89a")):
        return None
    end = _gif_end(data)
    return _piece("gif", end or len(data), whole=end > 0)


def _gif_end(data: bytes) -> int:
    """Walk the blocks to the trailer (GIF89a, 27); 0 where there is none."""
    if len(data) < 13:  # noqa: PLR2004 - header and screen
        return 0
    position, in_block = 13 + _palette(data[10]), False
    for _ in range(_MOST_GIF_STEPS):
        kind = data[position] if position < len(data) else None
        if kind is None:
            break
        if in_block:
            position, in_block = position + 1 + kind, kind > 0
        elif kind == 0x3B:  # noqa: PLR2004 - trailer
            return position + 1
        else:
            skip = _gif_skip(data, position, kind)
            if skip is None:
                break
            position, in_block = position + skip, True
    return 0


def _gif_skip(data: bytes, position: int, kind: int) -> int | None:
    """Give how long the head of a block is, before its sub-blocks; None for no block."""
    if kind == 0x21:  # noqa: PLR2004 - extension
        return 2
    if kind == 0x2C and position + 9 < len(data):  # noqa: PLR2004 - picture
        return 11 + _palette(data[position + 9])
    return None


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _riff(data: bytes) -> Piece | None:
    kinds = {b"WAVE": "wav", b"WEBP": "webp", b"AVI ": "avi"}
    name = kinds.get(data[8:12]) if data.startswith((b"RIFF", b"RF64", b"RIFX")) else None
    if name is None:
        return None
    size = struct.unpack_from(">I" if data.startswith(b"RIFX") else "<I", data, 4)[0]
    # Recorders that were cut off leave 0 or all ones here; then nothing says where the file ends.
    end = 8 + size + size % 2
    known = size not in _UNKNOWN_SIZES
    # The last byte of padding is often left out.
    whole = not known or end <= len(data) + 1
    return _piece(name, min(end, len(data)) if known else len(data), whole=whole)


def _aiff(data: bytes) -> Piece | None:
    if not data.startswith(b"FORM") or data[8:12] not in {b"AIFF", b"AIFC"}:
        return None
    end = 8 + struct.unpack_from(">I", data, 4)[0]
    return _piece("aif", min(end, len(data)), whole=end <= len(data))


def _tiff(data: bytes) -> Piece | None:
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:  # noqa: PLR2004 - header
        return None
    version, first = struct.unpack_from(f"{order}HI", data, 2)
    if version == 43:  # noqa: PLR2004 - BigTIFF
        return _piece("tif", len(data))
    if version != 42 or first < 8:  # noqa: PLR2004 - TIFF 6.0, section 2
        return None
    return _piece("cr2" if data[8:10] == b"CR" else "tif", len(data))


def _bmp(data: bytes) -> Piece | None:
    if not data.startswith(b"BM") or len(data) < 18:  # noqa: PLR2004 - both headers' beginnings
        return None
    pixels, header = struct.unpack_from("<II", data, 10)
    plausible = header in _BMP_HEADERS and 14 + header <= pixels
    return _piece("bmp", len(data)) if plausible else None


def _boxed(data: bytes) -> Piece | None:
    if data[4:8] != b"ftyp" and data[4:8] not in _CLASSIC:
        return None
    walked = list(islice(boxes(data), _MOST_BOXES))
    brand = next((box for box in walked if box.name == b"ftyp"), None)
    if brand is not None:
        others = data[brand.body + 8 : min(brand.end, brand.body + _BRANDS_BYTES)]
        name = _brand(data[brand.body : brand.body + 4], others)
    else:
        name = "mov" if any(box.name in {b"moov", b"mdat"} for box in walked) else None
    if name is None:
        return None
    end, whole = _boxed_end(data, walked)
    return _piece(name, end, whole=whole)


def _boxed_end(data: bytes, walked: list[Box]) -> tuple[int, bool]:
    """Give where the last box ends, and whether it is there to its end."""
    if not walked or len(walked) == _MOST_BOXES:
        return len(data), bool(walked)
    last = walked[-1]
    size: int = struct.unpack_from(">I", data, last.start)[0]
    if size == 1:
        size = int.from_bytes(data[last.start + 8 : last.start + 16], "big")
    return last.end, last.start + size <= len(data)


def _brand(major: bytes, others: bytes) -> str | None:
    """Name the format by its brands (ISO/IEC 14496-12, 4.3; ISO/IEC 23008-12, 10)."""
    brands = {others[at : at + 4] for at in range(0, len(others) - 3, 4)}
    if major in _OTHER_BRANDS:
        return _OTHER_BRANDS[major]
    if major in _PICTURES | _HEIC | _AVIF:
        return _picture(major, brands)
    if major == b"qt  ":
        return "mov"
    if major in _SOUND:
        return "m4a"
    # Android's recorder writes 3GP under the brand isom and says 3gp4 beside it.
    phone = any(brand.startswith(b"3g") for brand in brands) and not brands & _MP4
    if major.startswith(b"3g") or (major == b"isom" and phone):
        return "3gp"
    return "mp4"


def _picture(major: bytes, brands: set[bytes]) -> str:
    if major in _AVIF:
        return "avif"
    if major in _HEIC:
        return "heic"
    return "avif" if brands & _AVIF and not brands & _HEIC else "heic"


def _matroska(data: bytes) -> Piece | None:
    if not data.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    place = data.find(b"\x42\x82", 4, 128)
    if place < 0 or place + 2 >= len(data):
        return None
    document = data[place + 3 : place + 3 + (data[place + 2] & 0x7F)]
    name = {b"webm": "webm", b"matroska": "mkv"}.get(document.rstrip(b"\0"))
    return None if name is None else _piece(name, len(data))


def _mpeg_audio(data: bytes) -> Piece | None:
    if _ID3.match(data):
        size = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True)
        )
        return _piece("flac" if data[size : size + 4] == b"fLaC" else "mp3", len(data))
    start = next((at for at, byte in enumerate(data[:_MPEG_LEAD]) if byte), None)
    if start is None:
        return None
    size = _frame(data, start)
    # One header may be chance: the next frame must stand where this one ends.
    return _piece("mp3", len(data)) if size and _frame(data, start + size) else None


def find_late_sound(data: bytes) -> Piece | None:
    """Find MPEG sound behind bytes that are nothing else, which players skip to the first frame."""
    for found in islice(_SYNC.finditer(data, 0, _MPEG_SEARCH), _MOST_SYNCS):
        position = found.start()
        for _ in range(_SURE_FRAMES):
            size = _frame(data, position)
            if not size:
                break
            position += size
        else:
            return _piece("mp3", len(data))
    return None


def _frame(data: bytes, position: int) -> int:
    """Give the length of the MPEG audio frame that begins here, 0 where none does."""
    if len(data) < position + 4 or data[position] != 0xFF or data[position + 1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the sync bits
        return 0
    version, layer = data[position + 1] >> 3 & 3, data[position + 1] >> 1 & 3
    rates = _MPEG_RATES.get((3 if version == 3 else 2, layer))  # noqa: PLR2004 - 3 is MPEG-1
    index, hertz = data[position + 2] >> 4, data[position + 2] >> 2 & 3
    if rates is None or version not in _MPEG_HERTZ or not 0 < index < len(rates) or hertz == 3:  # noqa: PLR2004 - reserved
        return 0
    samples = _samples(version, layer)
    padding = data[position + 2] >> 1 & 1
    length = samples * rates[index] * 125 // _MPEG_HERTZ[version][hertz]
    return length + padding * (4 if layer == 3 else 1)  # noqa: PLR2004 - layer I pads by a slot of four


def _samples(version: int, layer: int) -> int:
    if layer == 3:  # noqa: PLR2004 - layer I
        return 384
    return 1152 if layer == 2 or version == 3 else 576  # noqa: PLR2004 - layer II, MPEG-1
