"""Visible signatures that lie on one another, or on the page: only ink of the page must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pymupdf
import pytest
from pyhanko.stamp import StaticStampStyle, TextStampStyle

from tests.verification import signing as made
from verification.readers import pyhanko
from verification.values import Status

if TYPE_CHECKING:
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


def twice(second: tuple[int, int, int, int], folder: Path) -> Status:
    """Sign below the text, then once more at another place; say how the first one stands."""
    first = made.sign(made.plain(), box=(40, 40, 140, 90), style=WHITE)
    style = sheet(folder / "face.pdf")
    both = made.sign(first, made.person("李雷"), field="Sig2", box=second, style=style)
    read = pyhanko.read(both, at=made.NOW, anchors=(ROOT,), max_pages=10)
    changes = [one for one in read.signatures[0].judgements if one.question == "changes"]
    return changes[0].status


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
