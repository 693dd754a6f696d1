"""Pictures as pixels: few formats, capped by what the header says, and PNG out of raw pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.verification import bombs
from verification.limits import LimitExceeded, Limits
from verification.pages import drawing
from verification.pages.picture import CannotRender, Picture, Wanted
from verification.pages.png import encode

if TYPE_CHECKING:
    from collections.abc import Callable

GREEN = (0, 200, 0)


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


@pytest.mark.parametrize("name", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "JPEG"])
def test_allowed_formats_are_drawn(name: str) -> None:
    data = saved(Image.new("RGB", (40, 20), GREEN), name)
    picture = drawing.render(data, Wanted(max_side=100))
    assert (picture.width, picture.height) == (40, 20)
    assert all(abs(seen - meant) < 6 for seen, meant in zip(picture.rgb[:3], GREEN, strict=True))


@pytest.mark.parametrize("name", ["ICO", "PPM", "TGA", "PCX", "JPEG2000", "EPS", "AVIF"])
def test_other_formats_of_pillow_are_not_even_tried(name: str) -> None:
    data = saved(Image.new("RGB", (32, 32), GREEN), name)
    with pytest.raises(CannotRender, match="format"):
        drawing.render(data, Wanted(max_side=100))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    data = saved(Image.new(mode, (8, 8)), "TIFF" if mode in {"F", "I"} else "PNG")
    assert len(drawing.render(data, Wanted(max_side=8)).rgb) == 8 * 8 * 3


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    data = saved(Image.new("I;16", (4, 4), 128 * 256), "PNG")
    assert drawing.render(data, Wanted(max_side=4)).rgb[:3] == bytes([128] * 3)


def test_transparent_is_white_paper() -> None:
    data = saved(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG")
    assert set(drawing.render(data, Wanted(max_side=4)).rgb) == {255}


def test_clip_is_in_pixels_of_the_original() -> None:
    image = Image.new("RGB", (100, 50), "white")
    image.paste(GREEN, (60, 20, 80, 30))
    picture = drawing.render(saved(image, "PNG"), Wanted(max_side=200, clip=(60, 20, 80, 30)))
    assert (picture.width, picture.height) == (20, 10)
    assert set(zip(*[iter(picture.rgb)] * 3, strict=True)) == {GREEN}
    with pytest.raises(CannotRender, match="nothing_to_show"):
        drawing.render(saved(image, "PNG"), Wanted(max_side=9, clip=(200, 0, 300, 9)))


def test_frames_are_pages() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", GREEN, "blue")]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    assert drawing.sizes(data, Limits()) == ((8.0, 8.0),) * 3
    assert tuple(drawing.render(data, Wanted(page=2, max_side=8)).rgb[:3]) == GREEN
    for beyond in (4, 10**30):
        with pytest.raises(CannotRender, match="no_such_page"):
            drawing.render(data, Wanted(page=beyond, max_side=8))


@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (bombs.png_of_169_megapixels, "image_pixels"),
        (bombs.png_of_4_exapixels, "image_pixels"),
        (bombs.bmp_run_length_of_900_megapixels, "image_pixels"),
        (bombs.jpeg_of_1000_scans, "jpeg_scans"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_cap_is_named_before_anything_is_decoded(make: Callable[[], bytes], limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        drawing.render(make(), Wanted(max_side=100))
    assert caught.value.limit.name == limit


def test_too_many_frames_are_not_counted_to_the_end() -> None:
    with pytest.raises(LimitExceeded) as caught:
        drawing.sizes(bombs.gif_of_100000_frames(), Limits())
    assert caught.value.limit.name == "image_frames"


def test_ordinary_progressive_jpeg_is_within_the_cap_on_scans() -> None:
    data = saved(Image.effect_noise((300, 300), 40).convert("RGB"), "JPEG", progressive=True)
    assert drawing.render(data, Wanted(max_side=50)).width == 50
    with pytest.raises(LimitExceeded):
        drawing.render(data, Wanted(max_side=50, limits=Limits(jpeg_scans=3)))


@pytest.mark.parametrize("keep", [10, 40, 60])
def test_cut_off_picture_is_broken_not_a_crash(keep: int) -> None:
    data = saved(Image.effect_noise((64, 64), 40), "PNG")
    with pytest.raises(CannotRender, match=r"broken|format"):
        drawing.render(data[:keep], Wanted(max_side=9))


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_png_gives_back_exactly_the_pixels(width: int, height: int, data: st.DataObject) -> None:
    rgb = data.draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    with Image.open(io.BytesIO(encode(Picture(width=width, height=height, rgb=rgb)))) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (width, height))
        assert image.tobytes() == rgb
        assert image.info == {}
