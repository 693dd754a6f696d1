"""A signature that the end of a cut file lies in: its value or its range never arrived."""

from __future__ import annotations

import re
from itertools import pairwise

_END = b"%%EOF"
_OBJECT = rb"(?<![0-9])(\d{1,10})[ \t\r\n]{1,8}\d{1,5}[ \t\r\n]{1,8}obj\b"
_BEGIN = re.compile(_OBJECT)
#: A signature dictionary, or a long value that never closes.
_DICTIONARY = re.compile(
    rb"/Type\s{0,8}/(?:Sig|DocTimeStamp)(?![A-Za-z])|/SubFilter\s{0,8}/(?:adbe|ETSI)\."
    rb"|/Contents\s{0,8}<[0-9A-Fa-f]{200,}\Z"
)
_HINT = re.compile(rb"/ByteRange\s{0,8}\[|/SubFilter\s{0,8}/(?:adbe|ETSI)\.")
_FIELD = re.compile(rb"/FT\s{0,8}/Sig(?![A-Za-z])")
_VALUE = re.compile(rb"/V\s{1,8}(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R\b")


def lost_signature(data: bytes) -> int | None:
    """Give where the object begins that shows the lost signature; None where none is.

    Only what stands behind the last end mark was cut: there an object of a signature was begun,
    or a field is filled in by an object that is not in the file.
    """
    start = data.rfind(_END) + len(_END) if _END in data else 0
    objects = [match.start() for match in _BEGIN.finditer(data, start)]
    for begin, end in pairwise([*objects, len(data)]):
        body = data[begin:end]
        if _DICTIONARY.search(body):
            return begin
        value = _VALUE.search(body) if _FIELD.search(body) else None
        if value is not None and not _is_there(data, value[1]):
            return begin
    return None


def _is_there(data: bytes, number: bytes) -> bool:
    return any(match[1] == number for match in _BEGIN.finditer(data))


def hinted_signature(data: bytes) -> int | None:
    """Give where something of a signature stands that no reader makes a signature of."""
    found = _HINT.search(data)
    return None if found is None else found.start()
