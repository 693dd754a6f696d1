"""The network for signatures by hand: its text, its view, its gradient, its boxes, its twins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.marks import ink
from training.marks.learning import Aim, Learner, aim_at
from verification.marks.handwritten import detect, overlap
from verification.marks.network import LAYERS, answer
from verification.marks.twins import Twins
from verification.marks.view import SIDE, STEP, view_of
from verification.marks.weights import BadWeights, read, shipped, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def paper(tall: int = 2339, wide: int = 1654) -> NDArray[np.uint8]:
    return np.full((tall, wide), 255, np.uint8)


def laid(page: NDArray[np.uint8], mask: NDArray[np.float32], x: int, y: int) -> None:
    part = page[y : y + mask.shape[0], x : x + mask.shape[1]]
    part[:] = np.minimum(part, (255 * (1 - mask)).astype(np.uint8))


# --- weights


def test_what_was_written_is_read_back() -> None:
    weights = shipped()
    again = read(write(weights, {}))
    for one, other in zip(weights, again, strict=True):
        assert np.array_equal(one.kernel, other.kernel)
        assert np.array_equal(one.bias, other.bias)


def spoil(change: Callable[[dict[str, Any]], object]) -> str:
    held = json.loads(write(shipped(), {}))
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
            spoil(lambda held: held["layers"][0].update(values="/38" * 208)),
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
    assert view.size == pytest.approx(SIDE**2, rel=0.03)
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


# --- learning


@pytest.mark.parametrize("number", [0, 2, 5, 10, 11, 21])
def test_the_gradient_is_the_slope_of_the_loss(number: int) -> None:
    rng = np.random.default_rng(0)
    learner = Learner(rng)
    learner.biases[-1][0] = 0
    views = rng.random((2, 64, 64)).astype(np.float32)
    one = aim_at((64, 64), np.array([[10.0, 10, 50, 40]]), np.zeros((0, 4)))
    half = (views, Aim(np.stack([one.label] * 2), np.stack([one.reach] * 2)), 20.0)
    _, gradients = learner._part(half)  # noqa: SLF001 - the step would move what is measured
    weights = (*learner.kernels, *learner.biases)[number]
    at = np.unravel_index(np.abs(gradients[number]).argmax(), weights.shape)
    losses = []
    for move in (3e-3, -6e-3):
        weights[at] += move
        losses.append(learner._part(half)[0])  # noqa: SLF001 - as above
    slope = (losses[0] - losses[1]) / 6e-3
    assert gradients[number][at] == pytest.approx(slope, rel=0.02)


def test_the_same_seed_learns_the_same() -> None:
    texts = []
    for _ in range(2):
        rng = np.random.default_rng(7)
        learner = Learner(rng)
        one = aim_at((64, 64), np.array([[10.0, 10, 50, 40]]), np.zeros((0, 4)))
        aim = Aim(np.stack([one.label] * 2), np.stack([one.reach] * 2))
        views = rng.random((2, 64, 64)).astype(np.float32)
        losses = [learner.step(views, aim, 2e-3) for _ in range(8)]
        assert losses[-1] < losses[0]
        texts.append(write(learner.learnt(), {}))
    assert texts[0] == texts[1]


def test_the_network_answers_for_each_cell() -> None:
    said = answer(np.zeros((64, 96), np.float32), shipped())
    assert said.shape == (8, 12, LAYERS[-1].gives)
    assert np.isfinite(said).all()


# --- ink and twins


@pytest.mark.parametrize("draw", [ink.latin, ink.chinese, ink.note, ink.tick])
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
