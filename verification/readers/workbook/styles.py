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


class Styles:
    """Listens to `xl/styles.xml`: the format of each style by its number, and all fonts."""

    def __init__(self) -> None:
        self.fonts: set[str] = set()
        self._codes = dict(BUILT_IN)
        self._numbers: list[int] = []
        self._in_cells = self._in_fonts = False

    @property
    def formats(self) -> tuple[str, ...]:
        return tuple(self._codes.get(number, "General") for number in self._numbers)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"cellXfs", "fonts"}:
            self._in_cells, self._in_fonts = name == "cellXfs", name == "fonts"
        elif name == "numFmt" and len(self._codes) < _MOST:
            self._codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[
                :_LONGEST
            ]
        elif name == "xf" and self._in_cells and len(self._numbers) < _MOST:
            self._numbers.append(_number(attributes.get("numFmtId")))
        elif name == "name" and self._in_fonts and len(self.fonts) < 100:  # noqa: PLR2004
            self.fonts.add(attributes.get("val", "")[:60])

    def end(self, name: str, _text: str) -> None:
        if name in {"cellXfs", "fonts"}:
            self._in_cells = self._in_fonts = False


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004
