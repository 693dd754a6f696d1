"""What a text must look like, in words: a pattern is for the OpenAPI document, not for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api.fields import KEY, LINE, LINES
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def _made_of(most: int, zh: str, en: str) -> Text:
    return Text(zh=f"1 到 {most} 个字符，只含{zh}", en=f"1 to {most} characters: {en} only")


#: By the pattern; whoever adds one adds its words here.
PATTERNS: Mapping[str, Text] = {
    LINE: Text(
        zh="一行非空白的文字，不含控制字符（如换行、制表符、空字符）",
        en="one line that is not blank, without control characters such as line ends, tabs or NUL",
    ),
    KEY: Text(
        zh="一行文字，首尾没有空格，不含控制字符",
        en="one line, with no blank at either end and without control characters",
    ),
    LINES: Text(
        zh="不含控制字符的文字（可以换行和使用制表符）",
        en="text without control characters; line ends and tabs are allowed",
    ),
    r"^[^\u0000-\u0020\u007f]+$": Text(
        zh="不含空格和控制字符的文字", en="text without blanks and control characters"
    ),
    r"^[0-9A-Za-z_-]{1,64}$": _made_of(
        64, "字母、数字、横线和下划线", "letters, digits, hyphens and underscores"
    ),
    r"^[A-Za-z0-9_.-]{1,64}$": _made_of(
        64, "字母、数字、点、横线和下划线", "letters, digits, dots, hyphens and underscores"
    ),
    r"^[a-z_.]{1,64}$": _made_of(64, "小写字母、点和下划线", "small letters, dots and underscores"),
    r"^[a-z_]{1,64}$": _made_of(64, "小写字母和下划线", "small letters and underscores"),
    r"^[a-z-]{1,64}$": _made_of(64, "小写字母和横线", "small letters and hyphens"),
    r"^[A-Z_]{1,64}$": _made_of(64, "大写字母和下划线", "capital letters and underscores"),
    r"^[a-z][a-z0-9_.-]{0,63}$": Text(
        zh="至多 64 个字符，以小写字母开头，只含小写字母、数字、点、横线和下划线",
        en="at most 64 characters, beginning with a small letter: small letters, digits, dots, "
        "hyphens and underscores only",
    ),
    r"^[a-z][a-z0-9_]{0,39}$": Text(
        zh="至多 40 个字符，以小写字母开头，只含小写字母、数字和下划线",
        en="at most 40 characters, beginning with a small letter: small letters, digits and "
        "underscores only",
    ),
    r"^[0-9A-Za-z][0-9A-Za-z._@+-]{1,99}$": Text(
        zh="2 到 100 个字符，以字母或数字开头，只含字母、数字和 . _ @ + -",
        en="2 to 100 characters, beginning with a letter or digit: letters, digits and . _ @ + - "
        "only",
    ),
    r"^[!-?A-~]{1,64}@[0-9A-Za-z.-]{1,189}$": Text(
        zh="邮箱地址，如 name@example.com", en="a mail address, such as name@example.com"
    ),
    r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$": Text(
        zh="证书的 SHA-256：64 个十六进制数字，可用冒号两两分隔",
        en="the SHA-256 of a certificate: 64 hexadecimal digits, in pairs with or without colons",
    ),
    r"^[0-9]{1,10}(\.[0-9]{1,2})?$": Text(
        zh="金额，至多 10 位整数和 2 位小数，如 1234.50",
        en="an amount with at most 10 digits and 2 decimals, such as 1234.50",
    ),
    r"^[A-Z]{3}$": Text(
        zh="三个大写字母的货币代码，如 CNY", en="a currency of three capital letters, such as CNY"
    ),
}


def words_of(pattern: str) -> Text:
    """Say what text matches; a pattern that has no words yet is shown as it is."""
    unknown = Text(zh=f"符合 {pattern} 的文字", en=f"text that matches {pattern}")
    return PATTERNS.get(pattern, unknown)
