"""Tables that are no CSV with commas, as people send them by mistake: what they are instead."""

from __future__ import annotations

from models.text import Text

#: First bytes → what begins so.
_FORMATS = {
    b"PK\x03\x04": Text(
        zh="这是 Excel 工作簿或 ZIP，请在 Excel 中另存为 CSV UTF-8",
        en="this is an Excel workbook or a ZIP: save it as CSV UTF-8 in Excel",
    ),
    b"\xd0\xcf\x11\xe0": Text(
        zh="这是旧版 Excel 工作簿（.xls），请另存为 CSV UTF-8",
        en="this is an old Excel workbook (.xls): save it as CSV UTF-8",
    ),
    b"%PDF": Text(zh="这是 PDF，请导出为 CSV", en="this is a PDF: export the table as CSV"),
    b"\xff\xfe": Text(
        zh="这是 UTF-16 文本，请另存为 CSV UTF-8", en="this is UTF-16 text: save it as CSV UTF-8"
    ),
    b"\xfe\xff": Text(
        zh="这是 UTF-16 文本，请另存为 CSV UTF-8", en="this is UTF-16 text: save it as CSV UTF-8"
    ),
}
_SEPARATORS = {
    ";": Text(zh="分号", en="semicolons"),
    "\t": Text(zh="制表符", en="tabs"),
    "，": Text(zh="全角逗号", en="full-width commas"),
    "|": Text(zh="竖线", en="vertical bars"),
}
#: Fewer could be part of a name.
_LEAST = 2
MOST_LINE = 65536
MOST_SEEN = 80


def instead(data: bytes) -> Text | None:
    """Say what was expected and what this is instead; None for what may be CSV with commas."""
    for begin, told in _FORMATS.items():
        if data.startswith(begin):
            return _but(told)
    first = data[:MOST_LINE].lstrip().partition(b"\n")[0]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return separated(first.decode(encoding))
        except UnicodeDecodeError:
            continue
    return None


def begin(data: bytes) -> str:
    """Give the first line, cut short, to show what was seen."""
    return data[:MOST_SEEN].decode("utf-8", "replace").partition("\n")[0]


def separated(header: str) -> Text | None:
    """Say the same of a header's line that has no comma and another separator instead."""
    if "," in header:
        return None
    for one, name in _SEPARATORS.items():
        if header.count(one) >= _LEAST:
            return _but(
                Text(
                    zh=f"各列以{name.zh}分隔，请以逗号分隔导出",
                    en=f"its columns are parted by {name.en}: export it with commas",
                )
            )
    return None


def _but(told: Text) -> Text:
    return Text(zh=f"以逗号分隔的 CSV；{told.zh}", en=f"CSV with commas; {told.en}")
