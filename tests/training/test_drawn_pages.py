"""Pages that signatures are learnt from: what is drawn on them, and what a lesson goes on from."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from training.marks import clutter, dirt, layouts, scan, signing, sketches
from training.marks.pages import WIDTH, Page, Scribe, Supplies
from verification.marks.network import Network, planes
from verification.marks.weights import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

FACES = [cv2.FontFace("sans")]
SUPPLIES = Supplies(
    print_fonts=FACES,
    typed_fonts=FACES,
    chinese_fonts=FACES,
    script_fonts=FACES,
    hands=FACES,
    block_hands=FACES,
    signatures=(),
)


def blank(seed: int) -> Scribe:
    return Scribe(np.random.default_rng(seed), SUPPLIES)


def longest(sheet: NDArray[np.float32]) -> int:
    """Give the longer side of the largest connected piece of ink."""
    stats = cv2.connectedComponentsWithStats((sheet > 0.3).astype(np.uint8))[2]
    return int(stats[1:, 2:4].max())


# --- what is no signature


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(dirt.specks, id="specks"),
        pytest.param(dirt.grain, id="a tone of fine dots"),
        pytest.param(dirt.edges, id="black edges"),
        pytest.param(dirt.punched, id="punched holes"),
        pytest.param(dirt.staple, id="a staple"),
        pytest.param(sketches.sketch, id="a sketch"),
        pytest.param(clutter.margin, id="a remark along the margin"),
        pytest.param(clutter.script_logo, id="a name in script as a mark"),
        pytest.param(clutter.rubber_stamp, id="a rubber stamp, smeared or not"),
    ],
)
def test_what_is_no_signature_leaves_ink_and_no_box(what: Callable[[Scribe], None]) -> None:
    inked = 0
    for seed in range(5):
        one, other = blank(seed), blank(seed)
        what(one)
        what(other)
        assert np.array_equal(one.page.sheet, other.page.sheet), "a seed draws one page"
        assert 0 <= one.page.sheet.min() <= one.page.sheet.max() <= 1
        assert not one.page.signatures
        inked += bool(one.page.sheet.any())
    assert inked >= 3


def test_no_speck_is_a_stroke() -> None:
    wild = [blank(seed) for seed in range(6)]
    for scribe in wild:
        at = np.stack([np.arange(20, 1200, 45.0), np.full(27, 300.0)], axis=1)
        dirt.blots(scribe, at)  # apart, so that none run together
    assert max(longest(scribe.page.sheet) for scribe in wild) < 100


@pytest.mark.parametrize("seed", range(6))
def test_a_sketch_keeps_off_signatures(seed: int) -> None:
    scribe = blank(seed)
    scribe.page.signatures.append((0.0, 0.0, float(WIDTH), float(scribe.tall)))
    sketches.sketch(scribe)
    assert not scribe.page.sheet.any()


@pytest.mark.parametrize(
    "kind", range(6), ids=["parts", "plan", "graph", "section", "wires", "views"]
)
@pytest.mark.parametrize("shake", [0.0, 1.5], ids=["along a ruler", "by hand"])
def test_every_kind_of_sketch_is_drawn(kind: int, shake: float) -> None:
    scribe = blank(3)
    pencil = sketches.Pencil(scribe=scribe, thick=2, shake=shake, dark=1.0)
    sketches.KINDS[kind](pencil, np.array([100.0, 100.0]), np.array([700.0, 500.0]))
    assert longest(scribe.page.sheet) > 40


# --- what is one


def test_a_small_signature_is_flat_and_its_pen_thin() -> None:
    for seed in range(6):
        mask = signing.small(blank(seed), 260, 40)
        assert mask.shape[0] <= 52
        assert mask.shape[1] > 2 * mask.shape[0]
        assert 0.01 < (mask > 0.3).mean() < 0.6


def test_a_form_may_be_signed_among_its_fields() -> None:
    signed = 0
    for seed in range(8):
        scribe = blank(seed)
        layouts.form(scribe)
        for x0, y0, x1, y1 in scribe.page.signatures:
            signed += y1 - y0 <= 72
            assert scribe.page.sheet[int(y0) : int(y1), int(x0) : int(x1)].max() > 0.2
    assert signed


# --- scanning


@pytest.mark.parametrize("seed", range(4))
def test_a_fax_knows_black_and_white_alone(seed: int) -> None:
    fine = np.random.default_rng(seed).random((640, 480)).astype(np.float32)
    sent = scan.faxed(np.random.default_rng(seed), fine)
    assert sent.shape == fine.shape
    assert set(np.unique(sent)) <= {0.0, 1.0}
    repeated = (sent[1:] == sent[:-1]).all(axis=1).mean()
    assert repeated > 0.05, "rows are sent more coarsely than they were"


def test_boxes_go_where_their_ink_goes() -> None:
    for seed in range(4):
        page = Page(sheet=np.zeros((1600, WIDTH), np.float32))
        page.sheet[700:760, 500:800] = 1.0
        page.signatures.append((500.0, 700.0, 800.0, 760.0))
        seen = scan.scan(np.random.default_rng(seed), page)
        x0, y0, x1, y1 = seen.signatures[0].round().astype(int)
        assert seen.view[y0:y1, x0:x1].mean() > seen.view.mean() + 60


# --- going on from weights


def test_a_lesson_goes_on_from_what_ships() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is there only to train")
    from training.marks.model import Model  # noqa: PLC0415 - as above

    learnt = read(files("verification.marks").joinpath("handwritten.json").read_text("ascii"))
    rng, model = np.random.default_rng(0), Model()
    model.take(learnt, torch.from_numpy(rng.random((2, 2, 96, 96), np.float32)))
    view = rng.random((64, 96), np.float32)
    with torch.no_grad():
        said = model(torch.from_numpy(planes(view)[None]))[0].permute(1, 2, 0).numpy()
    asked = Network(learnt).answer(view)
    assert said == pytest.approx(asked, abs=1e-4)
    assert Network(model.weights()).answer(view) == pytest.approx(asked, abs=1e-4)
