"""Films with a clock burnt in, drawn and coded by ourselves: honest ones, and their bad twins."""

from __future__ import annotations

import io
import struct
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from verification.readers.isobmff import SECONDS_1904_TO_1970, boxes, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

Twin = Literal["honest", "frozen", "spliced", "wrong_day", "sped_up", "repeated", "black", "still"]
Style = Literal["white", "outlined", "boxed", "dark", "yellow"]

#: Half of the typefaces are for trying things out, the other half for what is reported.
TUNING = ("dejavu-mono", "dejavu-bold", "noto-sans", "hershey-simplex", "segments-upright")
REPORTING = (
    "nimbus-sans", "nimbus-mono-bold", "dejavu-serif", "noto-serif", "hershey-complex",
    "segments-slanted",
)  # fmt: skip
#: What OpenCV writes by itself: (four letters of the codec, extension).
CODECS = {
    "mpeg4-mp4": ("mp4v", "mp4"),
    "mpeg4-mov": ("mp4v", "mov"),
    "mjpeg-avi": ("MJPG", "avi"),
    "xvid-avi": ("XVID", "avi"),
    "vp8-webm": ("VP80", "webm"),
    "vp9-webm": ("VP90", "webm"),
    "mpeg4-mkv": ("mp4v", "mkv"),
    "mjpeg-mov": ("MJPG", "mov"),
}
#: What PyAV adds where it is installed: (encoder, extension, options).
AV_CODECS: dict[str, tuple[str, str, dict[str, str]]] = {
    "h264-mp4": ("libx264", "mp4", {"preset": "veryfast", "crf": "23"}),
    "h264-mov": ("libx264", "mov", {"preset": "veryfast", "crf": "26", "g": "30"}),
    "h264-mkv": ("libx264", "mkv", {"preset": "veryfast", "crf": "23"}),
    "h265-mp4": ("libx265", "mp4", {"preset": "ultrafast", "x265-params": "log-level=0"}),
    "av1-mp4": ("libsvtav1", "mp4", {"preset": "12", "crf": "30"}),
}
_FONTS = {
    "dejavu-mono": "truetype/dejavu/DejaVuSansMono.ttf",
    "dejavu-bold": "truetype/dejavu/DejaVuSans-Bold.ttf",
    "dejavu-serif": "truetype/dejavu/DejaVuSerif.ttf",
    "noto-sans": "opentype/noto/NotoSansCJK-Regular.ttc",
    "noto-serif": "opentype/noto/NotoSerifCJK-Bold.ttc",
}
_BUILT_IN = {"nimbus-sans": "helv", "nimbus-mono-bold": "cobo", "nimbus-roman": "tiro"}
_HERSHEY = {
    "hershey-simplex": cv2.FONT_HERSHEY_SIMPLEX,
    "hershey-complex": cv2.FONT_HERSHEY_COMPLEX,
}
#: Segments that are lit: top, top right, bottom right, bottom, bottom left, top left, middle.
_LIT = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd",
    "6": "afgedc", "7": "abc", "8": "abcdefg", "9": "abcdfg", "-": "g",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is filmed, and how it is coded."""

    seed: int = 1
    codec: str = "mpeg4-mp4"
    font: str = "dejavu-mono"
    style: Style = "white"
    pattern: str = "%Y-%m-%d %H:%M:%S"
    start: datetime = datetime(2026, 1, 15, 10, 23, 45)  # noqa: DTZ001 - a wall clock
    seconds: float = 20.0
    rate: int = 10
    size: tuple[int, int] = (640, 360)
    #: Height of the digits in pixels.
    digits: int = 22
    twin: Twin = "honest"
    #: Written into the headers of MP4 and MOV; None leaves them alone.
    created: datetime | None = None

    def source_time(self, at: float) -> float:
        """Give which second of what happened is shown at a second of the film."""
        half = self.seconds / 2
        return {
            "spliced": at if at < half else at + 7.0,
            "sped_up": at * 1.25,
            "repeated": at if at < half else at - half,
        }.get(self.twin, at)

    def clock(self, at: float) -> datetime:
        """Give what the clock in the picture shows at a second of the film."""
        if self.twin == "frozen":
            return self.start
        shift = timedelta(days=-37) if self.twin == "wrong_day" else timedelta()
        told = self.start + shift + timedelta(seconds=self.source_time(at))
        return told.replace(microsecond=0)


def film(script: Script) -> bytes:
    """Draw and code it."""
    data = _av(script) if script.codec in AV_CODECS else _opencv(script)
    return stamped(data, script.created) if script.created else data


def can_write(codec: str) -> bool:
    """Say whether the codec is here: some come with PyAV alone."""
    if codec in CODECS:
        return True
    try:
        import_module("av")
    except ImportError:
        return False
    return True


def pictures(script: Script) -> Iterator[Pixels]:
    """Draw every frame: blue, green, red."""
    random = np.random.default_rng(script.seed)
    scene = _scene(random, script.size)
    corner = int(random.integers(4))
    grain = [
        random.normal(0, 2.0, (script.size[1], script.size[0])).astype(np.float32) for _ in range(5)
    ]
    for number in range(round(script.seconds * script.rate)):
        at = number / script.rate
        picture = _view(scene, script, 2.0 if script.twin == "still" else script.source_time(at))
        if script.twin == "black":
            picture[:] = 4
        elif script.twin != "still":
            noise = grain[int(random.integers(5))][:, :, None]
            picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
        if script.pattern:
            _burn(picture, script, script.clock(at).strftime(script.pattern), corner)
        yield picture


def _scene(random: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Draw a room: large soft shapes, some edges, some bright and dark things."""
    wide, high = size[0] * 2, size[1] + 80
    small = random.integers(30, 226, (high // 40 + 2, wide // 40 + 2, 3)).astype(np.uint8)
    scene = cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        x, y = int(random.integers(wide)), int(random.integers(high))
        w, h = int(random.integers(8, 160)), int(random.integers(8, 120))
        colour = [int(one) for one in random.integers(0, 256, 3)]
        if random.random() < 0.5:
            cv2.rectangle(scene, (x, y), (x + w, y + h), colour, -1)
        else:
            cv2.ellipse(
                scene, (x, y), (w // 2, h // 2), 0, 0, 360, colour, int(random.integers(-1, 4)) or 1
            )
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), 0.8), np.uint8)


