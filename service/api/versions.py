"""ETag and If-Match: people change only the version that they have seen (RFC 9110, 13.1.1)."""

from __future__ import annotations

import re

from flask import request

from service.api.troubles import NOTHING, SHOWN, trouble
from service.errors import PreconditionRequired, ServiceError, StaleVersion
from verification.values import Text

HEADER = "If-Match"
#: RFC 9110, 8.8.3.
TAG = re.compile(r'(W/)?("[!#-~\x80-\xff]*")')
#: Tags with commas between; empty places in a list are let pass (5.6.1). Nothing is tried twice:
#: thousands of blanks and commas would otherwise be tried in every way.
FORM = re.compile(rf"[ \t,]*+{TAG.pattern}(?:[ \t]*+,[ \t]*+(?:{TAG.pattern})?+)*+")
#: The same as JSON Schema says it.
SCHEMA = r'^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$'

READ_AGAIN = Text(
    zh="请重新读取，再带上新的 ETag 修改。", en="Read it again and send your change with its ETag."
)


class MalformedHeader(ServiceError):
    """A header that is not of the form that its standard gives it."""

    code = "malformed-header"
    title = Text(zh="请求头格式有误", en="A header is of the wrong form")


def etag(version: int) -> dict[str, str]:
    """Give the header that names a version."""
    return {"ETag": f'"{version}"'}


def seen_version(current: int) -> int:
    """Give the version that the caller has seen; ``*`` is whichever there is.

    Raises PreconditionRequired without If-Match, MalformedHeader for one of the wrong form, and
    StaleVersion for one that names another version or only a weak tag.
    """
    # Sent twice, the server joins the lines with a comma, as RFC 9110, 5.2 has it.
    header = request.headers.get("If-Match")
    if header is None:
        raise _missing(current)
    sent = header.strip(" \t")
    if sent == "*":
        return current
    if not FORM.fullmatch(sent):
        raise _malformed(sent)
    tags = [(weak, tag) for weak, tag in TAG.findall(sent) if tag == etag(current)["ETag"]]
    if any(not weak for weak, _ in tags):
        return current
    raise _stale(sent, current, weak=bool(tags))


def _missing(current: int) -> PreconditionRequired:
    return PreconditionRequired(
        Text(zh="修改时要说明您看到的是哪一版。", en="A change says which version you have seen."),
        remedy=Text(
            zh=f"请带上 If-Match: {etag(current)['ETag']}（GET 答复中的 ETag）。",
            en=f"Send If-Match: {etag(current)['ETag']}, the ETag of the GET.",
        ),
    )


def _malformed(sent: str) -> MalformedHeader:
    expected = Text(
        zh='带双引号的 ETag，如 "7"；或单独一个 *',
        en='an ETag in double quotes, such as "7", or * alone',
    )
    found = trouble(HEADER, seen=shown_header(sent), expected=expected)
    return MalformedHeader(found.message, remedy=READ_AGAIN, troubles=(found,))


def _stale(sent: str, current: int, *, weak: bool) -> StaleVersion:
    tag = etag(current)["ETag"]
    expected = (
        Text(zh=f"强 ETag {tag}", en=f"the strong ETag {tag}") if weak else Text(zh=tag, en=tag)
    )
    found = trouble(HEADER, seen=shown_header(sent), expected=expected)
    message = Text(
        zh=f"您看到的版本已不是最新版（第 {current} 版）。",
        en=f"What you have seen is not the latest version, which is {current}.",
    )
    if weak:
        message = Text(
            zh="弱 ETag（W/）不能用于修改，它从不算相符。",
            en="A weak ETag (W/) never matches where something is changed.",
        )
    return StaleVersion(message, remedy=READ_AGAIN, troubles=(found,))


def shown_header(sent: str) -> str | Text:
    """Show a header in ASCII: it comes as Latin-1, whatever it was meant to be."""
    if not sent:
        return NOTHING
    return sent[:SHOWN].encode("ascii", "backslashreplace").decode()
