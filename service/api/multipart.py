"""One uploaded file out of a form: read to the end and hashed before anything is stored.

The form is spooled (to a temporary file beyond half a megabyte), because only its end tells
whether it is whole and holds nothing unknown; a file that is refused never reaches the storage.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from werkzeug.formparser import MultiPartParser, default_stream_factory

from service.api.bodies import require_media_type
from service.api.names import safe_media_type, safe_name
from service.api.troubles import shown, trouble
from service.errors import Invalid, ServiceError, TooLarge, Trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Request
    from werkzeug.datastructures import FileStorage, MultiDict

PART = "file"
CHUNK_BYTES = 256 * 1024
#: What the parser is given at a time.
PARSED_BYTES = 64 * 1024
#: For the form around the file: boundaries and part headers.
AROUND_BYTES = 64 * 1024
MOST_PARTS = 20

NOTHING_STORED = Text(zh="没有保存任何内容。", en="Nothing was stored.")


class CutOff(ServiceError):
    status = 400
    code = "malformed-form"
    title = Text(zh="上传不完整", en="The upload is not whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A whole file, not yet stored."""

    name: str
    declared_type: str | None
    #: What was changed about name or type.
    notices: tuple[Trouble, ...]
    sha256: str
    size: int
    stream: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        """Read it from the beginning."""
        self.stream.seek(0)
        while chunk := self.stream.read(CHUNK_BYTES):
            yield chunk


@contextmanager
def received_file(request: Request, *, max_bytes: int) -> Iterator[ReceivedFile]:
    """Read the part ``file`` of the form; its spool is gone after the block.

    Raises WrongMediaType, CutOff, TooLarge, and Invalid for an empty file, a missing, repeated
    or unknown part.
    """
    require_media_type(request, "multipart/form-data")
    if (request.content_length or 0) > max_bytes + AROUND_BYTES:
        raise too_large(request.content_length or 0, max_bytes)
    with ExitStack() as spools:
        fields, files = _parse(request, spools)
        _check_parts(fields, files)
        yield receive_part(files[PART], max_bytes)


def receive_part(part: FileStorage, max_bytes: int) -> ReceivedFile:
    """Measure and name one part that is spooled already. Raises TooLarge, and Invalid for none."""
    sha256, size = _measure(part.stream, max_bytes)
    if size == 0:
        expected = Text(zh="至少 1 个字节", en="at least one byte")
        raise _refused(trouble(PART, seen="0 bytes", expected=expected))
    name, renamed = safe_name(part.filename or "")
    declared, retyped = safe_media_type(part.content_type)
    return ReceivedFile(
        name=name,
        declared_type=declared,
        notices=renamed + retyped,
        sha256=sha256,
        size=size,
        stream=part.stream,
    )


def too_large(seen: int, allowed: int) -> TooLarge:
    """Say how large a file may be."""
    found = trouble(
        PART,
        seen=f"{seen} bytes",
        expected=Text(zh=f"至多 {allowed} 字节", en=f"at most {allowed} bytes"),
    )
    return TooLarge(
        found.message,
        remedy=Text(
            zh="请压缩或拆分文件后重新上传；没有保存任何内容。",
            en="Make it smaller or split it, then upload again; nothing was stored.",
        ),
        troubles=(found,),
    )


def _parse(
    request: Request, spools: ExitStack
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    def spool(*arguments: Any, **named: Any) -> IO[bytes]:
        return spools.enter_context(default_stream_factory(*arguments, **named))

    boundary = request.mimetype_params.get("boundary", "").encode("ascii", "replace")
    # The limit is also one for what the parser holds of a file: a chunk that it has just read, and
    # the end of the one before where that may be the beginning of a boundary.
    parser = MultiPartParser(
        spool,
        max_form_memory_size=PARSED_BYTES + AROUND_BYTES,
        buffer_size=PARSED_BYTES,
        max_form_parts=MOST_PARTS,
    )
    try:
        return parser.parse(request.stream, boundary, request.content_length)
    except ValueError as error:
        found = trouble(
            "body",
            seen=f"a form that ends too early ({error})"[:120],
            expected=Text(zh="以 boundary 结束的完整表单", en="a form that ends with its boundary"),
        )
        raise CutOff(
            found.message,
            remedy=Text(
                zh="上传可能在途中断开；请用同一个 Idempotency-Key 重新上传。没有保存任何内容。",
                en="It may have been cut off on its way; upload it again under the same "
                "Idempotency-Key. Nothing was stored.",
            ),
            troubles=(found,),
        ) from error


def _check_parts(fields: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> None:
    nothing_else = Text(zh="只有 file 一个部分", en="the part `file` and nothing else")
    troubles = [
        trouble(shown(name).strip('"'), seen="an unknown part", expected=nothing_else)
        for name in [*fields, *files]
        if name != PART
    ]
    with_name = Text(zh="带文件名的文件部分", en="a part with a file name")
    count = len(files.getlist(PART))
    if PART in fields:
        troubles.append(trouble(PART, seen="a field without a file name", expected=with_name))
    elif count == 0:
        troubles.append(trouble(PART, seen="nothing", expected=with_name))
    elif count > 1:
        once = Text(zh="一个文件", en="one file")
        troubles.append(trouble(PART, seen=f"{count} files", expected=once))
    if troubles:
        raise _refused(*troubles)


def _measure(stream: IO[bytes], max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        digest.update(chunk)
    if size > max_bytes:
        raise too_large(size, max_bytes)
    return digest.hexdigest(), size


def _refused(*troubles: Trouble) -> Invalid:
    return Invalid(troubles[0].message, remedy=NOTHING_STORED, troubles=troubles)
