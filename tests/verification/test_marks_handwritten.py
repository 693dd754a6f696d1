"""The network for signatures by hand: its text, its view, its gradient, its boxes, its twins."""

from __future__ import annotations

import base64
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.marks import hands, ink
from verification.marks.handwritten import detect, overlap
from verification.marks.network import LAYERS, Network, Weights, planes
from verification.marks.twins import Twins
from verification.marks.view import SIDE, STEP, view_of
from verification.marks.weights import BadWeights, read, shipped, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


NO_NUMBERS = base64.b64encode(np.full(816, np.inf, "<f2").tobytes()).decode("ascii")
TEXT = files("verification.marks").joinpath("handwritten.json").read_text("ascii")


def paper(tall: int = 2339, wide: int = 1654) -> NDArray[np.uint8]:
    return np.full((tall, wide), 255, np.uint8)


def laid(page: NDArray[np.uint8], mask: NDArray[np.float32], x: int, y: int) -> None:
    part = page[y : y + mask.shape[0], x : x + mask.shape[1]]
    part[:] = np.minimum(part, (255 * (1 - mask)).astype(np.uint8))


# --- weights


def test_what_was_written_is_read_back() -> None:
    weights = read(TEXT)
    again = read(write(weights, {}))
    for one, other in zip(weights, again, strict=True):
        assert np.array_equal(one.kernel, other.kernel)
        assert np.array_equal(one.bias, other.bias)


def spoil(change: Callable[[dict[str, Any]], object]) -> str:
    held = json.loads(TEXT)
    change(held)
    return json.dumps(held)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty text"),
        pytest.param("[]", id="a list"),
        pytest.param(spoil(lambda held: held.update(format="other")), id="another format"),
        pytest.param(spoil(lambda held: held["layers"].pop()), id="a layer too few"),
        pytest.param(
            spoil(lambda held: held["layers"][0].update(values="AAAA")), id="values too few"
        ),
        pytest.param(
            spoil(lambda held: held["layers"][0].update(values="not base64!")), id="no base64"
        ),
        pytest.param(spoil(lambda held: held["layers"].reverse()), id="layers out of order"),
        pytest.param(
            spoil(lambda held: held["layers"][0].update(values=NO_NUMBERS)),
            id="values that are no numbers",
        ),
    ],
)
def test_weights_that_are_not_the_networks_are_refused(text: str) -> None:
    with pytest.raises(BadWeights):
        read(text)


# --- the view


@pytest.mark.parametrize(
    ("tall", "wide"),
    [
        pytest.param(2339, 1654, id="A4 at 200 dots an inch"),
        pytest.param(640, 640, id="a small square"),
        pytest.param(90, 60, id="a thumbnail, which is enlarged"),
    ],
)
def test_a_view_has_one_area_whatever_the_page(tall: int, wide: int) -> None:
    view = view_of(paper(tall, wide))
    assert view.size == pytest.approx(SIDE**2, rel=0.06)
    assert view.shape[0] % STEP == view.shape[1] % STEP == 0
    assert view.max() < 1e-3


def test_a_view_keeps_the_ink_it_shrinks() -> None:
    page = paper(2000, 1400)
    page[500:700, 300:900] = 0
    view = view_of(page)
    assert view.mean() == pytest.approx(200 * 600 / page.size, rel=1e-3)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 60), st.integers(1, 3000), st.integers(0, 2**32 - 1))
def test_no_shape_breaks_the_detector(tall: int, wide: int, seed: int) -> None:
    grey = np.random.default_rng(seed).integers(0, 256, (tall, wide), dtype=np.uint8)
    for found in detect(grey):
        x0, y0, x1, y1 = found.box
        assert 0 <= x0 <= x1 <= wide
        assert 0 <= y0 <= y1 <= tall
        assert 0 < found.confidence <= 1


# --- the network


def test_the_network_answers_for_each_cell() -> None:
    said = shipped().answer(np.zeros((64, 96), np.float32))
    assert said.shape == (8, 12, LAYERS[-1].gives)
    assert np.isfinite(said).all()


