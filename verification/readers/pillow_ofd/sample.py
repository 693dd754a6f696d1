"""A small page of our own with text, a line and a picture: fonts and decoders load on first use."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

_SPACE = 'xmlns:o="http://www.ofdspec.org/2016"'
_PARTS = {
    "OFD.xml": f"<o:OFD {_SPACE}><o:DocBody><o:DocRoot>D.xml</o:DocRoot></o:DocBody></o:OFD>",
    "D.xml": (
        f"<o:Document {_SPACE}><o:CommonData><o:PublicRes>R.xml</o:PublicRes></o:CommonData>"
        '<o:Pages><o:Page ID="1" BaseLoc="P.xml"/></o:Pages></o:Document>'
    ),
    "R.xml": (
        f'<o:Res {_SPACE}><o:MultiMedias><o:MultiMedia ID="2" Type="Image">'
        "<o:MediaFile>a.png</o:MediaFile></o:MultiMedia></o:MultiMedias></o:Res>"
    ),
    "P.xml": (
        f"<o:Page {_SPACE}><o:Content><o:Layer>"
        '<o:TextObject Boundary="9 9 90 9" Size="9"><o:TextCode X="0" Y="9" DeltaX="9">A章'
        '</o:TextCode></o:TextObject><o:TextObject Boundary="9 99 9 9" Size="9" CTM="1 1 -1 1 0 0">'
        '<o:TextCode X="0" Y="9">章</o:TextCode></o:TextObject>'
        '<o:PathObject Boundary="9 50 9 9" Fill="true">'
        "<o:AbbreviatedData>S 0 0 M 0 0 L 9 0 L 9 9 C</o:AbbreviatedData></o:PathObject>"
        '<o:ImageObject Boundary="9 70 9 9" ResourceID="2"/></o:Layer></o:Content></o:Page>'
    ),
}


def sample() -> bytes:
    """Give an OFD of one page."""
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name), content)
        archive.writestr(zipfile.ZipInfo("a.png"), picture.getvalue())
    return stream.getvalue()
