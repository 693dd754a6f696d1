"""How a book shows its figures: number formats and fonts (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

#: Formats that every program knows by number (18.8.30); others of those below 164 are left out.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy-mm-dd h:mm",
    31: "yyyy年m月d日", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
#: Programs write some dozens; more are a hostile file's.
_MOST = 20_000
#: Each figure is written by its format: a longer one would cost every cell.
_LONGEST = 200


#: Lists of which each is read by itself: a style of a condition (`dxfs`) is no cell's.
_LISTS = frozenset({"numFmts", "fonts", "fills", "cellXfs", "cellStyleXfs", "dxfs"})
_WHITE = "FFFFFF"
#: White by the theme that programs begin with, and by the oldest palette.
_WHITES = {("theme", "0"): _WHITE, ("indexed", "1"): _WHITE, ("indexed", "9"): _WHITE}
#: Letters below this many points are dots.
_SMALLEST = 2.0


class Styles:
    """Listens to `xl/styles.xml`: the format of each style by its number, and all fonts."""

    def __init__(self) -> None:
        self.fonts: set[str] = set()
        #: Formats that a condition puts in place of a cell's own.
        self.conditional: list[str] = []
        self._codes = dict(BUILT_IN)
        self._styles: list[tuple[int, int, int]] = []
        #: The colour of each font, empty where its letters are dots, and of each ground.
        self._letters: list[str] = []
        self._grounds: list[str] = []
        self._list = ""

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(self._codes.get(number, "General") for number, _font, _fill in self._styles)

    @property
    def faint(self) -> frozenset[int]:
        """Give the styles of which nobody sees the letters: of the ground's colour, or dots."""
        return frozenset(
            place
            for place, (_number, font, fill) in enumerate(self._styles)
            if font < len(self._letters)
            and self._letters[font]
            in {"", self._grounds[fill] if fill < len(self._grounds) else _WHITE}
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _LISTS:
            self._list = name
        elif name == "numFmt" and len(self._codes) + len(self.conditional) < _MOST:
            self._format(attributes)
        elif name == "xf" and self._list == "cellXfs" and len(self._styles) < _MOST:
            told = (attributes.get(one) for one in ("numFmtId", "fontId", "fillId"))
            number, font, fill = (_number(one) for one in told)
            self._styles.append((number, font, fill))
        elif self._list == "fonts":
            self._font(name, attributes)
        elif self._list == "fills":
            self._fill(name, attributes)

    def end(self, name: str, _text: str) -> None:
        if name in _LISTS:
            self._list = ""

    def _format(self, attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "")[:_LONGEST]
        if self._list == "dxfs":
            self.conditional.append(code)
        else:
            self._codes[_number(attributes.get("numFmtId"))] = code

    def _font(self, name: str, attributes: dict[str, str]) -> None:
        if name == "font" and len(self._letters) < _MOST:
            self._letters.append("000000")
        elif name == "name" and len(self.fonts) < 100:  # noqa: PLR2004
            self.fonts.add(attributes.get("val", "")[:60])
        elif name == "color" and self._letters and self._letters[-1]:
            self._letters[-1] = _colour(attributes)
        elif name == "sz" and self._letters and 0 < _size(attributes.get("val")) < _SMALLEST:
            self._letters[-1] = ""

    def _fill(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill" and len(self._grounds) < _MOST:
            self._grounds.append("another")
        elif name == "patternFill" and self._grounds:
            kind = attributes.get("patternType", "none")
            self._grounds[-1] = _WHITE if kind == "none" else "another"
        elif name == "fgColor" and self._grounds and self._grounds[-1] != _WHITE:
            self._grounds[-1] = _colour(attributes)


def _colour(attributes: dict[str, str]) -> str:
    """Name a colour; two that are named alike are alike."""
    if rgb := attributes.get("rgb"):
        return rgb[-6:].upper()
    tint = _size(attributes.get("tint"))
    told = next(
        ((kind, attributes[kind]) for kind in ("theme", "indexed") if kind in attributes), None
    )
    white = _WHITES.get(told) if told else None
    return white if white and tint == 0 else f"{told} {tint:g}"


def _size(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004
