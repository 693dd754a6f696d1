"""What the second look sees: signatures, names in type and other marks, all scanned alike.

Each glance is a strip of a page with one of `second.KINDS` in its middle, labels, rules, print and
seals around and over it, scanned in one of the ways that pages are, and cut about as the first
network cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import clutter, hands, ink, layouts, scan, signing, typed, words
from training.marks.pages import WIDTH, Page, Scribe
from verification.marks.second import HIGH, KINDS, WIDE, window_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    from training.marks.ink import Mask
    from training.marks.pages import Supplies

    Box = tuple[float, float, float, float]
    Glance = tuple[NDArray[np.uint8], int]

#: How often each kind is drawn.
_OFTEN = (0.46, 0.36, 0.18)
#: And of each how many are Chinese.
_CHINESE = (0.6, 0.8, 0.3)
#: Rows of the strip, and where its subject stands.
_TALL, _AT = 560, (430, 270)
#: A subject is between so many dots high in the scan: from a copy at 75 dots an inch to 300.
_LEAST, _MOST = 20, 170
#: Degrees that pages lie askew.
_ASKEW = 1.0


def glances(seed: int, supplies: Supplies, count: int) -> Iterator[Glance]:
    """Draw windows (darkness 0..255) and their places in KINDS."""
    for i in range(count):
        yield glance(np.random.default_rng((seed, 5, i)), supplies)


def glance(rng: Generator, supplies: Supplies) -> Glance:
    """Draw, scan and cut one."""
    kind = int(rng.choice(len(KINDS), p=_OFTEN))
    scribe = Scribe(rng, supplies)
    scribe.tall = _TALL
    scribe.page = Page(sheet=np.zeros((_TALL, WIDTH), np.float32))
    scribe.chinese = bool(rng.random() < _CHINESE[kind])
    if scribe.chinese:
        scribe.face = scribe.one_of(supplies.chinese_fonts)
    box = _middle(scribe, (_by_hand, _in_type, _other)[kind](scribe))
    _around(scribe, box)
    grey, there = _scanned(rng, scribe.page.sheet, box)
    window = window_of(grey, _cut(rng, there))
    return (window * 255).astype(np.uint8), kind


def _by_hand(scribe: Scribe) -> Mask:
    return signing.hand(scribe, int(scribe.rng.integers(140, 420)))


def _in_type(scribe: Scribe) -> Mask:
    """Set a name: mostly Chinese, in faces that stand straight, running ones and Latin scripts."""
    rng, supplies = scribe.rng, scribe.supplies
    kind, size = rng.random(), int(rng.integers(36, 130))
    if kind < 0.14 and supplies.script_fonts:
        text, face = signing.latin_name(scribe), scribe.one_of(supplies.script_fonts)
    elif kind < 0.2:
        text, face = signing.latin_name(scribe), scribe.one_of(supplies.print_fonts)
    elif kind < 0.42 and supplies.running_fonts:
        text, face = typed.hanzi(rng), scribe.one_of(supplies.running_fonts)
    else:
        text, face = typed.hanzi(rng), scribe.one_of(supplies.name_fonts)
    mask = typed.straight(rng, text, face, size)
    return _set_otherwise(rng, mask) if rng.random() < 0.35 else mask


def _set_otherwise(rng: Generator, mask: Mask) -> Mask:
    """Set as italics, or narrower or wider, as word processors do."""
    tall, wide = mask.shape
    lean = float(rng.uniform(0, 0.3)) if rng.random() < 0.4 else 0.0
    broad = float(rng.uniform(0.75, 1.35))
    warp = np.array([[broad, -lean, lean * tall], [0.0, 1.0, 0.0]])
    size = int(wide * broad + lean * tall) + 1, tall
    return ink.tight(np.asarray(cv2.warpAffine(mask, warp, size), np.float32))


def _other(scribe: Scribe) -> Mask:
    """Draw a date or remark by hand, a tick, a drawing, a blot: neither a signature nor a name."""
    rng = scribe.rng
    draws = (_dated, _remarked, _noted, _ticked, _specks, _clutter)
    mask = draws[int(rng.choice(len(draws), p=(0.3, 0.2, 0.12, 0.06, 0.1, 0.22)))](scribe)
    return mask if min(mask.shape) >= 8 else _specks(scribe)


def _dated(scribe: Scribe) -> Mask:
    return _jotted(scribe, signing.date(scribe))


def _remarked(scribe: Scribe) -> Mask:
    return _jotted(scribe, layouts.remark(scribe))


def _noted(scribe: Scribe) -> Mask:
    return ink.note(scribe.rng, int(scribe.rng.integers(160, 400)))


def _ticked(scribe: Scribe) -> Mask:
    return ink.tick(scribe.rng, int(scribe.rng.integers(40, 160)))


def _clutter(scribe: Scribe) -> Mask:
    draw = scribe.one_of((clutter.logo, clutter.emblem, clutter.rubber_stamp, clutter.strays))
    draw(scribe)
    mask = ink.tight(scribe.page.sheet.copy())
    scribe.page.sheet[:] = 0
    return mask


def _jotted(scribe: Scribe, text: str) -> Mask:
    face = signing.writer(scribe)
    if face is None:
        return _noted(scribe)
    width = max(40, int(len(text) * scribe.rng.integers(14, 40)))
    return hands.written(scribe.rng, text, face, width, wild=float(scribe.rng.uniform(0, 0.6)))


def _specks(scribe: Scribe) -> Mask:
    """Draw what a dirty copier leaves: specks of many sizes, mostly along a line."""
    rng = scribe.rng
    mask = np.zeros((int(rng.integers(30, 120)), int(rng.integers(100, 420))), np.float32)
    tall, wide = mask.shape
    for _ in range(int(rng.integers(8, 120))):
        y = int(np.clip(rng.normal(tall / 2, tall * rng.uniform(0.1, 0.4)), 0, tall - 1))
        centre, radius = (int(rng.integers(wide)), y), int(rng.exponential(1.6))
        cv2.circle(mask, centre, radius, 1.0, -1)
    return mask


def _middle(scribe: Scribe, mask: Mask) -> Box:
    """Lay the subject on the strip; gives where it lies."""
    tall, wide = mask.shape
    less = min(1.0, 240 / tall, 600 / wide)
    if less < 1:
        mask = np.asarray(
            cv2.resize(mask, None, fx=less, fy=less, interpolation=cv2.INTER_AREA), np.float32
        )
    x, y = _AT[0], _AT[1] - mask.shape[0] // 2
    box = scribe.stamp(mask, x, y, scribe.rng.uniform(0.5, 1))
    if box is None:
        box = (float(x), float(y), x + mask.shape[1] + 12.0, y + mask.shape[0] + 12.0)
    scribe.page.signatures.append(box)
    return box


def _around(scribe: Scribe, box: Box) -> None:
    """Add a label, a rule beneath or through it, print above and below, a seal over it."""
    rng = scribe.rng
    x0, y0, x1, y1 = (int(side) for side in box)
    high = y1 - y0
    if rng.random() < 0.45:
        label = scribe.one_of(words.TO_SIGN if scribe.chinese else words.CLOSINGS)
        back = int(len(label) * scribe.size * (1.0 if scribe.chinese else 0.5))
        x = max(0, x0 - back - int(rng.integers(-20, 30)))
        scribe.write(label, x, int(y0 + high * rng.uniform(0.2, 1.0)))
    if rng.random() < 0.4:
        y = int(y0 + high * rng.uniform(0.55, 1.25))
        scribe.rule(max(0, x0 - int(rng.integers(0, 120))), x1 + int(rng.integers(-30, 200)), y)
    for chance, y in (
        (0.45, y1 + scribe.size + int(rng.normal(-2, 12))),
        (0.3, y0 - int(rng.normal(0, 10))),
        (0.08, int(y0 + high * rng.uniform(0.3, 0.8))),
    ):
        if rng.random() < chance:
            text = signing.name(scribe) if rng.random() < 0.4 else scribe.sentence(30)
            scribe.write(text, max(0, x0 - int(rng.integers(-60, 160))), y)
    if rng.random() < 0.08:
        clutter.seal(scribe)
    if rng.random() < 0.04:
        clutter.rubber_stamp(scribe)
    if rng.random() < 0.04:
        clutter.strays(scribe)


def _scanned(rng: Generator, sheet: NDArray[np.float32], box: Box) -> tuple[NDArray[np.uint8], Box]:
    """Scan what lies around a box: its dots are as fine or coarse as scans have them."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    left, top = max(0, int(x0 - 0.7 * wide - 20)), max(0, int(y0 - 0.7 * high - 20))
    part = sheet[top : int(y1 + 0.7 * high + 20), left : int(x1 + 0.7 * wide + 20)]
    aim = float(np.exp(rng.uniform(np.log(_LEAST), np.log(_MOST))))
    grey = _copied(rng, part, float(np.clip(aim / high, 0.35, 2.2)))
    if rng.random() < 0.3:  # drawn anew at another resolution
        again = float(rng.uniform(0.7, 1.8))
        grey = np.asarray(cv2.resize(grey, None, fx=again, fy=again), np.uint8)
    grow = np.array([grey.shape[1] / part.shape[1], grey.shape[0] / part.shape[0]] * 2)
    there = (np.array([x0 - left, y0 - top, x1 - left, y1 - top]) * grow).tolist()
    return grey, (there[0], there[1], there[2], there[3])


