"""Ways through the objects of a PDF as pyHanko gives them, with loops and depth held in check."""

from __future__ import annotations

from collections import deque
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_PAGES = 5_000
MAX_FIELDS = 10_000
#: Trees nest at most this deep in any file that was not made to exhaust a reader.
MAX_DEPTH = 50
#: What a page may inherit from the tree above it.
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class TooManyObjectsError(Exception):
    """The documents are too large to be compared in full."""


class _Leaping(BytesIO):
    """Bytes in which long runs of blanks are passed at once; pyHanko reads them one by one."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.blanks: Mapping[int, int] = {}

    def read(self, size: int | None = -1, /) -> bytes:
        read = super().read(size)
        if size == 1 and read == b" ":
            end = self.blanks.get(self.tell())
            if end is not None:
                self.seek(end)
        return read


class Reader(PdfFileReader):
    """A file in pyHanko's lenient way that also knows which bytes each object was read from."""

    def __init__(self, data: bytes, blanks: Mapping[int, int]) -> None:
        """Open `data`; `blanks` are runs of spaces, from behind their first to their end."""
        self.size = len(data)
        self._places: dict[tuple[int, int], object] = {}
        self._ends: dict[int, int] = {}
        self._references: dict[tuple[int, int], list[tuple[int, int]]] = {}
        stream = _Leaping(data)
        super().__init__(stream, strict=False)
        # Not before: the end of a file is sought backwards.
        stream.blanks = blanks

    def _read_object(self, ref: Any, marker: Any, *args: Any, **kwargs: Any) -> Any:
        value = super()._read_object(ref, marker, *args, **kwargs)
        if isinstance(marker, int):
            self._ends[marker] = self.stream.tell()
        return value

    def place(self, reference: generic.Reference) -> object:
        """Give where an object is written; None where it is nowhere, or must be decrypted first."""
        key = (reference.idnum, reference.generation)
        if key not in self._places:
            self._places[key] = None if self.encrypted else self._find(reference)
        return self._places[key]

    def _find(self, reference: generic.Reference) -> object:
        marker = self.xrefs[reference]
        if not isinstance(marker, ObjStreamRef):
            return marker
        container = self.xrefs[generic.Reference(marker.obj_stream_id, 0, self)]
        return (container, marker.ix_in_stream) if isinstance(container, int) else None

    def end(self, reference: generic.Reference) -> int:
        """Give where the bytes end that an object, or the stream that holds it, was read from."""
        self.get_object(reference)
        marker = self.xrefs[reference]
        if isinstance(marker, ObjStreamRef):
            return self.end(generic.Reference(marker.obj_stream_id, 0, self))
        return self._ends.get(marker, self.size + 1)

    def references(self, reference: generic.Reference) -> list[tuple[int, int]]:
        """Give the numbers and generations of all objects that an object refers to."""
        key = (reference.idnum, reference.generation)
        if key not in self._references:
            self._references[key] = list(dict.fromkeys(_referred(self.get_object(reference))))
        return self._references[key]


def _referred(value: Any) -> Iterator[tuple[int, int]]:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, generic.IndirectObject):
            yield (item.reference.idnum, item.reference.generation)
        elif isinstance(item, generic.DictionaryObject):
            stack.extend(item.raw_get(key) for key in item)
        elif isinstance(item, generic.ArrayObject):
            stack.extend(item.raw_get(index) for index in range(len(item)))


def value_of(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Give an entry with its reference followed, or None."""
    return resolve(raw(dictionary, key))


def resolve(value: Any) -> Any:
    """Follow a reference; anything else is given back."""
    return value.get_object() if isinstance(value, generic.IndirectObject) else value


def raw(dictionary: generic.DictionaryObject, key: str) -> Any:
    """Give an entry as it stands, or None."""
    try:
        return dictionary.raw_get(key)
    except KeyError:
        return None


def dictionary_of(value: Any) -> generic.DictionaryObject:
    """Give the dictionary that is meant, an empty one where it is none."""
    value = resolve(value)
    return value if isinstance(value, generic.DictionaryObject) else generic.DictionaryObject()


def entries(dictionary: generic.DictionaryObject, key: str) -> list[Any]:
    """Give the items of an array that are dictionaries, references not followed."""
    array = value_of(dictionary, key)
    if not isinstance(array, generic.ArrayObject):
        return []
    return [
        item
        for item in (array.raw_get(index) for index in range(len(array)))
        if isinstance(resolve(item), generic.DictionaryObject)
    ]


def number_of(item: Any) -> int | None:
    """Give the object number of a reference."""
    return int(item.reference.idnum) if isinstance(item, generic.IndirectObject) else None


def pages(reader: Reader) -> Iterator[generic.DictionaryObject]:
    """Walk the page tree, each node once."""
    stack = [raw(reader.root, "/Pages")]
    seen: set[object] = set()
    while stack:
        item = stack.pop()
        key = number_of(item) or object()
        node = resolve(item)
        if key in seen or not isinstance(node, generic.DictionaryObject):
            continue
        seen.add(key)
        if len(seen) > MAX_PAGES:
            raise TooManyObjectsError
        if "/Kids" in node:
            stack.extend(reversed(entries(node, "/Kids")))
        else:
            yield node


def inherited(page: generic.DictionaryObject, key: str) -> Any:
    """Give an entry of a page, from the tree above where it may be inherited."""
    node = page
    for _ in range(MAX_DEPTH):
        if key in node:
            return node.raw_get(key)
        parent = value_of(node, "/Parent") if key in INHERITED else None
        if not isinstance(parent, generic.DictionaryObject):
            return None
        node = parent
    return None


def all_fields(
    form: generic.DictionaryObject,
) -> Iterator[tuple[object, generic.DictionaryObject]]:
    """Walk the fields and widgets of a form, each once, with its number (or name) as key."""
    queue = deque(entries(form, "/Fields"))
    seen: set[object] = set()
    while queue:
        item = queue.popleft()
        value = resolve(item)
        key = number_of(item) or field_name(value)
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > MAX_FIELDS:
            raise TooManyObjectsError
        yield key, value
        queue.extend(entries(value, "/Kids"))


def field_entry(value: generic.DictionaryObject, key: str) -> Any:
    """Look an entry up in a field and the fields above it."""
    for _ in range(MAX_DEPTH):
        if key in value:
            return value[key]
        parent = value_of(value, "/Parent")
        if not isinstance(parent, generic.DictionaryObject):
            return None
        value = parent
    return None


def field_name(value: generic.DictionaryObject) -> str:
    """Give the full name; one with full stops in its parts is unlawful and harmless."""
    parts: list[str] = []
    for _ in range(MAX_DEPTH):
        if "/T" in value:
            parts.append(str(value["/T"]))
        parent = value_of(value, "/Parent")
        if not isinstance(parent, generic.DictionaryObject):
            break
        value = parent
    return ".".join(reversed(parts)) or "?"
