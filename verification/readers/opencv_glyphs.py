"""Pictures of single letters: set side by side to be read at once, and held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

#: As high as the recogniser takes a line, and as much narrower than they are: it reads letters
#: that are squeezed to 0.6 as well as others, and its time goes by the width.
_HEIGHT, _SQUEEZED = 48, 0.6
#: White beside each letter, in pixels.
_BETWEEN = 2
#: Of 255: where ink differs less from its paper, nothing is to be seen; the core of a stroke is
#: darker than the second, where the darkest is 255.
_VISIBLE, _DARK = 60, 100
_LEAST_SIDE = 3
#: Pixels across and down of a letter that is held against another.
_LOOK = (12, 16)


def evenly(cut: Grey) -> Grey | None:
    """Give what stands in a cut in black on white, of one height; None where nothing does."""
    if min(cut.shape) < _LEAST_SIDE:
        return None
    ink = _ink(cut)
    if ink is None:
        return None
    wide = max(2, round(_SQUEEZED * cut.shape[1] * _HEIGHT / cut.shape[0]))
    flags = cv2.INTER_AREA if wide < cut.shape[1] else cv2.INTER_LINEAR
    return 255 - cv2.resize(ink, (wide, _HEIGHT), interpolation=flags).astype(np.uint8)


def side_by_side(letters: Sequence[Grey]) -> NDArray[np.uint8]:
    """Give a strip (RGB) of letters as `evenly` gives them."""
    white = np.full((_HEIGHT, _BETWEEN), 255, np.uint8)
    row = np.concatenate([white, *(part for one in letters for part in (one, white))], axis=1)
    return np.ascontiguousarray(np.repeat(row[:, :, None], 3, axis=2))


def look_of(cut: Grey) -> NDArray[np.float32] | None:
    """Give a letter so that the product of two is how alike they are, 1 at most; None: nothing.

    Where in the cut it stands, and how large, makes no difference.
    """
    if min(cut.shape) < _LEAST_SIDE:
        return None
    ink = _ink(cut)
    if ink is None:
        return None
    dark = ink > _DARK
    rows, columns = np.nonzero(dark.any(axis=1))[0], np.nonzero(dark.any(axis=0))[0]
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    flags = cv2.INTER_AREA if ink.shape[0] > _LOOK[1] else cv2.INTER_LINEAR
    small = cv2.blur(cv2.resize(ink, _LOOK, interpolation=flags), (3, 3)).ravel()
    small -= small.mean()
    norm = float(np.linalg.norm(small))
    return np.asarray(small / norm, np.float32) if norm else None


def _ink(cut: Grey) -> NDArray[np.float32] | None:
    """Give how far each pixel is from the paper, 255 at most; above letters there is paper."""
    above = np.sort(cut[0])
    ink = cv2.absdiff(cut, np.full_like(cut, above[len(above) // 2]))
    most = int(ink.max())
    return ink.astype(np.float32) * (255 / most) if most >= _VISIBLE else None
