"""Pages drawn and scanned from a seed, in this process or in one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.marks import clutter, layouts, scan
from training.marks.supplies import gather

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.pool import Pool
    from pathlib import Path

    from numpy.random import Generator

    from training.marks.pages import Supplies
    from training.marks.scan import Sample

_held: list[Supplies] = []


def sample(rng: Generator, supplies: Supplies) -> Sample:
    """Draw and scan one page."""
    return scan.scan(rng, layouts.draw(rng, supplies, clutter.add))


def samples(seed: int, supplies: Supplies, count: int) -> Iterator[Sample]:
    """Draw pages that no lesson holds."""
    for i in range(count):
        yield sample(np.random.default_rng((seed, 3, i)), supplies)


def begin(fonts: tuple[Path, ...], signatures: Path | None, typed_names: bool) -> None:  # noqa: FBT001 - a pool hands on places, not names
    """Make a process ready to draw."""
    _held.append(gather(fonts, signatures, typed_names=typed_names))


def draw_many(pool: Pool, seed: int, count: int) -> Iterator[Sample]:
    """Draw pages in a process beside this one, in the order of their numbers."""
    return pool.imap(_draw, ((seed, 2, i) for i in range(count)), chunksize=4)


def _draw(seed: tuple[int, int, int]) -> Sample:
    return sample(np.random.default_rng(seed), _held[0])
