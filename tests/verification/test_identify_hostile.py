"""Identification of bytes that nobody meant well: never an exception but LimitExceeded."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verification.typed import SAMPLES, zipped
from verification.identify import dissect
from verification.identify.formats import FORMATS
from verification.limits import LimitExceeded, Limits
from verification.readers.zip import ZipError, open_archive

LIMITS = Limits()
NAMES = st.sampled_from(sorted(SAMPLES))


def examine(data: bytes) -> None:
    """Take it apart; whatever comes out must be consistent."""
    try:
        anatomy = dissect(data, LIMITS)
    except LimitExceeded:
        return
    assert anatomy.file_type.format in {None, *FORMATS}
    for piece in anatomy.pieces:
        assert 0 <= piece.start <= piece.end <= len(data)


@given(st.binary(max_size=4096))
def test_arbitrary_bytes_raise_nothing(data: bytes) -> None:
    examine(data)


@given(NAMES, st.binary(max_size=256))
def test_a_true_beginning_with_any_rest_raises_nothing(name: str, rest: bytes) -> None:
    examine(SAMPLES[name][:64] + rest)


@given(NAMES, st.floats(min_value=0, max_value=1))
def test_a_cut_file_raises_nothing(name: str, share: float) -> None:
    data = SAMPLES[name]
    examine(data[: int(len(data) * share)])


@settings(max_examples=400)
@given(NAMES, st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_a_changed_byte_raises_nothing(name: str, place: int, value: int) -> None:
    data = bytearray(SAMPLES[name])
    data[place % len(data)] = value
    examine(bytes(data))


@given(st.lists(NAMES, min_size=2, max_size=4))
def test_files_behind_one_another_raise_nothing(names: list[str]) -> None:
    examine(b"".join(SAMPLES[name] for name in names))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<!--" * 500_000, id="comments that never end"),
        pytest.param(b"From: <" + b"<" * 2_000_000, id="a header of brackets"),
        pytest.param(b"To: " + b"a" * 2_000_000, id="a header without an address"),
        pytest.param(b"From: a\n" + b" x\n" * 600_000, id="a header folded without end"),
        pytest.param(b"x%PDF-1" + b"1 " * 1_000_000, id="numbers and no object"),
        pytest.param(b"%PDF-1" + b"/Encrypt " * 200_000, id="a word and no reference"),
        pytest.param(b"\xff\xd8\xff" + b"\xff\xda\0\2" * 500_000, id="a JPEG of empty scans"),
        pytest.param(
            b"GIF89a" + bytes(7) + b"\x21\xf9\x01\0\0" * 400_000, id="a GIF of empty blocks"
        ),
        pytest.param(b"{%" * 1_000_000, id="templates that never end"),
        pytest.param(b"<p " + b"a=" * 1_000_000, id="a tag that never ends"),
        pytest.param(b"1," * 1_000_000, id="one line of cells"),
        pytest.param(b"1,2,3\n" * 400_000, id="a long table"),
        pytest.param(b"a\n" + b"$ 1 1 1," * 300_000, id="cells that are nearly values"),
        pytest.param(b"\0" + b"\xff\xfb\x90\0" * 500_000, id="frames that lead nowhere"),
        pytest.param(b"\0" + b"Rar!\x1a\x07\0" * 300_000, id="marks of RAR"),
        pytest.param(b"\0" + b"7z\xbc\xaf\x27\x1c\0\0" * 250_000, id="marks of 7z"),
        pytest.param(b"\0\0\0\x08free" * 250_000, id="boxes without content"),
        pytest.param(b"PK\x05\x06" * 500_000, id="nothing but ends of archives"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000_000, id="an empty OLE"),
    ],
)
def test_repetition_takes_linear_time(data: bytes) -> None:
    # A quadratic walk over two megabytes would not come back within a test run.
    examine(data)


def many_entries(count: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return packed.getvalue()


def shared_bytes(copies: int) -> bytes:
    """Write an archive whose members are all the same packed bytes, named ever again."""
    data = zipped({"a": bytes(900_000)})
    first = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    directory = data[first:end] * copies
    record = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), first, 0
    )
    return data[:first] + directory + record


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        pytest.param(many_entries(2_001), "zip_entries", id="one entry too many"),
        pytest.param(zipped({"a": bytes(8_000_000)}), "zip_ratio", id="zeros, packed once"),
        pytest.param(
            shared_bytes(1_000), "zip_unpacked_bytes", id="the same bytes a thousand times"
        ),
        pytest.param(shared_bytes(100), "zip_ratio", id="the same bytes a hundred times"),
    ],
)
def test_a_bomb_is_stopped_before_it_is_unpacked(data: bytes, limit: str) -> None:
    anatomy = dissect(data, LIMITS)
    assert [found.name for found in anatomy.limits] == [limit]
    assert anatomy.file_type.format == "zip"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(many_entries(2_000), id="as many entries as are allowed"),
        pytest.param(zipped({"a": bytes(900_000)}), id="well packed, and small"),
        pytest.param(zipped({"a": bytes(100)}, stored=True), id="not packed"),
    ],
)
def test_an_archive_within_the_limits_is_read(data: bytes) -> None:
    assert dissect(data, LIMITS).file_type.format == "zip"


def test_a_lie_about_a_size_unpacks_no_more_than_asked() -> None:
    data = bytearray(zipped({"a": bytes(900_000)}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<I", 10)
    archive = open_archive(bytes(data), LIMITS)
    assert archive is not None
    with pytest.raises(ZipError, match="more than 1000 bytes"):
        archive.read(archive.members[0], 1_000)


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflated", "bzip2", "lzma"],
)
@given(content=st.binary(max_size=3000))
@settings(max_examples=30)
def test_what_the_standard_library_packs_is_unpacked_the_same(method: int, content: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("名称.txt", content * 50)
    opened = open_archive(packed.getvalue(), LIMITS)
    assert opened is not None
    assert opened.members[0].name == "名称.txt"
    assert opened.read(opened.members[0]) == content * 50


def test_a_large_archive_is_found_by_its_wide_end_record() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, archive.open("a", "w", force_zip64=True) as part:
        part.write(b"content")
    opened = open_archive(packed.getvalue(), LIMITS)
    assert opened is not None
    assert opened.read(opened.members[0]) == b"content"
