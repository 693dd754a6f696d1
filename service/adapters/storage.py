"""Files by the SHA-256 of their content: in a folder, in a bucket, or in memory.

The order that makes "stored" mean stored: write to a temporary file while hashing, fsync the
file, rename it to its address, fsync the folder; only then is anybody told. A bucket gets the
temporary file as a whole. Whatever comes back is hashed again before it is used.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import MemoryStore, S3Store

from service.adapters import outages
from service.errors import FileLost, TooLarge
from service.places import BucketPlace, FolderPlace
from service.ports.storage import StoredFile
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from obstore.store import ObjectStore, S3Config

    from service.settings import Settings

ADDRESS = re.compile(r"[0-9a-f]{64}")
CHUNK_BYTES = 1024 * 1024
#: Up to this size a bucket is asked to refuse what is there already; above, parts are streamed.
ONE_REQUEST_BYTES = 8 * 1024 * 1024
INCOMING = "incoming"
#: What tells the temporary files of two processes with one number apart, drawn at random.
MARK_BYTES = 8
#: No upload takes so long: what is older was left behind by a process that died.
STALE_S = 3600.0
#: How long one request to a bucket may take, and all its repeats together.
CONNECT_WAIT, REQUEST_WAIT, REPEAT_WAIT = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(seconds=20),
)


def open_storage(settings: Settings) -> FolderStorage | ObjectStorage:
    """Give the storage that the settings name."""
    place = settings.storage
    if isinstance(place, FolderPlace):
        return FolderStorage(place.path)
    store = _bucket(place) if isinstance(place, BucketPlace) else MemoryStore()
    return ObjectStorage(store, staging=settings.data / INCOMING)


def _bucket(place: BucketPlace) -> S3Store:
    config: S3Config = {"region": place.region, "checksum_algorithm": "SHA256"}
    if place.access_key and place.secret_key:
        config["access_key_id"] = place.access_key
        config["secret_access_key"] = place.secret_key
    if place.session_token:
        config["session_token"] = place.session_token
    if place.endpoint:
        config["endpoint"] = place.endpoint
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        config=config,
        client_options={
            "allow_http": (place.endpoint or "").startswith("http:"),
            "connect_timeout": CONNECT_WAIT,
            "timeout": REQUEST_WAIT,
        },
        retry_config={"max_retries": 3, "retry_timeout": REPEAT_WAIT},
    )


class Staging:
    """Where bytes stay until they have an address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._name = str(folder)
        self._mark, self._numbers = secrets.token_hex(MARK_BYTES), count()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextmanager
    def receive(self, chunks: Iterable[bytes], *, max_bytes: int) -> Iterator[_Staged]:
        """Write and fsync a temporary file; it is gone after the block unless it was moved."""
        # A forked child has our mark, a process that died may have had our number; none has both.
        path = f"{self._name}/{os.getpid()}-{self._mark}-{next(self._numbers)}"
        with _in_our_words:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        staged = None
        try:
            try:
                stored = _fill(descriptor, chunks, max_bytes)
            finally:
                # All is on disk, or the disk has refused once and was told: it refuses again here.
                with suppress(OSError):
                    os.close(descriptor)
            staged = _Staged(path, stored)
            yield staged
        finally:
            if staged is None or not staged.moved:
                with suppress(FileNotFoundError):
                    os.unlink(path)  # noqa: PTH108 - text, as all of the way of an upload

    def sweep(self) -> int:
        """Remove what a process that died has left behind; gives how many files."""
        limit = time.time() - STALE_S
        stale = [path for path in self.folder.iterdir() if _changed_at(path) < limit]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


