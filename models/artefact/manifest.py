"""The manifest: what an artefact holds and where it came from, under one signature."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.artefact import canonical
from models.artefact.parts import (
    CAUSES_KIND,
    COEFFICIENT_KIND,
    MANIFEST,
    MOST_PARTS,
    check_names,
)
from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT, VERSION = "countermark/artefact", 1
KINDS = (COEFFICIENT_KIND, CAUSES_KIND)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LINE = re.compile(r"[^\x00-\x1f\x7f]{0,200}")
_WORD = re.compile(r"[A-Za-z0-9_.:/+\- ]{1,80}", re.ASCII)
_FIELDS = frozenset(
    {"format", "version", "kind", "author", "data_sha256", "code_commit", "seeds", "threads"}
    | {"software", "metrics", "public_key", "parts"}
)
_MOST_ENTRIES = 200
_MOST_SEED = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a model came from; all of it is told by whoever trained it."""

    #: Content hash of the snapshot.
    data_sha256: str
    code_commit: str
    #: What was drawn by which seed.
    seeds: Mapping[str, int]
    #: Threads that trained.
    threads: int
    author: str
    #: Library → version.
    software: Mapping[str, str]
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    #: One of `KINDS`.
    kind: str
    origin: Origin
    #: Part → SHA-256 and size.
    parts: Mapping[str, tuple[str, int]]
    #: The 32 bytes of the signer's key.
    public_key: bytes


def manifest_of(
    parts: Mapping[str, bytes], origin: Origin, public_key: bytes, kind: str = COEFFICIENT_KIND
) -> bytes:
    """Write the manifest of these parts. Raises ArtefactRefused for what would not be opened."""
    told = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "author": origin.author,
        "data_sha256": origin.data_sha256,
        "code_commit": origin.code_commit,
        "seeds": dict(origin.seeds),
        "threads": origin.threads,
        "software": dict(origin.software),
        "metrics": {name: float(value) for name, value in origin.metrics.items()},
        "public_key": public_key.hex(),
        "parts": {name: {"sha256": _sha(one), "size": len(one)} for name, one in parts.items()},
    }
    try:
        data = canonical.written(told)
    except ValueError as error:
        raise ArtefactRefused("schema", MANIFEST, seen=error, expected="finite numbers") from None
    read_manifest(data)
    return data


def read_manifest(data: bytes) -> Manifest:
    """Read a manifest strictly: every field, no other. Raises ArtefactRefused."""
    told = canonical.read(data, MANIFEST)
    form, kind = (told.get("format"), told.get("version")), told.get("kind")
    if form != (FORMAT, VERSION) or type(told["version"]) is not int or kind not in KINDS:
        raise _other(f"{(*form, kind)}", f"{FORMAT} {VERSION} {' or '.join(KINDS)}")
    if told.keys() != _FIELDS:
        strange = ", ".join(sorted(told.keys() ^ _FIELDS))
        raise _other(f"fields {strange}", "the fields of version 1")
    origin = Origin(
        data_sha256=_text(told, "data_sha256", _SHA256),
        code_commit=_text(told, "code_commit", _WORD),
        seeds=_table(told, "seeds", _is_seed),
        threads=_threads(told["threads"]),
        author=_text(told, "author", _LINE),
        software=_table(told, "software", _is_version),
        metrics=_table(told, "metrics", _is_finite),
    )
    key = bytes.fromhex(_text(told, "public_key", _SHA256))
    parts = {name: _entry(name, one) for name, one in _object(told, "parts").items()}
    check_names(parts, kind)
    if len(parts) > MOST_PARTS:
        raise _other(f"{len(parts)} parts", f"<= {MOST_PARTS}")
    return Manifest(kind=kind, origin=origin, parts=parts, public_key=key)


def check_parts(parts: Mapping[str, bytes], manifest: Manifest) -> None:
    """Raise ArtefactRefused unless the parts are those that the manifest lists, byte for byte."""
    for name in sorted(parts.keys() - manifest.parts.keys()):
        raise ArtefactRefused("part_unknown", name, seen="a part", expected="nothing of this name")
    for name, (sha256, size) in manifest.parts.items():
        if name not in parts:
            raise ArtefactRefused("part_missing", name, seen="nothing", expected="a part")
        if (len(parts[name]), _sha(parts[name])) != (size, sha256):
            seen, expected = _sha(parts[name]), f"{sha256}, {size} bytes"
            raise ArtefactRefused("hash", name, seen=seen, expected=expected)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _other(seen: object, expected: str) -> ArtefactRefused:
    return ArtefactRefused("schema", MANIFEST, seen=seen, expected=expected)


def _text(told: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = told[name]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _other(f"{name} {value!r}", f"like {form.pattern}")
    return value


def _object(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = told[name]
    if not isinstance(value, dict) or len(value) > _MOST_ENTRIES:
        raise _other(f"{name} {type(value).__name__}", f"an object of <= {_MOST_ENTRIES}")
    return value


def _table(
    told: Mapping[str, Any], name: str, is_right: Callable[[object], bool]
) -> dict[str, Any]:
    value = _object(told, name)
    for key, one in value.items():
        if not _WORD.fullmatch(key) or not is_right(one):
            raise _other(f"{name} {key!r}: {one!r}", "its kind of value")
    return value


def _is_version(value: object) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


def _is_finite(value: object) -> bool:
    return type(value) is float and math.isfinite(value)


def _is_seed(value: object) -> bool:
    return type(value) is int and abs(value) < _MOST_SEED


def _threads(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 1024:  # noqa: PLR2004 - no machine has more
        raise _other(f"threads {value!r}", "1..1024")
    return value


def _entry(name: str, told: object) -> tuple[str, int]:
    if isinstance(told, dict) and told.keys() == {"sha256", "size"}:
        sha256, size = told["sha256"], told["size"]
        right = isinstance(sha256, str) and _SHA256.fullmatch(sha256)
        if right and type(size) is int and size >= 0:
            return sha256, size
    raise _other(f"{name} {told!r}", "sha256 and size")
