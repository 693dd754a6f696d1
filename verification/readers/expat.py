"""The first elements of an XML document by expat, without a tree, a DTD or an entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

#: More elements than any list of content types or relations that a program wrote.
MOST_ELEMENTS = 20_000


class MarkupError(ValueError):
    """XML that is broken or declares a document type, which is where entities come from."""


class DoctypeError(MarkupError):
    """XML that declares a document type."""


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag: the name without its prefix, attributes as written."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)


class _Enough(Exception):
    """As many elements as were asked for have been seen."""


def read_elements(document: bytes, most: int = MOST_ELEMENTS) -> list[Element]:
    """Give the start tags in their order, at most `most`. Raises MarkupError.

    What stood before a mistake is lost: a document is read well or not at all.
    """
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append(Element(name.rpartition(":")[2], attributes))
        if len(found) >= most:
            raise _Enough

    def refuse(*_: object) -> None:
        raise DoctypeError("a document type (DOCTYPE) is declared")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat's own signature
    except _Enough:
        pass
    except DoctypeError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise MarkupError(str(error)) from error
    return found
