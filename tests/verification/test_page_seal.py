"""`page.seal`: seals that are found, things that are none, and what a requirement makes of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.verification import ringed, stamped
from verification import pipeline
from verification.content import AS_ASKED, Content, Look, PageSeal, of_customer
from verification.marks import rings
from verification.policies import load as load_policy
from verification.readers import rapidocr
from verification.terms import Terms
from verification.values import Report, Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 6, 1, tzinfo=UTC)
needs_font = pytest.mark.skipif(stamped.font(20) is None, reason="no Chinese font is installed")
needs_ocr = pytest.mark.skipif(not rings.can_read(), reason="the extra `ocr` is missing")


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


def sized(size: tuple[int, int], look: stamped.Look) -> Image.Image:
    return stamped.page(11, "round", look).image.resize(size, Image.Resampling.BICUBIC)


def in_16_bit() -> bytes:
    """Give a page as a scanner that keeps two bytes a channel saves it."""
    out = io.BytesIO()
    pixels = np.asarray(stamped.page(11).image, np.uint16)[:, :, ::-1] * 257
    out.write(cv2.imencode(".png", pixels)[1].tobytes())
    return out.getvalue()


@needs_font
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: saved(sized((3024, 4032), "photo")), id="12 Mpx photo in bad light"),
        pytest.param(lambda: saved(sized((4960, 7016), "scan")), id="600 dpi scan"),
        pytest.param(in_16_bit, id="16 bit"),
        pytest.param(
            lambda: saved(stamped.page(11).image.rotate(180), exif=turned(3)), id="upside-down"
        ),
    ],
)
def test_a_seal_is_found_on_pages_as_devices_save_them(data: Callable[[], bytes]) -> None:
    assert reasons(report(data(), PageSeal())) == [(Status.PASSED, None)]


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


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
@pytest.mark.parametrize("holder", [None, "湖北荣创科技有限公司"], ids=["anybody's", "somebody's"])
def test_pages_without_anything_have_no_seal(image: Image.Image, holder: str | None) -> None:
    told = report(saved(image, "PNG"), PageSeal(holder=holder))
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_NOT_FOUND")]


@needs_font
@pytest.mark.parametrize(
    "data",
    [
        pytest.param("甲公司（盖章）".encode(), id="a text"),
        pytest.param(saved(Image.new("RGB", (90, 90), "white"), "AVIF"), id="AVIF, never drawn"),
    ],
)
def test_a_file_without_pages_has_no_seal(data: bytes) -> None:
    assert reasons(report(data, PageSeal())) == [(Status.INDETERMINATE, "SEAL_NOT_FOUND")]


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


def rung(name: str, *, seed: int = 6) -> bytes:
    """Draw a page with one seal whose ring states `name`."""
    return ringed.page(seed, "scan", name=name).page.jpeg()


NAME = "湖北荣创科技有限公司"


@needs_font
@needs_ocr
@pytest.mark.parametrize(
    ("name", "holder", "cause"),
    [
        pytest.param(NAME, NAME, None, id="as registered"),
        pytest.param("湖北荣创科技股份有限公司", NAME, None, id="another form of company"),
        pytest.param(
            "衡岫软件（演示）有限公司", "衡岫软件(演示)有限公司", None, id="another width"
        ),
        pytest.param("ACME TRADING CO., LTD.", "Acme Trading Co., Ltd.", None, id="another case"),
        pytest.param("湖北天平机电有限公司", NAME, "SEAL_HOLDER_DIFFERS", id="another company"),
        pytest.param("湖北荣德科技有限公司", NAME, "SEAL_HOLDER_DIFFERS", id="one character other"),
        pytest.param("武汉荣创科技有限公司", NAME, "SEAL_HOLDER_DIFFERS", id="in another city"),
        pytest.param(NAME, "有限公司", "SEAL_HOLDER_DIFFERS", id="a holder that is no name"),
        pytest.param(NAME, "湖北荣創🦊", "SEAL_HOLDER_DIFFERS", id="letters nobody knows"),
    ],
)
def test_a_ring_states_its_holder_or_another(name: str, holder: str, cause: str | None) -> None:
    told = report(rung(name), PageSeal(holder=holder))
    assert reasons(told) == [(Status.PASSED if cause is None else Status.INDETERMINATE, cause)]


@needs_font
@needs_ocr
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_ring_is_read_however_its_page_lies(turn: int) -> None:
    image = ringed.page(5, "plain", name=NAME).page.image.rotate(turn, expand=True)
    assert reasons(report(saved(image), PageSeal(holder=NAME))) == [(Status.PASSED, None)]


@needs_font
@needs_ocr
def test_of_two_seals_that_overlap_one_may_be_the_holders() -> None:
    page = stamped.page(3, "round", "plain", overlap=True)
    for holder in page.names:
        assert reasons(report(page.jpeg(), PageSeal(holder=holder))) == [(Status.PASSED, None)]


@needs_font
@pytest.mark.parametrize("holder", [None, NAME], ids=["read by nobody", "asked for"])
def test_a_ring_is_read_only_where_a_holder_is_asked_for(holder: str | None) -> None:
    told = report(rung(NAME), PageSeal(holder=holder))
    assert (told.marks[0].text is None) == (holder is None or not rings.can_read())


@needs_font
def test_a_holder_that_cannot_be_read_is_left_open() -> None:
    told = report(stamped.page(11, "square").jpeg(), PageSeal(holder=NAME))
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_HOLDER_UNREAD")]


@needs_font
def test_where_nobody_reads_text_the_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapidocr, "available", lambda: False)
    told = report(rung(NAME), PageSeal(holder=NAME))
    assert reasons(told) == [(Status.INDETERMINATE, "SEAL_HOLDER_UNREAD")]
    finding = next(one for one in told.checks if one.id == "page.seal")
    assert "ocr" in finding.message.en
    assert NAME in finding.message.zh
    assert finding.remedy is not None
    assert finding.evidence


@pytest.mark.parametrize(
    ("content", "holder"),
    [
        pytest.param(PageSeal(of="customer"), "甲公司", id="the customer's own"),
        pytest.param(PageSeal(), None, id="anybody's"),
        pytest.param(PageSeal(of="customer", holder="乙公司"), "乙公司", id="named already"),
        pytest.param(None, None, id="no seal asked for"),
    ],
)
def test_the_customers_name_is_filled_in_where_its_seal_is_asked_for(
    content: PageSeal | None, holder: str | None
) -> None:
    seal = of_customer(Content(seal=content), "甲公司").seal
    assert (None if seal is None else seal.holder) == holder


def test_a_customer_without_a_registered_name_may_seal_with_any() -> None:
    seal = of_customer(Content(seal=PageSeal(of="customer")), " ").seal
    assert seal is not None
    assert seal.holder is None


class Surely:
    """A ring of which every character is read as it is."""

    def __init__(self, ring: str) -> None:
        self.ring = ring

    def text(self) -> tuple[str, tuple[float, ...]]:
        return self.ring, (1.0,) * len(self.ring)

    def doubt(self, name: str) -> float:
        return 0.0 if name in self.ring else 99.0


@pytest.mark.parametrize(
    ("ring", "holder", "stated"),
    [
        ("北京恒信数码科技有限公司", "北京恒信数码科技有限公司", True),
        ("北京恒信数码科技有限公司合同专用章", "北京恒信数码科技有限公司", True),
        ("★北京恒信数码科技有很公司1101080012", "北京恒信数码科技有限公司", True),
        ("恒信数码科技（北京）有限公司", "恒信数码科技(北京)有限公司", True),
        ("武汉市第一中学合同专用章", "武汉市第一中学", True),
        ("北京恒信数码科技有限公司", "北京恒信数码有限公司", False),
        ("北京恒信数码科技有限公司", "恒信数码科技有限公司", False),
        ("上海北京恒信数码科技有限公司", "北京恒信数码科技有限公司", False),
        ("武汉市第一中学附属小学", "武汉市第一中学", False),
    ],
)
def test_a_name_within_another_is_not_stated(ring: str, holder: str, *, stated: bool) -> None:
    told = rings.told([Surely(ring)], holder)  # type: ignore[list-item] # a stand-in
    assert told is not None
    assert told.states_holder is stated
