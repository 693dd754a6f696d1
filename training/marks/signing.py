"""Places to sign: what stands around a signature, and the signature itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks import hands, ink, typed, words
from training.marks.pages import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.marks.pages import Box, Scribe

#: A drawn signature that would be taller than this is drawn smaller.
_TALLEST = 230


def name(scribe: Scribe) -> str:
    """Make up somebody's name."""
    rng = scribe.rng
    if scribe.chinese and rng.random() < 0.8:
        return scribe.one_of(words.CHINESE_NAMES)
    first, last = scribe.one_of(words.FIRST), scribe.one_of(words.LAST)
    letters = [f"{chr(65 + int(rng.integers(26)))}." for _ in range(2)]
    forms = (
        f"{first} {last}", f"{first} {letters[0]} {last}", f"{letters[0]} {letters[1]} {last}",
        f"{letters[0]} {last}", f"Dr. {first} {last}",
    )  # fmt: skip
    return forms[int(rng.choice(5, p=[0.35, 0.25, 0.25, 0.12, 0.03]))]


def hand(scribe: Scribe, width: int, who: str = "") -> NDArray[np.float32]:
    """Give a signature: a real one, one of bent letters, or one of free strokes."""
    rng, supplies = scribe.rng, scribe.supplies
    kind = rng.random()
    among_names = bool(supplies.name_fonts)  # more real ones, where typed ones stand beside them
    real = (0.6 if among_names else 0.55) if scribe.chinese else 0.08
    if kind < real and supplies.signatures:
        mask = _real(scribe, width)
    elif scribe.chinese and kind > 0.7 and among_names and supplies.chinese_hands:
        face, wide = scribe.one_of(supplies.chinese_hands), int(width * rng.uniform(0.4, 0.8))
        mask = hands.written(rng, typed.hanzi(rng), face, wide, wild=rng.uniform(0.6, 1.2))
    elif scribe.chinese and kind > 0.75:
        mask = ink.chinese(rng, int(width * rng.uniform(0.4, 0.8)))
    elif supplies.hands and kind < 0.72:
        text = who if who and who.isascii() else latin_name(scribe)
        if rng.random() < 0.12:
            text = "".join(word[0] for word in text.split())
            width = int(width * 0.5)
        face = scribe.one_of(supplies.hands)
        mask = hands.written(rng, text, face, width, wild=rng.uniform(0.3, 1.3))
    else:
        mask = ink.latin(rng, width)
    if mask.shape[0] > _TALLEST:
        less = _TALLEST / mask.shape[0]
        mask = np.asarray(
            cv2.resize(mask, None, fx=less, fy=less, interpolation=cv2.INTER_AREA), np.float32
        )
    return mask


def latin_name(scribe: Scribe) -> str:
    """Make up a Latin name as people sign it."""
    first, last = scribe.one_of(words.FIRST), scribe.one_of(words.LAST)
    return scribe.one_of((f"{first} {last}", f"{first[0]}. {last}", f"{first[0]} {last[0]} {last}"))


def _real(scribe: Scribe, width: int) -> NDArray[np.float32]:
    rng = scribe.rng
    real = scribe.one_of(scribe.supplies.signatures)
    if scribe.supplies.name_fonts and rng.random() < 0.5:  # nobody signs twice alike
        real = ink.tight(hands.bent(rng, real, float(rng.uniform(0, 0.5))))
    wide = int(width * rng.uniform(0.5, 1))
    high = max(24, int(real.shape[0] * wide / real.shape[1] * rng.uniform(0.7, 1.3)))
    fitted = np.asarray(cv2.resize(real, (wide, high), interpolation=cv2.INTER_AREA), np.float32)
    if rng.random() < 0.5:  # a thinner or a thicker pen than the writer's
        bones = hands.thinned(fitted > 0.4)
        return ink.tight(hands.inked(rng, bones))
    return ink.tight(fitted)


def sign(scribe: Scribe, x: int, y: int, *, signed: bool) -> int:
    """Lay out a place to sign, and sign it; gives where it ends."""
    rng = scribe.rng
    who = name(scribe)
    mask = hand(scribe, int(rng.choice([rng.integers(140, 260), rng.integers(220, 420),
                                        rng.integers(380, 580)], p=[0.25, 0.55, 0.2])),
                who) if signed else None  # fmt: skip
    tall = mask.shape[0] if mask is not None else int(rng.integers(40, 110))
    end = x
    if rng.random() < 0.85:
        end = scribe.write(scribe.one_of(words.CLOSINGS), x, y)
    beside = rng.random() < 0.2
    gap = max(4, int(tall * rng.uniform(0.3, 1.15)))
    top = y - int(tall * rng.uniform(0.4, 0.8)) if beside else y + int(rng.normal(4, 10))
    start = end + int(rng.integers(0, 40)) if beside else x + int(rng.normal(5, 30))
    if not _ink(scribe, mask, start, top):
        if scribe.supplies.name_fonts and rng.random() < 0.6:
            decoy(scribe, start, y + int(gap * 0.7), tall)
        elif rng.random() < 0.3:
            _typed(scribe, start, top + tall)
    low = y + gap + int(scribe.size * 0.8)
    if rng.random() < 0.4:
        far = min(WIDTH, start + int(rng.integers(150, 460)))
        scribe.rule(start, far, min(scribe.tall - 4, low - scribe.size - 2))
    if rng.random() < 0.88:
        scribe.write(who, x, low)
        for _ in range(int(rng.choice([0, 1, 2], p=[0.4, 0.45, 0.15]))):
            low += int(scribe.size * 1.15)
            scribe.write(title(scribe), x, low)
    return low + 2 * scribe.size