class FolderStorage:
    """`ports.storage.Storage` in a folder of this machine.

    Plain system calls rather than obstore's LocalStore, which does not fsync; paths are text,
    for putting them together as objects was half of what a small upload spent here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self.staging = Staging(folder / INCOMING)
        #: Folders whose own entry in their parent is known to be on disk.
        self._durable: set[str] = set()

    def put(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        with self.staging.receive(chunks, max_bytes=max_bytes) as staged, _in_our_words:
            folder, path = self._place(staged.stored.sha256)
            self._make(self._folder)
            self._make(folder)
            # A file that is there already has the same content, or is damaged and healed by this.
            staged.move(path)
            _fsync_folder(folder)
        return staged.stored

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        _, path = self._place(_checked(sha256))
        with _in_our_words:
            try:
                file = Path(path).open("rb")  # noqa: SIM115 - closed below
            except FileNotFoundError as error:
                raise _lost(sha256) from error
        with file:
            with _in_our_words:
                right = _digest(file) == sha256
                file.seek(0)
            if not right:
                raise _lost(sha256)
            yield file

    def sweep(self) -> int:
        return self.staging.sweep()

    def _place(self, sha256: str) -> tuple[str, str]:
        """Give the folder of an address, and the path in it."""
        # 256 folders, no more: each new one costs two writes to disk.
        folder = f"{self._folder}/{sha256[:2]}"
        return folder, f"{folder}/{sha256}"

    def _make(self, folder: str) -> None:
        if folder in self._durable:
            return
        path = Path(folder)
        path.mkdir(exist_ok=True, mode=0o700)
        _fsync_folder(str(path.parent))
        self._durable.add(folder)


class ObjectStorage:
    """`ports.storage.Storage` in anything that obstore speaks to: S3 and its kin, memory."""

    def __init__(self, store: ObjectStore, *, staging: Path) -> None:
        self.store = store
        self.staging = Staging(staging)

    def put(self, chunks: Iterable[bytes], *, max_bytes: int) -> StoredFile:
        with self.staging.receive(chunks, max_bytes=max_bytes) as staged, _in_our_words:
            name = _name(staged.stored.sha256)
            if not self._put_new(name, staged):
                obstore.put(self.store, name, Path(staged.path), mode="overwrite")
        return staged.stored

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        name = _name(_checked(sha256))
        with tempfile.TemporaryFile(dir=self.staging.folder) as file:
            with _in_our_words:
                try:
                    self._fetch(name, file)
                except FileNotFoundError as error:
                    raise _lost(sha256) from error
            file.seek(0)
            if _digest(file) != sha256:
                raise _lost(sha256)
            file.seek(0)
            yield file

    def sweep(self) -> int:
        return self.staging.sweep()

    def _put_new(self, name: str, staged: _Staged) -> bool:
        """Say whether the right bytes are there now; False asks for overwriting."""
        if staged.stored.size > ONE_REQUEST_BYTES:
            return False
        try:
            obstore.put(self.store, name, Path(staged.path), mode="create")
        except AlreadyExistsError:
            try:
                with self.open(staged.stored.sha256):
                    return True
            except FileLost:
                return False
        return True

    def _fetch(self, name: str, file: BinaryIO) -> None:
        file.writelines(obstore.get(self.store, name).stream(min_chunk_size=CHUNK_BYTES))


@dataclass(slots=True)
class _Staged:
    path: str
    stored: StoredFile
    moved: bool = False

    def move(self, path: str) -> None:
        """Take the place of what is there, if anything."""
        os.rename(self.path, path)  # noqa: PTH104 - text, as all of the way of an upload
        self.moved = True


def _fill(descriptor: int, chunks: Iterable[bytes], max_bytes: int) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge(
                Text(
                    zh=f"文件超过 {max_bytes} 字节的上限。",
                    en=f"The file is larger than the {max_bytes} bytes that are allowed.",
                ),
                remedy=Text(
                    zh="请压缩或拆分后再上传。",
                    en="Make it smaller or split it, then upload again.",
                ),
            )
        digest.update(chunk)
        with _in_our_words:
            _write(descriptor, chunk)
    with _in_our_words:
        os.fsync(descriptor)
    return StoredFile(sha256=digest.hexdigest(), size=size)


def _write(descriptor: int, chunk: bytes) -> None:
    """Write all of it: the system may take less at a time."""
    written = os.write(descriptor, chunk)
    while written < len(chunk):
        written += os.write(descriptor, memoryview(chunk)[written:])


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _checked(sha256: str) -> str:
    """Refuse whatever is no address, so that no path is ever built from it."""
    if not ADDRESS.fullmatch(sha256):
        raise _lost(sha256)
    return sha256


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _lost(sha256: str) -> FileLost:
    return FileLost(
        Text(
            zh=f"文件 {sha256[:12]}… 已丢失，或内容与其散列值不符。",
            en=f"The file {sha256[:12]}… is gone, or its content does not have its hash.",
        ),
        remedy=Text(
            zh="请从备份恢复该文件，或请上传者重新上传。",
            en="Restore it from a backup, or ask for a new upload.",
        ),
    )


def _fsync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


class _InOurWords:
    """Tells a full disk or a store that does not answer as Unavailable: worth a repeat."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OSError | BaseError):
            raise outages.of_files(error) from error


_in_our_words = _InOurWords()
