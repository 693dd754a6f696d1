"""Where a strict reading and a lenient one of the same PDF part: tables, pages, comments, words."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from verification.readers.pdf_readings.content import judge_content
from verification.readers.pdf_readings.scan import (
    HEAD,
    Fault,
    Scan,
    Thing,
    drawn_numbers,
    scan,
)
from verification.readers.pdf_readings.tokens import Dictionary, Name, Odd, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Syntax that has no business at the start of a comment.
_SYNTAX = re.compile(
    rb"%+[ \t]*+(?:\d+[ \t]+\d+[ \t]+obj\b|(?:endobj|endstream|stream|xref|trailer|startxref)\b"
    rb"|/Type[ \t]*/Page|/(?:Contents|Kids|Parent|Length|Root|Prev|Pages)\b)"
)
_HEADER = re.compile(rb"%(?:!PS-Adobe-\d\.\d )?PDF-\d")
_OFFSET = re.compile(rb"(\d{10}) \d{5} n")
_PARTS = re.compile(rb"obj|stream|<<|>>|/(?:Type|Length|Contents)")
_MARK = re.compile(rb"%%EOF")
#: Names that draw: what is called almost so is a trap, or a slip that some readers forgive.
_DRAWING = (b"Contents", b"Resources")


def faults(data: bytes) -> tuple[tuple[Fault, ...], bool]:
    """Give every fault found, and whether all of the file was read."""
    seen = scan(data)
    found = [
        *seen.faults,
        *_comments(seen),
        *_headers(seen),
        *_nested(seen),
        *_stray(seen),
        *_instead(seen),
        *judge_content(seen),
    ]
    if not seen.cut:
        found += [*_lost(seen), *_tables(seen), *_updates(seen), *_pages(seen), *_tree(seen)]
    return tuple(dict.fromkeys(found)), not seen.cut


def _comments(seen: Scan) -> Iterator[Fault]:
    for start, end in seen.comments:
        if _SYNTAX.match(seen.data, start, min(end, start + 4_000)):
            yield Fault("commented", start, end)


def _headers(seen: Scan) -> Iterator[Fault]:
    """A file begins with its header, once; what an update appends has none (7.5.2)."""
    heads = [span for span in seen.comments if _HEADER.match(seen.data, span[0])]
    first = min((thing.start for thing in seen.things if not thing.packed), default=0)
    if heads and first < heads[0][0]:
        yield Fault("header", first, heads[0][0])
    for start, _ in heads[1:]:
        yield Fault("header", start, start + 8)
    if heads and seen.data[heads[0][0] : heads[0][0] + 5] != b"%PDF-":
        yield Fault("header", *heads[0])


def _lost(seen: Scan) -> Iterator[Fault]:
    """A file says where its objects lie (7.5.4, 7.5.5); without that each program guesses."""
    if not seen.starts or not (seen.tables or _streams_of(seen, b"XRef")):
        yield Fault("unlisted", 0, len(seen.data), "" if seen.starts else "startxref")


def _streams_of(seen: Scan, kind: bytes) -> list[Thing]:
    return [thing for thing in seen.things if thing.dictionary.get(b"Type") == Name(kind)]


def _tables(seen: Scan) -> Iterator[Fault]:
    """An entry leads to the head of its object (7.5.4), and what is drawn has one."""
    drawn = drawn_numbers(seen)
    for table in seen.tables:
        used = [row for row in table.rows if row[3] != "f"]
        wrong = [row for row in used if not _leads(seen, row[0], row[1])]
        other = [row for row in used if row[0] in drawn and _is_other(seen, row)]
        odd = [row for row in used if row[3] != "n"]
        aimed = [row for row in wrong if _leads(seen, None, row[1])]
        # Where hardly an entry is right the table as a whole is useless, and everybody rebuilds it.
        lost = [row for row in wrong if row[0] in drawn and len(wrong) * 2 <= len(used)]
        for row in [*odd, *aimed, *lost, *other][:1]:
            yield Fault("table", table.start, table.start + 4, f"{row[0]} 0 obj")
        if table.missing and table.rows:
            yield Fault("table", table.start, table.start + 4, str(table.missing))
        if not table.rows and table.trailer is not None and not table.trailer.get(b"XRefStm"):
            yield Fault("table", table.start, table.start + 4)
    yield from _unlisted(seen, drawn)


def _unlisted(seen: Scan, drawn: frozenset[int]) -> Iterator[Fault]:
    """What a page draws is in the table and is not free, where there are tables alone."""
    rows = {row[0]: row for table in seen.tables for row in table.rows}
    if _streams_of(seen, b"XRef") or not rows:
        return
    for thing in seen.things:
        row = rows.get(thing.number)
        if thing.number in drawn and (row is None or row[3] == "f"):
            yield Fault("table", thing.start, thing.start + 4, f"{thing.number} 0 obj")


def _leads(seen: Scan, number: int | None, offset: int) -> bool:
    """Tell whether an object, or that object, begins at an offset, counted from the header."""
    for shift in {0, seen.header}:
        at = offset + shift
        found = HEAD.match(seen.data, at) or HEAD.match(seen.data, at + 1)
        if found is not None and number in {None, int(found["number"])}:
            return True
    return False


def _is_other(seen: Scan, row: tuple[int, int, int, str]) -> bool:
    """Tell whether the object at an offset has another generation than the table says."""
    for shift in {0, seen.header}:
        found = HEAD.match(seen.data, row[1] + shift)
        if found is not None and int(found["number"]) == row[0]:
            return int(found["generation"]) != row[2]
    return False


def _updates(seen: Scan) -> Iterator[Fault]:
    """Objects end in a table, a trailer, its place and an end mark (7.5.5, 7.5.6)."""
    places = [place for place, _ in seen.starts]
    marks = [start for start, _ in seen.comments if _MARK.match(seen.data, start)]
    for table, following in zip(seen.tables, [*seen.tables[1:], None], strict=False):
        if table.trailer is None:
            yield Fault("update", table.start, table.start + 4, "trailer")
        end = following.start if following else len(seen.data)
        if not any(table.start < place < end for place in places):
            yield Fault("update", table.start, table.start + 4, "startxref")
    for place, later in zip(places, [*places[1:], len(seen.data)], strict=False):
        if not any(place < mark < later for mark in marks):
            yield Fault("update", place, later, "%%EOF")
    last = max(places, default=len(seen.data))
    behind = [thing for thing in seen.things if not thing.packed and thing.start > last]
    if behind:
        yield Fault("update", behind[0].start, behind[-1].end, "startxref")
    if seen.starts and not _is_found(seen, seen.starts[-1][1]):
        yield Fault("update", last, last + 9, "startxref")


def _is_found(seen: Scan, aimed: int) -> bool:
    """Tell whether the last place given is that of a table; if not, only whether it matters."""
    numbers = [thing.number for thing in seen.things if not thing.packed]
    if len(set(numbers)) == len(numbers):
        return True
    heads = [table.start for table in seen.tables]
    heads += [thing.start for thing in _streams_of(seen, b"XRef")]
    return any(abs(start - aimed - shift) <= 2 for start in heads for shift in {0, seen.header})  # noqa: PLR2004 - a line end


def _pages(seen: Scan) -> Iterator[Fault]:
    """The tree counts its leaves, and each says what it is (7.7.3)."""
    for thing in _current(seen):
        dictionary = thing.dictionary
        if dictionary.get(b"Type") == Name(b"Pages"):
            yield from _node(seen, thing, dictionary)
        if dictionary.get(b"Type") == Name(b"Page") or dictionary.get(b"Contents") is not None:
            yield from _leaf(thing, dictionary)


def _tree(seen: Scan) -> Iterator[Fault]:
    """Below the root of the pages are pages, and no branch grows out of itself."""
    nodes = [one for one in _current(seen) if one.dictionary.get(b"Type") == Name(b"Pages")]
    kids = {one.number: _kids(one) for one in nodes}
    try:
        TopologicalSorter(kids).prepare()
    except CycleError as error:
        first = next(one for one in nodes if one.number in error.args[1])
        yield Fault("pageless", first.start, first.end, f"{first.number} 0 obj")
        return
    # What lies in packed objects may be out of sight: encrypted, or of another filter.
    if nodes and not _streams_of(seen, b"Page") and not _streams_of(seen, b"ObjStm"):
        yield Fault("pageless", nodes[0].start, nodes[0].end, f"{nodes[0].number} 0 obj")


def _kids(node: Thing) -> list[int]:
    kids = node.dictionary.get(b"Kids")
    return (
        [kid.number for kid in kids if isinstance(kid, Reference)] if isinstance(kids, list) else []
    )


def _current(seen: Scan) -> Iterator[Thing]:
    return iter({thing.number: thing for thing in seen.things}.values())


def _node(seen: Scan, thing: Thing, dictionary: Dictionary) -> Iterator[Fault]:
    kids = dictionary.get(b"Kids")
    if not isinstance(kids, list):
        if not isinstance(kids, Reference):
            yield Fault("contents", thing.start, thing.end, "Kids")
        return
    if any(not isinstance(kid, Reference) for kid in kids):
        yield Fault("contents", thing.start, thing.end, "Kids")
    numbers = [kid.number for kid in kids if isinstance(kid, Reference)]
    children = [child for child in map(seen.last, numbers) if child is not None]
    if len(children) < len(numbers) or thing.number in numbers:
        return
    kinds = [child.dictionary.get(b"Type") for child in children]
    for child, kind in zip(children, kinds, strict=True):
        if kind not in (Name(b"Page"), Name(b"Pages")):
            yield Fault("pages", child.start, child.end, "Type")
    counts = [
        seen.number_at(child.dictionary.get(b"Count")) if kind == Name(b"Pages") else 1
        for child, kind in zip(children, kinds, strict=True)
    ]
    if seen.number_at(dictionary.get(b"Count")) != sum(count or 0 for count in counts):
        yield Fault("pages", thing.start, thing.end, "Count")


def _leaf(thing: Thing, dictionary: Dictionary) -> Iterator[Fault]:
    contents = dictionary.get(b"Contents")
    parts = contents if isinstance(contents, list) else [contents]
    if any(isinstance(part, (Odd, int, float)) for part in parts):
        yield Fault("contents", thing.start, thing.end, "Contents")
    for key in dictionary.entries:
        if any(key != name and _is_almost(key, name) for name in _DRAWING):
            yield Fault("key", thing.start, thing.end, key[:40].decode("latin-1"))
    if dictionary.broken:
        yield Fault("contents", thing.start, thing.end)


def _is_almost(key: bytes, name: bytes) -> bool:
    """Tell a key that is a name but for its case, for what is around it, or for one byte."""
    if name.lower() in key.lower():
        return True
    if abs(len(key) - len(name)) > 1:
        return False
    pairs = enumerate(zip(key, name, strict=False))
    ahead = next((at for at, (one, two) in pairs if one != two), min(len(key), len(name)))
    mine, its = key[ahead:], name[ahead:]
    return mine[1:] == its[1:] or mine[1:] == its or mine == its[1:]


def _instead(seen: Scan) -> Iterator[Fault]:
    """Some programs show attached files, or a form of XML, instead of pages (12.3.5, 12.7.8)."""
    for thing in _current(seen):
        one = thing.dictionary
        if one.get(b"Type") == Name(b"Catalog") and _is_there(one.get(b"Collection")):
            yield Fault("portfolio", thing.start, thing.end, "Collection")
        form = one.get(b"AcroForm")
        forms = [one if b"Fields" in one.entries else None, form]
        if any(isinstance(each, Dictionary) and _is_there(each.get(b"XFA")) for each in forms):
            yield Fault("xfa", thing.start, thing.end, "XFA")


def _is_there(value: object) -> bool:
    return isinstance(value, (Reference, Dictionary)) or (isinstance(value, list) and bool(value))


def _nested(seen: Scan) -> Iterator[Fault]:
    """A stream holds a whole file, to whose objects the offsets of this one lead."""
    for thing in seen.things:
        if thing.stream is None or seen.data.find(b"startxref", *thing.stream) < 0:
            continue
        start, end = thing.stream
        inside = seen.data[start:end]
        offsets = (int(row) for row in _OFFSET.findall(inside))
        is_attached = {b"Type", b"Subtype", b"Params"} & set(thing.dictionary.entries)
        if any(start <= at < end and HEAD.match(seen.data, at) for at in offsets) or (
            HEAD.search(inside) and not is_attached
        ):
            yield Fault("nested", start, end, f"{thing.number} 0 obj")


def _stray(seen: Scan) -> Iterator[Fault]:
    """Between the objects stands nothing of which another object could be made."""
    for start, end in seen.stray:
        if _PARTS.search(seen.data, start, end):
            yield Fault("stray", start, end)
