"""Text: its encoding, and whether it is HTML, SVG, XML, RTF, a table or plain."""

from __future__ import annotations

import codecs
import re

from verification.identify.mail import find_mail
from verification.identify.markup import name_markup
from verification.identify.pieces import Piece
from verification.identify.tables import is_table

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
#: C0 without tab, line ends, form feed, backspace, escape and the shifts of ISO 2022.
_CONTROLS = re.compile("[\x00-\x07\x0b\x10-\x1a\x1c-\x1f\x7f]")
#: One control character in so many still is a text that somebody damaged.
_CONTROL_SHARE = 100
_WIDE_SAMPLE = 512
#: Of a damaged page: what is looked at, and what must be without a zero.
_BEGINNING, _UNHARMED = 4096, 32
_RTF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,16}\{\s{0,4}\\(?:rt|urtf)")


def find_text(data: bytes) -> Piece | None:
    """Recognise a text; None for bytes that are none."""
    mail = find_mail(data)
    if mail is not None:
        return mail
    if _RTF.match(data):
        return _piece("rtf", data)
    text = decode_sample(data)
    if text is not None:
        return _piece(_name(text), data)
    # Browsers read over bytes that no text has, as long as the page began as one.
    damaged = name_markup(data[:_BEGINNING].translate(None, b"\0").decode("latin-1"))
    return None if damaged is None or b"\0" in data[:_UNHARMED] else _piece(damaged, data)


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
    markup = name_markup(text)
    if markup is not None:
        return markup
    return "csv" if is_table(text, SAMPLE_BYTES // 4) else "txt"


def _piece(name: str, data: bytes) -> Piece:
    return Piece(format=name, start=0, end=len(data))