def _copied(rng: Generator, part: NDArray[np.float32], scale: float) -> NDArray[np.uint8]:
    """Turn, shrink and spoil: at the size of the scan, or finer and shrunk to it afterwards."""
    finer = float(rng.uniform(1.3, 2.2)) if rng.random() < 0.35 and scale < 1.2 else 1.0
    high, wide = (max(16, int(side * scale * finer)) for side in part.shape)
    middle = part.shape[1] / 2, part.shape[0] / 2
    turn = cv2.getRotationMatrix2D(middle, float(rng.normal(0, _ASKEW)), 1.0)
    turned = cv2.warpAffine(part, turn, part.shape[::-1])
    way = cv2.INTER_AREA if scale * finer < 1 else cv2.INTER_LINEAR
    fine = np.asarray(cv2.resize(turned, (wide, high), interpolation=way), np.float32)
    if rng.random() < 0.22:  # copiers fatten strokes, or eat them away
        change = cv2.dilate if rng.random() < 0.8 else cv2.erode
        fine = np.asarray(change(fine, np.ones((2, 2), np.uint8)), np.float32)
    if rng.random() < 0.6:
        fine = scan.spoil(rng, fine)
    if finer > 1:
        less = max(16, int(wide / finer)), max(16, int(high / finer))
        fine = np.asarray(cv2.resize(fine, less, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(255 - scan.expose(rng, fine), np.uint8)


def _cut(rng: Generator, box: Box) -> Box:
    """Cut as the first network does: a little aside, too large or too small, seldom a part only."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    part = 0.22 if rng.random() < 0.25 else 0.07
    off = rng.normal(0, part, 4).clip(-0.45, 0.45) * [wide, high, wide, high]
    off += np.array([-0.03 * wide, -0.05 * high, 0.03 * wide, 0.05 * high])
    return (x0 + off[0], y0 + off[1], max(x1 + off[2], x0 + off[0] + 8),
            max(y1 + off[3], y0 + off[1] + 8))  # fmt: skip


def drawn(seed: int, supplies: Supplies, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw so many and give them in one array, with their kinds."""
    windows, kinds = np.zeros((count, HIGH, WIDE), np.uint8), np.zeros(count, np.int64)
    for i, (window, kind) in enumerate(glances(seed, supplies, count)):
        windows[i], kinds[i] = window, kind
    return windows, kinds
