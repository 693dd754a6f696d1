"""Text: its encoding, and whether it is HTML, SVG, XML, RTF, a table or plain."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter

from verification.identify.mail import find_mail
from verification.identify.pieces import Piece

#: How much of a text is looked at.
SAMPLE_BYTES = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES = ("utf-8", "gb18030", "latin-1")
# A codec is a file that is read at its first use, and the sandbox opens no file.
for _encoding in (*_GUESSES, *(encoding for _, encoding in _MARKS)):
    codecs.lookup(_encoding)
#: C0 without tab, line ends, form feed, backspace and escape.
_CONTROLS = re.compile("[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]")
#: One control character in so many still is a text that somebody damaged.
_CONTROL_SHARE = 100
_WIDE_SAMPLE = 512
_RTF = re.compile(rb"\s{0,16}\{\s{0,4}\\(?:rt|urtf)")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_LATER_HTML = re.compile(r"<(?:html|head|body|!doctype html)[\s>]", re.IGNORECASE)
_LATER_WITHIN = 2048
#: Elements with which a page begins that says no more of itself.
_HTML_WORDS = (
    "html head body title meta link script style base table div span p a b i u br hr center font"
    " pre img form iframe frameset h1 h2 h3 h4 h5 h6 ul ol li dl blockquote address nav section"
    " article header footer main noscript strong em small tt"
)
_HTML_ELEMENTS = frozenset(_HTML_WORDS.split())
_DELIMITERS = ",;"
_TABLE_LINES = 200
#: From so many lines on one in twenty may be of another width.
_MANY_LINES = 20
_CELL_CHARS = 200


def find_text(data: bytes) -> Piece | None:
    """Recognise a text; None for bytes that are none."""
    mail = find_mail(data)
    if mail is not None:
        return mail
    if _RTF.match(data):
        return _piece("rtf", data)
    text = decode_sample(data)
    return None if text is None else _piece(_name(text), data)


def decode_sample(data: bytes) -> str | None:
    """Decode the beginning: by its mark, as UTF-8, GB 18030, or one byte a letter.

    None for bytes that hold no text.
    """
    sample = data[:SAMPLE_BYTES]
    mark = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), None)
    encoding = mark[1] if mark else _wide(sample)
    if encoding is None and b"\0" in data:
        return None
    candidates = (encoding,) if encoding else _GUESSES
    for candidate in candidates:
        text = _decode(sample[len(mark[0]) if mark else 0 :], candidate)
        if text is not None:
            text = text.rstrip("\x1a")  # DOS ended its texts with it
            few = len(_CONTROLS.findall(text)) * _CONTROL_SHARE <= len(text)
            return text if text and few else None
    return None


def _decode(sample: bytes, encoding: str) -> str | None:
    try:
        # Not final: the sample may end in the middle of a letter.
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
    except UnicodeDecodeError:
        return None


def _wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zeros: nearly every second byte, on one side only."""
    head = sample[:_WIDE_SAMPLE]
    half = len(head) // 2
    if half < 4:  # noqa: PLR2004 - too short to tell
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.9 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.9 and odd == 0 else None


def _name(text: str) -> str:
    root, declared = _root(text)
    if root == "svg":
        return "svg"
    if root in _HTML_ELEMENTS:
        return "html"
    if declared and root is not None:
        return "xml"
    if _LATER_HTML.search(text, 0, _LATER_WITHIN):
        return "html"
    return "csv" if is_table(text) else "txt"


def _root(text: str) -> tuple[str | None, bool]:
    """Give the first element's name in lower case, and whether it stands in XML for sure."""
    position, declared = 0, False
    while True:
        position = _skip_space(text, position)
        if text.startswith("<?", position):
            declared = declared or text.startswith("<?xml", position)
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position)
        elif text.startswith("<!", position):
            if text[position : position + 14].lower() == "<!doctype html":
                return "html", declared
            declared = True
            end = _declaration_end(text, position)
        else:
            break
        if end < 0:
            return None, declared
        position = text.index(">", end) + 1
    found = _ROOT.match(text, position)
    if found is None:
        return None, declared
    # A namespace on the first element is as good as a declaration.
    tag = text[position : text.find(">", position) + 1]
    return found.group(2).lower(), declared or "xmlns" in tag


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and (text[position].isspace() or text[position] == "\ufeff"):
        position += 1
    return position


def _declaration_end(text: str, position: int) -> int:
    close, subset = text.find(">", position), text.find("[", position)
    if 0 <= subset < close:
        ended = text.find("]", subset)
        return -1 if ended < 0 else text.find(">", ended)
    return close


def _piece(name: str, data: bytes) -> Piece:
    return Piece(format=name, start=0, end=len(data))


def is_table(text: str) -> bool:
    """Say whether lines hold the same number of cells, parted by comma or semicolon."""
    whole = text if len(text) < SAMPLE_BYTES // 4 else text[: text.rfind("\n") + 1]
    lines = [line for line in whole.splitlines()[:_TABLE_LINES] if line.strip()]
    if len(lines) < 2 or lines[0].lstrip()[0] in "{[<#/":  # noqa: PLR2004 - a head and one row
        return False
    return any(_is_regular(lines, delimiter) for delimiter in _DELIMITERS)


def _is_regular(lines: list[str], delimiter: str) -> bool:
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False
    if not rows:
        return False
    width, usual = Counter(len(row) for row in rows).most_common(1)[0]
    if width < 2 or len(rows) < 2:  # noqa: PLR2004 - one column is a list, one line a sentence
        return False
    odd = len(rows) - usual
    if odd * 20 > len(rows) if len(rows) >= _MANY_LINES else odd:
        return False
    return _looks_kept(rows, width)


def _looks_kept(rows: list[list[str]], width: int) -> bool:
    """Tell cells from prose and code: short, and rarely with a space after the delimiter."""
    regular = [row for row in rows if len(row) == width]
    cells = [cell for row in regular for cell in row]
    inner = [cell for row in regular for cell in row[1:]]
    spaced = sum(cell.startswith(" ") for cell in inner)
    trailing = all(not row[-1].strip() for row in regular)
    if trailing or max(map(len, cells)) > _CELL_CHARS * 5:
        return False
    if width == 2 and (len(regular) < 3 or spaced * 2 > len(inner)):  # noqa: PLR2004 - a comma a line is prose
        return False
    return sum(map(len, cells)) <= _CELL_CHARS * len(cells)
