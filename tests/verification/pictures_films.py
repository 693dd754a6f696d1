"""Pictures of films seen before, for docs/checks: each is judged first, as its name says.

`tests.verification.pictures` takes them.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from service.actions.reuse_films import FEWEST_VOTES
from tests.verification.filmed import COPIES, Scene, Take, coded, extension, take
from verification.films.strip import frame_at
from verification.fingerprints.film_likeness import compare
from verification.fingerprints.film_making import fingerprint
from verification.fingerprints.films import asked_words, kept_words, opened

if TYPE_CHECKING:
    from verification.fingerprints.film_likeness import Measured

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
SIZE = (400, 224)
ROOM = Scene(place=7, seconds=12.0, clock=36_000, size=(480, 270))
#: So many seconds of a title that two films begin with.
LONG_INTRO = 11.0


def take_films() -> None:
    """Show a copy in a player's window that is told, one that is not, and two with one intro."""
    shot = take(ROOM)
    faster = replace(shot, rate=15)
    titled, other = (
        take(Scene(place=place, seconds=8.0, intro=LONG_INTRO, size=(480, 270))) for place in (7, 8)
    )
    _show("hit", COPIES["recorded in a player's window"](shot), shot, is_told=True)
    _show("miss", faster, shot, is_told=False)
    _show("false-alarm", titled, other, is_told=True)


def _show(name: str, later: Take, earlier: Take, *, is_told: bool) -> None:
    films = [(coded(one), extension(one)) for one in (later, earlier)]
    now, before = (fingerprint(*one) for one in films)
    if now is None or before is None:
        sys.exit(f"reuse-film-{name}: nothing is seen")
    new, old = opened(now), opened(before)
    like = compare(new, old)
    shared = len({*asked_words(new)} & {*kept_words(old)})
    known = like is not None and like.is_copy and shared >= FEWEST_VOTES
    sys.stdout.write(f"reuse-film-{name}: {shared} words, {_measured(like)}\n")
    if known != is_told:
        sys.exit(f"reuse-film-{name}: {'told' if known else 'not told'}")
    here, there = like.moments[1] if known and like is not None else (4.0, 4.0)
    out = Image.new("RGB", (2 * SIZE[0] + 8, SIZE[1] + 18), "white")
    for place, ((data, form), at) in enumerate(zip(films, (here, there), strict=True)):
        frame = frame_at(data, form, at)
        if frame is None:
            sys.exit(f"reuse-film-{name}: no frame at {at:.1f} s")
        shown = Image.fromarray(np.ascontiguousarray(frame.pixels[:, :, ::-1])).resize(SIZE)
        left = place * (SIZE[0] + 8)
        out.paste(shown, (left, 18))
        font = ImageFont.load_default(11)
        ImageDraw.Draw(out).text((left + 4, 2), f"{at:.1f} s", fill="black", font=font)
    out.save(PICTURES / f"reuse-film-{name}.jpg", quality=80)


def _measured(like: Measured | None) -> str:
    if like is None:
        return "nothing alike"
    lasts = like.here[1] - like.here[0]
    return f"{like.changes} changes, sure {like.sure:.2f}, {lasts:.1f} s"
