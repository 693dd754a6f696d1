"""Fonts and real signatures from folders that the person who trains names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from training.marks.ink import tight
from training.marks.pages import Supplies

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

#: Names of fonts, as parts of their files' names.
_CHINESE = ("cjk", "wqy", "wenquan", "arphic", "uming", "ukai", "fangsong", "kaiti")
_SCRIPT = (
    "dancingscript", "kaushan", "lobster", "leckerli", "typoscript", "z003", "allura",
    "alex-brush", "vibur", "c059-italic", "nimbusroman-italic", "great-vibes", "tangerine",
    "pinyon", "parisienne", "playball", "pacifico", "satisfy", "cookie", "grand-hotel", "niconne",
    "euphoria", "yellowtail", "italianno", "petit-formal", "berkshire",
)  # fmt: skip
#: Fonts after real hands, of which letters for writing by hand are taken; never set straight.
_HANDS = (
    "breip", "ecolier", "kristi", "rufscript", "caveat", "cedarville", "covered-by", "dkg.ttf",
    "dkgit", "herr-von", "homemade", "mr-de", "nothing-you", "reenie", "sacramento",
    "mrs-saint", "monsieur-la", "la-belle", "over-the-rainbow", "zeyada", "meddon", "qwigley",
    "ruthie", "bilbo", "clicker", "dawning", "give-you", "league-script", "loved-by", "waiting-for",
    "sedgwick", "stalemate", "whisper", "waterfall", "oooh-baby", "licorice", "inspiration",
    "fuggles", "babylonica", "square-peg", "mr-bedfort", "rouge-script",
)  # fmt: skip
#: Those that print their letters: for remarks and forms, not for names.
_BLOCK = (
    "because", "femkeklaver", "humor", "rock-salt", "shadows-into", "swanky", "just-another",
    "crafty-girls", "schoolbell", "annie-use", "sue-ellen",
)  # fmt: skip
_PRINT = (
    "dejavu", "liberation", "lato-r", "lato-b", "freeserif", "freesans", "nimbusroman",
    "nimbussans", "c059", "p052", "urwbookman", "urwgothic", "caladea", "carlito",
)  # fmt: skip
#: Of Chinese: Kai, Song and Ming, FangSong, Hei and round ones, and brushes that stand straight.
_NAMES = (
    "ukai", "gkai", "bkai", "cwkai", "lxgwwenkai-", "uming", "gbsn", "bsmi", "cwming", "cwfs",
    "cwheib", "cwyen", "cjk-regular", "cjk-bold", "wqy", "ma-shan-zheng", "zcool",
)  # fmt: skip
#: Fonts that give the bones of Chinese by hand: two after hurried hands, which are never set
#: straight, and two of Kai, for hands that write each stroke.
_CHINESE_HANDS = ("long-cang", "liu-jian", "gkai", "lxgwwenkai-light")
#: Running hands that are set straight for the second look; Zhi Mang Xing is kept back.
_RUNNING = ("long-cang", "liu-jian", "ma-shan-zheng")
#: Typewriters.
_TYPED = ("courier", "nimbusmono", "freemono", "liberationmono", "tlwgtypist", "dejavusansmono")
#: One writer in so many is kept for trying out, and never learnt from.
KEPT_BACK = 5


def gather(
    fonts: Iterable[Path],
    signatures: Path | None,
    *,
    kept_back: bool = False,
    typed_names: bool = False,
) -> Supplies:
    """Find fonts by their names and read signatures. Raises LookupError where fonts are missing.

    Without `typed_names` no name is set in a font where one signs, except in script.
    """
    files = sorted(
        (path for folder in fonts for path in folder.rglob("*.[to]t[fc]")),
        key=lambda path: path.name,
    )
    chinese = _faces(files, _CHINESE)
    printed = _faces(files, _PRINT)
    if not chinese or not printed:
        raise LookupError("no fonts of print were found: name folders with DejaVu and Noto CJK")
    return Supplies(
        print_fonts=printed,
        typed_fonts=_faces(files, _TYPED) or printed,
        chinese_fonts=chinese,
        script_fonts=_faces(files, _SCRIPT),
        hands=_faces(files, _HANDS),
        block_hands=_faces(files, _BLOCK),
        signatures=_signatures(signatures, kept_back=kept_back) if signatures else (),
        name_fonts=_faces(files, _NAMES) if typed_names else (),
        chinese_hands=_faces(files, _CHINESE_HANDS) if typed_names else (),
        running_fonts=_faces(files, _RUNNING) if typed_names else (),
    )


def _faces(files: list[Path], names: tuple[str, ...]) -> list[cv2.FontFace]:
    return [
        cv2.FontFace(str(path))
        for path in files
        if any(name in path.name.lower() for name in names) and "math" not in path.name.lower()
    ]


def _signatures(folder: Path, *, kept_back: bool) -> list[NDArray[np.float32]]:
    """Read pictures named GROUP-WRITER-N, of the writers kept back or of the others."""
    chosen = []
    for path in sorted(folder.glob("*.png")):
        group, writer, _ = path.stem.split("-")
        if ((int(writer) + len(group)) % KEPT_BACK == 0) != kept_back:
            continue
        picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        if picture is None:
            continue
        seen: NDArray[np.floating] = picture.astype(np.float32)
        if seen.shape[2] == 4:
            cover = seen[..., 3:] / 255
            seen = seen[..., :3] * cover + 255 * (1 - cover)
        grey = seen.mean(axis=2)
        paper, pen = np.percentile(grey, 90), np.percentile(grey, 1)
        mask = ((paper - grey) / max(paper - pen, 1)).clip(0, 1) ** 1.3
        mask[mask < 0.2] = 0
        chosen.append(tight(mask.astype(np.float32)))
    return chosen
