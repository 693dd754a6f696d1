"""The tree of a mail's parts with the bytes of each (RFC 2046, 5.1); nothing is decoded here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verification.readers.mime.fields import ContentType, Header, read_content_type, read_header
from verification.values import Limit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.limits import Limits

_BLANK = b" \t\r\n"


@dataclass(slots=True, kw_only=True)
class Part:
    """One entity: header from `start`, body from `header.end` to `end`; `path` as in IMAP."""

    path: str
    start: int
    end: int
    header: Header
    content_type: ContentType
    parent: Part | None = None
    children: list[Part] = field(default_factory=list)
    #: A multipart whose last delimiter is missing, or one without any.
    unclosed: bool = False
    #: Text before the first delimiter and behind the last one: no reader shows it.
    preamble: tuple[int, int] = (0, 0)
    epilogue: tuple[int, int] = (0, 0)

    @property
    def type(self) -> str:
        return self.content_type.name

    @property
    def disposition(self) -> ContentType:
        return read_content_type(self.header.text("content-disposition"), "inline")

    @property
    def encoding(self) -> str:
        return self.header.text("content-transfer-encoding").lower()

    @property
    def content_id(self) -> str:
        return self.header.text("content-id").strip("<> ")

    @property
    def name(self) -> str:
        parameters = self.disposition.parameters
        return parameters.get("filename") or self.content_type.parameters.get("name") or ""

    def walk(self) -> Iterator[Part]:
        """Give this part and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Part]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The bytes of a mail and the tree of its parts."""

    data: bytes
    root: Part
    limits: tuple[Limit, ...] = ()

    def body(self, part: Part) -> bytes:
        return self.data[part.header.end : part.end]

    def whole(self, part: Part) -> bytes:
        return self.data[part.start : part.end]


class _Splitter:
    """Splits one mail; keeps count of parts and notes the caps that it met."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self.count = 0
        self.met: dict[str, Limit] = {}

    def meet(self, name: str, seen: str, allowed: object) -> None:
        self.met.setdefault(name, Limit(name=name, seen=seen, allowed=str(allowed)))

    def part(self, span: tuple[int, int], path: str, parent: Part | None, level: int) -> Part:
        self.count += 1
        start, end = span
        header = read_header(self.data, start, end)
        if header.over:
            self.meet("mail_header", *header.over)
        digest = parent is not None and parent.type == "multipart/digest"
        kind = read_content_type(
            header.text("content-type"), "message/rfc822" if digest else "text/plain"
        )
        part = Part(
            path=path, start=start, end=end, header=header, content_type=kind, parent=parent
        )
        if kind.name.startswith("multipart/"):
            self._split(part, level)
        elif kind.name in {"message/rfc822", "message/global"} and _is_plain(part.encoding):
            if level >= self.limits.mail_levels:
                self.meet("mail_levels", f"> {level}", self.limits.mail_levels)
            else:
                inner = self.part((header.end, end), f"{path}.1", part, level + 1)
                part.children.append(inner)
        return part

    def _split(self, part: Part, level: int) -> None:
        if level >= self.limits.mail_levels:
            self.meet("mail_levels", f"> {level}", self.limits.mail_levels)
            return
        boundary = part.content_type.parameters.get("boundary", "")
        spans, part.preamble, part.epilogue, closed = self._spans(part, boundary)
        part.unclosed = not closed
        for number, span in enumerate(spans, start=1):
            if self.count >= self.limits.mail_parts:
                self.meet("mail_parts", f"> {self.count}", self.limits.mail_parts)
                return
            prefix = f"{part.path}.{number}" if part.path else str(number)
            part.children.append(self.part(span, prefix, part, level + 1))

    def _spans(
        self, part: Part, boundary: str
    ) -> tuple[list[tuple[int, int]], tuple[int, int], tuple[int, int], bool]:
        """Give the bytes of each child; the line end before a delimiter belongs to that."""
        start, end = part.header.end, part.end
        if not boundary:
            return [], (start, end), (end, end), False
        mark = b"--" + boundary.encode("utf-8", "surrogateescape")
        spans: list[tuple[int, int]] = []
        begin: int | None = None
        preamble = (start, end)
        for at, stop, closing in _delimiters(self.data, mark, start, end):
            if begin is None:
                preamble = (start, at)
            else:
                spans.append((begin, _before_line_end(self.data, begin, at)))
            if closing:
                return spans, preamble, (stop, end), True
            begin = stop
            if len(spans) > self.limits.mail_parts:
                self.meet("mail_parts", f"> {len(spans)}", self.limits.mail_parts)
                return spans, preamble, (end, end), False
        if begin is not None:
            spans.append((begin, end))
        return spans, preamble, (end, end), False


def _delimiters(data: bytes, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Give start, end and kind of each delimiter line: the mark, ``--`` if last, blanks."""
    at = data.find(mark, start, end)
    while at >= 0:
        stop = data.find(b"\n", at, end)
        stop = end if stop < 0 else stop + 1
        rest = data[at + len(mark) : stop]
        closing = rest.startswith(b"--")
        own_line = at == start or data[at - 1 : at] == b"\n"
        if own_line and not rest[2 if closing else 0 :].strip(_BLANK):
            yield at, stop, closing
        at = data.find(mark, at + len(mark), end)


def _before_line_end(data: bytes, begin: int, at: int) -> int:
    if at > begin and data[at - 1 : at] == b"\n":
        at -= 1
        if at > begin and data[at - 1 : at] == b"\r":
            at -= 1
    return at


def _is_plain(encoding: str) -> bool:
    return encoding in {"", "7bit", "8bit", "binary"}


def split(data: bytes, limits: Limits) -> Mail:
    """Take a mail apart. Raises nothing: what is over a cap stays one piece and is noted."""
    start = _leading(data)
    splitter = _Splitter(data, limits)
    root = splitter.part((start, len(data)), "", None, 1)
    return Mail(data=data, root=root, limits=tuple(splitter.met.values()))


def _leading(data: bytes) -> int:
    """Skip a byte order mark, blank lines and the line that a mailbox puts before a mail."""
    found = re.match(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From (?![ \t]*:)[^\n]*\n)?", data)
    return found.end() if found else 0
