"""Every error as problem+json (RFC 9457): what was seen, what was expected, what to do next.

`type` is a URN, because nothing is fetched from it; docs/api.md explains each. `detail` is in
the language of the request, `messages` holds both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from flask import Response, g, request
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service.api import refusals
from service.api.languages import chosen, say
from service.errors import ServiceError
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.errors import Trouble

MEDIA_TYPE = "application/problem+json"
URN = "urn:countermark:problem:"


SEE_ERRORS = Text(
    zh="请按 detail 与 errors 修改后重试。", en="Change it as `detail` and `errors` say."
)
#: What helps where the error itself does not say.
USUAL_REMEDIES = {
    403: Text(zh="请找有权限的人处理。", en="Leave it to somebody who may."),
    404: Text(
        zh="请核对编号；不在您权限范围内的内容同样查不到。",
        en="Check the id; what is outside your reach is not found either.",
    ),
    409: Text(zh="请重新读取后再决定。", en="Read it again, then decide."),
    500: Text(zh="请把 instance 里的编号告诉管理员。", en="Tell an administrator `instance`."),
    503: Text(zh="请稍后重试。", en="Try again in a moment."),
}


class BothOut(BaseModel):
    zh: str
    en: str


class TroubleOut(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(description="JSON pointer, or the name of a parameter, header or part")
    seen: str
    expected: str
    message: str


class ProblemOut(BaseModel):
    """RFC 9457, with what to do next and every single trouble."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(pattern=r"^urn:countermark:problem:[a-z0-9-]+$")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str = Field(description="URN of the request, as in X-Request-ID and the log")
    remedy: str
    errors: list[TroubleOut]
    messages: BothOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What an error comes to, in both languages."""

    code: str
    status: int
    title: Text
    message: Text
    remedy: Text | None = None
    troubles: tuple[Trouble, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def of(error: Exception) -> Problem:
    """Say what an error means to the caller; an unexpected one is logged and says nothing of us."""
    if isinstance(error, ServiceError):
        return Problem(
            code=error.code,
            status=error.status,
            title=error.title,
            message=error.message,
            remedy=error.remedy,
            troubles=error.troubles,
            headers=_headers(error),
        )
    if isinstance(error, HTTPException) and (error.code or 0) < 500:  # noqa: PLR2004 - theirs
        refusal = refusals.explain(error)
        return Problem(
            code=refusal.code,
            status=refusal.status,
            title=refusal.title,
            message=refusal.message,
            remedy=refusal.remedy,
            troubles=refusals.troubles(error, request.method),
            headers=_refusal_headers(error),
        )
    structlog.get_logger("service").error(
        "unexpected", request_id=g.get("request_id"), exc_info=error
    )
    return _unexpected()


def answer(error: Exception) -> Response:
    """Make the problem+json answer for an error; a redirection is none."""
    if isinstance(error, HTTPException) and (error.code or 0) < 400:  # noqa: PLR2004 - theirs
        return Response.force_type(error.get_response(), request.environ)  # type: ignore[return-value] # of the class it is called on
    problem = of(error)
    body = ProblemOut(
        type=URN + problem.code,
        title=say(problem.title),
        status=problem.status,
        detail=say(problem.message),
        instance=f"urn:countermark:request:{g.get('request_id', 'none')}",
        remedy=say(problem.remedy or USUAL_REMEDIES.get(problem.status, SEE_ERRORS)),
        errors=[told(trouble) for trouble in problem.troubles],
        messages=BothOut(zh=problem.message.zh, en=problem.message.en),
    )
    response = Response(body.model_dump_json(), status=problem.status, content_type=MEDIA_TYPE)
    response.headers.update(dict(problem.headers))
    response.headers["Content-Language"] = chosen()
    response.vary.add("Accept-Language")
    return response


def told(trouble: Trouble) -> TroubleOut:
    """Put one trouble into the language of the answer."""
    return TroubleOut(
        where=trouble.where,
        seen=trouble.seen,
        expected=trouble.expected,
        message=say(trouble.message),
    )


def _refusal_headers(error: HTTPException) -> dict[str, str]:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    return {}


def _headers(error: ServiceError) -> dict[str, str]:
    headers = {}
    if error.status == 401:  # noqa: PLR2004 - the status itself says it
        headers["WWW-Authenticate"] = 'Bearer realm="countermark"'
    wait = getattr(error, "retry_after_s", None)
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return headers


def _unexpected() -> Problem:
    return Problem(
        code="unexpected",
        status=500,
        title=Text(zh="服务内部出错", en="Something went wrong on our side"),
        message=Text(
            zh="这不是您的问题；没有任何内容被部分保存。",
            en="This is not your doing, and nothing was stored half.",
        ),
        remedy=Text(
            zh="请稍后用同一个 Idempotency-Key 重试；"
            "若再次出现，请把 instance 里的编号告诉管理员。",
            en="Try again later with the same Idempotency-Key; if it happens again, tell the "
            "administrator the number in `instance`.",
        ),
    )
