"""Pages of any sort, looked at for signatures, seals and words at once: findings, no exception."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pymupdf
import pytest
from PIL import Image

from tests.verification.test_raster import _onto
from tests.verification.test_words import EXPECTED, LINES, page
from verification.content import Content, Look, PageSeal, WrittenSignature
from verification.limits import Limits
from verification.pages import drawing
from verification.pipeline import verify
from verification.policies import load
from verification.readers import rapidocr
from verification.terms import Terms
from verification.values import Report, Requirement, Status, Submission
from verification.words import Words

needs_ocr = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")

ASKED = Terms(
    at=datetime(2026, 11, 26, tzinfo=UTC),
    policy=load(),
    look=Look(words=True),
    requirement=Requirement(content=Content(signature=WrittenSignature(), seal=PageSeal())),
)


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def sheet() -> Image.Image:
    """Lay the lines on a sheet in the form of A4."""
    paper = Image.new("RGB", (827, 1169), "white")
    paper.paste(page(*LINES).crop((60, 0, 827, 520)), (40, 100))
    return paper


def photo(width: int = 1100) -> Image.Image:
    """Lay the sheet askew on a dark table, in bad light from one side."""
    zoom = width / 1100
    corners = (120, 90, 90, 1380, 1010, 1420, 960, 130)
    flat, on = sheet(), _onto(corners)
    table = Image.new("RGB", (1100, 1500), (40, 34, 30))
    paper = flat.transform(table.size, Image.Transform.PERSPECTIVE, on, Image.Resampling.BICUBIC)
    inside = Image.new("L", flat.size, 255).transform(table.size, Image.Transform.PERSPECTIVE, on)
    table.paste(paper, mask=inside)
    table = table.resize((round(1100 * zoom), round(1500 * zoom)), Image.Resampling.BICUBIC)
    light = np.linspace(0.95, 0.6, table.width)[None, :, None]
    return Image.fromarray((np.asarray(table, np.float32) * light).astype(np.uint8))


def long_page() -> bytes:
    with pymupdf.open() as document:
        document.new_page(width=595, height=20 / 0.0254 * 72)
        return bytes(document.tobytes())


def moving(name: str) -> bytes:
    frames = [Image.new("RGB", (300, 200), shade) for shade in ("white", "grey", "black")]
    return saved(frames[0], name, save_all=True, append_images=frames[1:])


def verified(data: bytes) -> Report:
    return verify(Submission(data=data, name="page"), ASKED)


@needs_ocr
@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(Image.new("RGB", (1654, 2339), "white")), id="blank"),
        pytest.param(saved(photo(3000), "JPEG", quality=80), id="a photo of 12 Mpx in bad light"),
        pytest.param(
            saved(sheet().resize((4960, 7016)).convert("L"), "PNG", dpi=(600, 600)),
            id="a scan of 600 dpi",
        ),
        pytest.param(
            saved(Image.fromarray(np.asarray(sheet().convert("L"), np.uint16) * 257)),
            id="sixteen bits",
        ),
        pytest.param(saved(sheet().convert("CMYK"), "JPEG"), id="CMYK"),
        pytest.param(saved(sheet().convert("P")), id="a palette"),
        pytest.param(saved(sheet().rotate(180)), id="upside down"),
        pytest.param(moving("GIF"), id="an animated GIF"),
        pytest.param(moving("WEBP"), id="an animated WebP"),
        pytest.param(saved(Image.new("RGB", (1, 1), "red")), id="one pixel"),
        pytest.param(saved(Image.new("RGB", (1, 4000), "red")), id="a hair"),
        pytest.param(long_page(), id="a page of twenty metres"),
        pytest.param(saved(sheet())[:3000], id="cut off"),
    ],
)
def test_any_page_gives_findings_and_no_exception(data: bytes) -> None:
    report = verified(data)
    told = {one.id: one.status for one in report.checks}
    assert not [one for one in report.checks if one.sub_indication == "CHECK_BROKE"], told
    assert {told.get("page.signature"), told.get("page.seal")} <= {Status.INDETERMINATE, None}
    assert report.verdict is not Status.PASSED


@needs_ocr
@pytest.mark.parametrize(
    "image",
    [
        pytest.param(sheet(), id="as it is"),
        pytest.param(sheet().rotate(180), id="upside down"),
        pytest.param(photo(), id="photographed askew in bad light"),
        pytest.param(photo(3000), id="photographed with twelve million pixels"),
    ],
)
def test_a_sheet_is_read_whole_however_it_was_taken(image: Image.Image) -> None:
    words = Words(saved(image, "JPEG", quality=92), Limits()).of(1)
    assert [line.text.replace(" ", "") for line in words] == EXPECTED
    for line in words:
        assert 0 <= line.box[0] < line.box[2] <= image.width
        assert 0 <= line.box[1] < line.box[3] <= image.height


@needs_ocr
def test_words_and_marks_look_at_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    render = drawing.render

    def counted(data: bytes, wanted: drawing.Wanted) -> drawing.Picture:
        drawn.append(wanted.page)
        return render(data, wanted)

    monkeypatch.setattr(drawing, "render", counted)
    frames = [sheet(), sheet().rotate(180)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    report = verify(Submission(data=data, name="page"), ASKED)
    assert len(report.words) == 2 * len(LINES)
    assert drawn == [1, 2]


@needs_ocr
def test_a_picture_that_is_finer_than_a_sheet_is_read_as_fine_as_it_is() -> None:
    image = Image.new("RGB", (3000, 2400), "white")
    image.paste(page(*LINES, size=22), (1000, 900))
    words = Words(saved(image), Limits())
    assert [line.text.replace(" ", "") for line in words.of(1)] == EXPECTED
