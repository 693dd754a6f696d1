"""What can go wrong in the service, as people are told it.

ServiceError
├── Unauthenticated 401   ├── Forbidden 403        ├── NotFound 404
├── AlreadyThere 409      ├── StaleVersion 412     ├── TooLarge 413
├── WrongMediaType 415    ├── Invalid 422          ├── PreconditionRequired 428
├── TooMany 429           ├── FileLost 500         ├── Unavailable 503
└── NotShowable 409
    └── NoSuchPage 404

Each carries, in both languages, what happened and what to do next, and where it was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verification.values import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong: where (a JSON pointer, header or field), seen, expected."""

    where: str
    seen: str
    expected: str
    message: Text


_PLACE = re.compile(r"(line|byte) (\d+)(?:, column (\d+))?")
_UNITS = {"line": "行", "byte": "字节"}


def place(where: str) -> Text:
    """Say a place in a text as people do: ``line 1, column 3`` is 第 1 行第 3 列; else as it is."""
    found = _PLACE.fullmatch(where)
    if found is None:
        return Text(zh=where, en=where)
    column = f"第 {found[3]} 列" if found[3] else ""
    return Text(zh=f"第 {found[2]} {_UNITS[found[1]]}{column}", en=where)


class ServiceError(Exception):
    """Something that the caller can read and act on."""

    status = 400
    code = "bad-request"
    title = Text(zh="请求无法处理", en="The request cannot be handled")

    def __init__(
        self, message: Text, *, remedy: Text | None = None, troubles: tuple[Trouble, ...] = ()
    ) -> None:
        super().__init__(message.en)
        self.message = message
        self.remedy = remedy
        self.troubles = troubles


class Unauthenticated(ServiceError):
    status = 401
    code = "unauthenticated"
    title = Text(zh="需要登录", en="Sign-in needed")


class Forbidden(ServiceError):
    status = 403
    code = "forbidden"
    title = Text(zh="没有权限", en="Not allowed")


class NotFound(ServiceError):
    status = 404
    code = "not-found"
    title = Text(zh="找不到", en="Not found")


class AlreadyThere(ServiceError):
    status = 409
    code = "conflict"
    title = Text(zh="已经存在", en="Already there")


class StaleVersion(ServiceError):
    status = 412
    code = "stale-version"
    title = Text(zh="内容已被他人修改", en="Somebody else changed it")


class TooLarge(ServiceError):
    status = 413
    code = "too-large"
    title = Text(zh="文件过大", en="Too large")


class WrongMediaType(ServiceError):
    status = 415
    code = "wrong-media-type"
    title = Text(zh="请求类型不支持", en="Media type not supported")


class Invalid(ServiceError):
    status = 422
    code = "invalid"
    title = Text(zh="内容有误", en="Something in the request is wrong")


class PreconditionRequired(ServiceError):
    status = 428
    code = "precondition-required"
    title = Text(zh="缺少 If-Match", en="If-Match is missing")


class TooMany(ServiceError):
    status = 429
    code = "too-many"
    title = Text(zh="请求过于频繁", en="Too many requests")


class FileLost(ServiceError):
    status = 500
    code = "file-lost"
    title = Text(zh="文件损坏或丢失", en="A stored file is damaged or gone")


class NotShowable(ServiceError):
    status = 409
    code = "not-showable"
    title = Text(zh="无法显示", en="Cannot be shown")


class NoSuchPage(NotShowable):
    """Nothing to show because it is not there: told as any other thing that is not."""

    status = NotFound.status
    code = NotFound.code
    title = NotFound.title


class Unavailable(ServiceError):
    status = 503
    code = "unavailable"
    #: Sent as Retry-After.
    retry_after_s = 5
    title = Text(zh="暂时不可用", en="Not available for the moment")
