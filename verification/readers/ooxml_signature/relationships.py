"""The relationships transform (ECMA-376-2, 10.6.11): which relationships a signature covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.readers.lxml import Element
    from verification.readers.opc_package import Relationship

ALGORITHM = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The ids and the types of relationships that one reference signs."""

    ids: frozenset[str]
    types: frozenset[str]

    def covers(self, relationship: Relationship) -> bool:
        return relationship.id in self.ids or relationship.type in self.types


def read_selection(transform: Element) -> Selection:
    """Read what a transform selects."""
    return Selection(
        ids=frozenset(
            child.get("SourceId", "")
            for child in transform
            if str(child.tag).endswith("}RelationshipReference")
        ),
        types=frozenset(
            child.get("SourceType", "")
            for child in transform
            if str(child.tag).endswith("}RelationshipsGroupReference")
        ),
    )


def transformed(relationships: Sequence[Relationship], selection: Selection) -> bytes:
    """Give the selected relationships as the standard writes them, already canonical.

    Sorted by id, without white space between them, TargetMode always stated; attributes come in
    canonical order, which for these four is the order of their names.
    """
    chosen = sorted((one for one in relationships if selection.covers(one)), key=lambda r: r.id)
    inside = "".join(_written(one.element) for one in chosen)
    return f'<Relationships xmlns="{_NAMESPACE}">{inside}</Relationships>'.encode()


def _written(element: Element) -> str:
    attributes = {"TargetMode": "Internal", **{str(k): str(v) for k, v in element.attrib.items()}}
    pairs = "".join(f' {name}="{_escape(attributes[name])}"' for name in sorted(attributes))
    return f"<Relationship{pairs}></Relationship>"


def _escape(value: str) -> str:
    """Escape an attribute's value in the way of Canonical XML 1.0, 2.3."""
    text = escape(value, {'"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})
    # `escape` also escapes ">", which canonical XML leaves in attributes.
    return text.replace("&gt;", ">")
