"""What a file says of itself beside its content, and says otherwise since it was signed.

Document information and XMP hang on no page: rewriting them is lawful (signing tools do it), and no
signature from before speaks for what they say now. So it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic

from verification.readers.pyhanko.differences import Part
from verification.readers.pyhanko.objects import dictionary_of, value_of
from verification.values import Text

if TYPE_CHECKING:
    from verification.readers.pyhanko.objects import Reader

#: So many entries are named; who adds a hundred of his own is told of by these.
MOST_NAMED = 6
MOST_LETTERS = 30


def said_otherwise(old: Reader, new: Reader) -> list[Part]:
    """Name what is new, other or gone in document information and XMP."""
    before, after = _information(old), _information(new)
    keys = sorted({*before, *after})
    altered = [key for key in keys if _text(before, key) != _text(after, key)]
    found = []
    if altered:
        named = [key[:MOST_LETTERS] for key in altered[:MOST_NAMED]]
        more = ["…"] if len(altered) > MOST_NAMED else []
        text = Text(
            zh=f"文档信息 {'、'.join([*named, *more])}",
            en=f"document information {', '.join([*named, *more])}",
        )
        found.append(Part("added", text))
    if _stream(old) != _stream(new):
        found.append(Part("added", Text(zh="文档元数据（XMP）", en="metadata (XMP)")))
    return found


def _information(reader: Reader) -> generic.DictionaryObject:
    try:
        return dictionary_of(reader.trailer.raw_get("/Info"))
    except KeyError:
        return generic.DictionaryObject()


def _text(dictionary: generic.DictionaryObject, key: str) -> object:
    value = value_of(dictionary, key)
    strings = (generic.TextStringObject, generic.ByteStringObject)
    return value.original_bytes if isinstance(value, strings) else str(value)


def _stream(reader: Reader) -> bytes | None:
    value = value_of(reader.root, "/Metadata")
    return bytes(value.encoded_data) if isinstance(value, generic.StreamObject) else None
