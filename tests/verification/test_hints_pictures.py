"""Marks of editing in scans and photos: a copied place is told, a letter printed twice is not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.verification.test_hints import judge, told
from verification.readers.pillow_levels import outlying
from verification.values import ImageBox, Status

COPIED = {("hint.copy_move", "PLACE_COPIED")}
WORDS = "Total 4,819.50"
#: Where the words stand, and where else.
PLACE, AGAIN = (30, 30, 150, 64), (180, 150)


def printed(*, twice: bool = False, grain: float = 4.0) -> Image.Image:
    """Draw a page as if scanned: `grain` is what the paper goes up and down by."""
    page = Image.new("L", (340, 340), 225)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(16)
    draw.text((34, 36), WORDS, fill=40, font=font)
    for row, words in enumerate(("received with thanks", "Beijing, in June", "by bank, once")):
        draw.text((34, 90 + 80 * row), words, fill=40, font=font)
    if twice:
        draw.text((184, 156), WORDS, fill=40, font=font)
    if not grain:
        return page
    random = np.random.default_rng(5)
    drawn = np.asarray(page) + random.normal(0, grain, (340, 340))
    return Image.fromarray(drawn.clip(0, 255).astype(np.uint8))


def copied(page: Image.Image, turned: int = 0) -> Image.Image:
    page.paste(page.crop(PLACE).rotate(turned, expand=True), AGAIN)
    return page


def saved(page: Image.Image, kind: str = "PNG", quality: int = 95) -> bytes:
    held = io.BytesIO()
    page.save(held, kind, quality=quality)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(saved(copied(printed())), COPIED, id="words copied with their paper"),
        pytest.param(saved(copied(printed(), 90)), COPIED, id="and turned"),
        pytest.param(saved(copied(printed()), "JPEG"), COPIED, id="and saved as JPEG"),
        pytest.param(saved(printed(twice=True)), set(), id="words printed twice, then scanned"),
        pytest.param(saved(printed(twice=True), "JPEG"), set(), id="and saved as JPEG, honestly"),
        pytest.param(
            saved(printed(twice=True, grain=0)), set(), id="a drawn page that repeats words"
        ),
        pytest.param(saved(copied(printed(grain=0))), set(), id="no grain: nobody can tell"),
        pytest.param(saved(printed()), set(), id="nothing twice"),
    ],
)
def test_copied_places(data: bytes, expected: set[tuple[str, str]]) -> None:
    findings = [one for one in judge(data, "a.img") if one.id == "hint.copy_move"]
    assert told(findings) == expected
    for finding in findings:
        assert finding.status is Status.INDETERMINATE
        assert finding.remedy is not None
        assert len(finding.evidence) == len((PLACE, AGAIN))


def test_both_places_are_shown() -> None:
    (finding,) = (
        one for one in judge(saved(copied(printed())), "a.png") if one.id == "hint.copy_move"
    )
    boxes = sorted(one.box for one in finding.evidence if isinstance(one, ImageBox))
    shift = np.subtract(AGAIN, PLACE[:2])
    assert boxes[1][:2] == pytest.approx(tuple(np.add(boxes[0][:2], shift)), abs=1.5)


def full(*, patched: bool) -> bytes:
    """Fill a page, and lay a part that was saved coarsely into what was saved finely."""
    page = Image.new("L", (680, 680))
    for x in (0, 340):
        for y in (0, 340):
            page.paste(printed(grain=2.0), (x, y))
    page = Image.open(io.BytesIO(saved(page, "JPEG", 98))).convert("L")
    if patched:
        coarse = Image.open(io.BytesIO(saved(page, "JPEG", 8)))
        page.paste(coarse.crop((32, 32, 160, 64)), (32, 32))
    return saved(page, "JPEG", 98)


def test_a_level_that_differs_is_an_annotation() -> None:
    findings = [one for one in judge(full(patched=True), "a.jpg") if one.id == "hint.ela"]
    assert [(one.status, one.sub_indication) for one in findings] == [(Status.NOT_APPLICABLE, None)]
    assert "%" in findings[0].message.zh


def test_even_levels_are_not_marked() -> None:
    assert [one for one in judge(full(patched=False), "a.jpg") if one.id == "hint.ela"] == []


def test_a_page_without_ink_has_no_level() -> None:
    assert outlying(np.full((100, 100), 255, np.uint8)) is None


def test_nobody_who_asks_for_no_hints_is_given_any() -> None:
    assert judge(saved(copied(printed())), "a.png", hints=False) == []
