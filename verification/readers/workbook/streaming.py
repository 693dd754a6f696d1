"""XML read in pieces by expat: start, end and text, without a tree, a DTD or an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from verification.readers.workbook.values import BookError
from verification.readers.zip import ZipError

if TYPE_CHECKING:
    from verification.readers.zip import Archive


class Listener(Protocol):
    """What is told of each element, by its name without a prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str, text: str) -> None: ...


def stream(archive: Archive, part: str, listener: Listener) -> bool:
    """Read a part; False where there is none. Raises BookError, and what `listener` raises.

    `end` is given the text since the last start or end.
    """
    member = archive.find(part)
    if member is None:
        return False
    parser = _parser(part, listener)
    try:
        for chunk in archive.chunks(member):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
        parser.Parse(b"", True)  # noqa: FBT003
    except (ZipError, expat.ExpatError, LookupError) as error:
        raise BookError(part, str(error)) from error
    return True


def _parser(part: str, listener: Listener) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    texts: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        texts.clear()
        listener.start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        text = "".join(texts)
        texts.clear()
        listener.end(name.rpartition(":")[2], text)

    def refuse(*_: object) -> None:
        raise BookError(part, "a document type (DOCTYPE) is declared")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser
