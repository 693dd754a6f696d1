"""A page is known again however it was copied, and a form filled in anew is another page."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.verification.papers import COPIES, fingerprint, form, renamed, report
from verification.fingerprints import words
from verification.fingerprints.kept import PageFingerprint
from verification.fingerprints.likeness import compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import NoFingerprint, opened
from verification.limits import Limits
from verification.readers.pillow_pixels import samples

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN = {"same", "same_but_changed"}


@pytest.mark.parametrize("copy", [pytest.param(make, id=name) for name, make in COPIES.items()])
def test_a_copy_is_known_and_shares_words(copy: object) -> None:
    assert callable(copy)
    page = form(3, 0)
    one, other = fingerprint(copy(page)), fingerprint(page)
    assert one is not None
    assert other is not None
    assert compare(one, other).kind in KNOWN
    shared = set(words.asked(one)) & set(words.words(other, words.KEPT))
    assert len(shared) >= 4


@pytest.mark.parametrize("template", range(4))
def test_a_form_filled_in_otherwise_is_another_page(template: int) -> None:
    one, other = fingerprint(form(template, 1)), fingerprint(form(template, 2))
    assert one is not None
    assert other is not None
    assert compare(one, other).kind not in KNOWN


@pytest.mark.parametrize(
    ("template", "make", "is_told"),
    [
        pytest.param(1, renamed, True, id="the name was changed and no figure"),
        pytest.param(2, renamed, True, id="so of another template"),
        pytest.param(1, lambda t, n: report(t, n + 1), False, id="name and figures are its own"),
        pytest.param(2, lambda t, n: report(t, n + 1), False, id="so on another template"),
    ],
)
def test_a_page_that_is_nearly_all_template(
    template: int, make: Callable[[int, int], Image.Image], *, is_told: bool
) -> None:
    one, other = fingerprint(make(template, 1)), fingerprint(report(template, 1))
    assert one is not None
    assert other is not None
    assert (compare(one, other).kind in KNOWN) is is_told


def test_where_a_stamp_was_added_is_told_on_both_sides() -> None:
    page = form(3, 0)
    stamped, plain = fingerprint(COPIES["stamp added"](page)), fingerprint(page)
    assert stamped is not None
    assert plain is not None
    like = compare(stamped, plain)
    assert like.kind == "same_but_changed"
    assert len(like.here) == len(like.there) >= 1
    middle = (0.62 * page.width, 0.7 * page.height)
    for boxes in (like.here, like.there):
        assert any(x0 <= middle[0] <= x1 and y0 <= middle[1] <= y1 for x0, y0, x1, y1 in boxes)


def test_a_blank_page_has_no_fingerprint() -> None:
    assert fingerprint(Image.new("RGB", (800, 1100), "white")) is None
    assert fingerprints(samples()["a.png"], Limits()) == ()


GOOD = PageFingerprint(
    page=1,
    width=10.0,
    height=10.0,
    points=bytes(36 * 40),
    small_width=4,
    small_height=4,
    small=zlib.compress(bytes(16)),
)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(replace(GOOD, points=bytes(36 * 40 - 1)), id="half a point"),
        pytest.param(replace(GOOD, points=bytes(36 * 301)), id="too many points"),
        pytest.param(replace(GOOD, small=b"no zlib"), id="no picture"),
        pytest.param(replace(GOOD, small=zlib.compress(bytes(10**6))), id="a bomb"),
        pytest.param(replace(GOOD, small_width=10**6), id="a picture that wide"),
    ],
)
def test_what_a_child_made_up_is_refused(bad: PageFingerprint) -> None:
    assert opened(GOOD).small.shape == (4, 4)
    with pytest.raises(NoFingerprint):
        opened(bad)


@given(
    points=st.binary(min_size=36 * 30, max_size=36 * 60),
    pixels=st.binary(min_size=900, max_size=900),
)
def test_any_two_fingerprints_can_be_compared(points: bytes, pixels: bytes) -> None:
    one = replace(
        GOOD,
        points=points[: len(points) // 36 * 36],
        small_width=30,
        small_height=30,
        small=zlib.compress(pixels),
    )
    like = compare(opened(one), opened(one))
    assert np.isfinite(like.replaced)
