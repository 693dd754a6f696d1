"""Document properties that the signed text shows: no signature covers them, programs fill them in.

A content control bound to a property is filled when Word opens the file (ECMA-376-1, 17.5.2.6);
fields such as ``TITLE`` and ``DOCPROPERTY`` (17.16.5) when Word lays out heads and feet, prints or
updates. The text that was signed holds what they showed then; a property that says something else
now is what a reader will see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from verification.readers.docx_shown import name_of
from verification.readers.opc_package import BODY_BYTES, PackageFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from verification.readers.lxml import Element
    from verification.readers.opc_package import Package

#: Links to the three parts, by the end of their type.
_PARTS = {
    "/core-properties": "core-properties",
    "/extended-properties": "extended-properties",
    "/extendedProperties": "extended-properties",
    "/custom-properties": "",
    "/customProperties": "",
}
#: How Word names these parts as stores of data, and the ends of their namespaces.
_STORES = {
    "{6c3c8bc8-f283-45ae-878a-bab7291924a1}": "core-properties",
    "{6668398d-a668-4e3e-a5eb-62b293d839f1}": "extended-properties",
}
#: Fields that show a property by their own name; those that each saving changes are left out.
_FIELDS = {
    "title": "title",
    "subject": "subject",
    "author": "creator",
    "keywords": "keywords",
    "comments": "description",
}
_NAMED = frozenset({"docproperty", "info"})
_SAVED = (
    "lastsavedby",
    "lastmodifiedby",
    "revnum",
    "revision",
    "revisionnumber",
    "savedate",
    "lastsavedtime",
    "modified",
    "createdate",
    "createtime",
    "created",
    "printdate",
    "lastprinted",
)
_COUNTED = (
    "edittime",
    "totaleditingtime",
    "totaltime",
    "numpages",
    "pages",
    "numwords",
    "words",
    "numchars",
    "characters",
    "characterswithspaces",
    "lines",
    "paragraphs",
    "bytes",
)
_MADE = ("filename", "filesize", "template", "nameofapplication", "application", "appversion")
_VOLATILE = frozenset((*_SAVED, *_COUNTED, *_MADE))
#: Nobody nests fields or controls deeper.
_DEEPEST = 16
_ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")
_MARKS = tuple(
    mark.encode(encoding)
    for mark in ("dataBinding", "fldSimple", "instrText")
    for encoding in _ENCODINGS
)
_LAST_STEP = re.compile(r"([\w.-]+)\s*(?:\[[^\]]*\])?\s*$")
_INSTRUCTION = re.compile(r'\s*(\w+)(?:\s+(?:"([^"]*)"|([^\s\\"]+)))?')
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T|$)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_UNSEEN = frozenset({"del", "instrText", "delText", "moveFrom"})


@dataclass(frozen=True, slots=True)
class _Shown:
    """A property by its key, and the words that were signed in its place."""

    key: str
    words: str


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    words: list[str] = field(default_factory=list)
    #: Its separate mark was met: what follows is shown.
    told: bool = field(default=False)


def shown_otherwise(package: Package, signed: Iterable[str]) -> list[str]:
    """Name each property, as ``part#name``, that says other words than were signed in its place.

    Raises PackageFault where a part that may show one cannot be read.
    """
    showing = [one for key in signed if _may_show(package, key) for one in _places(package, key)]
    if not showing:
        return []
    values = dict(_values(package))
    return list(
        dict.fromkeys(
            f"{part}#{name}"
            for one in showing
            for part, name, value in values.get(one.key, ())
            if not _agree(one.words, value)
        )
    )


def _may_show(package: Package, key: str) -> bool:
    if "word" not in package.type_of(key).lower():
        return False
    content = package.bytes_of(key, BODY_BYTES)
    return any(mark in content for mark in _MARKS)


def _values(package: Package) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """Give for each key every property that may be meant: its part, its name and its value."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in package.relationships(""):
        kind = next((kind for end, kind in _PARTS.items() if one.type.endswith(end)), None)
        if kind is None or one.external or one.target not in package.parts:
            continue
        for element in package.tree(one.target):
            local = element.get("name") or str(element.tag).rpartition("}")[2]
            entry = (package.name_of(one.target), local, "".join(map(str, element.itertext())))
            found.setdefault(local.lower(), []).append(entry)
            if kind:
                found.setdefault(f"{kind}/{local.lower()}", []).append(entry)
    yield from found.items()


