"""Digits of single pixels, as recorders of cameras burn them in, read by our network alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verification.films import clock, lines
from verification.readers.opencv_film import Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Eight pixels wide, ten high, a byte a row.
DOTS = {
    "0": "182442464a5262422418", "1": "0818280808080808083e", "2": "3c4242020c102040407e",
    "3": "3c4242021c020242423c", "4": "040c142444447e040404", "5": "7e4040407c020202423c",
    "6": "1c2040407c424242423c", "7": "7e020204040408080808", "8": "3c4242423c424242423c",
    "9": "3c4242423e0202020438", "-": "000000003c0000000000", ":": "00001818000018180000",
    " ": "00000000000000000000",
}  # fmt: skip


def dots(text: str, times: int) -> NDArray[np.uint8]:
    columns = [np.frombuffer(bytes.fromhex(DOTS[one]), np.uint8)[:, None] for one in text]
    row = np.unpackbits(np.hstack(columns), axis=1)
    return np.kron(row, np.ones((times, times), np.uint8))


def frames(start: datetime, times: int, *, edged: bool) -> list[Frame]:
    """Draw three frames, two seconds apart, coded as a film is."""
    noise = np.random.default_rng(1).integers(60, 160, (240, 520, 3), dtype=np.uint8)
    ground, drawn = cv2.GaussianBlur(noise, (0, 0), 9), []
    for second in (0, 2, 4):
        shown = start + timedelta(seconds=second)
        ink = np.pad(dots(shown.strftime("%Y-%m-%d %H:%M:%S"), times), 4)
        picture = ground.copy()
        place = picture[20 : 20 + ink.shape[0], 20 : 20 + ink.shape[1]]
        if edged:
            place[cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0] = 0
        place[ink > 0] = 255
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
        pixels = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
        drawn.append(Frame(at=float(second), pixels=pixels))
    return drawn


@pytest.mark.parametrize("edged", [True, False], ids=["outlined", "bare"])
@pytest.mark.parametrize("times", [1, 2], ids=["ten pixels high", "twenty pixels high"])
@pytest.mark.parametrize("start", ["2026-11-28 14:03:22", "2027-03-06 09:58:31"])
def test_digits_of_single_pixels_are_read(
    start: str, times: int, *, edged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "available", lambda: False)
    first = datetime.fromisoformat(start)
    told = clock.read(frames(first, times, edged=edged))
    expected = [first + timedelta(seconds=second) for second in (0, 2, 4)]
    assert [one.shown for one in told.readings] == expected
