"""Dates that films hold as text: user data (QuickTime), Apple's keys, iTunes' list, XMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.readers.isobmff import XMP_UUID, boxes, find, find_uuid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.readers.isobmff import Box

#: ©day, the first byte in Mac OS Roman.
_DAY = b"\xa9day"
_TOOLS = frozenset({b"\xa9too", b"\xa9swr"})
_KEYS_DATE = "com.apple.quicktime.creationdate"
_KEYS_TOOL = "com.apple.quicktime.software"
_XMP_BOX = b"XMP_"
#: No date and no program's name is longer.
_TEXT_BYTES = 256
#: More keys than Apple has.
_MOST_KEYS = 1000


def written_texts(data: bytes) -> Iterator[tuple[str, Box, str]]:
    """Give the fields of date and program: where each lies, its box, its text."""
    moov = find(data, b"moov")
    if moov is None:
        return
    places = [("moov", moov)]
    udta = find(data, b"udta", moov.body, moov.end)
    if udta is not None:
        places.append(("moov/udta", udta))
        yield from _user_data(data, udta)
    for path, place in places:
        meta = find(data, b"meta", place.body, place.end)
        if meta is not None:
            yield from _meta(data, meta, f"{path}/meta")


def xmp_packet(data: bytes) -> bytes:
    """Give the XMP of a film, empty without one (XMP part 3, 1.2.7 and 1.2.8)."""
    box = find_uuid(data, XMP_UUID)
    if box is not None:
        return data[box.body + 16 : box.end]
    moov = find(data, b"moov")
    udta = find(data, b"udta", moov.body, moov.end) if moov else None
    packet = find(data, _XMP_BOX, udta.body, udta.end) if udta else None
    return data[packet.body : packet.end] if packet else b""


def _user_data(data: bytes, udta: Box) -> Iterator[tuple[str, Box, str]]:
    for box in boxes(data, udta.body, udta.end):
        if box.name == _DAY or box.name in _TOOLS:
            # QuickTime: the length of the text, its language, the text.
            text = data[box.body + 4 : min(box.end, box.body + 4 + _TEXT_BYTES)]
            yield f"moov/udta/©{box.name[1:].decode()}", box, _decoded(text)


def _meta(data: bytes, meta: Box, path: str) -> Iterator[tuple[str, Box, str]]:
    # QuickTime has a plain box here, ISO a full one with four bytes before its boxes.
    start = meta.body if find(data, b"hdlr", meta.body, meta.end) else meta.body + 4
    listed = find(data, b"ilst", start, meta.end)
    if listed is None:
        return
    keys = _keys(data, find(data, b"keys", start, meta.end))
    for item in boxes(data, listed.body, listed.end):
        number = int.from_bytes(item.name, "big")
        name = keys.get(number, "")
        if item.name == _DAY or item.name in _TOOLS:
            name = f"©{item.name[1:].decode()}"
        value = find(data, b"data", item.body, item.end)
        if value is not None and (name.startswith("©") or name in {_KEYS_DATE, _KEYS_TOOL}):
            # Kind of the value and its country come before it.
            text = data[value.body + 8 : min(value.end, value.body + 8 + _TEXT_BYTES)]
            yield f"{path}/{name}", item, _decoded(text)


def _keys(data: bytes, box: Box | None) -> dict[int, str]:
    """Read the names that the list's numbers stand for, from 1."""
    if box is None:
        return {}
    entries = boxes(data, box.body + 8, box.end)
    return {
        number: data[entry.body : entry.end].decode("utf-8", "replace")
        for number, entry in zip(range(1, _MOST_KEYS), entries, strict=False)
    }


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip("\0 \r\n")
