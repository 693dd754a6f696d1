"""Pages, pictures and films of every sort over HTTP: each gets findings, none harms the service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pymupdf
import pytest
from PIL import Image

from service.actions import deliverables
from service.records import Role
from tests.service.api.house import add_customer, body_of, requirement_of
from tests.verification import films
from tests.verification.bowing import photographed
from tests.verification.test_page_inputs import moving, photo, saved, sheet
from verification.readers import rapidocr

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House

#: A letter is read (by OCR where the page is a picture), and both marks are looked for.
ASKED_OF_PAGES: dict[str, Any] = {
    "letter": {"decision": ["同意"]},
    "signature": {"near": ["签字"]},
    "seal": {"holder": "华东精密机械有限公司"},
}
ASKED_OF_FILMS: dict[str, Any] = {"video": {"clock": True, "least_seconds": 1}}
needs_ocr = pytest.mark.skipif(not rapidocr.available(), reason="the extra `ocr` is missing")


def blank(image: Image.Image) -> bytes:
    return saved(Image.new("RGB", image.size, "white"), "JPEG")


def specks() -> bytes:
    """Draw what is no text to anybody."""
    grain = np.random.default_rng(5).normal(200, 30, (600, 420, 3))
    return saved(Image.fromarray(grain.clip(0, 255).astype(np.uint8)), "JPEG", quality=60)


def as_scan(image: Image.Image) -> bytes:
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_image(page.rect, stream=saved(image, "JPEG", quality=80))
        return bytes(document.tobytes())


def film() -> bytes:
    return films.film(films.Script(size=(160, 120), seconds=2.0, rate=4, digits=10))


def sound_alone() -> bytes:
    """Say of the film's only track that it is sound."""
    return film().replace(b"vide", b"soun")


def sixteen_bits() -> bytes:
    return saved(Image.fromarray(np.asarray(sheet().convert("L"), np.uint16) * 257))


def fine() -> bytes:
    scan = sheet().resize((4960, 7016)).convert("1")
    return saved(scan, "PNG", dpi=(600, 600))


PAGES = {
    "blank.jpg": lambda: blank(sheet()),
    "bowed.jpg": lambda: saved(photographed(sheet(), 0.06, 5), "JPEG"),
    "upside-down.pdf": lambda: as_scan(sheet().rotate(180)),
    "twelve-million-pixels-in-bad-light.jpg": lambda: saved(photo(3000), "JPEG", quality=60),
    "six-hundred-dpi.png": fine,
    "cmyk.jpg": lambda: saved(sheet().convert("CMYK"), "JPEG"),
    "sixteen-bits.png": sixteen_bits,
    "palette.png": lambda: saved(sheet().convert("P")),
    "animated.gif": lambda: moving("GIF"),
    "animated.webp": lambda: moving("WEBP"),
    "nothing-to-read.jpg": specks,
}
FILMS = {
    "sound-alone.mp4": sound_alone,
    "cut-off.mp4": lambda: film()[:4000],
    "honest-without-hurry.mp4": film,
}
#: On these it stands that the writer does not agree; they are read however they lie.
WRITTEN = (
    "bowed.jpg", "upside-down.pdf", "twelve-million-pixels-in-bad-light.jpg",
    "six-hundred-dpi.png", "cmyk.jpg", "sixteen-bits.png", "palette.png",
)  # fmt: skip
#: What must be told of some, beside whatever else is told.
TOLD = {
    **{name: {"LETTER_REFUSES"} for name in WRITTEN},
    "blank.jpg": {"MARK_NOT_FOUND", "SEAL_NOT_FOUND"},
    "nothing-to-read.jpg": {"MARK_NOT_FOUND", "SEAL_NOT_FOUND"},
    "sound-alone.mp4": {"VIDEO_UNREADABLE"},
    "cut-off.mp4": {"VIDEO_UNREADABLE"},
}


@pytest.fixture
def anna(house: House) -> Caller:
    return house.somebody("anna", Role.SALESPERSON)


@needs_ocr
def test_any_page_gets_findings_and_harms_nothing(house: House, anna: Caller) -> None:
    told = {name: _told(house, anna, name, make()) for name, make in PAGES.items()}
    assert {name: told[name] for name in PAGES if not told[name]} == {}
    assert {name: TOLD[name] - told[name] for name in TOLD if name in PAGES} == {
        name: set() for name in TOLD if name in PAGES
    }


def test_any_film_gets_findings_and_harms_nothing(house: House, anna: Caller) -> None:
    told = {name: _told(house, anna, name, make()) for name, make in FILMS.items()}
    for name in FILMS:
        assert told[name] >= TOLD.get(name, set()), (name, told[name])


def _told(house: House, who: Caller, name: str, data: bytes) -> set[str]:
    """Hand it in, have it judged, look at it; give the reasons that were told."""
    is_film = name.endswith(".mp4")
    customer = add_customer(who, name=name, registered_name=name)
    wanted = requirement_of(who, customer, "quotes")
    _ask(house, wanted["id"], ASKED_OF_FILMS if is_film else ASKED_OF_PAGES)
    answer = who.upload(wanted["id"], data, name=name, key=name)
    assert answer.status_code == 201, (name, answer.text)
    here = f"/deliverables/{body_of(answer)['id']}"
    deliverables.verify(house.ports, body_of(answer)["id"])
    shown = body_of(who.get(here))
    assert shown["verdict"] in {"FAILED", "INDETERMINATE"}, name
    checks = shown["report"]["checks"]
    assert all(one["sub_indication"] != "CHECK_BROKE" for one in checks), (name, checks)
    looks = [one for one in checks if one["id"].startswith(("page.", "letter.", "video."))]
    assert all(one["status"] != "FAILED" for one in looks), (name, looks)
    seen = [who.get(f"{here}/pages/1").status_code, who.get(f"{here}/evidence/0/0").status_code]
    assert max(seen) < 500, (name, seen)
    return {one["sub_indication"] for one in checks if one["sub_indication"]}


def _ask(house: House, requirement: str, content: dict[str, Any]) -> None:
    with house.ports.records.begin() as unit:
        (one,) = unit.requirements.find({"id": requirement})
        unit.requirements.replace(replace(one, content=content))
