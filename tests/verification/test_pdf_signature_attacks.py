"""No named attack on a signed PDF passes; what is lawful does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.verification.attacks import FAMILIES, LAWFUL
from tests.verification.attacks_showing import certified
from tests.verification.test_pdf_signature import collect
from tests.verification.updates import number_of
from verification.readers.looks import Permitted, Revision, compare
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable

ATTACKS = [
    pytest.param(make, id=f"{family}: {name}")
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


@pytest.mark.parametrize("make", ATTACKS)
def test_no_attack_passes(make: Callable[[], bytes]) -> None:
    statuses = {signature.status for signature in collect(make()).signatures}
    assert statuses != {Status.PASSED}


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