def test_kernels_of_zeros_leave_the_last_bias_in_every_cell() -> None:
    weights = [
        Weights(np.zeros((one.gives, one.takes, one.side, one.side), np.float32),
                np.zeros(one.gives, np.float32))
        for one in LAYERS
    ]  # fmt: skip
    weights[-1].bias[:] = [-1.5, 1, 2, 3, 4]
    said = Network(weights).answer(np.ones((32, 64), np.float32))
    assert said == pytest.approx(np.broadcast_to([-1.5, 1, 2, 3, 4], (4, 8, 5)))


def test_opencv_runs_the_network_as_pytorch_does() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is there only to train")
    from training.marks.model import Model  # noqa: PLC0415 - as above

    torch.manual_seed(0)
    model = Model().eval()
    torch.nn.init.normal_(model.layers[-1].kernel.weight, 0, 0.1)
    view = np.random.default_rng(0).random((64, 96)).astype(np.float32)
    with torch.no_grad():
        asked = model(torch.from_numpy(planes(view)[None]))[0].permute(1, 2, 0).numpy()
    assert Network(model.weights()).answer(view) == pytest.approx(asked, abs=1e-4)


# --- ink and twins


def from_font(rng: np.random.Generator, width: int) -> NDArray[np.float32]:
    return hands.written(rng, "J. Doe", cv2.FontFace("sans"), width)


@pytest.mark.parametrize("draw", [ink.latin, ink.chinese, ink.note, ink.tick, from_font])
def test_a_seed_draws_one_hand(draw: Callable[..., NDArray[np.float32]]) -> None:
    one, other = (draw(np.random.default_rng(5), 200) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, draw(np.random.default_rng(6), 200))
    assert one.max() > 0.3


def test_overlap_is_a_share_of_the_union() -> None:
    one = np.array([0.0, 0, 10, 10])
    many = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]])
    assert overlap(one, many) == pytest.approx([1, 1 / 3, 0])


@pytest.mark.parametrize(
    ("seeds", "move", "noise", "same"),
    [
        pytest.param((1, 1), (0, 0), 0, True, id="the same picture pasted twice"),
        pytest.param((1, 1), (7, 3), 12, True, id="pasted a little aside, and scanned"),
        pytest.param((1, 2), (0, 0), 0, False, id="two signatures"),
        pytest.param((3, 4), (5, 1), 8, False, id="two others, scanned"),
    ],
)
def test_nobody_signs_twice_alike_to_the_dot(
    seeds: tuple[int, int], move: tuple[int, int], noise: int, *, same: bool
) -> None:
    page, twins = paper(), Twins()
    grain = np.random.default_rng(0)
    for at, (seed, aside) in enumerate(zip(seeds, ((0, 0), move), strict=True)):
        mask = ink.latin(np.random.default_rng(seed), 400)
        laid(page, mask, 200, 300 + at * 700)
        rough = page.astype(int) + grain.integers(-noise, noise + 1, page.shape)
        x, y = 195 + aside[0], 290 + at * 700 + aside[1]
        box = (float(x), float(y), x + mask.shape[1] + 15.0, y + mask.shape[0] + 20.0)
        twins.add(rough.clip(0, 255).astype(np.uint8), box)
    assert twins.same() == (frozenset({0, 1}) if same else frozenset())


def test_two_boxes_over_one_place_are_no_twins() -> None:
    page, twins = paper(), Twins()
    laid(page, ink.latin(np.random.default_rng(1), 400), 200, 300)
    for left in (195.0, 200.0):
        twins.add(page, (left, 295.0, 610.0, 500.0))
    assert twins.same() == frozenset()


def test_empty_paper_is_no_twin_of_empty_paper() -> None:
    twins = Twins()
    for _ in range(2):
        twins.add(paper(), (100.0, 100.0, 400.0, 200.0))
    twins.add(paper(), (100.0, 100.0, 100.0, 200.0))
    assert twins.same() == frozenset()
