"""What the web framework refuses by itself, said in our words and in both languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from werkzeug.exceptions import MethodNotAllowed

from service.api.troubles import trouble
from service.errors import NotFound, ServiceError, TooLarge, Trouble, WrongMediaType
from verification.values import Text

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

DOCS = "/api/docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    code: str
    status: int
    title: Text
    message: Text
    remedy: Text


def _like(kind: type[ServiceError], message: Text, remedy: Text) -> Refusal:
    return Refusal(
        code=kind.code, status=kind.status, title=kind.title, message=message, remedy=remedy
    )


EXPLAINED: dict[int, Refusal] = {
    400: Refusal(
        code="bad-request",
        status=400,
        title=ServiceError.title,
        message=Text(
            zh="请求无法读取：格式不完整，或在传输中被截断。",
            en="The request cannot be read: it is malformed, or was cut off on its way.",
        ),
        remedy=Text(
            zh=f"请检查请求格式（见 {DOCS}）后重新发送。",
            en=f"Check its form against {DOCS}, then send it again.",
        ),
    ),
    404: _like(
        NotFound,
        Text(zh="没有这个地址。", en="There is nothing at this address."),
        Text(zh=f"所有地址见 {DOCS}。", en=f"{DOCS} lists every address."),
    ),
    405: Refusal(
        code="method-not-allowed",
        status=405,
        title=Text(zh="方法不支持", en="Method not allowed"),
        message=Text(zh="这个地址不支持该方法。", en="This address does not take that method."),
        remedy=Text(zh="请用 Allow 头里列出的方法。", en="Use one that the Allow header lists."),
    ),
    411: Refusal(
        code="length-required",
        status=411,
        title=Text(zh="缺少长度", en="Length needed"),
        message=Text(zh="请求没有说明长度。", en="The request does not say how long it is."),
        remedy=Text(zh="请加上 Content-Length。", en="Send Content-Length."),
    ),
    413: _like(
        TooLarge,
        Text(zh="请求内容超过上限。", en="The request is larger than is allowed."),
        Text(zh="请减小内容后重新发送；没有保存任何内容。", en="Send less; nothing was stored."),
    ),
    414: Refusal(
        code="address-too-long",
        status=414,
        title=Text(zh="地址过长", en="Address too long"),
        message=Text(zh="请求地址过长。", en="The address of the request is too long."),
        remedy=Text(zh="请缩短查询参数。", en="Shorten its parameters."),
    ),
    415: _like(
        WrongMediaType,
        Text(
            zh="请求的 Content-Type 不被接受。",
            en="The Content-Type of the request is not one that is taken here.",
        ),
        Text(
            zh="JSON 请用 application/json，上传请用 multipart/form-data。",
            en="Use application/json for JSON and multipart/form-data for uploads.",
        ),
    ),
    416: Refusal(
        code="range-not-satisfiable",
        status=416,
        title=Text(zh="范围无效", en="Range cannot be given"),
        message=Text(zh="请求的字节范围不在文件内。", en="That range is outside the file."),
        remedy=Text(zh="请去掉 Range 头。", en="Leave the Range header out."),
    ),
}


def explain(error: HTTPException) -> Refusal:
    """Give our words for the framework's refusal; a rare code keeps its number."""
    code = error.code or 400
    return EXPLAINED.get(code) or replace(EXPLAINED[400], status=code)


def troubles(error: HTTPException, method: str) -> tuple[Trouble, ...]:
    """Say what was seen and expected, where the framework's refusal tells."""
    if not isinstance(error, MethodNotAllowed):
        return ()
    allowed = ", ".join(sorted(error.valid_methods or ()))
    return (trouble("method", seen=method, expected=Text(zh=f" {allowed}", en=allowed)),)
