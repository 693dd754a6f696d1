"""Take pictures of what is told and missed: `python -m tests.verification.pictures`.

Three each: what is found, what is missed, and what is told of an honest page or film. Pages are
drawn by `training.marks` with the fonts of this machine and signatures of writers kept back
(`$COUNTERMARK_CORPORA/signatures-handwritten`); films are the demo company's and the tests' own.
Copied places, error levels and pages seen before stand in `pictures_copied`,
PDFs that are read in two ways in `pictures_read`, text layers in `pictures_layers`.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks._signature_scores import overlap
from service.demo import authority, company
from service.demo.deliverables import brief_of
from service.demo.documents import film as demo_film
from tests.verification import (
    films,
    pictures_copied,
    pictures_films,
    pictures_layers,
    pictures_read,
)
from training.marks.drawing import samples
from training.marks.supplies import gather
from verification.films import clock, sampling
from verification.marks.handwritten import BELIEVED, detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from verification.films.reading import Reading
    from verification.marks.handwritten import Detection
    from verification.readers.opencv_film import Frame

    Box = tuple[float, float, float, float]

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
FONTS = Path("/usr/share/fonts")
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEED, PAGES = 99, 150
WIDTH, HEIGHT = 420, 260
BLUE, RED = (0, 70, 190), (200, 20, 20)
#: So much of their union two boxes share that are of one signature.
SAME = 0.3


@dataclass(frozen=True, slots=True)
class Scene:
    """A box on a page, how much it would serve as a picture, and all that was found there."""

    worth: float
    page: int
    grey: NDArray[np.uint8]
    box: Box
    found: tuple[Detection, ...]


def signatures(written: Path) -> None:
    """Choose the surest hit, the largest miss and the surest false alarm of the drawn pages."""
    supplies = gather((FONTS,), written, kept_back=True)
    best: dict[str, Scene] = {}
    for number, one in enumerate(samples(SEED, supplies, PAGES)):
        if len(one.doubtful):
            continue
        grey = np.asarray(255 - one.view, np.uint8)
        for kind, scene in _scenes(number, grey, one.signatures):
            if kind not in best or scene.worth > best[kind].worth:
                best[kind] = scene
    for kind, scene in best.items():
        _cut(scene).quantize(12).save(PICTURES / f"signature-{kind}.png", optimize=True)
        said = [round(one.confidence, 2) for one in scene.found]
        sys.stdout.write(f"signature-{kind}: page {scene.page}, told {said}\n")


def _scenes(
    page: int, grey: NDArray[np.uint8], true: NDArray[np.float64]
) -> Iterator[tuple[str, Scene]]:
    found = detect(grey)
    for one in true:
        box = (float(one[0]), float(one[1]), float(one[2]), float(one[3]))
        sure = max(
            (f.confidence for f in found if _shared(f.box, np.array([box])) >= SAME), default=0.0
        )
        if sure >= BELIEVED:
            yield "hit", Scene(sure, page, grey, box, found)
        elif not sure:
            yield "miss", Scene((box[2] - box[0]) * (box[3] - box[1]), page, grey, box, found)
    for alarm in found:
        if _shared(alarm.box, true) < SAME / 3:
            yield "false-alarm", Scene(alarm.confidence, page, grey, alarm.box, found)


def _shared(box: Box, others: NDArray[np.float64]) -> float:
    """Give how much of their union a box shares with the one of many that it fits best."""
    return float(overlap(np.array(box), others).max()) if len(others) else 0.0


def _cut(scene: Scene) -> Image.Image:
    """Cut out what is around the box, with every box that was found and its confidence."""
    whole = Image.fromarray(scene.grey).convert("RGB")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(15)
    for one in scene.found:
        pen.rectangle(one.box, outline=BLUE, width=2)
        pen.text((one.box[0], one.box[1] - 17), f"{one.confidence:.2f}", fill=BLUE, font=font)
    left = (scene.box[0] + scene.box[2] - WIDTH) / 2
    top = (scene.box[1] + scene.box[3] - HEIGHT) / 2
    left = round(min(max(0, left), max(0, whole.width - WIDTH)))
    top = round(min(max(0, top), max(0, whole.height - HEIGHT)))
    return whole.crop((left, top, left + WIDTH, top + HEIGHT))


def film_pictures() -> None:
    """Show a cut that is told, one that is too short to be told, and a still scene."""
    whole, trusted = company.plan(2026, AT), authority.found(AT)
    customer = next(one for one in whole.customers if one.path == "hardware")
    brief = brief_of(whole, trusted, customer, at=AT, item="sample_film")
    for kind, cut, said in (
        ("hit", 40, "{} s of film, {} s on the clock: CLOCK_JUMPS"),
        ("miss", 0.75, "{} s of film, {} s on the clock: 0.75 s cut out, not told"),
    ):
        data = demo_film.write(brief, "film", demo_film.Fault(cut_out=cut)).data
        _two_frames(data, demo_film.SECONDS / 2, said).save(
            PICTURES / f"video-{kind}.jpg", quality=85
        )
    still = films.film(films.Script(twin="still", seconds=10, rate=4))
    _two_frames(
        still, 5.0, "{} s of film, {} s on the clock, nothing else moves: VIDEO_FROZEN"
    ).save(PICTURES / "video-false-alarm.jpg", quality=75)


def _two_frames(data: bytes, middle: float, said: str) -> Image.Image:
    """Lay the frames before and after a moment one above the other, the clock in a red box."""
    seen = sampling.sampled(data, "mp4").frames
    read = clock.read(seen).readings
    before = max((one for one in read if one.at < middle), key=lambda one: one.at)
    after = min((one for one in read if one.at >= middle), key=lambda one: one.at)
    went = (after.shown - before.shown).total_seconds()
    pictures = [_framed(_pixels(seen, one), one) for one in (before, after)]
    wide, high = pictures[0].size
    out = Image.new("RGB", (wide, 2 * high + 24), "white")
    out.paste(pictures[0], (0, 0))
    out.paste(pictures[1], (0, high + 24))
    text = said.format(f"{after.at - before.at:.2f}", f"{went:.0f}")
    ImageDraw.Draw(out).text((6, high + 5), text, fill="black", font=ImageFont.load_default(11))
    return out


def _pixels(frames: Sequence[Frame], one: Reading) -> NDArray[np.uint8]:
    return np.asarray(next(frame.pixels for frame in frames if frame.at == one.at), np.uint8)


def _framed(pixels: NDArray[np.uint8], one: Reading) -> Image.Image:
    image = Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1]))
    left, top, right, bottom = one.box
    ImageDraw.Draw(image).rectangle(
        (left - 3, top - 3, right + 3, bottom + 3), outline=RED, width=2
    )
    return image


def main() -> int:
    """Take all; 2 without the corpora."""
    film_pictures()
    pictures_films.take_films()
    pictures_copied.take()
    pictures_read.take()
    pictures_layers.take()
    root = os.environ.get("COUNTERMARK_CORPORA")
    if not root:
        sys.stderr.write("COUNTERMARK_CORPORA is not set: signatures are left out\n")
        return 2
    signatures(Path(root) / "signatures-handwritten")
    return 0


if __name__ == "__main__":
    sys.exit(main())
