"""Numbers that name a firm: tax numbers with their check digits, accounts, telephones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: GB 32100-2015, table 3: the letters without I, O, S, V and Z.
_SOCIAL = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SOCIAL_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
SOCIAL_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{2}\d{6}[0-9A-Z]{10}(?![0-9A-Z])")
#: Before 2015, and for some sole traders still: 15 figures, without a public check digit.
_OLD_TAX = re.compile(r"(?<![0-9A-Z])\d{15}(?![0-9A-Z])")
_VAT = re.compile(
    r"(?<![0-9A-Z])(?:ATU\d{8}|BE[01]\d{9}|DE\d{9}|FR[0-9A-HJ-NP-Z]{2}\d{9}|GB\d{9}|IT\d{11}|"
    r"NL\d{9}B\d{2}|PL\d{10}|ES[0-9A-Z]\d{7}[0-9A-Z]|SE\d{12}|DK\d{8}|FI\d{8}|LU\d{8}|IE[0-9A-Z]{8,9}|"
    r"CHE\d{9})(?![0-9A-Z])"
)
_EIN = re.compile(r"(?<!\d)\d{2}-\d{7}(?!\d)")


def social_code_holds(code: str) -> bool:
    """Check the last place of a 统一社会信用代码 (GB 32100-2015, 4.2.5: modulo 31)."""
    if len(code) != 18 or any(letter not in _SOCIAL for letter in code):  # noqa: PLR2004 - its length
        return False
    total = sum(w * _SOCIAL.index(c) for w, c in zip(_SOCIAL_WEIGHTS, code, strict=False))
    return _SOCIAL[(31 - total % 31) % 31] == code[17]


def read_tax_number(text: str) -> str | None:
    """Find the tax number in the words behind its label; None where there is none."""
    upper = text.upper()
    for pattern in (SOCIAL_CODE, _VAT, _OLD_TAX):
        # As it stands, else without the blanks and dots that people put into it.
        for plain in (upper, re.sub(r"[\s.\-/]", "", upper)):
            if found := pattern.search(plain):
                return found[0]
    found = _EIN.search(text)
    return found[0] if found else None


def tax_number_holds(number: str) -> bool | None:
    """Tell whether its check digit is right; None where its kind has none that is public."""
    if len(number) == 18:  # noqa: PLR2004 - GB 32100
        return social_code_holds(number)
    check = _CHECKS.get(number[:2])
    return None if check is None else check(number)


def _german(number: str) -> bool:
    """ISO 7064, MOD 11,10."""
    product = 10
    for figure in number[2:10]:
        total = (int(figure) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(number[10])


def _french(number: str) -> bool | None:
    key, siren = number[2:4], int(number[4:])
    # Keys with letters came later and follow another rule.
    return (12 + 3 * (siren % 97)) % 97 == int(key) if key.isdecimal() else None


def _luhn(figures: str) -> bool:
    total = 0
    for place, figure in enumerate(reversed(figures)):
        value = int(figure) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - a figure
    return total % 10 == 0


def _belgian(number: str) -> bool:
    return 97 - int(number[2:10]) % 97 == int(number[10:])


def _british(number: str) -> bool:
    total = sum((8 - n) * int(c) for n, c in enumerate(number[2:9])) + int(number[9:11])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _austrian(number: str) -> bool:
    total = 0
    for place, figure in enumerate(number[3:10]):
        value = int(figure) * (2 if place % 2 else 1)
        total += value // 10 + value % 10
    return (10 - (total + 4) % 10) % 10 == int(number[10])


def _polish(number: str) -> bool:
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    total = sum(w * int(c) for w, c in zip(weights, number[2:11], strict=True))
    return total % 11 == int(number[11])


_CHECKS: Mapping[str, Callable[[str], bool | None]] = {
    "DE": _german,
    "FR": _french,
    "IT": lambda number: _luhn(number[2:]),
    "BE": _belgian,
    "GB": _british,
    "AT": _austrian,
    "PL": _polish,
}


def read_account(text: str) -> str | None:
    """Find the account number behind its label: an IBAN whose check digits hold, or figures."""
    plain = re.sub(r"[\s\-]", "", text.upper())
    found = re.match(r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}", plain)
    if found:
        for end in range(len(found[0]), 14, -1):
            if _iban_holds(found[0][:end]):
                return found[0][:end]
    figures = re.search(r"\d{8,30}", plain)
    return figures[0] if figures else None


def _iban_holds(iban: str) -> bool:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


#: 转 801, ext. 801, and -801 behind a number that is whole.
_EXTENSION = re.compile(
    r"(?:转|分机|ext\.?|\bx)\s*:?\s*\d.*$|(?<=\d{7})\s*[-–]\s*\d{1,5}\s*$", re.IGNORECASE
)


def read_phone(text: str) -> str | None:
    """Find the telephone number behind its label, as figures without the code of China."""
    found = re.search(r"(?:\+|00)?\(?\d[\d\s()\-./]{5,22}\d", _EXTENSION.sub("", text))
    if found is None:
        return None
    # 0755-86123456/86123457: the first of two.
    first = re.match(r"(?:\D*\d){7,}?(?=\D*/(?:\D*\d){7,}\D*$)", found[0])
    figures = re.sub(r"\D", "", first[0] if first else found[0])
    home = figures.lstrip("0").removeprefix("86").lstrip("0")
    if figures.lstrip("0").startswith("86") and len(home) in {10, 11}:
        return home
    return figures.lstrip("0") if 7 <= len(figures) <= 15 else None  # noqa: PLR2004 - E.164