def _view(scene: Pixels, script: Script, at: float) -> Pixels:
    wide, high = script.size
    x = int((0.5 + 0.45 * np.sin(at / 7.0 + script.seed)) * (scene.shape[1] - wide))
    y = int((0.5 + 0.45 * np.sin(at / 3.0)) * (scene.shape[0] - high))
    picture = scene[y : y + high, x : x + wide].copy()
    middle = (
        int(wide * (0.5 + 0.35 * np.cos(at * 0.9))),
        int(high * (0.5 + 0.2 * np.sin(at * 1.7))),
    )
    cv2.circle(picture, middle, high // 8, (60, 90, 170), -1)
    return picture


def _burn(picture: Pixels, script: Script, text: str, corner: int) -> None:
    mask, edge = mask_of(text, script.font, script.digits)
    high, wide = mask.shape
    margin = max(8, script.digits // 2)
    y = margin if corner < 2 else picture.shape[0] - high - margin
    x = margin if corner % 2 else max(margin, picture.shape[1] - wide - margin)
    wide = min(wide, picture.shape[1] - x)
    there: Any = picture[y : y + high, x : x + wide].astype(np.float32)
    ink, around = mask[:, :wide, None] / 255.0, edge[:, :wide, None] / 255.0
    colour, back = {
        "white": ((250, 250, 250), None), "outlined": ((255, 255, 255), (0, 0, 0)),
        "boxed": ((245, 245, 245), (20, 20, 20)), "dark": ((15, 15, 15), (235, 235, 235)),
        "yellow": ((40, 230, 250), (10, 10, 10)),
    }[script.style]  # fmt: skip
    if script.style in {"boxed", "dark"}:
        there = np.broadcast_to(np.array(back, np.float32), there.shape)
    elif back is not None:
        there = there * (1 - around) + np.array(back, np.float32) * around
    picture[y : y + high, x : x + wide] = there * (1 - ink) + np.array(colour, np.float32) * ink


@cache
def mask_of(text: str, font: str, digits: int) -> tuple[Pixels, Pixels]:
    """Draw a text, digits so many pixels high, and its outline."""
    if font.startswith("segments"):
        mask = _segments(text, digits, slanted=font.endswith("slanted"))
    elif font in _HERSHEY:
        mask = _hershey(text, _HERSHEY[font], digits)
    else:
        mask = _typeset(text, font, digits)
    mask = np.pad(mask, 4)
    return mask, np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)), np.uint8)


