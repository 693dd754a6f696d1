"""Which bytes a signature covers, and whether what follows is a well-formed update.

ISO 32000-2, 12.8.1: the range starts at 0 and leaves out nothing but the signature value.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.readers.pyhanko.document import gap_contents
from verification.readers.pyhanko.sentences import judge
from verification.values import ByteRange, Text

if TYPE_CHECKING:
    from verification.readers.pyhanko.document import Found
    from verification.readers.pyhanko.objects import Reader
    from verification.values import Judgement

#: White space and NUL: what no reader of PDF shows.
_BLANK = b" \t\r\n\f\0"
_REVISION_END = re.compile(rb"%%EOF[ \t\r\n\f\0]*\Z")
_LEFT_OUT_END = re.compile(rb"[ \t\r\n\f\0]*%%EOF[ \t\r\n\f\0]*")
_FILE_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[ \t\r\n\f\0]*\Z")
#: What may stand between two words: blanks, NUL, comments.
_SKIP = rb"(?:[\s\0]|%[^\r\n]{0,200}[\r\n])"
_OBJECT = re.compile(rb"(?<![0-9])\d{1,10}" + _SKIP + rb"+\d{1,5}" + _SKIP + rb"*obj\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ONCE = re.compile(rb"/(ByteRange|Contents|SubFilter)(?![A-Za-z0-9])")
_HEX_STRING = re.compile(rb"<[0-9A-Fa-f\s]{400,}>")
_RANGE_PARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """`end` is where the signed revision ends; `fault` is set when the range is unlawful."""

    end: int
    whole: bool = False
    fault: Judgement | None = None

    def describe(self, revision: int) -> str:
        """Say it in the word that reports use."""
        if self.fault is not None:
            return "part"
        return "whole" if self.whole else f"revision {revision}"


def measure(found: Found, data: bytes) -> Coverage:
    """Measure the range of one signature against the file."""
    reason = _range_fault(found, data)
    if reason is not None:
        box = evidence(found, len(data))
        return Coverage(end=found.end, fault=judge("range", box, reason=reason))
    end = found.end
    if not data[end:].strip(_BLANK):
        return Coverage(end=len(data), whole=True)
    if _REVISION_END.search(data, max(0, end - 1024), end):
        return Coverage(end=end)
    # Some writers leave the closing %%EOF itself outside the range.
    left_out = _LEFT_OUT_END.match(data, end)
    if left_out is not None:
        return Coverage(end=left_out.end(), whole=left_out.end() == len(data))
    reason = Text(
        zh=f"范围止于第 {end} 字节，不在任何版本的末尾",
        en=f"it ends at byte {end}, where no revision ends",
    )
    return Coverage(end=end, fault=judge("range", evidence(found, len(data)), reason=reason))


def evidence(found: Found, size: int) -> tuple[ByteRange, ...]:
    """Point at the signed ranges, clipped to the file."""
    pairs = zip(found.byte_range[::2], found.byte_range[1::2], strict=False)
    caption = Text(zh="签名覆盖的字节", en="Bytes that the signature covers")
    return tuple(
        ByteRange(start=start, end=min(size, start + length), caption=caption)
        for start, length in pairs
        if 0 <= start < size and length > 0
    )


def _range_fault(found: Found, data: bytes) -> Text | None:
    numbers = found.byte_range
    if len(numbers) != _RANGE_PARTS or min(numbers) < 0:
        return Text(zh=f"不是四个数：{numbers}", en=f"not four numbers: {numbers}")
    start, length, second, rest = numbers
    if start != 0:
        return Text(zh=f"从第 {start} 字节开始而不是 0", en=f"it starts at byte {start}, not at 0")
    if second <= length:
        return Text(zh="两段相互重叠", en="its two parts overlap")
    if second + rest > len(data):
        return Text(
            zh=f"超出文件末尾（{second + rest} > {len(data)}）",
            en=f"it goes beyond the end of the file ({second + rest} > {len(data)})",
        )
    return _value_fault(found, data)


def _value_fault(found: Found, data: bytes) -> Text | None:
    """Say why the gap is not filled by the one value of the signature."""
    if is_doubled(found, data):
        return Text(zh="签名字典里同一项写了两次", en="its dictionary says the same thing twice")
    if gap_contents(data, found.byte_range) != found.contents:
        return Text(
            zh="未覆盖的空隙里不只有签名值",
            en="the gap in it holds something other than the signature value",
        )
    return None


def is_doubled(found: Found, data: bytes) -> bool:
    """Tell whether the dictionary has a key twice: readers differ in which one they believe."""
    reference = getattr(found.dictionary, "container_ref", None)
    if reference is None or found.document is None:
        return False
    place = found.document.place(reference)
    if not isinstance(place, int) or found.document.get_object(reference) is not found.dictionary:
        return False
    text = _HEX_STRING.sub(b"", data[place : data.find(b"endobj", place)])
    text = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), text)
    keys = _ONCE.findall(text)
    return len(keys) > len(set(keys))


class Layout:
    """Where the objects of a file lie, by its bytes and by its tables; for all its signatures."""

    def __init__(self, data: bytes, reader: Reader) -> None:
        self._data = data
        self._starts = [match.start() for match in _OBJECT.finditer(data)]
        #: Start of each cross-reference section, and of the objects that it places.
        self._sections: list[tuple[int, set[int]]] = []
        for revision in range(reader.xrefs.total_revisions):
            section = reader.xrefs.get_xref_container_info(revision)
            found = (
                reader.xrefs.get_historical_ref(reference, revision)
                for reference in reader.xrefs.explicit_refs_in_revision(revision)
            )
            offsets = {offset for offset in found if isinstance(offset, int)}
            self._sections.append((section.start_location, offsets | {section.start_location}))

    def revision_at(self, end: int) -> int:
        """Give pyHanko's number of the last revision that was complete at `end`."""
        return sum(start < end for start, _ in self._sections) - 1

    def tail_fault(self, end: int) -> Text | None:
        """Say why what follows `end` is not a well-formed update; None when it is one.

        What strict readers skip and tolerant viewers repair and show (incremental saving attacks)
        is found by accounting for every object of the tail in some cross-reference table.
        """
        data = self._data
        closing = _FILE_END.search(data, max(end, len(data) - 1024))
        if closing is None:
            return Text(
                zh="末尾没有 startxref 与 %%EOF", en="it has no startxref and %%EOF at its end"
            )
        if int(closing.group(1)) < end:
            return Text(
                zh="末尾的 startxref 指回签署前的内容", en="its startxref points back before it"
            )
        placed = (offsets for start, offsets in self._sections if start >= end)
        known = sorted(set().union(*placed))
        for position in self._starts[bisect_left(self._starts, end) :]:
            if not _accounted(data, position, known):
                return Text(
                    zh=f"第 {position} 字节处的对象不在任何交叉引用表中",
                    en=f"the object at byte {position} is in no cross-reference table",
                )
        return None


def _accounted(data: bytes, position: int, known: list[int]) -> bool:
    """Tell whether what looks like an object is one of the table, or bytes within a stream."""
    index = bisect_right(known, position) - 1
    if index < 0:
        return False
    between = data[known[index] : position]
    if not between.strip(_BLANK):
        return True
    # "endstream" holds "stream": an open stream is one more than twice the closed ones.
    return between.count(b"stream") > 2 * between.count(b"endstream")
