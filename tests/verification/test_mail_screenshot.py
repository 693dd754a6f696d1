"""Pictures that stand for mails: told as such, and no photograph or scan taken for one."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from tests.corpora import corpus
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Finding, Requirement, Status, Submission

AT = datetime(2026, 6, 1, tzinfo=UTC)
PHONE = (1080, 2400)


def findings(
    data: bytes, name: str = "a.png", formats: tuple[str, ...] = ()
) -> tuple[list[Finding], Status]:
    terms = Terms(at=AT, policy=load(), requirement=Requirement(formats=formats))
    report = verify(Submission(data=data, name=name), terms)
    return [one for one in report.checks if one.id == "mail.screenshot"], report.verdict


def written(image: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    output = io.BytesIO()
    image.save(output, kind, **more)
    return output.getvalue()


def screen(size: tuple[int, int] = PHONE) -> Image.Image:
    """Draw lines of text on one colour, as a mail program does."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for line in range(10, size[1], 60):
        draw.text((20, line), "We accept the price of 100,000.", fill="black")
    return image


def photo(size: tuple[int, int] = PHONE) -> Image.Image:
    """Give every pixel a colour of its own."""
    return Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1]))  # noqa: S311 - seeded noise


def tagged() -> bytes:
    info = PngInfo()
    info.add_text("Software", "gnome-screenshot")
    return written(screen((300, 200)), pnginfo=info)


def by_camera() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    return written(screen((1080, 1920)), "JPEG", exif=exif)


@pytest.mark.parametrize(
    ("data", "name", "formats", "told"),
    [
        pytest.param(written(screen()), "a.png", (), True, id="the size of a phone, mostly flat"),
        pytest.param(written(photo()), "a.png", (), False, id="the size of a phone, a photograph"),
        pytest.param(written(screen((1000, 777))), "a.png", (), False, id="no screen's size"),
        pytest.param(by_camera(), "a.jpg", (), False, id="a screen's size, taken by a camera"),
        pytest.param(tagged(), "a.png", (), True, id="written by a screenshot tool"),
        pytest.param(written(photo((9, 9))), "截图_1.png", (), True, id="named so in Chinese"),
        pytest.param(written(photo((9, 9))), "Screenshot 2.png", (), True, id="named so"),
        pytest.param(
            written(photo((9, 9))), "a.png", ("eml", "msg"), True, id="where a mail is asked"
        ),
        pytest.param(written(photo((9, 9))), "a.png", ("pdf",), False, id="where a PDF is asked"),
        pytest.param(tagged(), "a.png", ("png",), False, id="where a picture is asked for"),
    ],
)
def test_what_is_taken_for_a_screenshot(
    data: bytes, name: str, formats: tuple[str, ...], *, told: bool
) -> None:
    found, verdict = findings(data, name, formats)
    assert bool(found) is told
    for finding in found:
        assert (finding.status, finding.sub_indication) == (Status.INDETERMINATE, "SCREENSHOT")
        assert finding.remedy is not None
        assert verdict is Status.INDETERMINATE


def test_a_picture_in_place_of_another_file_still_fails() -> None:
    assert findings(tagged(), formats=("pdf",))[1] is Status.FAILED
    assert findings(b"%PDF-1.7 nothing", "a.pdf", ("eml",))[0] == []


def test_no_real_photograph_or_scan_is_taken_for_one() -> None:
    folders = ("receipts", "dated-media", "signature-pages")
    files = [
        path
        for folder in folders
        for path in sorted(corpus(folder).iterdir())
        if path.suffix.lower() in {".jpg", ".png", ".tif"}
    ]
    assert len(files) > 250
    assert [path.name for path in files if findings(path.read_bytes(), "a")[0]] == []


def test_a_picture_over_a_limit_is_told_as_that() -> None:
    terms = Terms(at=AT, policy=load(), limits=Limits(image_pixels=100))
    report = verify(Submission(data=written(screen()), name="a.png"), terms)
    assert [limit.name for limit in report.limits] == ["image_pixels"]
