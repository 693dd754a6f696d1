"""`page.seal`: seals that are found, things that are none, and what a requirement makes of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw

from tests.verification import stamped
from verification import pipeline
from verification.checks.page_seal import states
from verification.content import AS_ASKED, Content, Look, PageSeal
from verification.policies import load as load_policy
from verification.terms import Terms
from verification.values import Report, Requirement, Status, Submission

AT = datetime(2026, 6, 1, tzinfo=UTC)
needs_font = pytest.mark.skipif(stamped.font(20) is None, reason="no Chinese font is installed")


def report(data: bytes, seal: PageSeal | None = None, *, look: bool = False) -> Report:
    terms = Terms(
        at=AT,
        policy=load_policy(),
        requirement=Requirement(content=Content(seal=seal)),
        look=Look(marks=True) if look else AS_ASKED,
    )
    return pipeline.verify(Submission(data=data, name="page.jpg"), terms)


def saved(image: Image.Image, name: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def reasons(told: Report) -> list[tuple[Status, str | None]]:
    return [(one.status, one.sub_indication) for one in told.checks if one.id == "page.seal"]


@needs_font
@pytest.mark.parametrize(
    ("kind", "look"),
    [
        ("round", "plain"),
        ("oval", "scan"),
        ("square", "jpeg"),
        ("round", "faint"),
        ("oval", "photo"),
    ],
)
def test_a_seal_is_found_where_it_was_pressed(kind: stamped.Kind, look: stamped.Look) -> None:
    page = stamped.page(11, kind, look)
    told = report(page.jpeg(), PageSeal())
    assert reasons(told) == [(Status.PASSED, None)]
    assert kind in told.marks[0].traits
    for box in page.boxes:
        # The drawn box is that of the turned picture of the seal, which is larger.
        middle = [(box[i] + box[i + 2]) / 2 for i in (0, 1)]
        seen = told.marks[0].box
        assert [(seen[i] + seen[i + 2]) / 2 for i in (0, 1)] == pytest.approx(middle, abs=12)


@needs_font
def test_two_seals_that_overlap_are_two() -> None:
    told = report(stamped.page(3, "round", "scan", overlap=True).jpeg(), look=True)
    assert len(told.marks) == 2


@needs_font
@pytest.mark.parametrize("seed", range(6), ids=["logo", "emblem", "words", "paid", "table", "bars"])
def test_red_things_that_are_no_seal_are_none(seed: int) -> None:
    told = report(saved(stamped.negative(seed)), PageSeal())
    assert told.marks == ()
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_NOT_FOUND")]


@needs_font
def test_a_black_copy_is_told_as_one() -> None:
    told = report(stamped.page(11, "round", "black_and_white").jpeg(), PageSeal())
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_COLOURLESS")]


@needs_font
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_seal_is_found_on_a_page_that_lies_wrong(turn: int) -> None:
    image = stamped.page(11, "round", "scan").image.rotate(turn, expand=True)
    assert reasons(report(saved(image), PageSeal())) == [(Status.PASSED, None)]


@needs_font
@pytest.mark.parametrize("mode", ["P", "CMYK", "RGBA"])
def test_a_seal_is_found_in_pictures_of_every_mode(mode: str) -> None:
    image = stamped.page(11).image.convert(mode)
    data = saved(image, "JPEG" if mode == "CMYK" else "PNG")
    assert reasons(report(data, PageSeal())) == [(Status.PASSED, None)]


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(Image.new("RGB", (1240, 1754), "white"), id="blank"),
        pytest.param(Image.new("RGB", (1240, 1754), (210, 20, 20)), id="all red"),
        pytest.param(Image.new("RGB", (2, 3), "white"), id="tiny"),
        pytest.param(Image.new("RGB", (1, 5000), "white"), id="a thread"),
        pytest.param(Image.new("RGB", (5000, 7000), "white"), id="huge"),
        pytest.param(Image.new("I;16", (600, 800), 40_000), id="16 bit"),
    ],
)
def test_pages_without_anything_have_no_seal(image: Image.Image) -> None:
    told = report(saved(image, "PNG"), PageSeal())
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_NOT_FOUND")]


@needs_font
def test_every_frame_of_an_animation_is_looked_at() -> None:
    blank = Image.new("RGB", (1240, 1754), "white")
    data = saved(blank, "GIF", save_all=True, append_images=[stamped.page(11).image])
    told = report(data, look=True)
    assert [mark.page for mark in told.marks] == [2]


def test_what_nobody_asks_for_changes_no_verdict() -> None:
    data = saved(Image.new("RGB", (600, 800), "white"), "PNG")
    looked, not_looked = report(data, look=True), report(data)
    assert looked.checks == not_looked.checks
    assert looked.verdict == not_looked.verdict


def test_an_empty_red_ring_is_no_seal() -> None:
    image = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(image).ellipse((400, 400, 650, 650), outline=stamped.RED, width=8)
    marks = report(saved(image), look=True).marks
    assert [mark for mark in marks if mark.kind == "seal"] == []


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("湖北荣创科技有限公司", True, id="as registered"),
        pytest.param("科技有限公司湖北荣创", True, id="begun elsewhere"),
        pytest.param("湖北荣创科技有限公司合同专用章", True, id="with its use"),
        pytest.param("湖北荣剑科技有限公司", True, id="one character misread"),
        pytest.param("湖北天平机电有限公司", False, id="another company"),
        pytest.param("有限公司", False, id="the form alone"),
    ],
)
def test_a_ring_states_its_holder_or_another(text: str, *, same: bool) -> None:
    assert states(text, "湖北荣创科技有限公司") == same


@pytest.mark.parametrize(
    ("text", "holder", "same"),
    [
        pytest.param("ＡＣＭＥ Co., Ltd.", "Acme Co., Ltd.", True, id="full width and case"),
        pytest.param("Bolt Co., Ltd.", "Acme Co., Ltd.", False, id="another English name"),
        pytest.param("湖北荣创", "有限公司", False, id="a holder that is no name"),
    ],
)
def test_widths_case_and_forms_of_companies_do_not_count(
    text: str, holder: str, *, same: bool
) -> None:
    assert states(text, holder) == same


@needs_font
def test_a_holder_that_cannot_be_read_is_left_open() -> None:
    told = report(stamped.page(11, "square").jpeg(), PageSeal(holder="湖北荣创科技有限公司"))
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_HOLDER_UNREAD")]
