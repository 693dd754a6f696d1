"""Ways through the objects of a PDF as pyHanko gives them, with loops and depth held in check."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyhanko.pdf_utils.reader import PdfFileReader

MAX_PAGES = 5_000
MAX_FIELDS = 10_000
#: Trees nest at most this deep in any file that was not made to exhaust a reader.
MAX_DEPTH = 50
#: What a page may inherit from the tree above it.
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


class TooManyObjectsError(Exception):
    """The documents are too large to be compared in full."""


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


def pages(reader: PdfFileReader) -> Iterator[generic.DictionaryObject]:
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
