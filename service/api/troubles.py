"""What pydantic found wrong, said as troubles: where, seen, expected, in both languages."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from service.api.pattern_words import words_of
from service.errors import Invalid, TooLarge, Trouble, place
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

#: A value is shown only so far: enough to find it, not enough to fill a log.
SHOWN = 80
#: Troubles told at once; a body can hold thousands.
MOST = 20
#: Parts of names whose values are never shown, also where the name is misspelt or unknown.
SECRETS = ("pass", "pwd", "secret", "token", "密码")
HIDDEN = "***"
NOTHING = Text(zh="没有内容", en="nothing")
OTHER_KIND = Text(zh="无法读取的内容", en="what cannot be read")
TOO_DEEP = Text(zh="嵌套过深的括号", en="brackets that are nested too deeply")
#: Of pydantic's reader; Python's own is hardly deeper, and no body of ours has ten levels.
SHALLOW = Text(zh="至多 200 层括号", en="at most 200 levels of brackets")
JSON_TEXT = Text(zh="合法的 JSON 与 Unicode", en="well-formed JSON and Unicode")
#: What pydantic's JSON reader says, by a word of it, and ours.
UNREADABLE = {
    "hex escape": Text(
        zh="半个代理对（如 \\ud800）", en="half of a surrogate pair, such as \\ud800"
    ),
    "recursion": TOO_DEEP,
}
KINDS: dict[type, Text] = {
    dict: Text(zh="一个对象", en="an object"),
    list: Text(zh="一个列表", en="a list"),
    str: Text(zh="一段文字", en="a string"),
    bool: Text(zh="true 或 false", en="true or false"),
    int: Text(zh="一个数", en="a number"),
    float: Text(zh="一个数", en="a number"),
    type(None): Text(zh="null", en="null"),
}


def invalid(error: ValidationError, location: str) -> Invalid:
    """Turn a validation error into one that people can read; `location` is json, query or form."""
    details = error.errors(include_url=False, include_context=True)
    troubles = tuple(_trouble(detail, location) for detail in details[:MOST])
    count = len(details)
    return Invalid(
        Text(
            zh=f"请求中有 {count} 处不对：{troubles[0].message.zh}",
            en=f"{count} thing(s) in the request are wrong: {troubles[0].message.en}",
        ),
        remedy=Text(
            zh="请按 errors 中的 expected 修改后重新发送；没有保存任何内容。",
            en="Correct it as `expected` in `errors` says and send it again; nothing was stored.",
        ),
        troubles=troubles,
    )


def trouble(where: str, *, seen: str | Text, expected: Text) -> Trouble:
    """Put together one trouble by its usual sentence; what is seen may be words of ours."""
    words = Text(zh=seen, en=seen) if isinstance(seen, str) else seen
    said = place(where)
    return Trouble(
        where=where,
        seen=words.en,
        expected=expected.en,
        message=Text(
            zh=f"{said.zh}：看到 {words.zh}，应为{expected.zh}。",
            en=f"{said.en}: saw {words.en}, expected {expected.en}.",
        ),
    )


def too_large(where: str, *, seen: Text, allowed: int, remedy: Text) -> TooLarge:
    """Say what is above a limit, in bytes."""
    expected = Text(zh=f"至多 {allowed} 字节", en=f"at most {allowed} bytes")
    found = trouble(where, seen=seen, expected=expected)
    return TooLarge(found.message, remedy=remedy, troubles=(found,))


def shown(value: object) -> str:
    """Show a value shortly, as JSON where it is JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    cut = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(one if one.isprintable() else _escaped(one) for one in cut)


def _escaped(sign: str) -> str:
    """Write a sign that no screen shows, or that would turn a line about, as JSON escapes it."""
    return f"\\u{ord(sign):04x}" if ord(sign) < 2**16 else json.dumps(sign)[1:-1]


def _trouble(detail: ErrorDetails, location: str) -> Trouble:
    # The last step of `loc` names a missing field; for a wrong key it is pydantic's own "[key]".
    steps = [step for step in detail["loc"] if step != "[key]"]
    where = _pointer(steps) if location == "json" else ".".join(str(step) for step in steps)
    return trouble(
        where or "body", seen=_seen(detail, steps), expected=_expected(detail["type"], detail)
    )


