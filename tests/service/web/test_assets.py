"""Static files: kept by their version, ours alone, and colours that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service.web
from tests.service.web.scene import Scene, page_of

STATIC = Path(service.web.__file__).parent / "static"
CSS = (STATIC / "countermark.css").read_text("utf-8")
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
TEXT, GRAPHICS = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11


def test_assets_are_kept_for_good_under_their_version(scene: Scene) -> None:
    visitor = scene.reviewer()
    page = page_of(visitor.get("/reviews"))
    for address in page.xpath("//script/@src | //link/@href | //img/@src"):
        answer = visitor.get(address)
        answer.close()
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        stale = visitor.get(address.partition("?")[0] + "?v=000000000000")
        stale.close()
        assert stale.headers["Cache-Control"] == "no-cache"


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *STATIC.glob("*.svg")]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path.name
        assert "@import" not in text, path.name


def test_vendored_file_carries_its_licence() -> None:
    assert "Zero-Clause BSD" in (STATIC / "vendor/htmx-LICENSE.txt").read_text("utf-8")


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG 2.2 counts it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("ink", "paper", TEXT),
        ("ink", "ground", TEXT),
        ("ink-soft", "paper", TEXT),
        ("ink-soft", "ground", TEXT),
        ("pass", "pass-wash", TEXT),
        ("open", "open-wash", TEXT),
        ("fail", "fail-wash", TEXT),
        ("ink", "pass-wash", TEXT),
        ("ink", "fail-wash", TEXT),
        ("ink", "seal-wash", TEXT),
        ("paper", "seal", TEXT),
        ("paper", "seal-deep", TEXT),
        ("paper", "pass", TEXT),
        ("paper", "open", TEXT),
        ("paper", "fail", TEXT),
        ("focus", "paper", TEXT),
        ("focus", "ground", TEXT),
        ("seal-deep", "paper", TEXT),
        ("edge", "paper", GRAPHICS),
        ("edge", "ground", GRAPHICS),
        ("focus", "ink", 1.0),
    ],
)
def test_colours_can_be_read(ink: str, ground: str, least: float) -> None:
    assert contrast(TOKENS[ink], TOKENS[ground]) >= least


def test_contrast_is_counted_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)


def test_every_colour_is_a_token() -> None:
    rules = CSS[CSS.index("* { box-sizing") :]
    loose = set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) - {"#document"}
    assert not loose
