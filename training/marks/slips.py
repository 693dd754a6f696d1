"""Slips that one or two people sign at the foot: receipts, attendances, reports, minutes.

Where one signs stands a signature, or what is none: a typed name, a date, a remark, nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.marks import signing, words
from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from training.marks.pages import Scribe

#: Share of slips that an office scanner took, in shades of grey.
_CLEAN = 0.6


def slip(scribe: Scribe) -> None:
    """Draw a heading, fields, a table or prose, then the places to sign; four of five Chinese."""
    rng = scribe.rng
    if rng.random() < 0.8 and not scribe.chinese:
        scribe.chinese, scribe.face = True, scribe.one_of(scribe.supplies.chinese_fonts)
    scribe.page.clean = bool(rng.random() < _CLEAN)
    y = int(rng.integers(80, 220))
    scribe.write(
        scribe.sentence(int(rng.integers(8, 24))),
        int(rng.integers(scribe.left, 600)),
        y,
        size=int(scribe.size * rng.uniform(1.2, 2.2)),
    )
    y = _fields(scribe, y + 3 * scribe.size)
    if rng.random() < 0.6:
        y = scribe.table(y, int(rng.integers(2, 7))) + 2 * scribe.size
    if rng.random() < 0.6:
        y = scribe.paragraph(y, int(rng.integers(1, 5))) + scribe.size
    y += int(rng.integers(0, max(1, (scribe.tall - y) // 2)))
    _places(scribe, y)


def _fields(scribe: Scribe, y: int) -> int:
    rng = scribe.rng
    labels = words.CHINESE_LABELS if scribe.chinese else words.LABELS
    for _ in range(int(rng.integers(1, 7))):
        end = scribe.write(scribe.one_of(labels), scribe.left, y)
        scribe.write(scribe.sentence(int(rng.integers(4, 30))), end + 8, y)
        y += int(scribe.size * rng.uniform(1.5, 2.4))
    return y


def _places(scribe: Scribe, y: int) -> None:
    """Lay out one to three places to sign, one beside another or one under another."""
    rng = scribe.rng
    count = int(rng.choice([1, 2, 3], p=[0.45, 0.4, 0.15]))
    beside = bool(rng.random() < 0.5)
    step = int(rng.integers(100, 200))
    share = rng.choice([0.0, 0.5, 1.0], p=[0.4, 0.15, 0.45])
    for i in range(count):
        x = scribe.left + (i % 2) * (WIDTH - 2 * scribe.left) // 2 if beside else scribe.left
        if not beside and rng.random() < 0.3:
            x = int(rng.integers(scribe.left, 600))
        if y > scribe.tall - 120:
            break
        place(scribe, x, y, signed=bool(rng.random() < share))
        if not beside or i % 2:
            y += step


def place(scribe: Scribe, x: int, y: int, *, signed: bool) -> None:
    """Lay out one place to sign, with its label's baseline at `y`, and fill it."""
    rng = scribe.rng
    end = scribe.write(scribe.one_of(words.TO_SIGN), x, y) + 6
    if rng.random() < 0.5:
        scribe.rule(end, min(WIDTH, end + int(rng.integers(180, 420))), min(y + 4, scribe.tall - 4))
    start, middle = end + int(rng.integers(0, 50)), y + int(rng.normal(-8, 14))
    if rng.random() < 0.35 and y < scribe.tall - 160:  # beneath its label
        start, middle = x + int(rng.integers(0, 160)), y + int(rng.integers(45, 90))
    if signed:
        _sign(scribe, start, middle)
    elif rng.random() < 0.8:
        signing.decoy(scribe, start, middle, int(rng.integers(50, 110)))
    if rng.random() < 0.4 and y < scribe.tall - 90:
        low = y + int(scribe.size * rng.uniform(2.2, 4))
        end = scribe.write("日期：" if scribe.chinese else "Date:", x, low) + 8
        if rng.random() < 0.6:
            high = int(rng.integers(26, 60))
            signing.jot(scribe, signing.date(scribe), (end, low - 8), high)


def _sign(scribe: Scribe, x: int, middle: int) -> None:
    """Sign, now and then after the name in type, or over its end."""
    rng = scribe.rng
    if rng.random() < 0.15:
        high = int(rng.integers(40, 80))
        box = signing.typed_name(scribe, x, middle, high)
        x = int(box[2] if box else x) + int(rng.integers(-30, 60))
    mask = signing.hand(scribe, int(rng.integers(130, 340)))
    box = scribe.stamp(mask, x, middle - mask.shape[0] // 2, signing.pressure(scribe))
    if box:
        scribe.page.signatures.append(box)
