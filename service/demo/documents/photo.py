"""Photos as a phone makes them: pixels, a camera's name, and when it was taken."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from service.demo.documents.brief import Draft

if TYPE_CHECKING:
    from datetime import datetime

    from service.demo.documents.brief import Brief

JPEG = "image/jpeg"
WIDTH, HEIGHT = 1200, 900
#: What becomes of a photo that is handed in once more, as a chat program makes it.
SMALLER, POORER = 0.8, 70
EXIF_FORM = "%Y:%m:%d %H:%M:%S"
# Tags of EXIF 2.32 and of TIFF 6.0.
MAKE, MODEL, CHANGED, EXIF_IFD = 0x010F, 0x0110, 0x0132, 0x8769
TAKEN, DIGITISED, OFFSET = 0x9003, 0x9004, 0x9011


def write(brief: Brief, name: str, rank: int = 0, *, changed: datetime | None = None) -> Draft:
    """Take photo `rank` of a place; `changed` is when the picture says it was last changed."""
    return _saved(brief, (name, rank), scene(brief, rank), changed=changed)


def resaved(brief: Brief, theirs: Brief, name: str, rank: int = 0) -> Draft:
    """Take a photo of `theirs`, make it smaller, save it anew, and date it as one's own."""
    picture = scene(theirs, rank)
    smaller = picture.resize((round(picture.width * SMALLER), round(picture.height * SMALLER)))
    return _saved(brief, (name, rank), smaller, quality=POORER)


def _saved(
    brief: Brief,
    which: tuple[str, int],
    picture: Image.Image,
    *,
    changed: datetime | None = None,
    quality: int = 86,
) -> Draft:
    name, rank = which
    taken = brief.made_at + timedelta(minutes=9 * rank)
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Countermark", "Demo Phone 1"
    exif[CHANGED] = (changed or taken).strftime(EXIF_FORM)
    inner = exif.get_ifd(EXIF_IFD)
    inner[TAKEN] = inner[DIGITISED] = taken.strftime(EXIF_FORM)
    inner[OFFSET] = "+08:00"
    raw = BytesIO()
    picture.save(raw, "JPEG", quality=quality, exif=exif)
    return Draft(
        name=f"{brief.customer.name}_{name}_{rank + 1}.jpg", media_type=JPEG, data=raw.getvalue()
    )


def scene(brief: Brief, rank: int) -> Image.Image:
    """Draw a hall with machines: every customer and every photo has its own."""
    rng = brief.rng(f"photo/{rank}")
    picture = Image.new("RGB", (WIDTH, HEIGHT), (196, 201, 204))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 620), (WIDTH, 560), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(142, 138, 130))
    for _ in range(14):
        left, top = rng.randrange(0, WIDTH - 200), rng.randrange(240, 640)
        width, height = rng.randrange(60, 240), rng.randrange(80, 260)
        shade = rng.randrange(60, 190)
        fill = (shade, min(255, shade + rng.randrange(0, 40)), rng.randrange(60, 200))
        draw.rectangle([left, top, left + width, top + height], fill=fill, outline=(40, 40, 44))
    for place in range(0, WIDTH, 150):
        draw.rectangle([place + 20, 40, place + 110, 66], fill=(244, 244, 236))
    return picture
