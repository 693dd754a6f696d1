"""Files by their hash: kept durably, given back hashed again, in folder, memory and S3."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from service.adapters.storage import (
    ONE_REQUEST_BYTES,
    STALE_S,
    FolderStorage,
    ObjectStorage,
    Staging,
    open_storage,
)
from service.errors import FileLost, TooLarge, Unavailable
from service.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Either = FolderStorage | ObjectStorage
EVIL = ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/" + "0" * 63]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\0\xff" * 700_000, id="more than a chunk"),
        pytest.param(os.urandom(ONE_REQUEST_BYTES + 1), id="more than one request"),
    ],
)
def test_what_was_put_comes_back(storage: Either, content: bytes) -> None:
    pieces = [content[at : at + 300_000] for at in range(0, len(content), 300_000)]
    stored = storage.put(pieces, max_bytes=len(content))
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    with storage.open(stored.sha256) as file:
        assert os.fstat(file.fileno()).st_size == len(content)
        assert file.read() == content
    assert _left(storage.staging) == []


def test_the_same_bytes_twice_are_kept_once(storage: Either) -> None:
    assert storage.put([b"a", b"b"], max_bytes=9) == storage.put([b"ab"], max_bytes=9)


def test_one_byte_too_many_keeps_nothing(storage: Either) -> None:
    assert storage.put([b"12", b"3"], max_bytes=3).size == 3
    with pytest.raises(TooLarge):
        storage.put(iter([b"12", b"34"]), max_bytes=3)
    assert _left(storage.staging) == []
    with pytest.raises(FileLost), storage.open(hashlib.sha256(b"1234").hexdigest()):
        pass


def test_an_upload_that_breaks_off_keeps_nothing(storage: Either) -> None:
    def broken_off() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.put(broken_off(), max_bytes=9)
    assert _left(storage.staging) == []


def test_a_file_that_was_never_put_is_lost(storage: Either) -> None:
    with pytest.raises(FileLost), storage.open("0" * 64):
        pass


@pytest.mark.parametrize("address", EVIL)
def test_what_is_no_address_is_lost_not_looked_for(storage: Either, address: str) -> None:
    with pytest.raises(FileLost), storage.open(address):
        pass


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"conten", id="truncated"),
        pytest.param(b"Content", id="altered"),
        pytest.param(b"", id="emptied"),
        pytest.param(b"content ", id="grown"),
    ],
)
def test_a_damaged_file_is_lost_until_it_is_put_again(storage: Either, damage: bytes) -> None:
    stored = storage.put([b"content"], max_bytes=9)
    name = f"{stored.sha256[:2]}/{stored.sha256}"
    if isinstance(storage, FolderStorage):
        (storage.staging.folder.parent / name).write_bytes(damage)
    else:
        obstore.put(storage.store, name, damage)
    with pytest.raises(FileLost), storage.open(stored.sha256):
        pass
    storage.put([b"content"], max_bytes=9)
    with storage.open(stored.sha256) as file:
        assert file.read() == b"content"


def test_many_at_once(storage: Either) -> None:
    def keep(number: int) -> bool:
        content = str(number % 7).encode() * 1000
        stored = storage.put([content], max_bytes=1000)
        with storage.open(stored.sha256) as file:
            return file.read() == content

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(keep, range(28)))
    assert _left(storage.staging) == []


@given(st.lists(st.binary(max_size=64), max_size=8))
def test_however_it_is_cut_it_is_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    storage = ObjectStorage(MemoryStore(), staging=tmp_path_factory.getbasetemp() / "incoming")
    whole = b"".join(pieces)
    stored = storage.put(pieces, max_bytes=len(whole))
    assert stored == storage.put([whole], max_bytes=len(whole))


def test_the_sweeper_takes_what_is_old_and_nothing_else(storage: Either) -> None:
    stored = storage.put([b"kept"], max_bytes=4)
    old, fresh = storage.staging.folder / "old", storage.staging.folder / "fresh"
    old.write_bytes(b"x")
    fresh.write_bytes(b"x")
    long_ago = time.time() - 2 * STALE_S
    os.utime(old, (long_ago, long_ago))
    assert storage.sweep() == 1
    assert _left(storage.staging) == ["fresh"]
    assert storage.sweep() == 0
    with storage.open(stored.sha256) as file:
        assert file.read() == b"kept"


def test_files_of_the_folder_are_for_us_alone(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path / "files")
    stored = storage.put([b"x"], max_bytes=1)
    path = tmp_path / "files" / stored.sha256[:2] / stored.sha256
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_bucket_that_does_not_answer_is_unavailable_not_a_crash(tmp_path: Path) -> None:
    environment = {
        "COUNTERMARK_DATA": str(tmp_path),
        "COUNTERMARK_STORAGE_URL": "s3://b?endpoint=http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    storage = open_storage(load(environment))
    with pytest.raises(Unavailable):
        storage.put([b"x"], max_bytes=1)
    assert _left(storage.staging) == []


def _left(staging: Staging) -> list[str]:
    return sorted(path.name for path in staging.folder.iterdir())
