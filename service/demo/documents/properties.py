"""The properties of a PDF file, told twice as programs do: Info dictionary and XMP packet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    title: str
    author: str
    #: The program that the text was written with.
    creator: str
    #: The program that made the PDF of it.
    producer: str
    created: datetime
    modified: datetime
    #: When the XMP packet tells another creation time than Info (a careless forger's trace).
    xmp_created: datetime | None = None


def pdf_date(moment: datetime) -> str:
    """Give a date as ISO 32000-1, 7.9.4 writes it; `moment` has a whole number of hours offset."""
    offset = moment.strftime("%z")
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"


def xmp_packet(properties: Properties) -> str:
    """Give the XMP packet (ISO 16684-1) of a document."""
    created = (properties.xmp_created or properties.created).isoformat()
    modified = properties.modified.isoformat()
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
        "<dc:format>application/pdf</dc:format>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(properties.title)}'
        "</rdf:li></rdf:Alt></dc:title>"
        f"<dc:creator><rdf:Seq><rdf:li>{escape(properties.author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<xmp:CreatorTool>{escape(properties.creator)}</xmp:CreatorTool>"
        f"<xmp:CreateDate>{created}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{modified}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{modified}</xmp:MetadataDate>"
        f"<pdf:Producer>{escape(properties.producer)}</pdf:Producer>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="w"?>'
    )
