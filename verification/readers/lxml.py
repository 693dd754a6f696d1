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


def parse_xml(data: bytes, most: int = METADATA_BYTES) -> Element:
    """Parse a small document. Raises XmlError."""
    if len(data) > most:
        raise XmlError(f"{len(data)} bytes of XML, at most {most} are read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError(str(error)) from error
    # A document type is where entities come from; no metadata of ours has one.
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("a document type (DOCTYPE) is declared")
    return root
