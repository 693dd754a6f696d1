"""Films of places on days, for `reuse.film`: what happens is drawn from a seed, and so is where.

One place with another day is the trap: all that stands still is the same. Copies are made of the
drawn pictures, as somebody would make them of the film, and coded again.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cv2
import numpy as np

from tests.verification.films import AV_CODECS, CODECS, can_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Change = Callable[["Take"], "Take"]

Kind = Literal["room", "hand", "screen", "machine", "slides"]
KINDS: tuple[Kind, ...] = ("room", "hand", "screen", "machine")
_FACE = cv2.FONT_HERSHEY_SIMPLEX
_WORDS = (
    "order", "stock", "price", "batch", "rate", "total", "line", "sample", "report", "owner",
    "check", "setup", "field", "target", "quota", "region", "store", "visit", "audit", "plan",
    "cost", "delay", "part", "sensor", "motor", "valve", "panel", "switch", "level",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where (`place`), what happens there (`day`), and for how many seconds."""

    kind: Kind = "room"
    place: int = 1
    day: int = 1
    seconds: float = 16.0
    rate: int = 12
    size: tuple[int, int] = (640, 360)
    #: Second of the day that a clock in the picture shows at first; None: no clock.
    clock: int | None = None
    #: Seconds of a moving title before it, the same for all films with it.
    intro: float = 0.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Take:
    """Drawn pictures, and how they are to be coded."""

    pictures: tuple[Pixels, ...]
    rate: int
    codec: str = "mpeg4-mp4"
    #: Quality of H.264 where it is here: a larger number is worse.
    crf: int = 23


def take(scene: Scene) -> Take:
    return Take(pictures=tuple(_pictures(scene)), rate=scene.rate)


def film(scene: Scene) -> bytes:
    return coded(take(scene))


def coded(shot: Take) -> bytes:
    """Code it; H.264 as MPEG-4 where PyAV is not installed."""
    codec = shot.codec if can_write(shot.codec) else "mpeg4-" + shot.codec.rsplit("-", 1)[1]
    return _av(shot, codec) if codec in AV_CODECS else _opencv(shot, codec)


def extension(shot: Take) -> str:
    return shot.codec.rsplit("-", 1)[1]


def _opencv(shot: Take, codec: str) -> bytes:
    letters, ending = CODECS[codec]
    high, wide = shot.pictures[0].shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{ending}"
        code = cv2.VideoWriter.fourcc(*letters)
        out = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, shot.rate, (wide, high))
        for picture in shot.pictures:
            out.write(picture)
        out.release()
        return path.read_bytes()


def _av(shot: Take, codec: str) -> bytes:
    av: Any = import_module("av")
    name, ending, options = AV_CODECS[codec]
    high, wide = shot.pictures[0].shape[:2]
    given = {**options, "crf": str(shot.crf)} if "crf" in options else options
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{ending}"
        with av.open(str(path), "w") as out:
            stream = out.add_stream(name, rate=shot.rate, options=given)
            stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
            for picture in shot.pictures:
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        return path.read_bytes()


