"""What a deliverable must hold, beyond its format, its age and who signed it by certificate.

Each part is asked for by a requirement; None: not asked. Whatever is seen on a page is judged by
a check that says INDETERMINATE where it is not sure, and never FAILED by a picture alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSignature:
    """A signature by hand on a page."""

    #: Words of which one must stand near it (a label, a title, the name); empty: anywhere.
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeal:
    """A seal on a page."""

    #: Whose it must be, for those who know the customer: they fill in `holder`.
    of: Literal["anybody", "customer"] = "anybody"
    #: The name its ring must state; None: any.
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A workbook whose figures must be what its formulas give."""

    #: Labels of which each must stand beside a figure, e.g. ``投资回收期``.
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """A registered version of a template, by what a renamed copy keeps."""

    #: As people call it, e.g. ``2026``.
    version: str
    #: Structure fingerprints of the version's workbook, lower-case hexadecimal.
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSheet:
    """A cost sheet made with the version of the template that is in force."""

    #: The version that must be used; the customer's own templates are `known`.
    version: str
    known: tuple[TemplateVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A supplier's quote; several of one requirement are held against each other."""

    #: Days for which it must still be valid when handed in.
    valid_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An approval letter: to whom, about what, deciding what, signed by whom."""

    addressee: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    #: Words of which one must stand there, e.g. ``同意``, ``approve``.
    decision: tuple[str, ...] = ()
    signer_title: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A film that shows something happening, from beginning to end."""

    #: A clock must be burnt into its pictures, and run as the film does.
    clock: bool = False
    #: How long it must last at least and may last at most, in seconds; None: any.
    least_seconds: float | None = None
    most_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that a requirement asks of what is in the file."""

    signature: WrittenSignature | None = None
    seal: PageSeal | None = None
    workbook: Workbook | None = None
    cost_sheet: CostSheet | None = None
    quote: Quote | None = None
    letter: Letter | None = None
    video: Video | None = None
    #: Marks of editing are looked for too: hidden words, numbers in two fonts, editors' names.
    hints: bool = False
    #: None of its pages may have been part of another deliverable: every page costs time.
    unseen: bool = False


#: Nothing is asked.
NOTHING = Content()


def of_customer(content: Content, registered_name: str) -> Content:
    """Fill in whose seal it must be, where the customer's own is asked for and nobody is named."""
    seal = content.seal
    if seal is None or seal.of != "customer" or seal.holder is not None:
        return content
    return replace(content, seal=replace(seal, holder=registered_name.strip() or None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is looked for whether or not anybody asks: it costs time on every file."""

    #: Signatures by hand and seals, on pages and pictures.
    marks: bool = False
    #: Words are read on pages that carry none as text, where the OCR extra is installed.
    words: bool = False


#: What is judged by itself: nothing more than is asked.
AS_ASKED = Look()
