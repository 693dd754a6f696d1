"""Outlook messages of our own: a compound file with storages, as MS-CFB and MS-OXMSG ask."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STREAM, _STORAGE, _ROOT = 2, 1, 5
_CUTOFF = 4096


def message(
    kind: str,
    *,
    header: str = "",
    name: str = "",
    smtp: str = "",
    subject: str = "",
    body: str = "",
    attachments: dict[str, bytes] | None = None,
    sent: datetime | None = None,
    more: dict[str, bytes] | None = None,
) -> bytes:
    """Write a message; texts that are empty are left out, `more` are streams by their tag."""
    texts = {"001A": kind, "007D": header, "0C1A": name, "5D01": smtp, "0037": subject}
    tree: dict[str, bytes | dict[str, bytes]] = {
        f"__substg1.0_{tag}001F": text.encode("utf-16-le")
        for tag, text in {**texts, "1000": body}.items()
        if text
    }
    tree |= {f"__substg1.0_{tag}": data for tag, data in (more or {}).items()}
    properties = b""
    if sent is not None:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        properties = struct.pack("<IIQ", 0x0039_0040, 6, ticks)
    tree["__properties_version1.0"] = bytes(32) + properties
    for number, (title, data) in enumerate((attachments or {}).items()):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_37010102": data,
            "__substg1.0_3707001F": title.encode("utf-16-le"),
            "__properties_version1.0": bytes(8),
        }
    return compound(tree)


def compound(tree: dict[str, bytes | dict[str, bytes]]) -> bytes:
    """Write a compound file of streams and storages; short streams lie in the mini stream."""
    entries: list[list[object]] = [["Root Entry", _ROOT, _FREE, _FREE, b""]]
    entries[0][3] = _add(entries, tree)
    fat: list[int] = []
    minifat: list[int] = []
    big, mini, places = _laid_out(entries, fat, minifat)
    places[0] = (len(fat) if mini else _END, len(mini))
    big += _chain(fat, mini) if mini else b""
    table = struct.pack(f"<{len(minifat)}I", *minifat)
    table += b"\xff" * (-len(table) % _SECTOR)
    minifat_at = len(fat) if minifat else _END
    big += _chain(fat, table) if minifat else b""
    directory_at = len(fat)
    records = b"".join(_record(entry, places.get(i, (_END, 0))) for i, entry in enumerate(entries))
    big += _chain(fat, records + bytes(-len(records) % _SECTOR))
    head = (minifat_at, len(table) // _SECTOR, directory_at)
    return _headed(head, fat, big)


def _laid_out(
    entries: list[list[object]], fat: list[int], minifat: list[int]
) -> tuple[bytes, bytes, dict[int, tuple[int, int]]]:
    """Give long streams, short streams, and where each begins with its size."""
    mini, big = b"", b""
    places: dict[int, tuple[int, int]] = {}
    for number, entry in enumerate(entries):
        data = entry[4]
        assert isinstance(data, bytes)
        if not data:
            continue
        places[number] = (len(minifat if len(data) < _CUTOFF else fat), len(data))
        if len(data) < _CUTOFF:
            count = -(-len(data) // 64)
            minifat += [*range(len(minifat) + 1, len(minifat) + count), _END]
            mini += data.ljust(count * 64, b"\0")
        else:
            big += _chain(fat, data)
    return big, mini, places


def _headed(places: tuple[int, int, int], fat: list[int], body: bytes) -> bytes:
    """Put the header before all sectors and the allocation table behind them."""
    minifat_at, minifat_sectors, directory_at = places
    own = 1
    while (len(fat) + own) * 4 > own * _SECTOR:
        own += 1
    first = len(fat)
    fat += [_FAT] * own
    sectors = struct.pack(f"<{len(fat)}I", *fat).ljust(own * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, own, directory_at, 0, _CUTOFF)
    head += struct.pack("<IIII", minifat_at, minifat_sectors, _END, 0)
    numbers = [*range(first, first + own)]
    return head + struct.pack("<109I", *numbers, *[_FREE] * (109 - own)) + body + sectors


def _add(entries: list[list[object]], tree: dict[str, bytes | dict[str, bytes]]) -> int:
    """Append the entries of a storage as a list to the right; gives the first."""
    previous = first = _FREE
    for name in sorted(tree, key=lambda text: (len(text), text.upper())):
        value = tree[name]
        number = len(entries)
        data = value if isinstance(value, bytes) else b""
        kind = _STREAM if isinstance(value, bytes) else _STORAGE
        entries.append([name, kind, _FREE, _FREE, data])
        if previous == _FREE:
            first = number
        else:
            entries[previous][2] = number
        previous = number
        if isinstance(value, dict):
            entries[number][3] = _add(entries, {**value})
    return first


def _chain(fat: list[int], data: bytes) -> bytes:
    filled = data + bytes(-len(data) % _SECTOR)
    count = len(filled) // _SECTOR
    fat += [*range(len(fat) + 1, len(fat) + count), _END]
    return filled


def _record(entry: list[object], place: tuple[int, int]) -> bytes:
    name, kind, right, child, _ = entry
    letters = (str(name) + "\0").encode("utf-16-le")
    fields = struct.pack("<HBBIII", len(letters), kind, 1, _FREE, right, child)
    return letters.ljust(64, b"\0") + fields + bytes(36) + struct.pack("<IQ", *place)
