"""One uploaded file out of a form: read to its end before anything is stored.

The form is spooled (to a temporary file beyond half a megabyte), because only its end tells
whether it is whole and holds nothing unknown; a file that is refused never reaches the storage.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from service.api.bodies import require_media_type
from service.api.form_parts import AROUND_BYTES, read_form
from service.api.form_refusals import PART, read_as_gb18030, refused
from service.api.names import safe_media_type, safe_name
from service.api.troubles import NOTHING, shown, too_large, trouble
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Request
    from werkzeug.datastructures import FileStorage

    from service.api.form_parts import Form
    from service.errors import TooLarge, Trouble

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A whole file, not yet stored."""

    name: str
    declared_type: str | None
    #: What was changed about name or type.
    notices: tuple[Trouble, ...]
    size: int
    stream: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        """Read it from the beginning."""
        self.stream.seek(0)
        while chunk := self.stream.read(CHUNK_BYTES):
            yield chunk

    def sha256(self) -> str:
        """Read and hash it where nothing is to be stored; storing it tells the same."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


@contextmanager
def received_file(request: Request, *, max_bytes: int) -> Iterator[ReceivedFile]:
    """Read the part ``file`` of the form; its spool is gone after the block.

    Raises WrongMediaType, MalformedForm, CutOff, TooLarge, and Invalid for an empty file, a
    missing, repeated or unknown part.
    """
    require_media_type(request, "multipart/form-data")
    if (request.content_length or 0) > max_bytes + AROUND_BYTES:
        raise file_too_large(request.content_length or 0, max_bytes)
    with ExitStack() as spools:
        form = read_form(request, spools)
        _check_parts(form)
        received = receive_part(form.files[0], max_bytes)
        if form.in_gb18030:
            received = replace(received, notices=(read_as_gb18030(), *received.notices))
        yield received


def receive_part(part: FileStorage, max_bytes: int) -> ReceivedFile:
    """Measure and name one part that is spooled already. Raises TooLarge, and Invalid for none."""
    size = part.stream.seek(0, os.SEEK_END)
    if size > max_bytes:
        raise file_too_large(size, max_bytes)
    if size == 0:
        expected = Text(zh="至少 1 个字节", en="at least one byte")
        seen = Text(zh="0 字节", en="0 bytes")
        raise refused(trouble(PART, seen=seen, expected=expected))
    name, renamed = safe_name(part.filename or "")
    declared, retyped = safe_media_type(part.content_type)
    return ReceivedFile(
        name=name,
        declared_type=declared,
        notices=renamed + retyped,
        size=size,
        stream=part.stream,
    )


def file_too_large(seen: int, allowed: int) -> TooLarge:
    """Say how large a file may be."""
    return too_large(
        PART,
        seen=Text(zh=f"{seen} 字节", en=f"{seen} bytes"),
        allowed=allowed,
        remedy=Text(
            zh="请压缩或拆分文件后重新上传；没有保存任何内容。",
            en="Make it smaller or split it, then upload again; nothing was stored.",
        ),
    )


def _check_parts(form: Form) -> None:
    nothing_else = Text(zh="只有 file 一个部分", en="the part `file` and nothing else")
    names = [*form.fields, *(part.name or "" for part in form.files)]
    troubles = [
        trouble(shown(name).strip('"') if name else "body", seen=_odd(name), expected=nothing_else)
        for name in dict.fromkeys(names)
        if name != PART
    ]
    with_name = Text(zh="带文件名的文件部分", en="a part with a file name")
    count = sum(part.name == PART for part in form.files)
    if PART in form.fields:
        nameless = Text(zh="没有文件名的字段", en="a field without a file name")
        troubles.append(trouble(PART, seen=nameless, expected=with_name))
    elif count == 0:
        troubles.append(trouble(PART, seen=NOTHING, expected=with_name))
    elif count > 1:
        seen = Text(zh=f"{count} 个文件", en=f"{count} files")
        troubles.append(trouble(PART, seen=seen, expected=Text(zh="一个文件", en="one file")))
    if troubles:
        raise refused(*troubles)


def _odd(name: str) -> Text:
    if not name:
        return Text(zh="没有名称的部分", en="a part without a name")
    return Text(zh="未知的部分", en="an unknown part")
