"""Text, paths and pictures put on a canvas with Pillow; coordinates are millimetres of the page."""

from __future__ import annotations

from math import degrees, hypot
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from verification.readers.pillow_ofd.fonts import LEAST, MOST, font_of
from verification.readers.pillow_ofd.geometry import (
    Matrix,
    Point,
    angle_of,
    apply,
    inverse,
    scale_of,
    then,
)

if TYPE_CHECKING:
    from verification.readers.pillow_ofd.style import Colour

#: Text that is turned by less than this stands upright.
_UPRIGHT = 0.01


class Painter:
    """A canvas; `view` takes millimetres of the page to pixels."""

    def __init__(self, size: tuple[int, int], view: Matrix, paper: Colour) -> None:
        self.image = Image.new("RGBA", size, paper)
        self._view = view

    def fill(self, pieces: list[list[Point]], matrix: Matrix, colour: Colour) -> None:
        """Fill an outline; pieces that run the other way round than the first one are holes."""
        placed = [self._place(piece, matrix) for piece in pieces]
        box = self._box([point for piece in placed for point in piece])
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        draw = ImageDraw.Draw(mask)
        first = _turning(placed[0])
        for piece in placed:
            moved = [(x - box[0], y - box[1]) for x, y in piece]
            draw.polygon(moved, fill=255 if _turning(piece) == first else 0)
        self._lay(colour, mask, box)

    def stroke(
        self, piece: list[Point], matrix: Matrix, colour: Colour, *, width: float, closed: bool
    ) -> None:
        """Draw a line along an outline."""
        placed = self._place(piece, matrix)
        if closed:
            placed.append(placed[0])
        pixels = max(1, round(width * scale_of(then(matrix, self._view))))
        box = self._box(placed, margin=pixels + 1)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        moved = [(x - box[0], y - box[1]) for x, y in placed]
        ImageDraw.Draw(mask).line(moved, fill=255, width=pixels, joint="curve")
        self._lay(colour, mask, box)

    def glyph(self, text: str, size: float, matrix: Matrix, colour: Colour) -> None:
        """Draw one character whose baseline begins at the origin of `matrix`."""
        whole = then(matrix, self._view)
        pixels = round(size * hypot(whole[2], whole[3]))
        x, y = apply(whole, (0.0, 0.0))
        if not LEAST <= pixels <= MOST or not self._is_near(x, y, pixels):
            return
        font = font_of(pixels)
        turn = angle_of(whole)
        if abs(turn) < _UPRIGHT and colour[3] == 255:  # noqa: PLR2004 - opaque
            ImageDraw.Draw(self.image).text((x, y), text, fill=colour, font=font, anchor="ls")
            return
        side = 4 * pixels
        mask = Image.new("L", (side, side), 0)
        ImageDraw.Draw(mask).text((side / 2, side / 2), text, fill=255, font=font, anchor="ls")
        mask = mask.rotate(-degrees(turn), Image.Resampling.BILINEAR)
        left, top = round(x - side / 2), round(y - side / 2)
        self._lay(colour, mask, (left, top, left + side, top + side))

    def picture(self, image: Image.Image, matrix: Matrix, alpha: float = 1.0) -> None:
        """Draw a picture that fills the unit square of `matrix`."""
        whole = then(matrix, self._view)
        corners = [apply(whole, corner) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))]
        box = self._box(corners)
        back = inverse(whole)
        if box is None or back is None:
            return
        width, height = box[2] - box[0], box[3] - box[1]
        # Pillow asks for the way back: from a pixel of the canvas to one of the picture.
        shrink = _shrunken(image, corners)
        scaled = then(back, (shrink.width, 0, 0, shrink.height, 0, 0))
        moved = then((1, 0, 0, 1, box[0], box[1]), scaled)
        data = (moved[0], moved[2], moved[4], moved[1], moved[3], moved[5])
        placed = shrink.convert("RGBA").transform(
            (width, height), Image.Transform.AFFINE, data, Image.Resampling.BILINEAR
        )
        if alpha < 1:
            placed.putalpha(placed.getchannel("A").point(lambda level: int(level * alpha)))
        self.image.alpha_composite(placed, (box[0], box[1]))

    def _lay(self, colour: Colour, mask: Image.Image, box: tuple[int, int, int, int]) -> None:
        """Put a colour where the mask is white."""
        if colour[3] < 255:  # noqa: PLR2004 - opaque
            mask = mask.point(lambda level: level * colour[3] // 255)
        layer = Image.new("RGBA", mask.size, (*colour[:3], 255))
        layer.putalpha(mask)
        left, top = max(0, -box[0]), max(0, -box[1])
        begins = box[0] < self.image.width and box[1] < self.image.height
        if begins and left < mask.width and top < mask.height:
            place = (max(0, box[0]), max(0, box[1]))
            self.image.alpha_composite(layer, place, (left, top, *layer.size))

    def _place(self, piece: list[Point], matrix: Matrix) -> list[Point]:
        whole = then(matrix, self._view)
        return [apply(whole, point) for point in piece]

    def _box(self, points: list[Point], margin: int = 1) -> tuple[int, int, int, int] | None:
        """Give the pixels around points, inside of the canvas; None where there are none."""
        if not points:
            return None
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        width, height = self.image.size
        if not (
            max(xs) >= -margin and max(ys) >= -margin and min(xs) <= width and min(ys) <= height
        ):
            return None
        left, top = max(0, int(min(xs)) - margin), max(0, int(min(ys)) - margin)
        right, bottom = (
            min(width, int(max(xs)) + margin + 1),
            min(height, int(max(ys)) + margin + 1),
        )
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _is_near(self, x: float, y: float, pixels: int) -> bool:
        reach = 2 * pixels
        return -reach < x < self.image.width + reach and -reach < y < self.image.height + reach


def _shrunken(image: Image.Image, corners: list[Point]) -> Image.Image:
    """Shrink a picture to about the size at which it is drawn, so that none of it is skipped."""
    wide = hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1])
    high = hypot(corners[3][0] - corners[0][0], corners[3][1] - corners[0][1])
    size = (min(image.width, max(1, round(wide))), min(image.height, max(1, round(high))))
    return image if size == image.size else image.resize(size, Image.Resampling.BOX)


def _turning(piece: list[Point]) -> bool:
    """Tell which way round an outline runs."""
    area = sum(
        p[0] * q[1] - q[0] * p[1] for p, q in zip(piece, [*piece[1:], piece[0]], strict=True)
    )
    return area > 0