def _places(package: Package, key: str) -> Iterator[_Shown]:
    root = package.tree(key, BODY_BYTES)
    for control in (one for one in root.iter("*") if name_of(one) == "sdt"):
        if sum(name_of(above) == "sdt" for above in control.iterancestors()) > _DEEPEST:
            raise PackageFault(key, f"more than {_DEEPEST} controls lie in one another")
        yield from _control(control)
    yield from _fields(root)


def _control(control: Element) -> Iterator[_Shown]:
    parts = {name_of(child): child for child in control}
    options = {name_of(child): child for child in parts.get("sdtPr", ())}
    binding = options.get("dataBinding")
    if binding is None:
        return
    said = {str(name).rpartition("}")[2]: str(value) for name, value in binding.attrib.items()}
    step = _LAST_STEP.search(said.get("xpath", ""))
    stores = {
        store for mark, store in _STORES.items() if mark in said.get("storeItemID", "").lower()
    }
    stores |= {one for one in _STORES.values() if f"/{one}" in said.get("prefixMappings", "")}
    words = "" if "showingPlcHdr" in options else _words(parts.get("sdtContent"))
    if step is not None:
        yield from (_Shown(f"{store}/{step[1].lower()}", words) for store in sorted(stores))


def _fields(root: Element) -> Iterator[_Shown]:
    """Give the properties that fields show, of both forms (17.16.18 and 17.16.19)."""
    open_fields: list[_Field] = []
    for element in root.iter("*"):
        name = name_of(element)
        if name == "fldSimple":
            yield from _meant(_attribute(element, "instr"), _words(element))
        elif name == "fldChar":
            yield from _turn(open_fields, _attribute(element, "fldCharType"))
        elif name == "instrText" and open_fields and not open_fields[-1].told:
            open_fields[-1].instruction += element.text or ""
        elif name == "t":
            for one in open_fields:
                one.words.extend([element.text or ""] if one.told else [])


def _turn(open_fields: list[_Field], kind: str) -> Iterator[_Shown]:
    if kind == "begin":
        if len(open_fields) == _DEEPEST:
            raise PackageFault("word", f"more than {_DEEPEST} fields lie in one another")
        open_fields.append(_Field())
    elif kind == "separate" and open_fields:
        open_fields[-1].told = True
    elif kind == "end" and open_fields:
        done = open_fields.pop()
        yield from _meant(done.instruction, "".join(done.words))


def _meant(instruction: str, words: str) -> Iterator[_Shown]:
    said = _INSTRUCTION.match(instruction)
    if said is None:
        return
    name, argument = said[1].lower(), (said[2] or said[3] or "").strip().lower()
    if name in _NAMED and argument not in _VOLATILE:
        yield _Shown(_FIELDS.get(argument, argument), words)
    elif name in _FIELDS and not argument:
        # With an argument the field sets the property: the argument is signed.
        yield _Shown(_FIELDS[name], words)


def _words(element: Element | None) -> str:
    """Give the words of an element, those left out that are crossed out or codes."""
    lines: list[str] = []
    waiting = [] if element is None else [element]
    while waiting:
        one = waiting.pop()
        name = name_of(one)
        if name == "t":
            lines.append(one.text or "")
        elif name not in _UNSEEN:
            waiting.extend(reversed(one))
    return "".join(lines)


def _agree(words: str, value: str) -> bool:
    """Tell whether the words are the value, in whatever case, format of figures or of a day."""
    plain, wanted = _plain(words), _plain(value)
    return plain == wanted or _same_figure(plain, wanted) or _same_day(words, value)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _same_figure(words: str, value: str) -> bool:
    try:
        figure = Decimal(value)
        shown = Decimal(re.sub(r"[^\d.-]", "", words))
        return round(figure, max(0, -int(shown.as_tuple().exponent))) == shown
    except (InvalidOperation, ValueError, OverflowError):
        return False


def _same_day(words: str, value: str) -> bool:
    """Allow for the day before and after: the zone in which a program shows it is its own."""
    said = _DATE.match(value.strip())
    if said is None:
        return False
    try:
        day = date(int(said[1]), int(said[2]), int(said[3]))
    except ValueError:
        return False
    figures = {int(one) for one in re.findall(r"\d{1,9}", _CLOCK.sub("", words))}
    days = [day] if day.year in {1, 9999} else [day + timedelta(days=n) for n in (-1, 0, 1)]
    return bool(figures) and any(
        figures <= {one.year, one.year % 100, one.month, one.day} for one in days
    )


def _attribute(element: Element, name: str) -> str:
    return next(
        (
            str(value)
            for key, value in element.attrib.items()
            if str(key).rpartition("}")[2] == name
        ),
        "",
    )
