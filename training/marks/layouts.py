"""Kinds of pages: letters, memoranda, sheets that many sign, forms, and anything in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.marks import ornaments, signing, slips, words
from training.marks.pages import WIDTH, Page, Scribe

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from training.marks.pages import Supplies

#: Of pages so many are slips, where names are typed where one signs.
_SLIPS = 0.4


def draw(rng: Generator, supplies: Supplies, clutter: Callable[[Scribe], None]) -> Page:
    """Draw one page at twice the size it is seen in."""
    scribe = Scribe(rng, supplies)
    if supplies.name_fonts and rng.random() < _SLIPS:
        slips.slip(scribe)
        clutter(scribe)
        return scribe.page
    kinds = (letter, memo, witnesses, form, anything, last_page, certificate, by_hand)
    kinds[int(rng.choice(8, p=[0.34, 0.14, 0.12, 0.13, 0.1, 0.08, 0.05, 0.04]))](scribe)
    clutter(scribe)
    return scribe.page


def letter(scribe: Scribe) -> None:
    """Draw a letter: to whom, what, and a signature at its end or on the next page."""
    rng, step = scribe.rng, int(scribe.size * 1.2)
    y = int(rng.integers(120, 320))
    right = int(rng.integers(500, 900))
    scribe.write(signing.date(scribe), right if rng.random() < 0.6 else scribe.left, y)
    y += int(step * rng.uniform(2, 5))
    for _ in range(int(rng.integers(2, 6))):
        scribe.write(_short(scribe), scribe.left, y)
        y += step
    y += step
    scribe.write(f"Dear {signing.name(scribe)}:", scribe.left, y)
    y = _prose(scribe, y + 2 * step, int(rng.choice([1, 2, 3, 4, 8], p=[0.2, 0.3, 0.2, 0.2, 0.1])))
    _end(scribe, y, right)


def last_page(scribe: Scribe) -> None:
    """Draw the last page of something longer: a few lines, then who signs."""
    y = int(scribe.rng.integers(50, 200))
    if scribe.rng.random() < 0.6:
        scribe.write("Page 2" if scribe.rng.random() < 0.5 else "- 2 -", scribe.left, y)
        y += 3 * scribe.size
    y = _prose(scribe, y, int(scribe.rng.integers(1, 5)))
    _end(scribe, y, int(scribe.rng.integers(scribe.left, 900)))


def _end(scribe: Scribe, y: int, right: int) -> None:
    """Close: one or two signatures, then copies; nothing where the page is full."""
    rng = scribe.rng
    if y > scribe.tall - 260:
        return
    y += int(scribe.size * rng.uniform(0.5, 2))
    signed = rng.random() < 0.8
    x = right if rng.random() < 0.75 else scribe.left
    if rng.random() < 0.12:
        signing.sign(scribe, scribe.left, y, signed=signed)
        x = max(x, scribe.left + 480)
    y = signing.sign(scribe, min(x, 900), y, signed=signed)
    if rng.random() < 0.2 and y < scribe.tall - 240:
        y = signing.sign(scribe, min(x, 900), y, signed=rng.random() < 0.7)
    for _ in range(int(rng.choice([0, 1, 3, 6]))):
        y += int(scribe.size * 1.2)
        scribe.write(f"cc: {signing.name(scribe)}", scribe.left, y)


def memo(scribe: Scribe) -> None:
    """Draw a memorandum: whom it is to and from, prose or a table, often no signature."""
    rng = scribe.rng
    y = int(rng.integers(120, 240))
    scribe.write("Memorandum", int(rng.integers(100, 900)), y - 60, size=int(scribe.size * 1.5))
    for label in ("To:", "From:", "Subject:"):
        _rule(scribe, scribe.left, scribe.right, y)
        y += int(scribe.size * rng.uniform(1.5, 2.4))
        scribe.write(f"{label}  {signing.name(scribe)}", scribe.left, y)
        y += int(scribe.size * 0.6)
        if rng.random() < 0.15:
            signing.jot(scribe, _initials(scribe), (int(rng.integers(500, 1000)), y - 20), 40)
    _rule(scribe, scribe.left, scribe.right, y)
    y = _prose(scribe, y + 3 * scribe.size, int(rng.integers(1, 4)))
    if rng.random() < 0.5 and y < scribe.tall - 300:
        y = scribe.table(y, int(rng.integers(2, 8)))
    if rng.random() < 0.6:
        _end(scribe, y + scribe.size, int(rng.integers(300, 900)))


def witnesses(scribe: Scribe) -> None:
    """Draw lines for many to sign, in one column or two; some sign, some date it."""
    rng = scribe.rng
    y = _prose(scribe, int(rng.integers(60, 300)), int(rng.integers(1, 4)))
    columns = 2 if rng.random() < 0.6 else 1
    share = rng.choice([0.0, 0.3, 0.6, 1.0], p=[0.2, 0.2, 0.3, 0.3])
    step = int(rng.integers(110, 220))
    for _ in range(int(rng.integers(1, 7))):
        if y > scribe.tall - step - 40:
            break
        for column in range(columns):
            x = scribe.left + column * (scribe.right - scribe.left) // 2
            _line_to_sign(scribe, x, y + step // 2, signed=bool(rng.random() < share))
        y += step
    if y < scribe.tall - 300:
        _prose(scribe, y, int(rng.integers(0, 4)))


def _line_to_sign(scribe: Scribe, x: int, y: int, *, signed: bool) -> None:
    rng = scribe.rng
    wide = int(rng.integers(260, 440))
    _rule(scribe, x, x + wide, y)
    before = "By" if rng.random() < 0.3 else ""
    if before:
        scribe.write(before, max(4, x - 40), y)
    scribe.write(signing.name(scribe), x, y + int(scribe.size * 1.1))
    if rng.random() < 0.6:
        scribe.write(signing.title(scribe), x, y + int(scribe.size * 2.2))
    if not signed and scribe.supplies.name_fonts and rng.random() < 0.4:
        high = int(rng.integers(40, 110))
        signing.decoy(scribe, x + int(rng.integers(0, 60)), y - high // 2, high)
    if signed:
        mask = signing.hand(scribe, int(wide * rng.uniform(0.4, 1.15)))
        top = y - int(mask.shape[0] * rng.uniform(0.5, 1.0))
        box = scribe.stamp(mask, x + int(rng.integers(-10, 60)), top, signing.pressure(scribe))
        if box:
            scribe.page.signatures.append(box)
        if rng.random() < 0.3:
            signing.jot(
                scribe, signing.date(scribe), (x + wide + 10, y - 20), int(rng.integers(24, 44))
            )


def form(scribe: Scribe) -> None:
    """Draw a form filled in by hand: what is filled in is no signature, the last may be."""
    rng = scribe.rng
    y, step = int(rng.integers(120, 300)), int(rng.integers(44, 90))
    filled = rng.random() < 0.75
    labels = words.CHINESE_LABELS if scribe.chinese else words.LABELS
    for _ in range(int(rng.integers(3, 16))):
        if y > scribe.tall - 300:
            break
        for x in (scribe.left, (scribe.left + scribe.right) // 2)[: int(rng.integers(1, 3))]:
            end = scribe.write(scribe.one_of(labels), x, y) + 8
            _rule(scribe, end, min(end + int(rng.integers(150, 420)), scribe.right), y + 2)
            if filled and rng.random() < 0.75:
                signing.jot(scribe, remark(scribe), (end + 6, y - 10), int(rng.integers(22, 46)))
        y += step
    if rng.random() < 0.3:
        y = scribe.table(y, int(rng.integers(2, 6)))
    if rng.random() < 0.75:
        x = int(rng.integers(scribe.left, 800))
        signed = bool(rng.random() < 0.75)
        low = signing.sign(scribe, x, y + step, signed=signed)
        if rng.random() < 0.5:
            end = scribe.write("Date:", scribe.left, low + step // 2)
            signing.jot(scribe, signing.date(scribe), (end + 8, low + step // 2 - 8), 36)


def certificate(scribe: Scribe) -> None:
    """Draw a certificate: ornaments around, headings in script, people who sign at the foot."""
    rng = scribe.rng
    ornaments.frame(scribe)
    y = int(scribe.tall * rng.uniform(0.15, 0.25))
    for _ in range(int(rng.integers(1, 4))):
        faces = scribe.supplies.script_fonts or scribe.supplies.print_fonts
        size = int(rng.integers(34, 110))
        x = int(rng.integers(150, 500))
        scribe.write(
            scribe.sentence(int(rng.integers(6, 22))).title(),
            x,
            y,
            face=scribe.one_of(faces),
            size=size,
        )
        y += int(size * rng.uniform(1.2, 2))
    y = _prose(scribe, y, int(rng.integers(1, 3)))
    if rng.random() < 0.6:
        ornaments.rosette(scribe, int(rng.integers(120, 900)), max(y, int(scribe.tall * 0.65)))
    if y < scribe.tall - 300 and rng.random() < 0.7:
        for x in (scribe.left, 760)[: int(rng.integers(1, 3))]:
            _line_to_sign(
                scribe, x, scribe.tall - int(rng.integers(150, 260)), signed=rng.random() < 0.75
            )


def by_hand(scribe: Scribe) -> None:
    """Draw a page that is written by hand from top to foot; who wrote it may have signed."""
    rng = scribe.rng
    high, y = int(rng.integers(28, 60)), int(rng.integers(60, 300))
    last, face = scribe.tall - int(rng.integers(60, 700)), signing.writer(scribe)
    while y < last:
        line = " ".join(scribe.one_of(words.ENGLISH) for _ in range(int(rng.integers(3, 9))))
        signing.jot(scribe, line, (scribe.left + int(rng.normal(0, 8)), y), high, face=face)
        y += int(high * rng.uniform(1.1, 1.6))
    if rng.random() < 0.4 and y < scribe.tall - 200:
        signing.sign(scribe, int(rng.integers(scribe.left, 800)), y + high, signed=True)


def anything(scribe: Scribe) -> None:
    """Draw prose, tables and places to sign in any order."""
    rng = scribe.rng
    y = int(rng.integers(40, 330))
    wanted = int(rng.choice([0, 1, 2, 3], p=[0.4, 0.38, 0.17, 0.05]))
    first = int(scribe.tall * rng.uniform(0.1, 0.8))
    while y < scribe.tall - 180:
        if y > first and rng.random() < 0.75:
            x = scribe.left if rng.random() < 0.5 else int(rng.integers(200, 850))
            y = signing.sign(scribe, x, y, signed=wanted > 0)
            wanted -= 1
            first = y if wanted > 0 else scribe.tall
        elif rng.random() < 0.2:
            y = scribe.table(y, int(rng.integers(2, 9)))
        else:
            y = scribe.paragraph(y, int(rng.integers(1, 9)))
        y += int(scribe.size * rng.uniform(0.8, 3))
        if rng.random() < 0.12:
            y += int(rng.integers(0, 400))


def remark(scribe: Scribe) -> str:
    """Make up what somebody writes on a page: a date, a sum, a word or two."""
    rng = scribe.rng
    kind = rng.random()
    if kind < 0.3:
        return signing.date(scribe)
    if kind < 0.45:
        return str(
            scribe.one_of(("OK", "yes", "no", "file", "copy", "see me", "please call", "FYI"))
        )
    if kind < 0.6:
        return f"$ {int(rng.integers(10, 90000)):,}"
    count = int(rng.integers(1, 5))
    return " ".join(scribe.one_of(words.ENGLISH) for _ in range(count)).capitalize()


def _initials(scribe: Scribe) -> str:
    return "".join(chr(65 + int(i)) for i in scribe.rng.integers(0, 26, 2))


def _short(scribe: Scribe) -> str:
    if scribe.rng.random() < 0.4:
        return signing.name(scribe)
    return scribe.sentence(int(scribe.rng.integers(8, 34))).title()


def _prose(scribe: Scribe, y: int, paragraphs: int) -> int:
    for _ in range(paragraphs):
        if y > scribe.tall - 120:
            break
        lines = int(scribe.rng.integers(1, 8))
        y = scribe.paragraph(y, min(lines, max(1, (scribe.tall - y - 60) // (2 * scribe.size))))
        y += int(scribe.size * scribe.rng.uniform(0.6, 1.6))
    return y


def _rule(scribe: Scribe, x0: int, x1: int, y: int) -> None:
    if 0 <= y < scribe.tall - 4 and x1 > x0:
        scribe.rule(max(0, x0), min(WIDTH, x1), y)
