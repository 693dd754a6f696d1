"""XML read in pieces by expat: start, end and text, without a tree, a DTD or an entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from verification.readers.workbook.values import Ambiguous, BookError
from verification.readers.zip import ZipError

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.readers.opc_package import Package

#: Of SpreadsheetML, as Office writes it and in its strict form (ECMA-376 part 1).
SPREADSHEET = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_BRANCHES = "http://schemas.openxmlformats.org/markup-compatibility/2006"
#: What may stand below a list of extensions is another program's, whatever its name.
_EXTENSIONS = "extLst"
#: What decides what a sheet shows, and must not depend on the program that reads it.
_DECIDING = frozenset(
    {"sheet", "definedName", "workbookPr", "calcPr", "sheetData", "row", "c", "f", "v", "is"}
    | {"si", "t", "col", "mergeCell", "cellXfs", "numFmt", "autoFilter"}
)


class Listener(Protocol):
    """What is told of each element, by its name without a namespace.

    Attributes without a prefix go by their names, others by namespace, a blank and the name.
    """

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str, text: str) -> None: ...


def stream(
    package: Package,
    part: str,
    listener: Listener,
    spaces: frozenset[str] | None = SPREADSHEET,
    *,
    aside: Callable[[str, dict[str, str]], None] = lambda _name, _attributes: None,
) -> bool:
    """Read a part's elements of these namespaces, None for all; False where there is no part.

    `aside` is told of elements that are kept from the listener.

    `end` is given the text since the last start or end. Raises BookError, and what `listener`
    raises but Ambiguous.
    """
    member = package.parts.get(part)
    if member is None:
        return False
    parser = _Parser(part, listener, spaces, aside).expat
    try:
        for chunk in package.archive.chunks(member):
            parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
        parser.Parse(b"", True)  # noqa: FBT003
    except (ZipError, expat.ExpatError, LookupError, Ambiguous) as error:
        raise BookError(part, str(error)) from error
    return True


class _Parser:
    """Keeps from a listener what is not of its namespaces, with all that is in it."""

    def __init__(
        self,
        part: str,
        listener: Listener,
        spaces: frozenset[str] | None,
        aside: Callable[[str, dict[str, str]], None],
    ) -> None:
        self._part, self._listener, self._spaces, self._aside = part, listener, spaces, aside
        self._texts: list[str] = []
        #: How deep in what is kept away, and in branches of which a program reads one.
        self._away = self._branches = 0
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._texts.append
        self.expat.StartDoctypeDeclHandler = self._refuse
        self.expat.EntityDeclHandler = self._refuse

    def _start(self, whole: str, attributes: dict[str, str]) -> None:
        self._texts.clear()
        space, _, name = whole.rpartition(" ")
        if self._away or self._is_foreign(space, name):
            self._away += 1
            self._aside(name, attributes)
        elif space == _BRANCHES:
            self._branches += 1
        else:
            if self._branches and name in _DECIDING:
                raise BookError(self._part, f"programs read different elements here: {name}")
            self._listener.start(name, attributes)

    def _is_foreign(self, space: str, name: str) -> bool:
        if self._spaces is None or space == _BRANCHES:
            return False
        return space not in self._spaces or name == _EXTENSIONS

    def _end(self, whole: str) -> None:
        text = "".join(self._texts)
        self._texts.clear()
        space, _, name = whole.rpartition(" ")
        if self._away:
            self._away -= 1
        elif space == _BRANCHES:
            self._branches -= 1
        else:
            self._listener.end(name, text)

    def _refuse(self, *_: object) -> None:
        raise BookError(self._part, "a document type (DOCTYPE) is declared")
