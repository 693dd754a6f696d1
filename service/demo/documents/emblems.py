"""What people leave on paper: a round company seal, and a name written by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pymupdf

from service.demo.documents.paper import font, text_width

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from service.demo.documents.paper import Colour

SEAL_RED: Colour = (0.80, 0.09, 0.11)
#: What a copying machine makes of it.
SEAL_BLACK: Colour = (0.16, 0.16, 0.17)
PEN_BLUE: Colour = (0.09, 0.15, 0.42)
#: The name runs around this much of the seal's upper ring, in degrees.
SEAL_ARC = 250.0

FACE_WIDTH, FACE_HEIGHT = 220.0, 64.0


def stamp_seal(
    page: pymupdf.Page,
    centre: tuple[float, float],
    *,
    name: str,
    purpose: str,
    ink: Colour = SEAL_RED,
) -> None:
    """Press a round seal of 42 mm: ring, star, the registered name around, the purpose below."""
    x, y = centre
    radius = 59.0
    page.draw_circle(centre, radius, color=ink, width=2.6)
    page.draw_polyline(_star(centre, 17.0), color=ink, fill=ink, closePath=True)
    size = 11.5
    step = SEAL_ARC / max(1, len(name) - 1)
    for index, letter in enumerate(name):
        angle = -SEAL_ARC / 2 + index * step
        turn = math.radians(angle)
        ring = radius - 15.0
        foot = pymupdf.Point(x + ring * math.sin(turn), y - ring * math.cos(turn))
        start = foot - (text_width(letter, size) / 2, 0)
        writer = pymupdf.TextWriter(page.rect)
        writer.append(start, letter, font=font(), fontsize=size)
        writer.write_text(page, color=ink, morph=(foot, pymupdf.Matrix(-angle)))
    writer = pymupdf.TextWriter(page.rect)
    start = (x - text_width(purpose, 9) / 2, y + 36)
    writer.append(start, purpose, font=font(), fontsize=9)
    writer.write_text(page, color=ink)


def signature_face(name: str, lines: Sequence[str], rng: random.Random) -> bytes:
    """Give a one-page PDF: the visible face of a digital signature, name by hand at the left."""
    document = pymupdf.open()
    page = document.new_page(width=FACE_WIDTH, height=FACE_HEIGHT)
    page.draw_rect(
        (0.5, 0.5, FACE_WIDTH - 0.5, FACE_HEIGHT - 0.5), color=(0.70, 0.74, 0.82), width=0.7
    )
    _write_by_hand(page, name, rng)
    writer = pymupdf.TextWriter(page.rect)
    for index, line in enumerate(lines):
        writer.append((96, 16 + 13.5 * index), line, font=font(), fontsize=7.6)
    writer.write_text(page, color=(0.25, 0.28, 0.34))
    document.subset_fonts()
    data: bytes = document.tobytes(garbage=3, deflate=True, no_new_id=True)
    document.close()
    return data


def _write_by_hand(page: pymupdf.Page, name: str, rng: random.Random) -> None:
    """Letters that lean and jump a little, and a stroke of the pen under them."""
    x = 10.0
    for letter in name:
        foot = pymupdf.Point(x, 38 + rng.uniform(-3, 3))
        writer = pymupdf.TextWriter(page.rect)
        writer.append(foot, letter, font=font(), fontsize=rng.uniform(22, 26))
        lean = pymupdf.Matrix(1, 0, rng.uniform(-0.38, -0.22), 1, 0, 0)
        lean.prerotate(rng.uniform(-5, 5))
        writer.write_text(page, color=PEN_BLUE, morph=(foot, lean))
        x += rng.uniform(20, 23)
    page.draw_bezier(
        (8, 47),
        (30, 41 + rng.uniform(-4, 4)),
        (50, 57 + rng.uniform(-4, 4)),
        (86, 44 + rng.uniform(-3, 3)),
        color=PEN_BLUE,
        width=1.1,
    )


def _star(centre: tuple[float, float], radius: float) -> list[tuple[float, float]]:
    x, y = centre
    inner = radius * 0.382  # of a regular pentagram
    return [
        (
            x + (inner if corner % 2 else radius) * math.sin(math.pi * corner / 5),
            y - (inner if corner % 2 else radius) * math.cos(math.pi * corner / 5),
        )
        for corner in range(10)
    ]
