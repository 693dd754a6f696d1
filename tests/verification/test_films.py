"""Frames are taken from films of many kinds; broken bytes give none, and no exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from verification.readers.opencv_films import sample

if TYPE_CHECKING:
    from pathlib import Path


def _film(folder: Path, code: str, extension: str) -> bytes:
    """Make four seconds whose grey grows with the frame's number."""
    path = folder / f"film.{extension}"
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), 25.0, (320, 240)
    )
    for number in range(100):
        writer.write(np.full((240, 320, 3), 20 + 2 * number, np.uint8))
    writer.release()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("code", "extension"),
    [
        pytest.param("mp4v", "mp4", id="MPEG-4 in MP4"),
        pytest.param("VP90", "webm", id="VP9 in WebM"),
        pytest.param("VP80", "mkv", id="VP8 in Matroska"),
        pytest.param("XVID", "avi", id="MPEG-4 in AVI"),
        pytest.param("MJPG", "mov", id="JPEG in QuickTime"),
    ],
)
def test_each_frame_is_the_one_of_its_time(tmp_path: Path, code: str, extension: str) -> None:
    frames = sample(_film(tmp_path, code, extension), 8)
    assert len(frames) == 8
    for frame in frames:
        assert abs(frame.pixels.mean() - (20 + 2 * frame.t_ms / 40)) < 6


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(0, 40, id="a head alone"),
        pytest.param(200, 4000, id="no head"),
    ],
)
def test_a_film_that_cannot_be_decoded_gives_no_frame(tmp_path: Path, start: int, end: int) -> None:
    assert sample(_film(tmp_path, "mp4v", "mp4")[start:end], 8) == ()
