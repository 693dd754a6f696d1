"""Why a form was not read, each with its own words and its own way out."""

from __future__ import annotations

from service.api.troubles import NOTHING, shown, too_large, trouble
from service.errors import Invalid, ServiceError, TooLarge, Trouble
from verification.values import Text

PART = "file"
NOTHING_STORED = Text(zh="没有保存任何内容。", en="Nothing was stored.")
#: For all that a client put together wrongly.
BY_LIBRARY = Text(
    zh="请用 HTTP 库生成表单，不要自己拼接 Content-Type 或各部分的头。没有保存任何内容。",
    en="Let an HTTP library make the form, its Content-Type and its headers. Nothing was stored.",
)


class MalformedForm(ServiceError):
    status = 400
    code = "malformed-form"
    title = Text(zh="表单无法读取", en="The form cannot be read")


class CutOff(MalformedForm):
    title = Text(zh="上传不完整", en="The upload is not whole")


def refused(*troubles: Trouble) -> Invalid:
    """Say what the form holds that it should not, or lacks."""
    return Invalid(troubles[0].message, remedy=NOTHING_STORED, troubles=troubles)


def cut_off() -> CutOff:
    found = trouble(
        "body",
        seen=Text(zh="中途断开的表单", en="a form that ends too early"),
        expected=Text(zh="以 boundary 结束的完整表单", en="a form that ends with its boundary"),
    )
    remedy = Text(
        zh="上传可能在途中断开；请用同一个 Idempotency-Key 重新上传。没有保存任何内容。",
        en="It may have been cut off on its way; upload it again under the same "
        "Idempotency-Key. Nothing was stored.",
    )
    return CutOff(found.message, remedy=remedy, troubles=(found,))


def empty_body() -> MalformedForm:
    found = trouble(
        "body",
        seen=NOTHING,
        expected=Text(zh="含 file 部分的表单", en="a form with the part `file`"),
    )
    remedy = Text(
        zh="请附上文件；有些程序重试时不会再次读取文件，请从头打开文件再发送。没有保存任何内容。",
        en="Attach the file; some programs send nothing when they repeat with a file that they "
        "have read to its end: open it anew. Nothing was stored.",
    )
    return _malformed(found, remedy)


def no_boundary(longest: int) -> MalformedForm:
    seen = Text(zh="没有 boundary", en="no boundary")
    return _malformed(trouble("Content-Type", seen=seen, expected=_a_boundary(longest)))


def wrong_boundary(boundary: str, longest: int) -> MalformedForm:
    count = len(boundary)
    seen = Text(zh=f"{count} 个字符的 boundary", en=f"a boundary of {count} characters")
    if not boundary.isascii():
        seen = Text(zh="含非 ASCII 字符的 boundary", en="a boundary that is not ASCII")
    return _malformed(trouble("Content-Type", seen=seen, expected=_a_boundary(longest)))


def other_boundary() -> MalformedForm:
    seen = Text(
        zh="找不到 Content-Type 所说 boundary 的内容",
        en="nothing like the boundary that Content-Type names",
    )
    expected = Text(zh="以该 boundary 开始的表单", en="a form that begins with that boundary")
    return _malformed(trouble("body", seen=seen, expected=expected))


def no_disposition() -> MalformedForm:
    seen = Text(zh="没有 Content-Disposition 的部分", en="a part without Content-Disposition")
    expected = Text(
        zh='Content-Disposition: form-data; name="file"; filename="…"',
        en='Content-Disposition: form-data; name="file"; filename="…"',
    )
    return _malformed(trouble("body", seen=seen, expected=expected))


def unreadable_name(byte: int) -> MalformedForm:
    """Of a part's header that is neither UTF-8 nor GB18030; nearly always the file's name."""
    found = trouble(
        PART,
        seen=Text(
            zh=f"文件名（或部分的头）中的字节 0x{byte:02X}，既非 UTF-8 也非 GB18030",
            en=f"the byte 0x{byte:02X} in the file name (or header), neither UTF-8 nor GB18030",
        ),
        expected=Text(zh="UTF-8 编码的文件名", en="a file name in UTF-8"),
    )
    remedy = Text(
        zh="请以 UTF-8 发送文件名，或写成 filename*=UTF-8''…（百分号编码）。没有保存任何内容。",
        en="Send the name in UTF-8, or percent-encoded as filename*=UTF-8''…. Nothing was stored.",
    )
    return _malformed(found, remedy)


def read_as_gb18030() -> Trouble:
    """Tell the sender that the name was taken, and by which reading."""
    text = Text(
        zh="文件名不是 UTF-8，已按 GB18030（GBK）读取；请核对，并请改用 UTF-8 发送。",
        en="The name is no UTF-8 and was read as GB18030 (GBK); check it, and send UTF-8.",
    )
    return Trouble(where=PART, seen="a name in GB18030", expected="a name in UTF-8", message=text)


def too_many_parts(most: int) -> Invalid:
    return refused(
        trouble(
            PART,
            seen=Text(zh=f"超过 {most} 个部分", en=f"more than {most} parts"),
            expected=Text(zh="只有 file 一个部分", en="the part `file` and nothing else"),
        )
    )


def large_header(seen: int, allowed: int) -> TooLarge:
    """Of a part, not of the request; `seen` is how much of it was read."""
    read = Text(zh=f"一个部分的头至少 {seen} 字节", en=f"a part's header of at least {seen} bytes")
    return too_large("body", seen=read, allowed=allowed, remedy=BY_LIBRARY)


def large_field(name: str, allowed: int) -> TooLarge:
    seen = Text(zh=f"一个超过 {allowed} 字节的字段", en=f"a field of more than {allowed} bytes")
    where = shown(name).strip('"') or "body"
    return too_large(where, seen=seen, allowed=allowed, remedy=BY_LIBRARY)


def _a_boundary(longest: int) -> Text:
    return Text(
        zh=f"boundary=…，1 到 {longest} 个 ASCII 字符",
        en=f"boundary=…, 1 to {longest} ASCII characters",
    )


def _malformed(found: Trouble, remedy: Text = BY_LIBRARY) -> MalformedForm:
    return MalformedForm(found.message, remedy=remedy, troubles=(found,))
