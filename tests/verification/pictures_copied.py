"""Pictures of copied places, error levels and pages seen before, for docs/checks.

Pages are the forms of `papers`, scanned with a grain of their own; every picture is judged first,
and one of which its name does not hold ends the program. `tests.verification.pictures` takes them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from service.actions.reuse_pages import FEWEST_VOTES
from tests.verification.bowing import photographed
from tests.verification.papers import COPIES, fingerprint, form, report
from tests.verification.test_hints import judge
from verification.checks import hint_copy_move
from verification.fingerprints import words
from verification.fingerprints.likeness import DIFFERENT, compare
from verification.fingerprints.making import fingerprints
from verification.fingerprints.pages import opened
from verification.limits import Limits
from verification.readers.opencv_copies import copies
from verification.readers.pillow_levels import outlying
from verification.values import ImageBox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from verification.fingerprints.likeness import Likeness
    from verification.readers.opencv_copies import Copy
    from verification.readers.pillow_levels import Spot

    Box = tuple[float, float, float, float]

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
MOST_BYTES = 150_000
BLUE, RED, GREY = (0, 70, 190), (200, 20, 20), (110, 110, 110)
WIDTH, HEIGHT = 480, 300
#: What of a form is shown: rows that are filled in.
PART = (80, 60, 740, 480)
#: Where the first row lies in that part, and how far the next is below it.
ROW, STEP, VALUES = 102, 44, 240
#: Ink is darker; a blank between words is wider.
DARK, BLANK = 190, 4
#: So many pixels of a figure hold its last digit alone.
LITTLE = 16
#: By how much ink varies, and degrees by which a sheet lies askew.
UNEVEN, ASKEW = 1.0, 0.3
#: A sheet for error levels, the rows set in there, and what they and the sheet are saved with.
SHEET, PASTED = (60, 40, 960, 1340), (230, 100, 420, 190)
COARSE, FINE = 25, 95
TEMPLATES = range(60)
GRAINS, QUALITIES = (2.0, 4.0, 6.0), (75, 85, 95)
#: The form that is shown; a report whose coarse photo is told beside another customer's.
TOLD_TEMPLATE, COARSE_TEMPLATE, TOLD_FILLING = 9, 0, 1
BOW, SEED = 0.16, 3


def take() -> None:
    """Take all nine."""
    copied_places()
    error_levels()
    seen_before()


def scanned(page: Image.Image, grain: float, quality: int, seed: int) -> bytes:
    """Print and scan a page: uneven ink, a sheet that lies askew, grainy paper, JPEG."""
    chance = np.random.default_rng(seed)
    ink = 255 - np.asarray(page.convert("L"), np.float32)
    worn = ink * (1 - np.abs(_blurred(chance.normal(0, UNEVEN, ink.shape), 1.2)))
    printed = Image.fromarray((255 - worn).clip(0, 255).astype(np.uint8))
    soft = printed.filter(ImageFilter.GaussianBlur(0.7)).rotate(
        ASKEW, Image.Resampling.BICUBIC, fillcolor=255
    )
    rough = _blurred(chance.normal(0, 2 * grain, ink.shape), 0.5)
    lit = (np.asarray(soft, np.float32) * 0.8 + 30 + rough).clip(0, 255)
    return saved(Image.fromarray(lit.astype(np.uint8)), quality)


def _blurred(field: NDArray[np.float64], by: float) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(field, (0, 0), by), np.float64)


def saved(page: Image.Image, quality: int) -> bytes:
    held = io.BytesIO()
    page.save(held, "JPEG", quality=quality)
    return held.getvalue()


def grey(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def figure_of(page: Image.Image, row: int) -> tuple[int, int, int, int]:
    """Give where the figure at the end of a row stands."""
    top = ROW + STEP * row
    ink = np.asarray(page.convert("L"))[top : top + 30, VALUES:] < DARK
    columns = VALUES + np.flatnonzero(ink.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > BLANK)
    return int(columns[gaps[-1] + 1]) - 3, top, int(columns[-1]) + 4, top + 30


def repeated(page: Image.Image, most: int = 999) -> Image.Image:
    """Set the first row's figure, or its last so many pixels, over the second row's."""
    left, top, right, bottom = figure_of(page, 0)
    part = page.crop((max(left, right - most), top, right, bottom))
    changed, to = page.copy(), figure_of(page, 1)
    changed.paste(part, (to[2] - part.width, to[1]))
    return changed


def copied_places() -> None:
    """Show a figure copied, one digit copied, and the honest page that comes nearest."""
    page = form(TOLD_TEMPLATE, 0).crop(PART)
    scan = grey(scanned(page, 4.0, 95, SEED))
    hit = saved(repeated(scan), 90)
    boxes = _told(hit, "hint.copy_move")
    _must("copy-hit", holds=len(boxes) == len(("here", "there")))
    _keep("copy-hit", _cut(grey(hit), boxes))
    miss = saved(repeated(scan, LITTLE), 90)
    _must("copy-miss", holds=not _told(miss, "hint.copy_move"))
    _left, top, right, bottom = figure_of(grey(miss), 1)
    _keep("copy-miss", _cut(grey(miss), [(right - LITTLE, top, right, bottom)], colour=GREY))
    looked, (data, near) = _nearest()
    _must("copy-nearest", holds=not _told(data, "hint.copy_move"))
    said = f"{near.middle:.3f}, {near.worst:.3f}, {near.followed:.2f}"
    _keep("copy-nearest", _cut(grey(data), [near.here, near.there], colour=GREY, said=said))
    sys.stdout.write(f"copy-nearest: of {looked} honest scans, {said}, noise {near.noise:.2f}\n")


def _nearest() -> tuple[int, tuple[bytes, Copy]]:
    """Print a figure twice, scan it, and choose the scan that lacks least to be told."""
    scans = [
        scanned(repeated(form(template, 0).crop(PART)), grain, quality, template)
        for template in TEMPLATES[::3]
        for grain in GRAINS
        for quality in QUALITIES
    ]
    seen = [(data, one) for data in scans for one in copies(np.asarray(grey(data)))]
    told = sum(hint_copy_move.is_copy(one) for _data, one in seen)
    sys.stdout.write(f"figures printed twice and scanned: told {told} of {len(scans)}\n")
    return len(scans), max(seen, key=lambda pair: _share_of_bar(pair[1]))


def _share_of_bar(one: Copy) -> float:
    return min(one.middle / 0.985, one.worst / 0.9, one.followed / 0.4, one.noise / 0.3)


def error_levels() -> None:
    """Show a part from elsewhere that is marked, one that is not, and an honest seal that is."""
    best: dict[str, tuple[Spot, bytes]] = {}
    marked = dict.fromkeys(("hit", "miss", "false-alarm"), 0)
    stamp = COPIES["stamp added"]
    for template in TEMPLATES:
        page = form(template, 0)
        scan = grey(scanned(page.crop(SHEET), 3.0, FINE, template))
        for kind, data in (
            ("hit", _pasted(scan, COARSE)),
            ("miss", _pasted(scan, FINE)),
            ("false-alarm", scanned(stamp(page).crop(SHEET), 2.0, FINE, template)),
        ):
            spot = outlying(np.asarray(grey(data)))
            if spot is None:
                continue
            is_marked = bool(_told(data, "hint.ela"))
            marked[kind] += is_marked
            is_it = is_marked != (kind == "miss")
            if is_it and (kind not in best or spot.stands_out > best[kind][0].stands_out):
                best[kind] = (spot, data)
    sys.stdout.write(f"levels: marked {marked} of {len(TEMPLATES)} each\n")
    for kind in marked:
        _must(f"levels-{kind}", holds=kind in best)
        spot, data = best[kind]
        said, colour = f"{spot.stands_out:.1f}", GREY if kind == "miss" else BLUE
        box = PASTED if kind == "miss" else spot.box
        _keep(f"levels-{kind}", _cut(grey(data), [box], colour=colour, said=said))


def _pasted(scan: Image.Image, quality: int) -> bytes:
    """Set in rows of the sheet as they look in a copy that was saved with that quality."""
    changed, left, top = scan.copy(), round(PASTED[0]), round(PASTED[1])
    changed.paste(grey(saved(scan, quality)).crop(PASTED), (left, top))
    return saved(changed, FINE)


def seen_before() -> None:
    """Show a stamped photo that is known, a bowed one that is not, another report that is."""
    earlier, other = form(TOLD_TEMPLATE, 0), report(COARSE_TEMPLATE, TOLD_FILLING)
    mine = report(COARSE_TEMPLATE, 0)
    coarse = mine.resize((mine.width // 2, mine.height // 2))
    photo, stamp = COPIES["photo of a print"], COPIES["stamp added"]
    for name, later, was, is_told in (
        ("hit", photo(stamp(earlier)), earlier, True),
        ("miss", photographed(earlier, BOW, SEED), earlier, False),
        ("false-alarm", photo(coarse), other, True),
    ):
        before = fingerprint(was)
        if before is None:
            sys.exit(f"reuse-{name}: the earlier page is blank")
        kept = set(words.words(before, words.KEPT))
        # As the check does: of the photograph and the sheet made flat, the look that lies best.
        looks = [opened(one) for one in fingerprints(saved(later, 90), Limits()).pages]
        shared = [len(set(words.asked(one)) & kept) for one in looks]
        likes = [
            compare(one, before)
            for one, common in zip(looks, shared, strict=True)
            if common >= FEWEST_VOTES
        ]
        alike = max(likes, key=lambda one: one.pairs, default=DIFFERENT)
        sys.stdout.write(f"reuse-{name}: {shared} words, {alike.kind}, {alike.pairs} pairs\n")
        _must(f"reuse-{name}", holds=(alike.kind in {"same", "same_but_changed"}) == is_told)
        _keep(f"reuse-{name}", _side_by_side(later, was, alike))


def _side_by_side(later: Image.Image, earlier: Image.Image, alike: Likeness) -> Image.Image:
    """Lay the earlier page beside the later one, the places that differ in boxes."""
    high = 460
    shown = []
    for page, boxes in ((later, alike.here), (earlier, alike.there)):
        marked = page.convert("RGB")
        for box in boxes:
            ImageDraw.Draw(marked).rectangle(box, outline=BLUE, width=6)
        shown.append(marked.resize((round(high * page.width / page.height), high)))
    out = Image.new("RGB", (sum(one.width for one in shown) + 10, high), GREY)
    out.paste(shown[0], (0, 0))
    out.paste(shown[1], (shown[0].width + 10, 0))
    return out


def _told(data: bytes, check: str) -> list[Box]:
    findings = [one for one in judge(data, "a.jpg") if one.id == check]
    return [place.box for one in findings for place in one.evidence if isinstance(place, ImageBox)]


def _cut(
    page: Image.Image,
    boxes: Iterable[Box],
    *,
    colour: tuple[int, int, int] = BLUE,
    said: str = "",
) -> Image.Image:
    """Cut out what is around the boxes."""
    marked, places = page.convert("RGB"), list(boxes)
    pen, font = ImageDraw.Draw(marked), ImageFont.load_default(15)
    for left, top, right, bottom in places:
        pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), outline=colour, width=2)
    if said:
        pen.text((places[0][0], places[0][1] - 21), said, fill=colour, font=font)
    middle = np.mean([[(b[0] + b[2]) / 2, (b[1] + b[3]) / 2] for b in places], axis=0)
    left = round(min(max(0.0, middle[0] - WIDTH / 2), page.width - WIDTH))
    top = round(min(max(0.0, middle[1] - HEIGHT / 2), page.height - HEIGHT))
    return marked.crop((left, top, left + WIDTH, top + HEIGHT))


def _must(name: str, *, holds: bool) -> None:
    if not holds:
        sys.exit(f"{name}: the page is not judged as its picture says")


def _keep(name: str, picture: Image.Image) -> None:
    path = PICTURES / f"{name}.jpg"
    picture.save(path, quality=80, optimize=True)
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size} bytes\n")
    _must(name, holds=size < MOST_BYTES)


if __name__ == "__main__":
    take()
