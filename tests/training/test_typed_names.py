"""Names typed where one signs, beside names by hand; the calibration; going on with a lesson."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import cv2
import numpy as np
import pytest

from training.marks import hands, ink, layouts, signing, slips, typed, words
from training.marks.calibrate import fitted
from training.marks.pages import Page, Scribe, Supplies
from training.marks.scans import Page as Scan
from training.marks.scans import judged
from verification.marks.handwritten import Detection, odds_of, proposed
from verification.marks.network import LAYERS, planes
from verification.marks.weights import read, shipped

FACE = cv2.FontFace("sans")
PLAIN = Supplies(
    print_fonts=[FACE], typed_fonts=[FACE], chinese_fonts=[FACE], script_fonts=[FACE],
    hands=[FACE], block_hands=[FACE], signatures=[],
)  # fmt: skip
WITH_NAMES = replace(PLAIN, name_fonts=[FACE], chinese_hands=[FACE])


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- what is typed


def test_names_are_of_two_to_four_characters_that_names_are_made_of() -> None:
    rng = rng_of(1)
    made = {typed.hanzi(rng).replace(" ", "") for _ in range(400)}
    known = set(words.SURNAMES) | set(words.GIVEN) | set("".join(words.DOUBLE_SURNAMES))
    assert {len(one) for one in made} == {2, 3, 4}
    assert all(set(one) <= known for one in made - set(words.SIGNED))
    assert set(words.SIGNED) <= made


def parts(mask: ink.Mask) -> list[np.ndarray]:
    """Cut a line of letters where no ink is, and bring the parts to one size."""
    inked = np.flatnonzero(np.diff(np.pad((mask.max(0) > 0.5).astype(np.int8), 1)))
    cut = [ink.tight(mask[:, a:b]) for a, b in zip(inked[::2], inked[1::2], strict=True)]
    return [cv2.resize(one, (32, 32)) for one in cut]


def unlike(mask: ink.Mask) -> float:
    """Give how much the letters of a line differ most from the first."""
    first, *others = parts(mask)
    return max((float(np.abs(first - one).mean()) for one in others), default=1.0)


def test_in_type_a_letter_comes_again_the_same_and_by_hand_it_does_not() -> None:
    by_type = [unlike(typed.straight(rng_of(i), "O O O", FACE, 60)) for i in range(12)]
    by_hand = [unlike(hands.written(rng_of(i), "O O O", FACE, 300)) for i in range(12)]
    assert max(by_type) < 0.08  # those that stand askew
    assert np.median(by_type) < 0.01
    assert np.median(by_hand) > 0.08


# --- where one signs


def at_a_place(seed: int, *, signed: bool) -> Page:
    scribe = Scribe(rng_of(seed), WITH_NAMES)
    slips.place(scribe, 200, 400, signed=signed)
    return scribe.page


@pytest.mark.parametrize("seed", range(8))
def test_what_stands_where_one_signs_is_a_signature_only_where_somebody_signed(seed: int) -> None:
    assert len(at_a_place(seed, signed=True).signatures) == 1
    assert at_a_place(seed, signed=False).signatures == []


@pytest.mark.parametrize("seed", range(12))
def test_a_decoy_leaves_ink_and_no_box(seed: int) -> None:
    scribe = Scribe(rng_of(seed), WITH_NAMES)
    signing.decoy(scribe, 300, 500, 80)
    assert scribe.page.sheet[420:580].sum() > 100
    assert scribe.page.signatures == scribe.page.doubtful == []


def test_a_typed_name_is_as_high_as_a_signature_at_most() -> None:
    for seed in range(30):
        scribe = Scribe(rng_of(seed), WITH_NAMES)
        signing.typed_name(scribe, 100, 500, 80)
        rows = np.flatnonzero(scribe.page.sheet.max(1) > 0.3)
        assert 12 < rows[-1] - rows[0] < 100


@pytest.mark.parametrize(
    ("supplies", "expected"),
    [
        pytest.param(
            WITH_NAMES, {"slip", "decoy"}, id="fonts for names: some pages are slips with decoys"
        ),
        pytest.param(PLAIN, set(), id="no fonts for names: pages are drawn as they were"),
    ],
)
def test_names_are_typed_only_where_there_are_fonts_for_them(
    supplies: Supplies, expected: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(slips, "slip", lambda _: seen.append("slip"))
    monkeypatch.setattr(signing, "decoy", lambda *_: seen.append("decoy"))
    for seed in range(40):
        layouts.draw(rng_of(seed), supplies, lambda _: None)
    assert set(seen) == expected


# --- the calibration


def test_the_curve_that_boxes_were_right_by_is_found_again() -> None:
    rng = rng_of(3)
    odds = rng.normal(0, 2, 20_000)
    right = rng.random(20_000) < 1 / (1 + np.exp(-(2.3 * odds - 1.5)))
    assert fitted(odds, right) == pytest.approx((2.3, -1.5), abs=0.12)


@pytest.mark.parametrize(
    ("odds", "right"),
    [
        pytest.param([0.0, 1.0], [True, True], id="all boxes are right"),
        pytest.param([0.0, 1.0], [False, False], id="none is right"),
        pytest.param([-2.0, -1.0, 1.0], [False, False, True], id="all right ones are surer"),
    ],
)
def test_boxes_that_no_curve_fits_best_are_refused(odds: list[float], right: list[bool]) -> None:
    with pytest.raises(ValueError, match="no curve fits"):
        fitted(np.array(odds), np.array(right))


def test_log_odds_are_read_out_of_a_confidence() -> None:
    sure = [odds_of(share) for share in (0.02, 0.3, 0.8, 0.99)]
    assert sure == sorted(sure)
    page = np.full((640, 640), 255, np.uint8)
    mask = ink.latin(rng_of(3), 200)
    page[300 : 300 + mask.shape[0], 200 : 200 + mask.shape[1]] = (255 * (1 - mask)).astype(np.uint8)
    surest = max(one.confidence for one in proposed(page))
    view = (1 - page / 255).astype(np.float32)
    assert odds_of(surest) == pytest.approx(float(shipped().answer(view)[..., 0].max()), abs=0.2)


def test_one_true_box_makes_one_box_right_and_it_is_the_surest() -> None:
    page = Scan("a.jpg", np.zeros((9, 9), np.uint8), np.array([[0.0, 0.0, 10.0, 10.0]]))
    found = [Detection((0.0, 0.0, 9.0, 9.0), 0.5), Detection((0.0, 0.0, 8.0, 8.0), 0.9)]
    assert [(one.confidence, right) for one, right in judged(page, found, 0.3)] == [
        (0.9, True),
        (0.5, False),
    ]


# --- going on


def test_a_lesson_goes_on_from_weights_that_ship_saying_what_they_say() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is there only to train")
    from training.marks.model import Model  # noqa: PLC0415 - as above

    text = files("verification.marks").joinpath("handwritten.json").read_text("ascii")
    views = np.stack([planes(rng_of(i).random((64, 96)).astype(np.float32)) for i in range(4)])
    model = Model()
    model.take(read(text), torch.from_numpy(views))
    view = rng_of(9).random((64, 96)).astype(np.float32)
    with torch.no_grad():
        said = model.eval()(torch.from_numpy(planes(view)[None]))[0].permute(1, 2, 0).numpy()
    assert said.shape[-1] == LAYERS[-1].gives
    assert said == pytest.approx(shipped().answer(view), abs=2e-3)
