"""OFDs made and sealed for the tests at run time: honest ones and attacked ones."""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tests.verification import national as gm
from verification import sm2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Parts = dict[str, bytes]


def picture(colour: str = "red", side: int = 64) -> bytes:
    """Give a round seal as a PNG with a clear background."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((2, 2, side - 3, side - 3), outline=colour, width=4)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def text_object(number: int, text: str, box: str = "20 20 100 10") -> str:
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="5" Size="6">'
        f'<ofd:TextCode X="0" Y="6" DeltaX="g {max(1, len(text) - 1)} 6">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def page_xml(*objects: str, extra: str = "") -> bytes:
    """Give a page; `extra` stands before its content."""
    return (
        f"<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:Area>"
        f'{extra}<ofd:Content><ofd:Layer ID="100">{"".join(objects)}</ofd:Layer></ofd:Content>'
        "</ofd:Page>"
    ).encode()


def document_xml(pages: Iterable[int] = (0,), *, extra: str = "", common: str = "") -> bytes:
    listed = "".join(
        f'<ofd:Page ID="{number + 1}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in pages
    )
    return (
        f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f"{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{extra}</ofd:Document>"
    ).encode()


def root_xml(*folders: str) -> bytes:
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>{folder}/Document.xml</ofd:DocRoot>"
        f"<ofd:Signatures>/{folder}/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>"
        for folder in folders or ("Doc_0",)
    )
    return f'<ofd:OFD {SPACE} DocType="OFD" Version="1.1">{bodies}</ofd:OFD>'.encode()


_RESOURCES = (
    f'<ofd:Res {SPACE} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="5" FontName="宋体"/></ofd:Fonts>'
    '<ofd:MultiMedias><ofd:MultiMedia ID="6" Type="Image"><ofd:MediaFile>logo.png</ofd:MediaFile>'
    "</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
).encode()


def plain(folder: str = "Doc_0", *, pages: int = 1) -> Parts:
    """Give the parts of an unsealed document."""
    parts = {
        "OFD.xml": root_xml(folder),
        f"{folder}/Document.xml": document_xml(range(pages)),
        f"{folder}/PublicRes.xml": _RESOURCES,
        f"{folder}/Res/logo.png": picture("blue"),
    }
    for number in range(pages):
        text = text_object(10, f"合同金额：100,000 元 第 {number + 1} 页")
        parts[f"{folder}/Pages/Page_{number}/Content.xml"] = page_xml(text)
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a seal is made of; `holders` None is the signer alone."""

    version: int = 4
    name: str = "甲公司合同专用章"
    maker: gm.Holder = field(default_factory=lambda: gm.holder("制章中心"))
    holders: tuple[bytes, ...] | None = None
    by_digest: bool = False
    begin: datetime = gm.BEGIN
    end: datetime = gm.END
    image: bytes = field(default_factory=picture)
    forged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How a document is sealed."""

    #: v4, v1, message, bare
    form: str = "v4"
    who: gm.Holder = field(default_factory=gm.holder)
    seal: Seal = field(default_factory=Seal)
    time: datetime = gm.SEALED
    #: As Signature.xml states it; None takes over `time`.
    written: str | None = None
    method: str = "1.2.156.10197.1.401"
    digest: str = "sm3"
    #: Parts to cover; None covers all that there are.
    cover: tuple[str, ...] | None = None
    raw_value: bool = False
    without_z: bool = False
    imprint_only: bool = False
    stamp: bool | str = False
    stamps: str = '<ofd:StampAnnot ID="1" PageRef="1" Boundary="150 90 40 40"/>'
    separate_seal: bool = False
    #: Arguments of `national.message`.
    message: Mapping[str, object] = field(default_factory=dict)


def make_seal(seal: Seal, who: gm.Holder) -> bytes:
    """Give SESeal in DER."""
    late = seal.version == 4
    when = gm.generalized if late else gm.utc
    holders = seal.holders if seal.holders is not None else (who.der,)
    if seal.by_digest:
        listed = gm.seq(*(gm.seq(gm.tlv(0x13, b"SM3"), gm.octets(sm2.sm3(der))) for der in holders))
    else:
        listed = gm.seq(*map(gm.octets, holders))
    properties = gm.seq(
        gm.integer(1),
        gm.utf8(seal.name),
        *([gm.integer(2 if seal.by_digest else 1)] if late else []),
        listed,
        *map(when, (seal.begin, seal.begin, seal.end)),
    )
    image = gm.seq(gm.ia5("png"), gm.octets(seal.image), gm.integer(40), gm.integer(40))
    header = gm.seq(gm.ia5("ES"), gm.integer(seal.version), gm.ia5("test"))
    info = gm.seq(header, gm.ia5("0001"), properties, image)
    maker, algorithm = gm.octets(seal.maker.der), gm.oid(seal.maker.pair.algorithm)
    signed = info if late else gm.seq(info, maker, algorithm)
    value = gm.bits(seal.maker.pair.sign(b"other" if seal.forged else signed))
    return (
        gm.seq(info, maker, algorithm, value)
        if late
        else gm.seq(info, gm.seq(maker, algorithm, value))
    )


def seal_up(parts: Parts, how: Sealing | None = None, *, number: int = 0) -> Parts:
    """Give the parts with one more signature on the document."""
    how = how or Sealing()
    folder = f"Doc_0/Signs/Sign_{number}"
    sealed = {**parts, "Doc_0/Signs/Signatures.xml": _list(number)}
    seal = make_seal(how.seal, how.who)
    if how.separate_seal:
        sealed[f"{folder}/Seal.esl"] = seal
    covered = how.cover if how.cover is not None else tuple(sealed)
    xml = _signature_xml(sealed, how, folder, covered)
    sealed[f"{folder}/Signature.xml"] = xml
    sealed[f"{folder}/SignedValue.dat"] = _value(xml, how, seal, f"/{folder}/Signature.xml")
    return sealed


def package(parts: Mapping[str, bytes], *more: tuple[str, bytes]) -> bytes:
    """Put parts into a ZIP; `more` may repeat names."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        warnings.catch_warnings(action="ignore"),  # a name twice is what some tests are about
    ):
        for name, content in (*parts.items(), *more):
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return stream.getvalue()


