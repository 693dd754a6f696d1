"""The second look: a name in type beside one by hand; what it shows of a box; its weights."""

from __future__ import annotations

import base64
import json
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.marks import ink
from verification.marks import second
from verification.marks.handwritten import (
    BELIEVED,
    SEEN,
    Networks,
    detect,
    odds_of,
    overlap,
    proposed,
)
from verification.marks.network import LAYERS, Layer, Network, Weights
from verification.marks.weights import BadWeights, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from verification.marks.handwritten import Detection

    Box = tuple[float, float, float, float]

TEXT = files("verification.marks").joinpath("second.json").read_text("ascii")
NO_NUMBERS = base64.b64encode(np.full(416, np.nan, "<f2").tobytes()).decode("ascii")
#: 李伟 in LXGW WenKai (OFL), a Kai, one bit a dot: the fonts of the machine hold none.
KAI_SHAPE = 112, 236
KAI = (
    "eNq1l0Gu1iAQx4uY4I4j4DHewshV3jFcmI8aD2YTD+AVmrhw28QNLzbgwAAzQF83RpIm7Qe/YfgzM/Aty39tT8O34R"
    "/y6DvF2Q3d6F3Bo3c+NLCPz/BEjvKh6sCHGkfdCs+r6HmLbjeo9ndovJtV3zks0jpndC2SXaIPJtmImliG231EY2po"
    "WJ4DqnPnSUI0VH2JpeH2Kc9RVztPEgJQgbPUzkhCAGpwrO1AEOIdmjvwK9ZXFGIvllbydm1hF/CH6NHwCnZIYrs57n"
    "+mD4oIxdE0cWgDIZgscz/98ONXpIgQnYvwQzC+iZ1C3PF91nvc22qWfnPsHmRdj8yuOx61ejehraZHRVzD4jzFd4fa"
    "Q++yTptSg6MqQDTpMq32PQp2IZpsoG3lqD0AFUU0M6BgF1CF08oBBbsphg2KbAcU7Kbwd1lkVdGPRd8zh7zEkME1u7"
    "oDyW6SVWenYFWCb7rbMVtsGp385vEOdnFH8mgDhhAt/pdEkyng5B+/YMCgMAnI+aqTLfdtxYQILXkxVy2MU799TghW"
    "ihax1ZUECNo3TSYRS3Jt+dV872TK6YlhqWBd3nKFYVJXAxoSyn7lqKzeoyzq6NBHzUmUJUiOqpbOGdWbHULCpC6Lye"
    "vlsK9LkkShLHYZ0SZlWtCElrjAc+EKLXb1WlERTxbH2a7YC9o2ltv9AMqYvlYty1uNduUKaO2sM4ufJW/eA6pH1FJZ"
    "mFFF3klftoPKlaViY3P1CewwkVSapE+rdPwwMSw/q0wNxfNV7RgFReHAzxyN/jfUNJmiq1HR0HpcC344dOiTatU/r6"
    "5D6WQo29GhhnVOswrqW5fJYT3I2Tuc1uHZpaRDRXbEbNfoeJ+5kIneCqr5rSaM6IMBekTlyeaaUOPJzQld4ssNKukc"
    "vEANy5w4rdVR5uhjROUtqtmsE7rYgj5fOFwOH3jdLhxuV057iVLwX6Dsavc6CtXZvI6KGG9QzUqNmsqaZaibyhrbph"
    "llJQRRzVFDNyNEu6u08zeooKEXdVhS4TRXJby1T9M/g6k9/+sfkb/ekcKL"
)
TYPED_AT, SIGNED_AT = (220, 1040), (220, 1500)


def in_kai() -> NDArray[np.float32]:
    bits = np.frombuffer(zlib.decompress(base64.b64decode(KAI)), np.uint8)
    high, wide = KAI_SHAPE
    return np.unpackbits(bits)[: high * wide].reshape(KAI_SHAPE).astype(np.float32)


def laid(page: NDArray[np.uint8], mask: NDArray[np.float32], at: tuple[int, int]) -> Box:
    (x, y), (high, wide) = at, mask.shape
    part = page[y : y + high, x : x + wide]
    part[:] = np.minimum(part, (255 * (1 - mask)).astype(np.uint8))
    return (float(x), float(y), float(x + wide), float(y + high))


def page_of(*masks: tuple[NDArray[np.float32], tuple[int, int]]) -> NDArray[np.uint8]:
    """Print a letter of A4 at 200 dots an inch, and lay ink on it."""
    page = np.full((2339, 1654), 255, np.uint8)
    face = cv2.FontFace("sans")
    for i in range(12):
        line = "We have read the report of the committee and agree to the budget as"
        cv2.putText(page, line, (190, 300 + 50 * i), (0,), face, 28, 400)
    for mask, at in masks:
        cv2.putText(page, "Signature:", (190, at[1] - 40), (0,), face, 28, 400)
        laid(page, mask, at)
    return page


def signed(seed: int) -> NDArray[np.float32]:
    return ink.latin(np.random.default_rng(seed), 400)


def told_at(found: tuple[Detection, ...], at: tuple[int, int], mask: NDArray[np.float32]) -> float:
    """Give how sure a box is that stands where ink was laid."""
    high, wide = mask.shape
    there = np.array([at[0], at[1], at[0] + wide, at[1] + high], float)
    near = [one for one in found if overlap(there, np.array([one.box]))[0] > 0.3]
    return max((one.confidence for one in near), default=0.0)


# --- type and hand


