"""How an error looks to a person: what happened, what to do, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

from service.api import problems
from service.api.guard import WrongCsrf
from service.api.site import site
from service.errors import Forbidden, ServiceError, TooLarge
from service.web.translation import say
from service.web.views import size
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Remedies that speak of headers and addresses to programs; people are told this instead.
REMEDIES = {
    400: Text(zh="请返回上一页，刷新后再试。", en="Go back, reload the page and try again."),
    404: Text(
        zh="链接可能已失效，或内容不在您的权限范围内。请从菜单重新进入。",
        en="The link may be old, or this is outside your reach. Use the menu to get there.",
    ),
    405: Text(zh="请从菜单重新进入。", en="Use the menu to get there."),
    429: Text(zh="请稍等片刻再试。", en="Wait a moment, then try again."),
    500: Text(
        zh="请稍后再试；若再次出现，请把下面的编号告诉管理员。",
        en="Try again later; if it happens again, tell an administrator the number below.",
    ),
    503: Text(zh="请稍后再试。", en="Try again in a moment."),
}
WRONG_FORM = Text(
    zh="这个页面已经过期，或者表单不是从本系统发出的。没有保存任何内容。",
    en="This page is out of date, or its form was not sent from here. Nothing was stored.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleView:
    status: int
    title: str
    message: str
    remedy: str
    request_id: str
    headers: Mapping[str, str]


def view(error: Exception) -> TroubleView:
    """Say an error in the page's language; an unexpected one is logged and says nothing of us."""
    problem = problems.of(_for_people(error))
    remedy = problem.remedy if isinstance(error, ServiceError) else None
    remedy = remedy or REMEDIES.get(problem.status)
    return TroubleView(
        status=problem.status,
        title=say(problem.title),
        message=say(problem.message),
        remedy=say(remedy) if remedy else "",
        request_id=str(g.get("request_id", "")),
        headers=problem.headers,
    )


def too_large(seen: int, allowed: int) -> TooLarge:
    """Say how large a file may be, in the units that people think in."""
    return TooLarge(
        Text(
            zh=f"上传的内容有 {size(seen)}，上限是 {size(allowed)}。没有保存任何内容。",
            en=f"The upload has {size(seen)}; at most {size(allowed)} are taken. "
            "Nothing was stored.",
        ),
        remedy=Text(
            zh="请压缩或拆分文件后重新上传。", en="Make it smaller or split it, then upload again."
        ),
    )


def _for_people(error: Exception) -> Exception:
    if isinstance(error, RequestEntityTooLarge):
        return too_large(request.content_length or 0, site().settings.max_upload_bytes)
    if isinstance(error, WrongCsrf):
        return Forbidden(WRONG_FORM, remedy=REMEDIES[400])
    return error
