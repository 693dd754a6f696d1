"""What a signature that was added later says on the page, and whether it speaks of itself.

A lawful visible signature shows who signs, when, why and where. Words that are none of that stand
beside the text of the signed page like a part of it, while the earlier signer never saw them.
Pictures of words are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from verification.readers.pyhanko.document import Found, widget_numbers
from verification.readers.pyhanko.message import issuer_of, parse
from verification.readers.pyhanko.objects import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.readers.dots import Box
    from verification.readers.pymupdf_revisions import View

#: What a signature dictionary says of itself (ISO 32000-2, table 255).
_SPEAKING = ("/Name", "/Reason", "/Location", "/ContactInfo", "/M")
_WORD = re.compile(r"\w+")
_NOT_LATIN = re.compile(r"[\u0100-\uffff]+")
#: Dates and times as people write them, with their zone; also in Chinese.
_MOMENT = re.compile(
    r"\d{4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,2}日?|\d{1,2}[-./]\s?\d{1,2}[-./]\s?\d{2,4}"
    r"|\d{1,2}[ -]\w{3,9}[ -]\d{4}|\w{3,9} \d{1,2},? \d{4}|\w{3} \d{2}(?= \d\d:)"
    r"|(?<=[A-Z]{3} )\d{4}"
    r"|\d{1,2}[:时]\d{2}(?:[:分]\d{2}秒?)?(?:\.\d{1,6})?|(?<!\w)[+-]\d{2}:?'?\d{2}'?|D:\d{8,14}"
    r"|(?:UTC|GMT)[+-]\d{1,2}"
)
#: A number that is one of a thing, not an amount: digits and letters of a hexadecimal identifier.
_IDENTIFIER = re.compile(r"(?=\w*[A-Fa-f])(?=\w*\d)[0-9A-Fa-f]{8,}|0x[0-9a-f]+")
#: So many words of one appearance are looked at.
_MOST_WORDS = 400


def strange_words(before: View, after: View, place: tuple[int, Box], found: Found) -> str:
    """Give what a new signature at `place` says that does not speak of the signature itself.

    Empty where all is in order: a number must be a date or stand in the signature, and of the
    words at least one must be of the signer's name, reason or place.
    """
    page, box = place
    if not (0 < page <= min(before.pages, after.pages)):
        return ""
    old = {(word, _rounded(at)) for at, word in before.words(page - 1) if _inside(at, box)}
    own = set(after.words_in(page - 1, frozenset(widget_numbers(found))))
    now = [
        (entry[1], _rounded(entry[0]))
        for entry in after.words(page - 1)
        if entry in own or _inside(entry[0], box)
    ]
    shown = " ".join(word for word, at in now[:_MOST_WORDS] if (word, at) not in old)
    return _strange(shown, _facts(found))


def _strange(shown: str, facts: str) -> str:
    known = {word.casefold() for word in _WORD.findall(facts)}
    squeezed = "".join(facts.casefold().split())
    rest = _WORD.findall(_MOMENT.sub(" ", shown))
    unknown = [
        word
        for word in rest
        if word.casefold() not in known
        and not (len(word) > 1 and word.casefold() in squeezed)
        and not _IDENTIFIER.fullmatch(word)
    ]
    numbers = [word for word in unknown if any(sign.isdigit() for sign in word)]
    if numbers or (len(unknown) == len(rest) and any(word.isalpha() for word in rest)):
        return shown
    return ""


def of_widget(signed: Iterable[Found], number: int) -> Found | None:
    """Find the signature that a widget draws."""
    return next((one for one in signed if number in widget_numbers(one)), None)


def _facts(found: Found) -> str:
    """Give everything that the signature says of itself, in one text."""
    told = [found.id]
    if found.dictionary is not None:
        told += [str(value_of(found.dictionary, key) or "") for key in _SPEAKING]
    try:
        certificate = parse(found.contents).certificate
        if certificate is not None:
            told += [issuer_of(certificate), certificate.subject.human_friendly]
            told.append(str(certificate.serial_number))
    except (ValueError, TypeError, KeyError):
        pass
    said = " ".join(told)
    # Programs set a Chinese name in a face without such letters: its bytes are shown one by one.
    foreign = _NOT_LATIN.findall(said)
    told += [name.encode("utf-16-be").decode("cp1252", "replace") for name in foreign]
    return " ".join(told)


def _inside(at: Box, box: Box) -> bool:
    x, y = (at[0] + at[2]) / 2, (at[1] + at[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _rounded(at: Box) -> tuple[int, ...]:
    return tuple(round(edge) for edge in at)
