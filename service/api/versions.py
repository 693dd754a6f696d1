"""ETag and If-Match: people change only the version that they have seen (RFC 9110, 13.1.1)."""

from __future__ import annotations

from flask import request

from service.api.troubles import trouble
from service.errors import PreconditionRequired, StaleVersion
from verification.values import Text

READ_AGAIN = Text(
    zh="请重新读取，再带上新的 ETag 修改。", en="Read it again and send your change with its ETag."
)


def etag(version: int) -> dict[str, str]:
    """Give the header that names a version."""
    return {"ETag": f'"{version}"'}


def seen_version(current: int) -> int:
    """Give the version that the caller has seen; ``*`` is whichever there is.

    Raises PreconditionRequired without If-Match and StaleVersion for one that names no version.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired(
            Text(
                zh="修改时要说明您看到的是哪一版。", en="A change says which version you have seen."
            ),
            remedy=Text(
                zh=f"请带上 If-Match: {etag(current)['ETag']}（GET 答复中的 ETag）。",
                en=f"Send If-Match: {etag(current)['ETag']}, the ETag of the GET.",
            ),
        )
    matches = request.if_match
    if matches.star_tag or matches.contains(str(current)):
        return current
    expected = Text(zh=etag(current)["ETag"], en=etag(current)["ETag"])
    found = trouble("If-Match", seen=header[:80], expected=expected)
    raise StaleVersion(
        Text(
            zh=f"您看到的版本已不是最新版（第 {current} 版）。",
            en=f"What you have seen is not the latest version, which is {current}.",
        ),
        remedy=READ_AGAIN,
        troubles=(found,),
    )
