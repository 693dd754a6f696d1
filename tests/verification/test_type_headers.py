"""Members of an archive by the directory and by their own headers: programs go by either."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.verification.test_type_checks import outcome, run
from tests.verification.typed import zipped
from verification.checks import type_container
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Callable

ZIP = zipped({"a.txt": "a" * 100})
GOOD = [(Status.PASSED, None)]
DAMAGED = [(Status.INDETERMINATE, "CONTAINER_DAMAGED")]
DOUBLED = [(Status.INDETERMINATE, "PART_DOUBLED")]


def with_own(place: int, value: bytes) -> Callable[[], bytes]:
    """Let the first member's own header say something else at that place."""
    return lambda: ZIP[:place] + value + ZIP[place + len(value) :]


def with_unlisted() -> bytes:
    """Put a member before the directory that does not list it."""
    hidden = zipped({"b.txt": "b"}, stored=True)
    hidden = hidden[: hidden.index(b"PK\x01\x02")]
    place, end = ZIP.index(b"PK\x01\x02"), ZIP.rindex(b"PK\x05\x06")
    moved = struct.pack("<I", place + len(hidden))
    return ZIP[:place] + hidden + ZIP[place : end + 16] + moved + ZIP[end + 20 :]


def with_other_name(name: str) -> Callable[[], bytes]:
    """Put Info-ZIP's field of a name in Unicode beside a member's name, ``a.txt``."""
    told = b"\1" + struct.pack("<I", zlib.crc32(b"a.txt")) + name.encode()

    def packed() -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            info = zipfile.ZipInfo("a.txt")
            info.extra = struct.pack("<HH", 0x7075, len(told)) + told
            archive.writestr(info, "a")
        return stream.getvalue()

    return packed


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        pytest.param(lambda: ZIP, GOOD, id="both say the same"),
        pytest.param(with_own(8, b"\0\0"), DAMAGED, id="another method"),
        pytest.param(with_own(6, b"\1\0"), DAMAGED, id="encrypted"),
        pytest.param(with_own(14, b"\0\0"), DAMAGED, id="another checksum"),
        pytest.param(with_unlisted, DAMAGED, id="a member that the directory does not list"),
        pytest.param(
            lambda: zipped({"b.docx": zipped({"c.txt": "c"}, stored=True)}, stored=True),
            GOOD,
            id="a member that is a package itself",
        ),
        pytest.param(with_other_name("b.txt"), DOUBLED, id="a second name beside it"),
        pytest.param(with_other_name("a.txt"), GOOD, id="its name once more"),
        pytest.param(with_other_name("报价.txt"), GOOD, id="its spelling in Chinese"),
    ],
)
def test_programs_of_either_kind_read_the_same(
    make: Callable[[], bytes], expected: list[tuple[Status, str | None]]
) -> None:
    assert outcome(run(type_container.CHECK, make())) == expected


def test_what_does_not_unpack_is_told_in_each_language() -> None:
    data = ZIP.replace(b"\x08\0", b"\x06\0")
    (found,) = run(type_container.CHECK, data)
    assert "a.txt（不认识压缩方法 6）" in found.message.zh
    assert "a.txt (method of compression 6 is not known)" in found.message.en
