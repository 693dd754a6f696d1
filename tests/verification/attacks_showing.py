"""Attacks on what is shown: shadows, evil annotations, sneaky signatures, silent updates.

Mainka, Mladenov, Rohlmann: Shadow Attacks, NDSS 2021; Rohlmann, Mladenov, Mainka, Schwenk:
Breaking the Specification: PDF Certification, S&P 2021.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pymupdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests.verification import forging as forge
from tests.verification import signing as made
from tests.verification import updates as write
from tests.verification.updates import FORGED, Shape, stream, update

if TYPE_CHECKING:
    from collections.abc import Callable

#: Covers the price.
PRICE = pymupdf.Rect(30, 40, 220, 70)
_WHITE = (1, 1, 1)


# Shadows: prepared before signing, sprung afterwards


def revealed_layer() -> bytes:
    """Hide: a layer that was switched off when it was signed is switched on."""
    document = pymupdf.open(stream=made.plain(), filetype="pdf")
    layer = document.add_ocg("draft", on=False)
    document[0].insert_text((40, 120), "Price: 1", fontsize=16, oc=layer)
    signed = made.sign(document.tobytes())
    return made.by_mupdf(signed, lambda page: page.parent.set_layer(-1, on=[layer]))


def swapped_by_table() -> bytes:
    """Hide and replace: a table alone points a number at content that was there all along."""
    plain = made.plain()
    hidden = update(plain, {801: stream(FORGED)})
    signed = made.sign(hidden)
    place = signed.index(b"801 0 obj")
    # The number in the head must be the one that the table gives.
    renamed = made.plain()
    body = renamed + b"6 0 obj\n" + stream(FORGED) + b"\nendobj\n"
    prepared = write.finish(renamed, body, {})
    signed = made.sign(prepared)
    place = signed.index(b"6 0 obj", len(renamed))
    return write.finish(signed, signed, {6: place})


def swapped_root() -> bytes:
    """Hide and replace: the trailer names the second catalogue that was signed along."""
    plain = made.plain()
    page = b"<</Type/Page/MediaBox[0 0 300 300]/Resources 3 0 R/Parent 811 0 R/Contents 812 0 R>>"
    prepared = update(
        plain,
        {
            810: b"<</Type/Catalog/Pages 811 0 R>>",
            811: b"<</Type/Pages/Kids[813 0 R]/Count 1>>",
            812: stream(FORGED),
            813: page,
        },
    )
    signed = made.sign(prepared)
    return update(signed, {820: b"null"}, Shape(root=810))


def revalued_field(permission: MDPPerm | None) -> Callable[[], bytes]:
    """Replace: a field that was laid over the contract gets another value."""
    return lambda: made.filled(made.sign(made.plain(form=True), permission=permission), "1")


def appearances_wanted() -> bytes:
    """Replace: the field's value was not what was shown, now viewers are told to draw it."""
    document = pymupdf.open(stream=made.plain(form=True), filetype="pdf")
    number = next(document[0].widgets()).xref
    document.xref_set_key(number, "V", "(Price: 1)")
    signed = made.sign(document.tobytes())

    def ask(page: Any) -> None:
        catalogue = page.parent.pdf_catalog()
        page.parent.xref_set_key(catalogue, "AcroForm/NeedAppearances", "true")

    return made.by_mupdf(signed, ask)


def covering_field() -> bytes:
    """Replace: a clear field over the price is filled with a white picture."""
    document = pymupdf.open(stream=made.plain(), filetype="pdf")
    widget = pymupdf.Widget()
    widget.field_name, widget.field_type = "note", pymupdf.mupdf.PDF_WIDGET_TYPE_TEXT
    widget.rect = PRICE
    document[0].add_widget(widget)
    signed = made.sign(document.tobytes(), permission=MDPPerm.FILL_FORMS)

    def fill(page: Any) -> None:
        field = next(w for w in page.widgets() if w.field_name == "note")
        field.fill_color, field.field_value = _WHITE, "Price: 1"
        field.update()

    return made.by_mupdf(signed, fill)


SHADOWS: dict[str, Callable[[], bytes]] = {
    "hide: overlay taken away": lambda: forge.without_overlay(
        made.sign(forge.with_overlay(made.plain()))
    ),
    "hide: layer switched on": revealed_layer,
    "replace: font encoding": lambda: forge.with_other_font(made.sign(made.plain())),
    "replace: field value, nothing permitted": revalued_field(MDPPerm.NO_CHANGES),
    "replace: field value, nothing said": revalued_field(None),
    "replace: appearances to be drawn anew": appearances_wanted,
    "replace: a clear field filled with white": covering_field,
    "hide and replace: table alone": swapped_by_table,
    "hide and replace: another catalogue": swapped_root,
}


# Evil annotations


@cache
def certified(level: MDPPerm | None) -> bytes:
    return made.sign(made.plain(), permission=level)


def _free_text(page: Any) -> None:
    page.add_freetext_annot(PRICE, "Price: 1", fontsize=16, fill_color=_WHITE)


def _free_text_aside(page: Any) -> None:
    page.add_freetext_annot(pymupdf.Rect(40, 150, 280, 180), "and not a cent more", fontsize=16)


def _stamp(page: Any) -> None:
    picture = pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 90, 15))
    picture.clear_with(255)
    page.add_stamp_annot(PRICE, stamp=picture.tobytes("png"))


def _redact(page: Any) -> None:
    page.add_redact_annot(PRICE, text="Price: 1", fill=_WHITE)


def _square(page: Any) -> None:
    annotation = page.add_rect_annot(PRICE)
    annotation.set_colors(stroke=_WHITE, fill=_WHITE)
    annotation.update()


