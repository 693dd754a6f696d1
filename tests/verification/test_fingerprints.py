"""A page is known again however it was copied, and a form filled in anew is another page."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from functools import cache
from itertools import starmap
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from service.actions.reuse_pages import FEWEST_VOTES
from tests.verification.bowing import photographed
from tests.verification.papers import COPIES, fingerprint, form, renamed, report, written
from tests.verification.small_print import place, sheet, taken_again, text
from verification.fingerprints import words
from verification.fingerprints.kept import PageFingerprint
from verification.fingerprints.likeness import compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import NoFingerprint, opened
from verification.limits import Limits
from verification.readers.pillow_pixels import samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.fingerprints.pages import Opened

#: Pixels of a page or photograph of 1,400 and more by which a box may lead beside what was added:
#: it is made of cells of 12, of windows of 16, and of a lie that was fitted.
NEAR = 40
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


@pytest.mark.parametrize(
    ("lines", "size", "per_line"),
    [
        pytest.param(38, 24, 12, id="on writing: its ring is torn, and is one place"),
        pytest.param(2, 30, 6, id="where little is written: more stays than it adds"),
    ],
)
def test_a_stamp_is_told_whatever_is_under_it(lines: int, size: int, per_line: int) -> None:
    page = written(lines, size, per_line)
    stamped, plain = fingerprint(COPIES["stamp added"](page)), fingerprint(page)
    assert stamped is not None
    assert plain is not None
    like = compare(stamped, plain)
    assert like.kind == "same_but_changed"
    assert len(like.here) <= 2


#: A ring on the right, near the lower edge, where a bent sheet strays furthest.
MARK = (700, 1150, 900, 1350)


@cache
def bowed(bow: float, filled: int = 0) -> tuple[Image.Image, list[Opened]]:
    """Photograph a marked form on a bowed sheet, and give what is kept of the photograph."""
    page, out = form(3, filled), io.BytesIO()
    ImageDraw.Draw(page).ellipse(MARK, outline=(220, 20, 20), width=14)
    photo = photographed(page, bow, 3)
    photo.save(out, "JPEG", quality=90)
    return photo, [opened(one) for one in fingerprints(out.getvalue(), Limits()).pages]


@cache
def unmarked() -> Opened:
    plain = fingerprint(form(3, 0))
    assert plain is not None
    return plain


@pytest.mark.parametrize("is_later", [True, False])
def test_a_bowed_sheet_is_known_and_what_was_added_leads_back_to_the_photograph(
    *, is_later: bool
) -> None:
    photo, looks = bowed(0.05)
    pairs = [(one, unmarked()) if is_later else (unmarked(), one) for one in looks]
    like = max(starmap(compare, pairs), key=lambda one: one.pairs)
    assert like.kind == "same_but_changed"
    photographed_at, drawn_at = (like.here, like.there) if is_later else (like.there, like.here)
    colours = np.asarray(photo).astype(int)
    red = (colours[:, :, 0] - colours[:, :, 1] > 70).nonzero()
    seen = (red[1].min(), red[0].min(), red[1].max(), red[0].max())
    for (box,), mark in ((photographed_at, seen), (drawn_at, MARK)):
        assert max(abs(a - b) for a, b in zip(box, mark, strict=True)) <= NEAR


@pytest.mark.parametrize(
    ("bow", "expected"),
    [
        pytest.param(0.05, [2, 17], id="a bowed sheet: the photograph, and made flat"),
        pytest.param(0.0, [2], id="a flat one"),
    ],
)
def test_what_is_kept_of_a_photograph(bow: float, expected: list[int]) -> None:
    assert [len(one.lie) for one in bowed(bow)[1]] == expected


def test_another_filling_on_a_bowed_sheet_is_another_page() -> None:
    likes = [compare(one, unmarked()) for one in bowed(0.05, filled=1)[1]]
    assert max(likes, key=lambda one: one.pairs).kind == "same_template"


def test_on_a_bent_page_a_place_is_told_where_it_lies_on_the_earlier_one() -> None:
    as_photographed = bowed(0.02)[1][0]
    ((left, top, right, bottom),) = compare(as_photographed, unmarked()).there
    assert left < MARK[0]
    assert top < MARK[1]
    assert right > MARK[2]
    assert bottom > MARK[3]


def test_a_blank_page_has_no_fingerprint() -> None:
    assert fingerprint(Image.new("RGB", (800, 1100), "white")) is None
    assert fingerprints(samples()["a.png"], Limits()).pages == ()


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
        pytest.param(replace(GOOD, lie=bytes(4 * 17 * 16)), id="a lie of too few places"),
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


#: Copies after which small print was hardest to tell.
HARD = ("turned by 2°", "rescaled", "photo of a print", "cropped by 5 %")


@cache
def filled_in(make: Callable[[int, int], Image.Image], filled: int) -> Opened:
    kept = fingerprint(make(7, filled))
    assert kept is not None
    return kept


@pytest.mark.parametrize("kind", [None, *HARD])
@pytest.mark.parametrize("make", [pytest.param(make, id=make.__name__) for make in (sheet, text)])
def test_small_print_is_known_and_another_filling_of_it_is_not(
    make: Callable[[int, int], Image.Image], kind: str | None
) -> None:
    page = make(7, 0)
    later = fingerprint(COPIES[kind](page) if kind else page)
    assert later is not None
    assert compare(later, filled_in(make, 0)).kind in KNOWN
    assert compare(later, filled_in(make, 1)).kind not in KNOWN


@pytest.mark.parametrize("make", [pytest.param(make, id=make.__name__) for make in (sheet, form)])
def test_light_on_dark_is_read_as_dark_on_light_is(
    make: Callable[[int, int], Image.Image],
) -> None:
    one, other, grey = (
        fingerprint(COPIES["negative"](page))
        for page in (make(7, 0), make(7, 1), COPIES["rescaled"](make(7, 0)))
    )
    assert one is not None
    assert other is not None
    assert grey is not None
    assert compare(grey, one).kind in KNOWN
    assert compare(other, one).kind not in KNOWN


@pytest.mark.parametrize("copy", [pytest.param(make, id=name) for name, make in COPIES.items()])
def test_a_photograph_of_a_place_is_known(copy: Callable[[Image.Image], Image.Image]) -> None:
    taken = fingerprint(place(3))
    copied = fingerprint(copy(place(3)))
    assert taken is not None
    assert copied is not None
    assert compare(copied, taken).kind in KNOWN
    shared = set(words.asked(copied)) & set(words.words(taken, words.KEPT))
    assert len(shared) >= FEWEST_VOTES


def test_a_place_taken_again_from_a_step_aside_is_another_photograph() -> None:
    one, other = fingerprint(place(3)), fingerprint(taken_again(place(3), 4))
    assert one is not None
    assert other is not None
    assert compare(other, one).kind not in KNOWN


def test_what_was_laid_over_a_photograph_is_told_on_both() -> None:
    picture = place(3)
    one, other = fingerprint(picture), fingerprint(COPIES["stamp added"](picture))
    assert one is not None
    assert other is not None
    like = compare(other, one)
    assert like.kind == "same_but_changed"
    middle = (0.62 * picture.width, 0.7 * picture.height)
    radius = 0.11 * picture.width + NEAR
    for left, top, right, bottom in (*like.here, *like.there):
        assert middle[0] - radius <= left <= right <= middle[0] + radius
        assert middle[1] - radius <= top <= bottom <= middle[1] + radius