def _pictures(scene: Scene) -> Iterator[Pixels]:
    grain = np.random.default_rng((9, scene.place, scene.day))
    noise = [grain.normal(0, 2, (*scene.size[::-1], 1)).astype(np.float32) for _ in range(4)]
    draw = _DRAW[scene.kind](scene)
    for number in range(round(scene.intro * scene.rate)):
        yield _title(scene, number / scene.rate)
    for number in range(round(scene.seconds * scene.rate)):
        picture = draw(number / scene.rate)
        if scene.kind != "screen":
            picture = (picture + noise[int(grain.integers(4))]).clip(0, 255).astype(np.uint8)
        if scene.clock is not None:
            _burn(picture, scene.clock + number // scene.rate)
        yield picture


def _burn(picture: Pixels, second: int, corner: int = 0) -> None:
    text = f"2026-01-15 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    high, wide = picture.shape[:2]
    scale = high / 500
    (long, tall), _ = cv2.getTextSize(text, _FACE, scale, 2)
    spot = ((10, tall + 10), (wide - long - 10, high - 10))[corner]
    cv2.putText(picture, text, spot, _FACE, scale, (0, 0, 0), 5, cv2.LINE_AA)
    cv2.putText(picture, text, spot, _FACE, scale, (255, 255, 255), 2, cv2.LINE_AA)


def _title(scene: Scene, at: float) -> Pixels:
    wide, high = scene.size
    picture = np.full((high, wide, 3), (90, 40, 20), np.uint8)
    turn = int(at * 160)
    cv2.ellipse(picture, (wide // 2, high // 2), (110, 70), turn, 0, 250, (240, 220, 80), 14)
    cv2.circle(picture, (int(wide * (0.1 + at * 0.15)), high // 2), 30, (60, 200, 250), -1)
    cv2.putText(picture, "ACME DEMO", (wide // 3, high - 70), _FACE, 1.2, (255, 255, 255), 3)
    return picture


@cache
def _walls(place: int, size: tuple[int, int]) -> Pixels:
    """Draw a room: light on walls, furniture with edges, a poster or two with words."""
    random = np.random.default_rng((1, place))
    wide, high = size
    small = random.integers(60, 200, (high // 60 + 2, wide // 60 + 2, 3)).astype(np.uint8)
    room = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    for _ in range(50):
        x, y = int(random.integers(wide)), int(random.integers(high))
        w, h = int(random.integers(10, 140)), int(random.integers(10, 110))
        colour = [int(one) for one in random.integers(20, 236, 3)]
        cv2.rectangle(room, (x, y), (x + w, y + h), colour, int(random.integers(-1, 4)) or 1)
    for _ in range(12):
        spot = (int(random.integers(wide)), int(random.integers(high)))
        text = f"{random.choice(_WORDS)} {random.integers(100)}"
        light = int(random.integers(2)) * 255
        large = float(random.uniform(0.4, 1))
        cv2.putText(room, text, spot, _FACE, large, (light,) * 3, 1 + light // 200)
    return room


class _Walker:
    """Somebody who goes from place to place, stops, and moves an arm."""

    def __init__(self, random: np.random.Generator, size: tuple[int, int], seconds: float) -> None:
        self._size = size
        count = int(seconds / 1.5) + 3
        self._when = np.cumsum(random.uniform(0.5, 2.5, count)) - 2
        stays = random.random(count) < 0.3
        x, y = random.uniform(0.05, 0.95, count), random.uniform(0.5, 0.75, count)
        for one in range(1, count):
            x[one] = x[one - 1] if stays[one] else x[one]
        self._x, self._y = x * size[0], y * size[1]
        self._tall = size[1] * float(random.uniform(0.3, 0.5))
        self._coat = [int(one) for one in random.integers(10, 246, 3)]
        self._pace = float(random.uniform(2, 5))
        self._phase = float(random.uniform(0, 6))

    def draw(self, picture: Pixels, at: float) -> None:
        x, y = np.interp(at, self._when, self._x), np.interp(at, self._when, self._y)
        tall = self._tall
        swing = np.sin(self._pace * at + self._phase)
        body = (int(tall * 0.17), int(tall * 0.32))
        cv2.ellipse(picture, (int(x), int(y)), body, 0, 0, 360, self._coat, -1)
        cv2.circle(picture, (int(x), int(y - tall * 0.42)), int(tall * 0.11), (150, 180, 215), -1)
        hand = (int(x + tall * 0.3 * swing), int(y + tall * 0.1))
        cv2.line(picture, (int(x), int(y - tall * 0.15)), hand, self._coat, int(tall * 0.08))


def _light(random: np.random.Generator, room: Pixels) -> Pixels:
    """Show the room on another day: other light, some things moved."""
    seen = room.astype(np.float32) * random.uniform(0.85, 1.1) + random.uniform(-12, 12)
    return np.asarray(seen.clip(0, 255), np.uint8)


def _room(scene: Scene) -> Callable[[float], Pixels]:
    random = np.random.default_rng((2, scene.place, scene.day))
    room = _light(random, _walls(scene.place, scene.size))
    walkers = [_Walker(random, scene.size, scene.seconds) for _ in range(random.integers(1, 4))]

    def draw(at: float) -> Pixels:
        picture = room.copy()
        for one in walkers:
            one.draw(picture, at)
        return picture

    return draw


def _hand(scene: Scene) -> Callable[[float], Pixels]:
    """Show a room by a camera in a hand: it turns, and shakes a little."""
    random = np.random.default_rng((3, scene.place, scene.day))
    wide, high = scene.size
    large = (wide * 2, high + 80)
    room = _light(random, _walls(scene.place + 5_000, large))
    walkers = [_Walker(random, large, scene.seconds) for _ in range(2)]
    times = np.arange(0, scene.seconds + 3, 1.5)
    x = random.uniform(0, wide, len(times))
    y = random.uniform(0, 80, len(times))

    def draw(at: float) -> Pixels:
        picture = room.copy()
        for one in walkers:
            one.draw(picture, at)
        left = int(np.interp(at, times, x) + 3 * np.sin(9 * at))
        top = int(np.interp(at, times, y))
        left, top = min(max(left, 0), wide), min(max(top, 0), 80)
        return picture[top : top + high, left : left + wide]

    return draw


def _screen(scene: Scene) -> Callable[[float], Pixels]:
    """Show a program: the same frame and start page, then pages that somebody goes through."""
    random = np.random.default_rng((4, scene.place, scene.day))
    pages = [_page(scene, None)]
    turns = [0.0, 2.5]
    while turns[-1] < scene.seconds:
        pages.append(_page(scene, random))
        turns.append(turns[-1] + float(random.uniform(1.2, 4)))
    times = np.cumsum(random.uniform(0.3, 1.6, int(scene.seconds) + 4))
    x = random.uniform(140, scene.size[0], len(times))
    y = random.uniform(40, scene.size[1], len(times))

    def draw(at: float) -> Pixels:
        number = int(np.searchsorted(turns, at, side="right")) - 1
        picture = pages[min(number, len(pages) - 1)].copy()
        spot = [int(np.interp(at, times, one)) for one in (x, y)]
        cv2.drawMarker(picture, spot, (0, 0, 0), cv2.MARKER_TRIANGLE_UP, 14, 3)
        return picture

    return draw


def _page(scene: Scene, random: np.random.Generator | None) -> Pixels:
    """Draw a page of a program; without chance its start page."""
    wide, high = scene.size
    look = np.random.default_rng((5, scene.place))
    bar = [int(one) for one in look.integers(30, 160, 3)]
    picture = np.full((high, wide, 3), 245, np.uint8)
    cv2.rectangle(picture, (0, 0), (wide, 30), bar, -1)
    cv2.rectangle(picture, (0, 30), (130, high), (225, 225, 228), -1)
    for row in range(8):
        text = str(look.choice(_WORDS))
        cv2.putText(picture, text, (12, 60 + 34 * row), _FACE, 0.5, (60, 60, 60), 1, cv2.LINE_AA)
    random = look if random is None else random
    for row in range(int(random.integers(3, 11))):
        y = 62 + 27 * row
        text = " ".join(f"{random.choice(_WORDS)} {random.integers(1000)}" for _ in range(4))
        cv2.putText(picture, text, (150, y), _FACE, 0.45, (40, 40, 40), 1, cv2.LINE_AA)
    for _ in range(int(random.integers(0, 4))):
        left, top = int(random.integers(150, wide - 60)), int(random.integers(60, high - 60))
        right, under = left + int(random.integers(30, 200)), top + int(random.integers(20, 120))
        colour = [int(one) for one in random.integers(60, 230, 3)]
        cv2.rectangle(picture, (left, top), (right, under), colour, -1)
    return picture


def _machine(scene: Scene) -> Callable[[float], Pixels]:
    """Show a machine that does the same again and again, and now and then a hand."""
    look = np.random.default_rng((6, scene.place))
    random = np.random.default_rng((7, scene.place, scene.day))
    room = _light(random, _walls(scene.place + 9_000, scene.size))
    period, shift = float(look.uniform(2, 4)), float(random.uniform(0, 4))
    wide, high = scene.size
    hands = _Walker(random, scene.size, scene.seconds)

    def draw(at: float) -> Pixels:
        picture = room.copy()
        turn = (at + shift) / period * 2 * np.pi
        arm = (int(wide * (0.5 + 0.2 * np.sin(turn))), int(high * (0.45 + 0.15 * np.cos(2 * turn))))
        cv2.line(picture, (wide // 2, int(high * 0.8)), arm, (40, 120, 220), 26)
        cv2.circle(picture, arm, 24, (30, 30, 30), -1)
        hands.draw(picture, at)
        return picture

    return draw


def _slides(scene: Scene) -> Callable[[float], Pixels]:
    """Show slides of one look, three seconds each; the first is the same for all."""
    random = np.random.default_rng((8, scene.place, scene.day))
    count = int(scene.seconds / 3) + 2
    pages = [_page(scene, None), *(_page(scene, random) for _ in range(count))]
    return lambda at: pages[int(at / 3)].copy()


_DRAW: dict[Kind, Callable[[Scene], Callable[[float], Pixels]]] = {
    "room": _room, "hand": _hand, "screen": _screen, "machine": _machine, "slides": _slides,
}  # fmt: skip


def _each(shot: Take, change: Callable[[Pixels], Pixels], **more: Any) -> Take:
    return replace(shot, pictures=tuple(change(one) for one in shot.pictures), **more)


def _part(shot: Take, start: float, end: float) -> Take:
    first, last = (round(len(shot.pictures) * share) for share in (start, end))
    return replace(shot, pictures=shot.pictures[first:last], codec="h264-mp4", crf=26)


def _scaled(picture: Pixels, share: float) -> Pixels:
    size = tuple(int(side * share) // 2 * 2 for side in picture.shape[1::-1])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _cut(picture: Pixels) -> Pixels:
    high, wide = picture.shape[:2]
    kept = picture[int(high * 0.05) : int(high * 0.95), int(wide * 0.05) : int(wide * 0.95)]
    return kept[: kept.shape[0] // 2 * 2, : kept.shape[1] // 2 * 2]


def _bright(picture: Pixels) -> Pixels:
    return np.asarray((picture.astype(np.float32) * 0.75 + 45).clip(0, 255), np.uint8)


def _grey(picture: Pixels) -> Pixels:
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def _on_desktop(picture: Pixels) -> Pixels:
    """Show it in a player's window, as a recording of the screen does."""
    high, wide = picture.shape[:2]
    desktop = np.full((high, wide, 3), (120, 90, 50), np.uint8)
    small = _scaled(picture, 0.78)
    top, left = int(high * 0.12), int(wide * 0.14)
    cv2.rectangle(desktop, (left - 4, top - 22), (left + small.shape[1] + 4, top), (230,) * 3, -1)
    cv2.putText(desktop, "film.mp4", (left + 6, top - 6), _FACE, 0.45, (20,) * 3, 1, cv2.LINE_AA)
    cv2.rectangle(desktop, (0, high - 20), (wide, high), (40, 40, 40), -1)
    desktop[top : top + small.shape[0], left : left + small.shape[1]] = small
    return desktop


def _with_clock(shot: Take) -> Take:
    shown = []
    for number, picture in enumerate(shot.pictures):
        drawn = picture.copy()
        _burn(drawn, 70_000 + number // shot.rate, 1)
        shown.append(drawn)
    return replace(shot, pictures=tuple(shown), codec="h264-mp4", crf=26)


def _paced(shot: Take, rate: int) -> Take:
    count = int(len(shot.pictures) / shot.rate * rate)
    last = len(shot.pictures) - 1
    kept = tuple(shot.pictures[min(last, int(n * shot.rate / rate))] for n in range(count))
    return replace(shot, pictures=kept, rate=rate, codec="h264-mkv", crf=26)


COPIES: dict[str, Change] = {
    "H.264, low bitrate": lambda shot: replace(shot, codec="h264-mp4", crf=36),
    "VP8 in WebM": lambda shot: replace(shot, codec="vp8-webm"),
    "MJPEG in AVI": lambda shot: replace(shot, codec="mjpeg-avi"),
    "made smaller to 44 %": lambda shot: _each(
        shot, lambda one: _scaled(one, 0.44), codec="h264-mp4", crf=28
    ),
    "start cut off (30 %)": lambda shot: _part(shot, 0.3, 1.0),
    "end cut off (30 %)": lambda shot: _part(shot, 0.0, 0.7),
    "half of it (25 to 75 %)": lambda shot: _part(shot, 0.25, 0.75),
    "cropped by 5 % a side": lambda shot: _each(shot, _cut, codec="h264-mp4", crf=26),
    "grey": lambda shot: _each(shot, _grey, codec="h264-mov", crf=26),
    "brighter, less contrast": lambda shot: _each(shot, _bright, codec="h264-mp4", crf=26),
    "recorded in a player's window": lambda shot: _each(
        shot, _on_desktop, codec="h264-mp4", crf=26
    ),
    "another clock drawn over": _with_clock,
    "frame rate 12 to 8": lambda shot: _paced(shot, 8),
    "frame rate 12 to 25": lambda shot: _paced(shot, 25),
    "mirrored": lambda shot: _each(shot, lambda one: one[:, ::-1], codec="h264-mp4", crf=26),
}
