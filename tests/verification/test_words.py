"""Words of pages: what stands there is read, and where nothing can be read that is said."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from verification.limits import LimitExceeded, Limits
from verification.readers import rapidocr
from verification.readers.rapidocr import models, recognition
from verification.words import Words

pytestmark = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")

LINES = ("关于项目验收的批复", "合计人民币12,345.60元", "Total due 2026-11-24", "我公司不同意付款")


def page(*lines: str, size: int = 36) -> Image.Image:
    image = Image.new("RGB", (1000, 160 + 90 * len(lines)), "white")
    font = ImageFont.truetype(io.BytesIO(pymupdf.Font("china-s").buffer), size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((80, 80 + 90 * number), line, font=font, fill="black")
    return image


def grainy(image: Image.Image) -> Image.Image:
    ink = np.asarray(image, np.float32) * 0.75 + 50
    ink += np.random.default_rng(7).normal(0, 14, ink.shape)
    return Image.fromarray(ink.clip(0, 255).astype(np.uint8))


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, resolution=200)
    return stream.getvalue()


def plain(words: Words) -> list[str]:
    return [line.text.replace(" ", "") for line in words.of(1)]


EXPECTED = [line.replace(" ", "") for line in LINES]


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(page(*LINES), id="as it is"),
        pytest.param(page(*LINES).rotate(180), id="upside down"),
        pytest.param(page(*LINES).rotate(90, expand=True), id="lying on its left side"),
        pytest.param(page(*LINES).rotate(270, expand=True), id="lying on its right side"),
        pytest.param(page(*LINES).rotate(1.5, fillcolor="white"), id="a little askew"),
        pytest.param(grainy(page(*LINES)), id="grainy and grey"),
        pytest.param(page(*LINES, size=22), id="small letters"),
    ],
)
def test_lines_are_read_exactly_and_in_order(image: Image.Image) -> None:
    assert plain(Words(encoded(image), Limits())) == EXPECTED


def test_a_line_knows_where_it_stands_in_pixels_of_the_picture() -> None:
    image = page(*LINES)
    ink = np.argwhere(np.asarray(image.convert("L"))[80:160] < 128)
    left, top, right, bottom = Words(encoded(image), Limits()).of(1)[0].box
    assert left == pytest.approx(ink[:, 1].min(), abs=14)
    assert right == pytest.approx(ink[:, 1].max(), abs=14)
    assert top == pytest.approx(80 + ink[:, 0].min(), abs=14)
    assert bottom == pytest.approx(80 + ink[:, 0].max(), abs=14)


def test_a_scanned_page_is_told_in_points() -> None:
    image = page(*LINES)
    in_picture = Words(encoded(image), Limits()).of(1)
    in_pdf = Words(encoded(image, "PDF"), Limits()).of(1)
    assert [line.source for line in in_pdf] == ["ocr"] * len(LINES)
    for drawn, scanned in zip(in_picture, in_pdf, strict=True):
        assert scanned.box == pytest.approx([edge * 72 / 200 for edge in drawn.box], abs=3)


def pdf(text: str, *, render_mode: int, picture: Image.Image | None = None) -> bytes:
    with pymupdf.open() as document:
        sheet = document.new_page(width=360, height=200)
        if picture is not None:
            sheet.insert_image(sheet.rect, stream=encoded(picture))
        sheet.insert_text((40, 60), text, fontname="china-s", render_mode=render_mode)
        return bytes(document.tobytes())


def test_text_of_a_pdf_is_taken_as_it_is() -> None:
    (line,) = Words(pdf("同意付款", render_mode=0), Limits()).of(1)
    assert (line.text, line.source, line.confidence) == ("同意付款", "text_layer", 1.0)
    assert line.box[0] == pytest.approx(40, abs=2)
    assert 45 < line.box[1] < line.box[3] < 70


def test_text_that_is_not_painted_says_nothing_and_the_picture_is_read() -> None:
    scan = pdf("同意付款", render_mode=3, picture=page("我公司不同意付款"))
    assert [(line.text, line.source) for line in Words(scan, Limits()).of(1)] == [
        ("我公司不同意付款", "ocr")
    ]


@pytest.mark.parametrize(
    ("data", "silence"),
    [
        pytest.param(encoded(Image.new("RGB", (900, 1200), "white")), "nothing_read", id="blank"),
        pytest.param(encoded(Image.new("RGB", (2, 900), "black")), "nothing_read", id="a hair"),
        pytest.param(b"%PDF-1.7 and no more", "not_drawn", id="a broken PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "not_drawn", id="a broken picture"),
        pytest.param(b"", "not_drawn", id="no bytes"),
    ],
)
def test_where_nothing_is_read_that_is_said(data: bytes, silence: str) -> None:
    words = Words(data, Limits())
    assert words.of(1) == ()
    assert words.silence(1) == silence


def test_noise_is_no_text() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (800, 800, 3), np.uint8)
    assert Words(encoded(Image.fromarray(noise)), Limits()).of(1) == ()


def test_a_page_that_there_is_not_has_no_words() -> None:
    words = Words(encoded(page("同意")), Limits())
    assert (words.silence(1), words.silence(2), words.silence(0)) == (
        None,
        "not_drawn",
        "not_drawn",
    )


def test_without_the_extra_it_is_said_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_spec", lambda _: None)
    words = Words(encoded(page("同意")), Limits())
    assert (words.of(1), words.silence(1)) == ((), "no_ocr")
    assert words.reread(1, (0, 0, 500, 200)) == ()
    typed = Words(pdf("同意付款", render_mode=0), Limits())
    assert [line.text for line in typed.of(1)] == ["同意付款"]


def test_a_region_is_read_again_where_it_lies() -> None:
    words = Words(encoded(page(*LINES)), Limits())
    second = words.of(1)[1]
    (again,) = words.reread(1, second.box)
    assert again.text.replace(" ", "") == EXPECTED[1]
    assert again.box == pytest.approx(second.box, abs=12)
    assert words.reread(1, (5000, 5000, 5100, 5100)) == ()


def test_pages_are_read_up_to_a_cap() -> None:
    stream = io.BytesIO()
    sheets = [page("第一页"), page("第二页"), page("第三页")]
    sheets[0].save(stream, "TIFF", save_all=True, append_images=sheets[1:])
    words = Words(stream.getvalue(), Limits(ocr_pages=2))
    assert [words.of(number)[0].text for number in (1, 2, 1)] == ["第一页", "第二页", "第一页"]
    with pytest.raises(LimitExceeded, match="ocr_pages"):
        words.of(3)


def test_a_page_of_specks_is_over_a_cap() -> None:
    image = np.full((1600, 1600, 3), 255, np.uint8)
    font = ImageFont.load_default(14)
    drawn = Image.fromarray(image)
    for top in range(0, 1600, 26):
        for left in range(0, 1600, 44):
            ImageDraw.Draw(drawn).text((left, top), "47", font=font, fill="black")
    with pytest.raises(LimitExceeded, match="ocr_lines"):
        rapidocr.read_page(np.asarray(drawn), size="tiny")


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_a_clock_in_a_picture_is_read_by_either_size(size: rapidocr.Size) -> None:
    image = Image.new("RGB", (330, 48), (70, 90, 60))
    ImageDraw.Draw(image).text((14, 6), "2026-11-24 08:15:42", font=ImageFont.load_default(28))
    read = rapidocr.read_line(np.asarray(image), size=size)
    assert read is not None
    assert read[0].replace(" ", "") == "2026-11-2408:15:42"
    assert read[1] > 0.8
    assert rapidocr.read_line(np.full((48, 330, 3), 255, np.uint8), size=size) is None


@pytest.mark.parametrize("size", ["tiny", "small"])
@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        pytest.param("2026-11-24", -0.01, 0.5, id="what stands there"),
        pytest.param("1-24", -0.01, 0.5, id="a part of it"),
        pytest.param("24 2026", -0.01, 20, id="over the end of a ring"),
        pytest.param("2026-11-27", 3, 40, id="one character other"),
        pytest.param("有限公司", 20, 200, id="something else"),
        pytest.param("2026-11-24🦊", float("inf"), float("inf"), id="a character nobody knows"),
        pytest.param("", float("inf"), float("inf"), id="nothing"),
    ],
)
def test_a_line_is_asked_for_a_name(
    size: rapidocr.Size, asked: str, least: float, most: float
) -> None:
    image = Image.new("RGB", (200, 48), "white")
    pen = ImageDraw.Draw(image)
    pen.text((14, 6), "2026-11-24", font=ImageFont.load_default(28), fill="black")
    lattice = rapidocr.read_lattice(np.asarray(image), size=size)
    assert lattice.text()[0].replace(" ", "") == "2026-11-24"
    assert least <= lattice.doubt(asked) <= most


@pytest.mark.parametrize(
    ("text", "likely", "read"),
    [
        pytest.param("AB", 0.1, "A B", id="a space held possible is put back"),
        pytest.param("AB", 0.01, "AB", id="a space held impossible is none"),
        pytest.param("货A", 0.4, "货A", id="none beside a Chinese character"),
        pytest.param("，A", 0.4, "，A", id="none beside a full-width mark"),
        pytest.param("A ", 0.4, "A ", id="none beside another space"),
        pytest.param("48", 0.4, "48", id="none within a figure"),
        pytest.param("5.", 0.4, "5.", id="none before a figure's point"),
        pytest.param("A8", 0.4, "A 8", id="one between a word and a figure"),
    ],
)
def test_spaces_that_the_net_holds_possible(text: str, likely: float, read: str) -> None:
    # By step: blank, a sign, blank (where the space is), the other sign.
    seen = np.full((4, 4), 0.001, np.float32)
    seen[range(4), [0, 1, 0, 2]] = 0.9
    seen[2, 3] = likely
    assert recognition.spaced(text, seen) == read


def test_words_of_small_print_stay_apart() -> None:
    image = Image.new("RGB", (190, 21), "white")
    font = ImageFont.load_default(14)
    ImageDraw.Draw(image).text((8, 1.4), "ITEM QTY 3 PRICE 11.30", font=font, fill="black")
    read = rapidocr.read_line(np.asarray(image), size="tiny")
    assert read is not None
    assert read[0] == "ITEM QTY 3 PRICE 11.30"


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_no_pixels_break_it(width: int, height: int, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    for word in rapidocr.read_page(pixels, size="tiny"):
        assert 0 <= word.confidence <= 1
        assert 0 <= word.box[0] <= word.box[2] <= width
    rapidocr.read_line(pixels, size="tiny")


def test_loading_starts_no_thread_and_leaves_no_file(tmp_path: Path) -> None:
    script = (
        "import os\n"
        "from verification.readers import rapidocr\n"
        "assert rapidocr.warm()\n"
        "print(len(os.listdir('/proc/self/task')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "HOME": str(tmp_path),
            "PATH": os.defpath,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=tmp_path,
    )
    assert (done.stdout.strip(), done.stderr) == ("1", "")
    assert list(tmp_path.rglob("*")) == []
