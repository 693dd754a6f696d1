"""What else stands on pages and is no signature: letterheads, stamps, seals, borders, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import ink, layouts, signing
from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from training.marks.pages import Scribe


def add(scribe: Scribe) -> None:
    """Add a few of them; which ones, the page's own randomness decides."""
    for chance, what in (
        (0.65, letterhead),
        (0.35, logo),
        (0.3, emblem),
        (0.3, borders),
        (0.25, number),
        (0.3, rubber_stamp),
        (0.25, seal),
        (0.06, note),
        (0.3, remarks),
        (0.14, initials),
        (0.35, ticks),
        (0.2, holes),
        (0.12, picture),
        (0.3, strays),
        (0.25, script_line),
    ):
        if scribe.rng.random() < chance:
            what(scribe)


def letterhead(scribe: Scribe) -> None:
    script = scribe.supplies.script_fonts and scribe.rng.random() < 0.4
    face = scribe.one_of(scribe.supplies.script_fonts if script else scribe.supplies.print_fonts)
    y = int(scribe.rng.integers(30, 120))
    x = int(scribe.rng.integers(60, 700))
    size = int(scribe.rng.integers(24, 110 if script else 60))
    scribe.write(
        scribe.sentence(int(scribe.rng.integers(8, 26))).title(), x, y, face=face, size=size
    )
    if scribe.rng.random() < 0.4:
        scribe.rule(scribe.left, scribe.right, y + size)


def script_line(scribe: Scribe) -> None:
    faces = scribe.supplies.script_fonts
    if faces:
        x, y = scribe.rng.integers(60, 800), scribe.rng.integers(100, scribe.tall - 40)
        scribe.write(
            scribe.sentence(int(scribe.rng.integers(6, 40))),
            int(x),
            int(y),
            face=faces[int(scribe.rng.integers(len(faces)))],
            size=int(scribe.rng.integers(20, 60)),
        )


