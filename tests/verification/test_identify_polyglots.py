"""Files that are two formats at once, beside those where a mark is chance."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from benchmarks._polyglots import HOSTS, Polyglot, opens, polyglots
from tests.verification import typed
from tests.verification.typed import picture
from verification.identify import identify
from verification.limits import Limits

LIMITS = Limits()
MADE = tuple(polyglots())
RAR4 = b"\x73\x00\x00\x0d\x00\x00\x00\x00\x00\x00\x00"
RAR4 = b"Rar!\x1a\x07\x00" + struct.pack("<I", zlib.crc32(RAR4))[:2] + RAR4


@pytest.mark.parametrize("one", MADE, ids=[one.name for one in MADE])
def test_both_formats_are_listed(one: Polyglot) -> None:
    found = identify(one.data, LIMITS)
    assert one.formats <= {found.format, *found.also}


def test_there_are_enough_of_them_and_their_readers_open_them() -> None:
    assert len(MADE) >= 80
    assert all(opens(one.data, kind) for one in MADE for kind in one.formats)


@pytest.mark.parametrize(("kind", "data"), HOSTS.items())
def test_a_host_by_itself_is_one_format(kind: str, data: bytes) -> None:
    found = identify(data, LIMITS)
    assert (found.format, found.also) == (kind, ())


def both(one: bytes, other: bytes) -> bytes:
    """Put the parts of two packages into one archive."""
    return typed.zipped({**parts_of(other), **parts_of(one)})


def parts_of(package: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


ODT = typed.open_document("application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(both(typed.office("docx"), typed.ofd()), ("docx", "ofd"), id="Word and OFD"),
        pytest.param(both(ODT, typed.office("docx")), ("docx", "odt"), id="Word and OpenDocument"),
        pytest.param(both(typed.ofd(), ODT), ("ofd", "odt"), id="OFD and OpenDocument"),
        pytest.param(
            both(typed.office("docx"), typed.zipped({"a.ofd": typed.ofd()})),
            ("docx",),
            id="an OFD as a part",
        ),
        pytest.param(
            both(typed.office("docx"), typed.zipped({"OFD.xml": "<other/>"})),
            ("docx",),
            id="the name of a part, with another root",
        ),
    ],
)
def test_an_archive_may_be_two_packages(data: bytes, found: tuple[str, ...]) -> None:
    kind = identify(data, LIMITS)
    assert (kind.format, *kind.also) == found


def commented(comment: bytes) -> bytes:
    """Put a comment into a JPEG."""
    head = picture("JPEG")
    return head[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + head[2:]


@pytest.mark.parametrize(
    ("data", "also"),
    [
        pytest.param(commented(RAR4), ("rar",), id="a RAR 4 in a comment"),
        pytest.param(commented(RAR4[:-1] + b"x"), (), id="its sum is wrong"),
        pytest.param(commented(b"Rar!\x1a\x07\x01\x00 is its mark"), (), id="a mention of RAR"),
        pytest.param(commented(b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(24)), (), id="7z, no sum"),
        pytest.param(commented(bytes(122) + b"DICM")[:600], ("dcm",), id="DICOM at its place"),
        pytest.param(commented(bytes(121) + b"DICM"), (), id="DICOM one byte before it"),
        pytest.param(picture("BMP").ljust(32_769, b"\0") + b"CD001", ("iso",), id="a disc image"),
        pytest.param(commented(bytes(251) + b"ustar"), (), id="ustar without a true header"),
    ],
)
def test_a_mark_counts_where_a_reader_would_take_it(data: bytes, also: tuple[str, ...]) -> None:
    assert identify(data, LIMITS).also == also


def test_an_archive_behind_unknown_bytes_is_what_the_file_is() -> None:
    assert identify(b"\0\1\2\3" * 9 + RAR4, LIMITS).format == "rar"
