"""A photo of a place is known again after a chat program made it smaller and saved it anew."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from service.demo import authority, company
from service.demo.documents import photo
from service.demo.documents.brief import Brief
from verification.fingerprints.likeness import compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import opened
from verification.limits import Limits

if TYPE_CHECKING:
    from PIL import Image

    from verification.fingerprints.pages import Opened

AT = datetime(2026, 11, 28, 3, tzinfo=UTC)
WHOLE, TRUSTED = company.plan(2026, AT), authority.found(AT)
TOLD = {"same", "same_but_changed"}


def _scene(number: int) -> Image.Image:
    brief = Brief(company=WHOLE, customer=WHOLE.customers[number], authority=TRUSTED, made_at=AT)
    return photo.scene(brief, 0)


def _seen(picture: Image.Image, quality: int) -> Opened:
    raw = BytesIO()
    picture.save(raw, "JPEG", quality=quality)
    return opened(fingerprints(raw.getvalue(), Limits()).pages[0])


@pytest.mark.parametrize("number", range(4))
def test_a_smaller_photo_is_known_and_that_of_another_place_is_not(number: int) -> None:
    taken = _scene(number)
    smaller = taken.resize(
        (round(taken.width * photo.SMALLER), round(taken.height * photo.SMALLER))
    )
    copied = _seen(smaller, photo.POORER)
    assert compare(copied, _seen(taken, 86)).kind in TOLD
    assert compare(copied, _seen(_scene(number + 1), 86)).kind not in TOLD
