"""XML with lxml, hardened: no DTD, no entity, no network, a cap on size."""

from __future__ import annotations

from typing import TypeAlias

from lxml import etree

#: What parsing gives, for those who only walk it.
Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml's own name for the type of an element

#: Metadata that is larger than this was not written by an office program.
METADATA_BYTES = 4 * 1024 * 1024


class XmlError(ValueError):
    """XML that is broken, too large, or declares what metadata has no use for."""


#: What XML signatures canonicalise with: algorithm → exclusive, with comments.
_CANONICAL = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}
_XML = "{http://www.w3.org/XML/1998/namespace}"


def parse_xml(data: bytes, most: int = METADATA_BYTES, *, whole: bool = False) -> Element:
    """Parse a small document, `whole` with comments and instructions. Raises XmlError."""
    if len(data) > most:
        raise XmlError(f"{len(data)} bytes of XML, at most {most} are read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=not whole,
        remove_pis=not whole,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError(str(error)) from error
    # A document type is where entities come from; no metadata of ours has one.
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("a document type (DOCTYPE) is declared")
    return root


def canonical(element: Element, algorithm: str) -> bytes:
    """Write an element as XML signatures digest it (Canonical XML 1.0, Exclusive XML 1.0).

    Raises XmlError for an algorithm that is not known, and where an ancestor carries an attribute
    of XML itself, which canonical XML would inherit (2.4) and lxml does not.
    """
    if algorithm not in _CANONICAL:
        raise XmlError(f"canonicalisation {algorithm} is not known")
    exclusive, comments = _CANONICAL[algorithm]
    above = element.getparent()
    while above is not None:
        if not exclusive and any(name.startswith(_XML) for name in map(str, above.attrib)):
            raise XmlError("an ancestor of what is signed carries an xml: attribute")
        above = above.getparent()
    # Written out alone, the element declares every namespace that is in scope where it stood.
    alone = etree.fromstring(
        etree.tostring(element, with_tail=False), etree.XMLParser(resolve_entities=False)
    )
    written: bytes = etree.tostring(
        alone, method="c14n", exclusive=exclusive, with_comments=comments
    )
    return written