def logo(scribe: Scribe) -> None:
    rng = scribe.rng
    side = int(rng.integers(60, 200))
    mask = np.zeros((side, side), np.uint8)
    for _ in range(rng.integers(2, 9)):
        dots = rng.integers(0, side, (rng.integers(3, 8), 2))
        if rng.random() < 0.5:
            cv2.fillPoly(mask, [dots.astype(np.int32)], int(rng.choice([0, 255, 255])))
        else:
            cv2.ellipse(
                mask,
                dots[0].tolist(),
                (dots[1] // 3 + 4).tolist(),
                float(rng.uniform(0, 180)),
                0,
                360,
                255,
                int(rng.integers(1, 8)),
            )
    y = int(rng.integers(10, 160) if rng.random() < 0.7 else rng.integers(0, scribe.tall - side))
    scribe.stamp(mask.astype(np.float32) / np.float32(255), int(rng.integers(20, WIDTH - side)), y)


def emblem(scribe: Scribe) -> None:
    """Draw an engraving, as letterheads carry: fine dark lines that fill a shape."""
    rng = scribe.rng
    wide, tall = rng.integers(50, 200, 2).tolist()
    rough = rng.normal(0, 1, (tall, wide)).astype(np.float32)
    fine = cv2.GaussianBlur(rough, (0, 0), rng.uniform(0.8, 3), None, rng.uniform(0.8, 4))
    shape = np.zeros((tall, wide), np.float32)
    if rng.random() < 0.6:
        cv2.ellipse(shape, (wide // 2, tall // 2), (wide // 2, tall // 2), 0, 0, 360, 1.0, -1)
    else:
        dots = rng.uniform(0, 1, (8, 2)) * [wide, tall]
        cv2.fillPoly(shape, [cv2.convexHull(dots.astype(np.int32))], 1.0)
    mask = (fine > fine.std() * rng.uniform(-0.5, 0.6)) * shape
    top = rng.random() < 0.75
    y = int(rng.integers(5, 150) if top else rng.integers(0, scribe.tall - tall))
    scribe.stamp(mask.astype(np.float32), int(rng.integers(10, WIDTH - wide)), y)


def borders(scribe: Scribe) -> None:
    rng, sheet = scribe.rng, scribe.page.sheet
    for side in range(4):
        if rng.random() < 0.5:
            deep = int(rng.choice([rng.integers(2, 10), rng.integers(10, 90)]))
            view = (sheet[:deep], sheet[-deep:], sheet[:, :deep], sheet[:, -deep:])[side]
            ragged = rng.uniform(0.6, 1, view.shape) if rng.random() < 0.4 else 1.0
            np.maximum(view, ragged, out=view)


def number(scribe: Scribe) -> None:
    rng = scribe.rng
    strip = np.zeros((44, 260), np.uint8)
    face = scribe.supplies.print_fonts[int(rng.integers(len(scribe.supplies.print_fonts)))]
    cv2.putText(
        strip,
        str(rng.integers(10**7, 10**9)),
        (4, 34),
        (255,),
        face,
        int(rng.integers(20, 36)),
        400,
    )
    mask = strip.astype(np.float32) / np.float32(255)
    if rng.random() < 0.6:
        scribe.stamp(
            np.rot90(mask).copy(),
            WIDTH - int(rng.integers(50, 110)),
            int(rng.integers(200, scribe.tall - 300)),
        )
    else:
        scribe.stamp(mask, int(rng.integers(100, WIDTH - 300)), scribe.tall - 60)


def rubber_stamp(scribe: Scribe) -> None:
    """Draw a word at an angle, in a frame or not, with a date under it."""
    rng = scribe.rng
    face = scribe.supplies.print_fonts[int(rng.integers(len(scribe.supplies.print_fonts)))]
    wide, tall = int(rng.integers(160, 420)), int(rng.integers(50, 130))
    canvas = np.zeros((wide + 40, wide + 40), np.uint8)
    mid = (wide + 40) // 2
    word = str(rng.choice(["RECEIVED", "CONFIDENTIAL", "APPROVED", "COPY", "PAID", "JUL 19 1985"]))
    cv2.putText(canvas, word, (30, mid), (255,), face, int(rng.integers(24, 48)), 700)
    if rng.random() < 0.6:
        cv2.putText(canvas, "2024-03-12", (40, mid + 36), (255,), face, 26, 400)
    if rng.random() < 0.5:
        cv2.rectangle(canvas, (20, mid - tall // 2), (20 + wide, mid + tall // 2), 255, 3)
    turned = cv2.warpAffine(
        canvas,
        cv2.getRotationMatrix2D((mid, mid), float(rng.normal(0, 12)), 1.0),
        canvas.shape[::-1],
    )
    mask = turned.astype(np.float32) / 255 * (rng.random(turned.shape) < rng.uniform(0.6, 1))
    scribe.stamp(
        mask.astype(np.float32),
        int(rng.integers(0, 850)),
        int(rng.integers(0, scribe.tall - 200)),
        rng.uniform(0.5, 1),
    )


def seal(scribe: Scribe) -> None:
    """Draw a round seal as it looks in grey, often over what is written."""
    rng = scribe.rng
    radius = int(rng.integers(60, 130))
    canvas = np.zeros((2 * radius + 8, 2 * radius + 8), np.uint8)
    mid = radius + 4
    cv2.circle(canvas, (mid, mid), radius, 255, int(rng.integers(2, 8)))
    face = scribe.supplies.chinese_fonts[int(rng.integers(len(scribe.supplies.chinese_fonts)))]
    for angle in np.linspace(-2.4, 2.4, int(rng.integers(8, 15))):
        x, y = mid + 0.75 * radius * np.sin(angle), mid - 0.75 * radius * np.cos(angle)
        cv2.putText(canvas, scribe.sentence(2)[:1], (int(x) - 9, int(y) + 9), (255,), face, 20, 400)
    spokes = np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.13, 0.33) * radius
    star = np.stack([mid + reach * np.sin(spokes), mid - reach * np.cos(spokes)], 1)
    cv2.fillPoly(canvas, [star.astype(np.int32)], 255)
    near = scribe.page.signatures
    x, y = rng.integers(0, WIDTH - 200), rng.integers(0, scribe.tall - 200)
    if near and rng.random() < 0.5:
        box = near[int(rng.integers(len(near)))]
        x, y = int(box[2]) - rng.integers(-60, 200), int(box[1]) - rng.integers(0, 160)
    scribe.stamp(
        canvas.astype(np.float32) / np.float32(255), int(x), int(y), rng.uniform(0.25, 0.75)
    )


def note(scribe: Scribe) -> None:
    """Add a remark by hand: one line may pass for a signature, so nothing is learnt from it."""
    rng = scribe.rng
    mask = ink.note(rng, int(rng.integers(120, 330)))
    x, y = int(rng.integers(0, 1000)), int(rng.integers(0, scribe.tall - 100))
    boxes = scribe.page.signatures
    if any(
        x < b[2] and x + mask.shape[1] > b[0] and y < b[3] and y + mask.shape[0] > b[1]
        for b in boxes
    ):
        return
    box = scribe.stamp(mask, x, y, rng.uniform(0.7, 1))
    if box:
        scribe.page.doubtful.append(box)


def remarks(scribe: Scribe) -> None:
    """Write a few lines by hand at the top, in the margin or at the foot: no signature."""
    rng = scribe.rng
    high = int(rng.integers(22, 70))
    x = int(rng.integers(10, 1000))
    y = int(rng.choice([rng.integers(30, 320), rng.integers(100, scribe.tall - 100)], p=[0.6, 0.4]))
    count = int(rng.choice([1, 2, 4, 6], p=[0.4, 0.3, 0.2, 0.1]))
    tall = count * high
    if any(
        x < b[2] and b[0] < x + 400 and y - high < b[3] and b[1] < y + tall
        for b in scribe.page.signatures
    ):
        return
    face = signing.writer(scribe) if rng.random() < 0.8 else None
    for _ in range(count):
        at = (x + int(rng.normal(0, 10)), y)
        signing.jot(scribe, layouts.remark(scribe), at, high, face=face)
        y += int(high * rng.uniform(0.9, 1.5))
        if y > scribe.tall - 40:
            break


def initials(scribe: Scribe) -> None:
    """Write somebody's initials at the top, as who read a letter does: no signature."""
    text = scribe.one_of(("TK", "UD", "AB", "feb", "RN", "OK", "JHB", "mw", "S.", "file", "cc"))
    x, y = int(scribe.rng.integers(20, WIDTH - 200)), int(scribe.rng.integers(30, 220))
    signing.jot(scribe, text, (x, y), int(scribe.rng.integers(30, 110)))


def ticks(scribe: Scribe) -> None:
    rng = scribe.rng
    for _ in range(rng.integers(1, 4)):
        mask = ink.tick(rng, int(rng.integers(20, 140)))
        scribe.stamp(mask, int(rng.integers(0, WIDTH - 60)), int(rng.integers(0, scribe.tall - 60)))


def holes(scribe: Scribe) -> None:
    rng = scribe.rng
    for _ in range(rng.integers(1, 4)):
        centre = [int(rng.integers(15, WIDTH)), int(rng.integers(0, scribe.tall))]
        cv2.circle(scribe.page.sheet, centre, int(rng.integers(8, 26)), 1.0, -1)


def picture(scribe: Scribe) -> None:
    """Paste something grey and soft, as a photo is."""
    rng = scribe.rng
    wide, tall = rng.integers(120, 500, 2).tolist()
    rough = rng.random((int(rng.integers(4, 14)), int(rng.integers(4, 14)))).astype(np.float32)
    soft = cv2.resize(rough, (wide, tall), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    scribe.stamp(soft, int(rng.integers(0, 900)), int(rng.integers(0, scribe.tall - 120)))


def strays(scribe: Scribe) -> None:
    """Add lines, dashes and blots that a scanner leaves."""
    rng, sheet = scribe.rng, scribe.page.sheet
    for _ in range(rng.integers(1, 7)):
        x, y = int(rng.integers(0, WIDTH)), int(rng.integers(0, scribe.tall))
        far = [x + int(rng.normal(0, 60)), y + int(rng.normal(0, 60))]
        if rng.random() < 0.3:
            far[int(rng.integers(2))] = (x, y)[int(rng.integers(2))]
        cv2.line(sheet, (x, y), far, 1.0, int(rng.integers(1, 6)))
