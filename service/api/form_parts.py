"""The parts of a multipart form, spooled one after another, and what keeps a form from being read.

Names in GB18030, which older Chinese clients send, are taken; all else is UTF-8 (RFC 7578, 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import ClientDisconnected
from werkzeug.formparser import default_stream_factory
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Field,
    File,
    NeedData,
    State,
)

from service.api import form_refusals as refusals
from service.api.form_borders import Decoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import ExitStack

    from flask import Request
    from werkzeug.sansio.multipart import Event

#: What the parser is given at a time.
PARSED_BYTES = 128 * 1024
#: For the form around the file: what is before the first boundary, the header of one part, and
#: a field, which is refused anyway.
AROUND_BYTES = 64 * 1024
MOST_PARTS = 20
#: RFC 2046, 5.1.1 has 70, and there are libraries that make 71.
LONGEST_BOUNDARY = 200


@dataclass(slots=True, kw_only=True)
class Form:
    """What has been read of a form so far."""

    spools: ExitStack
    files: list[FileStorage] = field(default_factory=list)
    #: Names of parts without a file name; what they hold is not kept.
    fields: list[str] = field(default_factory=list)
    #: Whether a header had to be read as GB18030.
    in_gb18030: bool = False
    _field_bytes: int = 0
    _into: IO[bytes] | None = None

    def take(self, event: Event) -> None:
        """Take the beginning or a piece of a part. Raises TooLarge and Invalid."""
        if isinstance(event, Data):
            self._write(event.data)
        elif isinstance(event, File | Field):
            self._begin(event)

    def _begin(self, event: File | Field) -> None:
        if len(self.files) + len(self.fields) == MOST_PARTS:
            raise refusals.too_many_parts(MOST_PARTS)
        if isinstance(event, Field):
            self._into, self._field_bytes = None, 0
            self.fields.append(event.name or "")
            return
        stream = self.spools.enter_context(default_stream_factory(None, None, event.filename))
        self._into = stream
        self.files.append(FileStorage(stream, event.filename, event.name or "", None))
        self.files[-1].headers = event.headers

    def _write(self, data: bytes) -> None:
        if self._into is not None:
            self._into.write(data)
            return
        self._field_bytes += len(data)
        if self._field_bytes > AROUND_BYTES:
            raise refusals.large_field(self.fields[-1], AROUND_BYTES)


def read_form(request: Request, spools: ExitStack) -> Form:
    """Read the form to its end. Raises MalformedForm, CutOff, TooLarge and Invalid."""
    decoder = Decoder(_boundary(request), max_form_memory_size=PARSED_BYTES + AROUND_BYTES)
    form, seen = Form(spools=spools), 0
    for data in _chunks(request):
        seen += len(data or b"")
        decoder.receive_data(data)
        while not isinstance(event := _next_event(decoder, form, seen), NeedData | Epilogue):
            form.take(event)
        _keep_small(decoder)
    return form


def _boundary(request: Request) -> bytes:
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise refusals.no_boundary(LONGEST_BOUNDARY)
    if len(boundary) > LONGEST_BOUNDARY or not boundary.isascii():
        raise refusals.wrong_boundary(boundary, LONGEST_BOUNDARY)
    return boundary.encode()


def _chunks(request: Request) -> Iterator[bytes | None]:
    """Give the body, and None at its end."""
    try:
        while data := request.stream.read(PARSED_BYTES):
            yield data
    except ClientDisconnected as error:
        raise refusals.cut_off() from error
    yield None


def _next_event(decoder: Decoder, form: Form, seen: int) -> Event:
    state = decoder.state
    try:
        return decoder.next_event()
    except UnicodeDecodeError as error:
        _read_as_gb18030(decoder, error)
        form.in_gb18030 = True
        return decoder.next_event()
    except ValueError as error:
        if not decoder.complete:
            raise refusals.no_disposition() from error
        if seen == 0:
            raise refusals.empty_body() from error
        raise (
            refusals.other_boundary() if state is State.PREAMBLE else refusals.cut_off()
        ) from error


def _read_as_gb18030(decoder: Decoder, error: UnicodeDecodeError) -> None:
    """Put the header that is no UTF-8 into it, where it is GB18030. Raises MalformedForm."""
    line = bytes(error.object)
    try:
        decoded = line.decode("gb18030").encode()
    except UnicodeDecodeError:
        raise refusals.unreadable_name(line[error.start]) from error
    start = decoder.buffer.find(line)
    if start < 0:
        raise refusals.unreadable_name(line[error.start]) from error
    decoder.buffer[start : start + len(line)] = decoded


def _keep_small(decoder: Decoder) -> None:
    """Refuse what goes on for too long; what is behind the end of the form counts for nothing."""
    if decoder.state is State.EPILOGUE:
        decoder.buffer.clear()
    elif len(decoder.buffer) <= AROUND_BYTES:
        return
    elif decoder.state is State.PREAMBLE:
        raise refusals.other_boundary()
    elif decoder.state is State.PART:
        raise refusals.large_header(len(decoder.buffer), AROUND_BYTES)
