"""Whether bytes are JSON, and in plain words what keeps them from it and where."""

from __future__ import annotations

import json
import math
from typing import Any

from service.api.troubles import NOTHING, SHALLOW, TOO_DEEP, shown, trouble
from service.errors import ServiceError
from verification.values import Text

#: Of a whole number; no field holds one nearly as long.
MOST_DIGITS = 100
WELL_FORMED = Text(zh="合法的 JSON", en="well-formed JSON")
OTHER = Text(zh="不是 JSON 的内容", en="what is no JSON")
UTF8 = Text(zh="以 UTF-8 编码的 JSON", en="JSON in UTF-8")
A_NUMBER = Text(zh="可以计算的数", en="a number that can be computed with")
#: What Python's reader says, by the beginning of its words, and ours.
SAID: dict[str, Text] = {
    "Expecting value": Text(zh="缺少值，或不是 JSON 值的内容", en="no value, or what is none"),
    "Expecting property name": Text(zh="没有双引号的键", en="a key without double quotes"),
    "Expecting ':'": Text(zh="键后没有冒号", en="a key without its colon"),
    "Expecting ','": Text(zh="两项之间没有逗号", en="no comma between two items"),
    "Illegal trailing comma": Text(zh="多余的逗号", en="a comma too many"),
    "Unterminated string": Text(zh="没有结束的字符串", en="a string without its end"),
    "Invalid control character": Text(
        zh="字符串中未转义的控制字符", en="a control character that is not escaped"
    ),
    "Invalid \\": Text(zh="错误的转义", en="a wrong escape"),
    "Extra data": Text(zh="JSON 结束后的多余内容", en="more after the end"),
    "Unexpected UTF-8 BOM": Text(zh="字节顺序标记（BOM）", en="a byte order mark"),
}


class MalformedJson(ServiceError):
    status = 400
    code = "malformed-json"
    title = Text(zh="JSON 无法解析", en="The JSON cannot be read")


class _NotTaken(Exception):
    """What Python's reader would take; its words are ours."""

    def __init__(self, seen: Text, expected: Text = WELL_FORMED) -> None:
        super().__init__(seen.en)
        self.seen = seen
        self.expected = expected


def check_json(data: bytes) -> None:
    """Raise MalformedJson unless the bytes are JSON that every reader reads the same."""
    if not data.strip():
        raise _malformed("body", NOTHING)
    try:
        json.loads(
            data.decode(),
            parse_constant=_refuse_constant,
            parse_int=_check_digits,
            parse_float=_check_size,
            object_pairs_hook=_without_doubles,
        )
    except json.JSONDecodeError as error:
        seen = next((ours for start, ours in SAID.items() if error.msg.startswith(start)), OTHER)
        raise _malformed(f"line {error.lineno}, column {error.colno}", seen) from error
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start}", _no_utf8(data[error.start]), UTF8) from error
    except RecursionError as error:
        raise _malformed("body", TOO_DEEP, SHALLOW) from error
    except _NotTaken as error:
        raise _malformed("body", error.seen, error.expected) from error


def _no_utf8(byte: int) -> Text:
    return Text(
        zh=f"此处不是 UTF-8 的字节 0x{byte:02X}",
        en=f"the byte 0x{byte:02X}, which is no UTF-8 here",
    )


def _refuse_constant(name: str) -> Any:
    raise _NotTaken(Text(zh=name, en=name), Text(zh="JSON 的值", en="a value of JSON"))


def _check_digits(number: str) -> int:
    if len(number) > MOST_DIGITS:
        count = len(number.lstrip("-"))
        raise _NotTaken(Text(zh=f"一个 {count} 位数", en=f"a number of {count} digits"), A_NUMBER)
    return int(number)


def _check_size(number: str) -> float:
    found = float(number)
    if math.isinf(found):
        words = number[:20]
        raise _NotTaken(Text(zh=f"数 {words}", en=f"the number {words}"), A_NUMBER)
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            seen = Text(zh=f"键 {shown(name)} 两次", en=f"the key {shown(name)} twice")
            raise _NotTaken(seen, Text(zh="每个键一次", en="each key once"))
        found[name] = value
    return found


def _malformed(where: str, seen: Text, expected: Text = WELL_FORMED) -> MalformedJson:
    found = trouble(where, seen=seen, expected=expected)
    return MalformedJson(
        found.message,
        remedy=Text(
            zh="请用 JSON 库生成内容（UTF-8，键不重复）后重新发送。",
            en="Let a JSON library write it (UTF-8, no key twice), then send it again.",
        ),
        troubles=(found,),
    )