def sealed(how: Sealing | None = None, *, pages: int = 1) -> bytes:
    """Give an OFD that was sealed."""
    return package(seal_up(plain(pages=pages), how))


def changed(parts: Parts, part: str, old: str, new: str) -> Parts:
    """Replace some text in a part, which must hold it."""
    assert old.encode() in parts[part]
    return {**parts, part: parts[part].replace(old.encode(), new.encode())}


def _list(number: int) -> bytes:
    listed = "".join(
        f'<ofd:Signature ID="{each + 1}" Type="Seal" BaseLoc="Sign_{each}/Signature.xml"/>'
        for each in range(number + 1)
    )
    return (
        f"<ofd:Signatures {SPACE}><ofd:MaxSignId>{number + 1}</ofd:MaxSignId>{listed}"
        "</ofd:Signatures>"
    ).encode()


def digest(name: str, content: bytes, who: gm.Holder) -> bytes:
    """Digest for a reference; `z` is SM3 with Z of the signer in front."""
    if name == "z":
        assert isinstance(who.pair, gm.Sm2Pair)
        return who.pair.public.digest(content)
    if name == "crc32":
        return zlib.crc32(content).to_bytes(4)
    if name == "sm3":
        return sm2.sm3(content)
    return hashlib.new(name, content).digest()


def _signature_xml(parts: Parts, how: Sealing, folder: str, covered: tuple[str, ...]) -> bytes:
    references = "".join(
        f'<ofd:Reference FileRef="/{part}"><ofd:CheckValue>'
        f"{base64.b64encode(digest(how.digest, parts[part], how.who)).decode()}"
        "</ofd:CheckValue></ofd:Reference>"
        for part in covered
    )
    written = how.written if how.written is not None else how.time.strftime("%Y%m%d%H%M%SZ")
    seal = f"<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Signature {SPACE}><ofd:SignedInfo>'
        '<ofd:Provider ProviderName="test" Version="1.0" Company="test"/>'
        f"<ofd:SignatureMethod>{how.who.pair.algorithm}</ofd:SignatureMethod>"
        f"<ofd:SignatureDateTime>{written}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{how.method}">{references}</ofd:References>'
        f"{how.stamps}{seal if how.separate_seal else ''}</ofd:SignedInfo>"
        f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def _value(xml: bytes, how: Sealing, seal: bytes, path: str) -> bytes:
    keys = how.who.pair
    if how.form == "message":
        content = sm2.sm3(xml) if how.message.get("of_digest") else xml
        options = {key: value for key, value in how.message.items() if key != "of_digest"}
        return gm.message(content, how.who, **options)  # type: ignore[arg-type]  # the tests' own
    if how.form == "bare":
        return keys.sign_raw(xml) if isinstance(keys, gm.Sm2Pair) else keys.sign(xml)
    late = how.form == "v4"
    is_sm2 = isinstance(keys, gm.Sm2Pair)
    imprint = sm2.sm3(xml) if is_sm2 else digest("sha256", xml, how.who)
    if how.imprint_only and isinstance(keys, gm.Sm2Pair):
        imprint = keys.public.digest(xml)
    own = (gm.octets(how.who.der), gm.oid(keys.algorithm))
    text = how.time.isoformat().replace("+00:00", "Z").encode()
    signed = gm.seq(
        gm.integer(4 if late else 1),
        seal,
        gm.generalized(how.time) if late else gm.bits(text),
        gm.bits(imprint),
        gm.ia5(path),
        *(() if late else own),
    )
    value = _sign(signed, imprint, how)
    stamp = _stamp(how, value)
    return gm.seq(signed, *(own if late else ()), gm.bits(value), *stamp)


def _sign(signed: bytes, imprint: bytes, how: Sealing) -> bytes:
    keys = how.who.pair
    if not isinstance(keys, gm.Sm2Pair):
        return keys.sign(signed)
    if how.imprint_only:
        return gm.seq(*map(gm.integer, keys.numbers(imprint)))
    if how.without_z:
        return keys.sign_without_z(signed)
    return keys.sign_raw(signed) if how.raw_value else keys.sign(signed)


def _stamp(how: Sealing, value: bytes) -> list[bytes]:
    if not how.stamp:
        return []
    issuer = how.stamp if isinstance(how.stamp, str) else "国密测试根"
    token = gm.time_stamp(b"another" if issuer == "copied" else value)
    if issuer not in {"copied", "国密测试根"}:
        token = gm.time_stamp(value, issuer=issuer)
    return [gm.tlv(0xA0, gm.bits(token))]
