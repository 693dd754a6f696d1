"""What the second look learns from: each kind is drawn, alike from a seed, and some faces never."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from training.marks import glances
from training.marks.pages import Supplies
from training.marks.supplies import gather
from verification.marks.second import HIGH, KINDS, WIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACE = cv2.FontFace("sans")
SUPPLIES = Supplies(
    print_fonts=[FACE], typed_fonts=[FACE], chinese_fonts=[FACE], script_fonts=[FACE],
    hands=[FACE], block_hands=[FACE], signatures=[], name_fonts=[FACE], chinese_hands=[FACE],
    running_fonts=[FACE],
)  # fmt: skip


def drawn(seed: int, count: int = 60) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    return glances.drawn(seed, SUPPLIES, count)


def test_a_seed_draws_the_same_glances_and_another_others() -> None:
    one, again, other = drawn(1, 6), drawn(1, 6), drawn(2, 6)
    assert np.array_equal(one[0], again[0])
    assert np.array_equal(one[1], again[1])
    assert not np.array_equal(one[0], other[0])


def test_every_kind_is_drawn_and_leaves_ink_on_paper() -> None:
    windows, kinds = drawn(3)
    assert windows.shape == (60, HIGH, WIDE)
    assert set(kinds.tolist()) == set(range(len(KINDS)))
    inked = (windows > 127).mean(axis=(1, 2))
    assert np.median(inked) > 0.01
    assert np.median(inked) < 0.4


@pytest.mark.parametrize(
    ("name", "taught"),
    [
        pytest.param("gkai00mp.ttf", True, id="a Kai that is taught"),
        pytest.param("ma-shan-zheng.ttf", True, id="a running hand that is taught"),
        pytest.param("TW-Kai-98_1.ttf", False, id="the Kai kept back"),
        pytest.param("TW-Sung-98_1.ttf", False, id="the Song kept back"),
        pytest.param("zhi-mang-xing.ttf", False, id="the running hand kept back"),
    ],
)
def test_faces_that_are_kept_back_are_never_taught(
    name: str, tmp_path: Path, *, taught: bool
) -> None:
    printed = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if printed is None:
        pytest.skip("no DejaVu on this machine")
    for each in ("dejavu.ttf", "cjk.ttf"):
        shutil.copy(printed, tmp_path / each)
    without = gather((tmp_path,), None, typed_names=True)
    shutil.copy(printed, tmp_path / name)
    with_it = gather((tmp_path,), None, typed_names=True)
    more = [
        len(getattr(with_it, kind)) - len(getattr(without, kind))
        for kind in ("name_fonts", "running_fonts", "chinese_hands", "chinese_fonts")
    ]
    assert any(more) == taught