def _seen(detail: ErrorDetails, steps: list[Any]) -> str | Text:
    """Show the value, but nothing that may hold a secret: no whole body, no object, no list."""
    if detail["type"] == "missing":
        return NOTHING
    if detail["type"] == "json_invalid":
        told = str((detail.get("ctx") or {}).get("error", ""))
        return next((words for part, words in UNREADABLE.items() if part in told), OTHER_KIND)
    value = detail["input"]
    if not steps or isinstance(value, dict | list):
        return KINDS.get(type(value), OTHER_KIND)
    if any(part in str(step).lower() for step in steps for part in SECRETS):
        return HIDDEN
    return shown(value)


def _pointer(steps: list[Any]) -> str:
    """JSON pointer, RFC 6901; the empty one is the whole body."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _expected(kind: str, detail: ErrorDetails) -> Text:
    context = detail.get("ctx") or {}
    if kind in EXPECTED:
        return EXPECTED[kind](context)
    return Text(zh=f"符合要求的内容（{detail['msg']}）", en=f"something else ({detail['msg']})")


def _fixed(zh: str, en: str) -> Callable[[dict[str, Any]], Text]:
    return lambda _: Text(zh=zh, en=en)


def _with(zh: str, en: str) -> Callable[[dict[str, Any]], Text]:
    return lambda context: Text(zh=zh.format(**context), en=en.format(**context))


def _choice(context: dict[str, Any]) -> Text:
    """Name what may be chosen; pydantic joins it in English: 'a', 'b' or 'c'."""
    values = [one.strip("'") for one in re.split(", | or ", str(context["expected"]))]
    return Text(zh="其一：" + "、".join(values), en="one of " + ", ".join(values))


EXPECTED: dict[str, Callable[[dict[str, Any]], Text]] = {
    "missing": _fixed("有这一项", "this to be given"),
    "extra_forbidden": _fixed("没有这一项（未知字段）", "no such field; it is unknown here"),
    "string_type": _fixed("文字", "a string"),
    "string_unicode": _fixed("合法的 Unicode 文字", "well-formed Unicode text"),
    "string_too_short": _with("至少 {min_length} 个字符", "at least {min_length} character(s)"),
    "string_too_long": _with("至多 {max_length} 个字符", "at most {max_length} characters"),
    "string_pattern_mismatch": lambda context: words_of(str(context.get("pattern"))),
    "too_short": _with("至少 {min_length} 项", "at least {min_length} item(s)"),
    "too_long": _with("至多 {max_length} 项", "at most {max_length} items"),
    "int_type": _fixed("整数", "a whole number"),
    "int_parsing": _fixed("整数", "a whole number"),
    "int_parsing_size": _fixed("不太大的整数", "a whole number that is not so large"),
    "int_from_float": _fixed("整数", "a whole number"),
    "bool_type": _fixed("true 或 false", "true or false"),
    "bool_parsing": _fixed("true 或 false", "true or false"),
    "greater_than_equal": _with("不小于 {ge} 的数", "a number not below {ge}"),
    "less_than_equal": _with("不大于 {le} 的数", "a number not above {le}"),
    "enum": _choice,
    "literal_error": _choice,
    "list_type": _fixed("列表", "a list"),
    "tuple_type": _fixed("列表", "a list"),
    "dict_type": _fixed("对象", "an object"),
    "model_type": _fixed("对象", "an object"),
    "model_attributes_type": _fixed("对象", "an object"),
    "json_invalid": lambda context: (
        SHALLOW if "recursion" in str(context.get("error")) else JSON_TEXT
    ),
    "timezone_aware": _fixed("带时区的时间", "a time with its offset"),
    "datetime_type": _fixed("RFC 3339 时间", "a time as in RFC 3339"),
    "datetime_parsing": _fixed("RFC 3339 时间", "a time as in RFC 3339"),
    "datetime_range": _fixed(
        "按 UTC 计在 1900 至 9999 年间的时间", "a time in the years 1900 to 9999, in UTC"
    ),
    "datetime_from_date_parsing": _fixed("RFC 3339 时间", "a time as in RFC 3339"),
    "float_type": _fixed("数字", "a number"),
    "float_parsing": _fixed("数字", "a number"),
    "finite_number": _fixed("有限的数字", "a finite number"),
    "date_type": _fixed("如 2026-01-31 的日期", "a date such as 2026-01-31"),
    "date_parsing": _fixed("如 2026-01-31 的日期", "a date such as 2026-01-31"),
    "date_from_datetime_parsing": _fixed("如 2026-01-31 的日期", "a date such as 2026-01-31"),
    "date_from_datetime_inexact": _fixed(
        "不含时刻、如 2026-01-31 的日期", "a date such as 2026-01-31, without a time of day"
    ),
    "nothing_to_change": _fixed("至少一项要修改的内容", "at least one field to change"),
    "none_required": _fixed("null", "null"),
}