def typeface(name: str, size: int) -> ImageFont.FreeTypeFont:
    if name in _BUILT_IN:
        import pymupdf  # noqa: PLC0415 - the one that holds these typefaces

        return ImageFont.truetype(io.BytesIO(pymupdf.Font(_BUILT_IN[name]).buffer), size)
    return ImageFont.truetype(Path("/usr/share/fonts") / _FONTS.get(name, name), size)


def _typeset(text: str, name: str, digits: int) -> Pixels:
    trial = typeface(name, 100).getbbox("0")
    font = typeface(name, max(6, round(100 * digits / (trial[3] - trial[1]))))
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), text, 255, font=font)
    return np.array(image)


def _hershey(text: str, face: int, digits: int) -> Pixels:
    scale = digits / 21.0
    thick = max(1, round(digits / 10))
    (wide, high), under = cv2.getTextSize(text, face, scale, thick)
    mask = np.zeros((high + under + thick, wide + thick), np.uint8)
    cv2.putText(mask, text, (0, high), face, scale, 255, thick, cv2.LINE_AA)
    return mask


def _segments(text: str, digits: int, *, slanted: bool) -> Pixels:
    """Draw as the displays of cameras do, at four times the size."""
    high = digits * 4
    wide, thick = round(high * 0.55), max(4, round(high * 0.13))
    step = wide + round(high * 0.22)
    mask = np.zeros((high + 8, step * len(text) + high // 3), np.uint8)
    for place, letter in enumerate(text):
        _segment_letter(mask, letter, (place * step + high // 6, 4), (wide, high, thick))
    if slanted:
        lean = np.array([[1, -0.12, high * 0.12], [0, 1, 0]], np.float32)
        turned = cv2.warpAffine(mask, lean, (mask.shape[1], mask.shape[0]))
        mask = np.asarray(turned, np.uint8)
    size = (mask.shape[1] // 4, mask.shape[0] // 4)
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)


def _segment_letter(
    mask: Pixels, letter: str, at: tuple[int, int], form: tuple[int, int, int]
) -> None:
    (x, y), (w, h, t) = at, form
    if letter in ":./":
        spots = {":": (0.3, 0.7), ".": (0.95,), "/": (0.2, 0.5, 0.8)}[letter]
        for spot in spots:
            cv2.circle(mask, (x + w // 2, y + round(h * spot)), round(t * 0.6), 255, -1)
        return
    gap = t // 3
    bars = {
        "a": (gap, 0, w - gap, t), "g": (gap, (h - t) // 2, w - gap, (h + t) // 2),
        "d": (gap, h - t, w - gap, h), "f": (0, gap, t, h // 2 - gap // 2),
        "b": (w - t, gap, w, h // 2 - gap // 2), "e": (0, h // 2 + gap // 2, t, h - gap),
        "c": (w - t, h // 2 + gap // 2, w, h - gap),
    }  # fmt: skip
    for bar in _LIT.get(letter, ""):
        x0, y0, x1, y1 = bars[bar]
        cv2.rectangle(mask, (x + x0, y + y0), (x + x1, y + y1), 255, -1)


def _opencv(script: Script) -> bytes:
    letters, extension = CODECS[script.codec]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{extension}"
        code = cv2.VideoWriter.fourcc(*letters)
        out = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, script.rate, script.size)
        for picture in pictures(script):
            out.write(picture)
        out.release()
        return path.read_bytes()


def _av(script: Script) -> bytes:
    av: Any = import_module("av")
    name, extension, options = AV_CODECS[script.codec]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{extension}"
        with av.open(str(path), "w") as out:
            stream = out.add_stream(name, rate=script.rate, options=options)
            stream.width, stream.height = script.size
            stream.pix_fmt = "yuv420p"
            for picture in pictures(script):
                frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        return path.read_bytes()


def stamped(data: bytes, when: datetime) -> bytes:
    """Write a time of creation into the movie header of an MP4 or MOV."""
    out = bytearray(data)
    moov = find(data, b"moov")
    if moov is None:
        return data
    seconds = int(when.timestamp()) + SECONDS_1904_TO_1970
    places = [find(data, b"mvhd", moov.body, moov.end)]
    for track in boxes(data, moov.body, moov.end):
        if track.name == b"trak":
            media = find(data, b"mdia", track.body, track.end)
            places.append(find(data, b"tkhd", track.body, track.end))
            places.append(find(data, b"mdhd", media.body, media.end) if media else None)
    for place in places:
        if place is not None and data[place.body] == 0:
            struct.pack_into(">II", out, place.body + 4, seconds, seconds)
    return bytes(out)