@pytest.mark.parametrize("seed", [2, 3, 12])
def test_a_name_typed_in_kai_does_not_pass_beside_a_signature_that_does(seed: int) -> None:
    hand = signed(seed)
    page = page_of((in_kai(), TYPED_AT), (hand, SIGNED_AT))
    first, found = proposed(page, least=SEEN), detect(page, least=SEEN)
    assert told_at(first, TYPED_AT, in_kai()) >= BELIEVED  # the first look takes it for a hand
    assert SEEN <= told_at(found, TYPED_AT, in_kai()) < BELIEVED
    assert told_at(found, SIGNED_AT, hand) >= BELIEVED
    assert [one.confidence for one in found] == sorted(one.confidence for one in found)[::-1]


def test_a_second_look_loses_no_box() -> None:
    page = page_of((in_kai(), TYPED_AT), (signed(3), SIGNED_AT))
    assert {one.box for one in detect(page)} == {one.box for one in proposed(page)}


def says(layers: Sequence[Layer], last: list[float]) -> Network:
    """Make a network that answers `last` whatever it sees."""
    weights = [
        Weights(
            np.zeros((one.gives, one.takes, one.side, one.side), np.float32),
            np.zeros(one.gives, np.float32),
        )
        for one in layers
    ]
    weights[-1].bias[:] = last
    return Network(weights, layers)


@pytest.mark.parametrize(
    ("first", "hand_type_other", "told"),
    [
        pytest.param(0.95, [0, 5, 0], 0.7, id="in type: it does not pass"),
        pytest.param(0.95, [5, 0, 0], 0.95, id="by hand: it passes"),
        pytest.param(0.95, [0, 0, 5], 0.95, id="neither: it passes as before"),
        pytest.param(0.95, [1, 1.8, 0], 0.7, id="rather in type: it does not pass"),
        pytest.param(0.95, [1, 1.6, 0], 0.95, id="as well by hand: it passes"),
        pytest.param(0.6, [5, 0, 0], 0.6, id="likely, and a sure hand: it is open as before"),
        pytest.param(0.4, [0, 5, 0], 0.4, id="unlikely and in type: it is open, not gone"),
        pytest.param(0.1, [0, 5, 0], 0.1, id="what is not told stays untold"),
    ],
)
def test_what_both_looks_say_makes_the_confidence(
    first: float, hand_type_other: list[float], told: float
) -> None:
    networks = Networks(
        says(LAYERS, [odds_of(first), 0, 0, 0, 0]), says(second.LAYERS, hand_type_other)
    )
    found = detect(page_of(), networks)
    assert {round(one.confidence, 3) for one in found} == {told}


# --- the window


def test_a_window_shows_a_box_as_large_as_it_fits_and_dark_on_white() -> None:
    page = np.full((900, 900), 190, np.uint8)
    page[300:400, 200:400] = 60
    seen = second.window_of(page, (180.0, 280.0, 420.0, 420.0))
    rows, columns = np.flatnonzero(seen.max(1) > 0.5), np.flatnonzero(seen.max(0) > 0.5)
    assert seen.shape == (second.HIGH, second.WIDE)
    assert seen.max() == pytest.approx(1.0)
    assert columns.size / rows.size == pytest.approx(2.0, rel=0.1)
    assert seen[:, :20].max() == 0


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.lists(st.floats(-20, 90), min_size=4, max_size=4),
    st.integers(0, 255),
)
def test_no_box_breaks_the_second_look(
    shape: tuple[int, int], sides: list[float], shade: int
) -> None:
    grey = np.full(shape, shade, np.uint8)
    x0, y0, x1, y1 = sides
    seen = second.window_of(grey, (x0, y0, x1, y1))
    assert seen.max() == 0  # even paper shows nothing
    assert second.shares(second.shipped(), seen).sum() == pytest.approx(1, abs=1e-5)


# --- weights


def spoil(change: Callable[[dict[str, Any]], object]) -> str:
    held = json.loads(TEXT)
    change(held)
    return json.dumps(held)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty text"),
        pytest.param(
            files("verification.marks").joinpath("handwritten.json").read_text("ascii"),
            id="the weights of the first look",
        ),
        pytest.param(spoil(lambda held: held.pop("format")), id="no format"),
        pytest.param(spoil(lambda held: held["layers"].pop()), id="a layer too few"),
        pytest.param(
            spoil(lambda held: held["layers"][2].update(values=held["layers"][0]["values"])),
            id="values of another layer",
        ),
        pytest.param(
            spoil(lambda held: held["layers"][0].update(values=NO_NUMBERS)),
            id="values that are no numbers",
        ),
    ],
)
def test_weights_that_are_not_the_second_networks_are_refused(text: str) -> None:
    with pytest.raises(BadWeights):
        read(text, second.LAYERS, second.FORMAT)


def test_the_weights_that_ship_are_those_of_this_network_and_small() -> None:
    weights = read(TEXT, second.LAYERS, second.FORMAT)
    assert sum(one.kernel.size + one.bias.size for one in weights) < 150_000
    assert len(TEXT) < 400_000


def test_opencv_runs_the_second_network_as_pytorch_does() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is there only to train")
    from training.marks.model import Model  # noqa: PLC0415 - as above

    torch.manual_seed(0)
    model = Model(second.LAYERS).eval()
    torch.nn.init.normal_(model.layers[-1].kernel.weight, 0, 0.1)
    seen = np.random.default_rng(0).random((second.HIGH, second.WIDE)).astype(np.float32)
    with torch.no_grad():
        odds = model(torch.from_numpy(seen[None, None])).mean(dim=(2, 3))[0]
    asked = torch.softmax(odds, 0).numpy()
    looking = second.network(model.weights())
    assert second.shares(looking, seen) == pytest.approx(asked, abs=1e-4)
