"""No named attack on a signed PDF passes; what is lawful does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.verification import signing as made
from tests.verification.attacks import FAMILIES, LAWFUL
from tests.verification.attacks_showing import certified, unsigned_over
from tests.verification.test_pdf_signature import collect
from tests.verification.updates import body_of, number_of, update
from verification.readers.looks import Permitted, Revision, compare
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable

ATTACKS = [
    pytest.param(f"{family}: {name}", make, id=f"{family}: {name}")
    for family, attacks in FAMILIES.items()
    for name, make in attacks.items()
]
#: What changed is on a page, so the finding must point at it.
VISIBLE = [
    pytest.param(FAMILIES[family][name], id=f"{family}: {name}")
    for family, name in (
        ("incremental saving", "body, table and trailer"),
        ("incremental saving", "object and cross-reference streams"),
        ("shadow", "replace: field value, nothing permitted"),
        ("shadow", "replace: field value, nothing said"),
        ("shadow", "replace: a clear field filled with white"),
        ("shadow", "hide: overlay taken away"),
        ("evil annotation", "approved: Square"),
        ("evil annotation", "P3: FreeText beside"),
        ("sneaky signature", "signed over the price"),
        ("sneaky signature", "an empty field drawn over the price"),
    )
]

#: Attacks that do what the standard permits, or what lawful files do too: a reviewer decides.
PERMITTED = frozenset(
    {
        "shadow: replace: field value, nothing said",
        "shadow: replace: a clear field filled with white",
        "sneaky signature: signed over the price",
        "sneaky signature: signed over the price, P2",
        "sneaky signature: signed over a digit",
        "sneaky signature: signed beside, by nobody known",
        *(f"evil annotation: {name}" for name in FAMILIES["evil annotation"] if name[:2] == "P3"),
    }
)


@pytest.mark.parametrize(("name", "make"), ATTACKS)
def test_an_attack_fails_where_it_is_proven(name: str, make: Callable[[], bytes]) -> None:
    statuses = {one.status for one in collect(make()).signatures}
    expected = Status.INDETERMINATE if name in PERMITTED else Status.FAILED
    assert expected in statuses


def cleared(pdf: bytes) -> bytes:
    """Take a signature out of its field, as one does who wants to sign once more."""
    field = number_of(pdf, b"(Sig1)")
    return update(pdf, {field: re.sub(rb"/V\s+\d+ 0 R", b"", body_of(pdf, field))})


NEIGHBOURS = [
    pytest.param(lambda: cleared(made.sign(made.plain())), id="taken out of its field"),
    pytest.param(
        lambda: unsigned_over(box=(30, 100, 250, 130)), id="an empty field drawn beside the text"
    ),
]


@pytest.mark.parametrize("make", NEIGHBOURS)
def test_what_only_looks_like_an_attack_is_not_decided(make: Callable[[], bytes]) -> None:
    assert {one.status for one in collect(make()).signatures} == {Status.INDETERMINATE}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in LAWFUL.items()])
def test_what_is_lawful_passes(make: Callable[[], bytes]) -> None:
    signatures = collect(make()).signatures
    assert signatures
    assert {signature.status for signature in signatures} == {Status.PASSED}


@pytest.mark.parametrize("make", VISIBLE)
def test_what_changed_is_shown_as_it_was_and_as_it_is(make: Callable[[], bytes]) -> None:
    signature = collect(make()).signatures[0]
    changes = next(one for one in signature.judgements if one.question == "changes")
    boxes = [item for item in changes.evidence if item.kind == "page_box"]
    assert {box.revision for box in boxes} == {1, None}
    assert all(box.page == 1 for box in boxes)
    assert all(box.box[0] < box.box[2] and box.box[1] < box.box[3] for box in boxes)


def test_pdfium_shows_a_cover_that_mupdf_does_not() -> None:
    """MuPDF draws a mark of its own in place of what an unsigned signature field looks like."""
    data = FAMILIES["sneaky signature"]["an empty field drawn over the price"]()
    field = Permitted(added=frozenset({number_of(data, b"(Later)")}))
    before, after = Revision(certified(None)), Revision(data)
    both = compare(before, after, field, 9)
    pdfium = after.second
    after.second = None
    mupdf_alone = compare(before, after, field, 9)
    after.second = pdfium
    before.close()
    after.close()
    assert [region.hidden for region in both.regions] == [True]
    assert mupdf_alone.regions == ()