def _ink(page: Any) -> None:
    annotation = page.add_ink_annot([[(40, 55), (200, 55)]])
    annotation.set_border(width=20)
    annotation.set_colors(stroke=_WHITE)
    annotation.update()


def _line(page: Any) -> None:
    annotation = page.add_line_annot((40, 55), (200, 55))
    annotation.set_border(width=20)
    annotation.set_colors(stroke=_WHITE)
    annotation.update()


def _file(page: Any) -> None:
    page.add_file_annot((50, 55), b"Price: 1", "price.txt")


def _link(page: Any) -> None:
    page.insert_link({"kind": pymupdf.LINK_URI, "from": PRICE, "uri": "https://example.com"})


ANNOTATIONS: dict[str, Callable[[Any], None]] = {
    "FreeText": _free_text,
    "FreeText beside": _free_text_aside,
    "Stamp": _stamp,
    "Redact": _redact,
    "Square": _square,
    "Ink": _ink,
    "Line": _line,
    "StrikeOut": lambda page: page.add_strikeout_annot(PRICE),
    "Highlight": lambda page: page.add_highlight_annot(PRICE),
    "Text": lambda page: page.add_text_annot((50, 55), "it is 1"),
    "FileAttachment": _file,
    "Link": _link,
}
LEVELS: dict[str, MDPPerm | None] = {
    "approved": None,
    "P1": MDPPerm.NO_CHANGES,
    "P2": MDPPerm.FILL_FORMS,
    "P3": MDPPerm.ANNOTATE,
}


def annotated(level: MDPPerm | None, add: Callable[[Any], None]) -> Callable[[], bytes]:
    return lambda: made.by_mupdf(certified(level), add)


EVIL_ANNOTATIONS: dict[str, Callable[[], bytes]] = {
    f"{level}: {name}": annotated(permission, add)
    for level, permission in LEVELS.items()
    for name, add in ANNOTATIONS.items()
}


# Sneaky signatures


def signed_over(
    box: tuple[int, int, int, int], level: MDPPerm | None = None
) -> Callable[[], bytes]:
    """Let somebody unknown sign with an opaque picture over `box`."""
    return lambda: made.sign(
        certified(level),
        made.person("Eve", issuer="Evil CA"),
        field="Sig2",
        box=box,
        style=forge.covering(),
    )


def unsigned_over(
    level: MDPPerm | None = None, box: tuple[int, int, int, int] = (30, 230, 250, 260)
) -> bytes:
    """Add an empty signature field that is drawn, over the price if nothing is said."""
    pdf = made.with_empty_field(certified(level), box=box)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    field = writer.root["/AcroForm"]["/Fields"][-1]
    looks = generic.StreamObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): generic.ArrayObject(
                generic.NumberObject(edge) for edge in (0, 0, 220, 30)
            ),
        },
        stream_data=b"1 1 1 rg 0 0 220 30 re f",
    )
    field["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(looks)})
    writer.update_container(field)
    return made.written(writer)


def with_action(pdf: bytes) -> bytes:
    """Add a signature field that runs a script."""
    pdf = made.with_empty_field(pdf)
    number = write.number_of(pdf, b"(Later)")
    body = write.body_of(pdf, number)
    script = b"/A<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    return write.update(pdf, {number: body.removesuffix(b">>") + script})


SNEAKY: dict[str, Callable[[], bytes]] = {
    "signed over the price": signed_over((30, 230, 250, 260)),
    "signed over a digit": signed_over((88, 236, 100, 256)),
    "signed over the price, P2": signed_over((30, 230, 250, 260), MDPPerm.FILL_FORMS),
    "signed beside, by nobody known": signed_over((30, 100, 250, 130)),
    "an empty field drawn over the price": unsigned_over,
    "an empty field drawn over the price, P2": lambda: unsigned_over(MDPPerm.FILL_FORMS),
    "a field with a script": lambda: with_action(made.sign(made.plain())),
}


# Lawful, or without an effect: none of these is an attack


def _turned() -> bytes:
    with pymupdf.open(stream=made.plain(), filetype="pdf") as document:
        document[0].set_rotation(90)
        return bytes(document.tobytes())


QUIET: dict[str, Callable[[], bytes]] = {
    "nothing appended": lambda: made.sign(made.plain()),
    "a line end": lambda: made.sign(made.plain()) + b"\r\n",
    "an empty update": lambda: update(made.sign(made.plain()), {}),
    "an object that nothing refers to": lambda: update(made.sign(made.plain()), {900: b"null"}),
    "validation data": lambda: made.with_validation_data(made.sign(made.plain())),
    "an empty signature field": lambda: made.with_empty_field(made.sign(made.plain())),
    "signed again, invisibly": lambda: made.sign(
        made.sign(made.plain()), made.person("李雷"), field="Sig2"
    ),
    "signed again, visibly, beside": lambda: made.sign(
        made.sign(made.plain()), made.person("李雷"), field="Sig2", box=(180, 10, 290, 60)
    ),
    "signed again, by a stamp whose letters its edge cuts": lambda: made.sign(
        made.sign(made.plain()), made.person("李雷"), field="Sig2", box=(30, 100, 250, 130)
    ),
    "signed again on a turned page": lambda: made.sign(
        made.sign(_turned()), made.person("Li Lei"), field="Sig2", box=(180, 10, 290, 60)
    ),
    "signed again after certification P2": lambda: made.sign(
        certified(MDPPerm.FILL_FORMS), made.person("李雷"), field="Sig2", box=(180, 10, 290, 60)
    ),
    "a form filled in as permitted": lambda: made.filled(
        made.sign(made.plain(form=True), permission=MDPPerm.FILL_FORMS)
    ),
    "signed before by the same": lambda: made.sign(
        made.sign(made.plain()), field="Sig2", stamper=made.stamper()
    ),
}
