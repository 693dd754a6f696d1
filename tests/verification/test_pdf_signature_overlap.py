"""Visible signatures that lie on one another, or on the page: only ink of the page must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf
import pytest
from pyhanko.stamp import StaticStampStyle, TextStampStyle

from tests.verification import forging as forge
from tests.verification import signing as made
from verification.readers import pyhanko
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROOT = made.authority().der
#: White paper, as many programs put under the picture of a signature.
WHITE = TextStampStyle(stamp_text="%(signer)s", border_width=1)


def sheet(path: Path) -> StaticStampStyle:
    """Give a face that is a white sheet: it hides whatever is under it."""
    with pymupdf.open() as document:
        page = document.new_page(width=100, height=50)
        page.draw_rect(page.rect, color=(1, 1, 1), fill=(1, 1, 1))
        page.draw_line((10, 30), (60, 20), width=2)
        document.save(path)
    return StaticStampStyle.from_pdf_file(str(path))


def turned(degrees: int) -> bytes:
    """Give the page as a scanner fed sideways leaves it: lying, and to be shown upright."""
    with pymupdf.open(stream=made.plain(), filetype="pdf") as document:
        document[0].set_rotation(degrees)
        return bytes(document.tobytes())


def standing(pdf: bytes) -> Status:
    """Say how the changes after the first signature are judged."""
    read = pyhanko.read(pdf, at=made.NOW, anchors=(ROOT,), max_pages=10)
    changes = [one for one in read.signatures[0].judgements if one.question == "changes"]
    return changes[0].status


def twice(second: tuple[int, int, int, int], folder: Path) -> Status:
    """Sign below the text, then once more at another place; say how the first one stands."""
    first = made.sign(made.plain(), box=(40, 40, 140, 90), style=WHITE)
    style = sheet(folder / "face.pdf")
    both = made.sign(first, made.person("李雷"), field="Sig2", box=second, style=style)
    return standing(both)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param((160, 40, 260, 90), Status.PASSED, id="beside the first"),
        pytest.param((60, 50, 160, 100), Status.PASSED, id="over a part of the first"),
        pytest.param((40, 40, 140, 90), Status.PASSED, id="over the whole of the first"),
        pytest.param((40, 200, 140, 250), Status.INDETERMINATE, id="over the text of the page"),
    ],
)
def test_a_later_signature_may_lie_on_an_earlier_one_and_not_on_the_page(
    second: tuple[int, int, int, int], expected: Status, tmp_path: Path
) -> None:
    assert twice(second, tmp_path) is expected


#: The words of such a stamp are set wider than its field when the name is Chinese.
WIDE = (30, 100, 250, 130)


def stamped(
    pdf: bytes, box: tuple[int, int, int, int], who: str = "李雷", style: object = None
) -> bytes:
    return made.sign(made.sign(pdf), made.person(who), field="Sig2", box=box, style=style)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(
            lambda: stamped(made.plain(), WIDE),
            Status.PASSED,
            id="a letter cut by the field's edge",
        ),
        pytest.param(
            lambda: stamped(made.plain(), WIDE, "深圳"),
            Status.PASSED,
            id="a name whose code units read as a figure",
        ),
        *(
            pytest.param(
                lambda turn=turn: stamped(turned(turn), (180, 10, 290, 60), "Li Lei"),
                Status.PASSED,
                id=f"on a page turned by {turn}",
            )
            for turn in (90, 180, 270)
        ),
        *(
            pytest.param(
                lambda turn=turn: stamped(turned(turn), (180, 10, 290, 60), style=forge.covering()),
                Status.INDETERMINATE,
                id=f"a price beside the text of a page turned by {turn}",
            )
            for turn in (0, 90, 180, 270)
        ),
        pytest.param(
            lambda: stamped(
                made.plain(), WIDE, style=TextStampStyle(stamp_text="%(signer)s 1,000 a month ago")
            ),
            Status.INDETERMINATE,
            id="a sum that the field's edge cuts",
        ),
    ],
)
def test_words_of_a_stamp_belong_to_it_wherever_they_stand(
    make: Callable[[], bytes], expected: Status
) -> None:
    assert standing(make()) is expected


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_changed_beside_a_stamp_has_failed(turn: int) -> None:
    signed = made.sign(turned(turn))
    shown = made.by_mupdf(signed, lambda page: page.insert_text((40, 150), "Price: 1"))
    both = made.sign(shown, made.person("Li Lei"), field="Sig2", box=(180, 10, 290, 60))
    assert standing(both) is Status.FAILED