def _ink(scribe: Scribe, mask: NDArray[np.float32] | None, x: int, y: int) -> bool:
    """Lay a signature on the page, now and then another one over it; says whether it is there."""
    box = scribe.stamp(mask, x, y, pressure(scribe)) if mask is not None else None
    if box is None:
        return False
    scribe.page.signatures.append(box)
    if scribe.rng.random() < 0.06:
        _second(scribe, box)
    return True


def pressure(scribe: Scribe) -> float:
    """Give how dark a signature is: mostly as print, sometimes faint."""
    rng = scribe.rng
    return float(rng.uniform(0.22, 0.6) if rng.random() < 0.14 else rng.uniform(0.6, 1))


def _second(scribe: Scribe, first: Box) -> None:
    """Sign once more, partly over a signature that is there."""
    rng = scribe.rng
    x0, y0, x1, y1 = first
    mask = hand(scribe, int((x1 - x0) * rng.uniform(0.6, 1.2)))
    x = x0 + (x1 - x0) * rng.uniform(-0.4, 0.8)
    y = y0 + (y1 - y0) * rng.choice([rng.uniform(0.5, 0.9), rng.uniform(-0.9, -0.5)])
    box = scribe.stamp(mask, int(x), int(y), pressure(scribe))
    if box:
        scribe.page.signatures.append(box)


def title(scribe: Scribe) -> str:
    """Make up what somebody is."""
    return scribe.one_of(words.CHINESE_TITLES if scribe.chinese else words.TITLES)


def _typed(scribe: Scribe, x: int, y: int) -> None:
    """Set a name in a script font where a signature would stand."""
    faces = scribe.supplies.script_fonts or scribe.supplies.print_fonts
    size = int(scribe.rng.integers(24, 76))
    scribe.write(latin_name(scribe), max(0, x), y, face=scribe.one_of(faces), size=size)


def decoy(scribe: Scribe, x: int, y: int, high: int) -> None:
    """Set what is no signature where one signs: a name in a font, a date or a remark by hand.

    It begins at `x`, its middle is at `y`; a signature there would be `high` pixels high.
    """
    rng, kind = scribe.rng, scribe.rng.random()
    letters = int(np.clip(high * rng.uniform(0.4, 0.9), 24, 80))
    if kind < (0.7 if scribe.chinese else 0.5):
        box = typed_name(scribe, x, y, high)
    else:
        text = date(scribe) if kind < 0.85 else scribe.one_of(words.NOTED)
        box = jot(scribe, text, (max(0, x), y), letters)
    if box:
        scribe.page.decoys.append(box)


def typed_name(scribe: Scribe, x: int, y: int, high: int) -> Box | None:
    """Set a name in a font, from half as high as a signature to as high; gives where it lies."""
    rng, supplies = scribe.rng, scribe.supplies
    latin = supplies.script_fonts and rng.random() < (0.15 if scribe.chinese else 0.5)
    text = latin_name(scribe) if latin else typed.hanzi(rng)
    face = scribe.one_of(supplies.script_fonts if latin else supplies.name_fonts)
    size = int(np.clip(high * rng.uniform(0.5, 1.0), 22, 130))
    mask = typed.straight(rng, text, face, size)
    return scribe.stamp(mask, max(0, x), y - mask.shape[0] // 2, rng.uniform(0.6, 1))


def writer(scribe: Scribe) -> cv2.FontFace | None:
    """Choose whose hand remarks are in; None where the supplies hold none."""
    faces = (*scribe.supplies.hands, *scribe.supplies.block_hands)
    return scribe.one_of(faces) if faces else None


def jot(
    scribe: Scribe,
    text: str,
    at: tuple[int, int],
    high: int,
    *,
    face: cv2.FontFace | None = None,
) -> Box | None:
    """Write something by hand that is no signature, the middle of its line beginning `at`."""
    x, y = at
    face = face or writer(scribe)
    if face is None:
        return None
    width = max(16, int(len(text) * high * scribe.rng.uniform(0.35, 0.6)))
    mask = hands.written(scribe.rng, text, face, width, wild=float(scribe.rng.uniform(0, 0.6)))
    return scribe.stamp(mask, x, y - mask.shape[0] // 2, scribe.rng.uniform(0.6, 1))


def date(scribe: Scribe) -> str:
    """Make up a date as people write it."""
    rng = scribe.rng
    day, month, year = (
        int(rng.integers(1, 29)),
        int(rng.integers(1, 13)),
        int(rng.integers(50, 100)),
    )
    forms = (
        f"{month}/{day}/{year}", f"{month}-{day}-{year}", f"{day}.{month}.20{year % 26:02}",
        f"{words.MONTHS[month - 1]} {day}, 19{year}", f"20{year % 26:02}-{month:02}-{day:02}",
    )  # fmt: skip
    return scribe.one_of(forms)
