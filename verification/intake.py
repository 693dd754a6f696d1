"""What is known of a file before anything is parsed: digest, size, caps, faults of its name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from verification.values import Limit

if TYPE_CHECKING:
    from verification.limits import Limits
    from verification.values import Submission

#: The longest name that ext4, NTFS and APFS all take, in bytes of UTF-8.
NAME_BYTES = 255
#: What a file is called of whose name nothing is left.
NAMELESS = "unnamed"
#: Longer runs are not extensions but words after a full stop.
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")
_SEPARATORS = re.compile(r"[/\\]")
_REPLACED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
#: Names that Windows gives to devices, whatever extension follows.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)", re.IGNORECASE)
#: Characters that turn the direction of writing, so that ``exe`` may be read as ``pdf``.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What is not seen and changes what is read: zero-width marks, joiners, all of _TURNING.
_FORMATTING = "Cf"


class NameFault(StrEnum):
    """What is wrong with a file name as it was sent."""

    EMPTY = "EMPTY"
    PATH = "PATH"
    CONTROL = "CONTROL"
    #: The direction of writing is turned, so that a person reads another extension.
    DIRECTION = "DIRECTION"
    TOO_LONG = "TOO_LONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """The first page of every examination."""

    #: Lower-case hexadecimal.
    sha256: str
    size: int
    #: Caps that are exceeded already; nothing may be parsed then.
    limits: tuple[Limit, ...] = ()
    name_faults: tuple[NameFault, ...] = ()
    #: The name as it may be stored and shown.
    name: str


def take_in(submission: Submission, limits: Limits) -> Intake:
    """Count and hash the bytes. Opens nothing; an empty file is `type.declared`'s to judge."""
    size = len(submission.data)
    exceeded: tuple[Limit, ...] = ()
    if size > limits.file_bytes:
        allowed = limits.file_bytes
        exceeded = (Limit(name="file_bytes", seen=str(size), allowed=str(allowed)),)
    return Intake(
        sha256=hashlib.sha256(submission.data).hexdigest(),
        size=size,
        limits=exceeded,
        name_faults=find_name_faults(submission.name),
        name=safe_name(submission.name),
    )


def find_name_faults(name: str) -> tuple[NameFault, ...]:
    """List what a name holds that a file name must not."""
    found = {
        NameFault.EMPTY: not base_name(name).strip(". "),
        NameFault.PATH: bool(_SEPARATORS.search(name)) or name in {".", ".."},
        NameFault.CONTROL: any(_is_control(character) for character in name),
        NameFault.DIRECTION: any(character in _TURNING for character in name),
        NameFault.TOO_LONG: len(name.encode("utf-8", "replace")) > NAME_BYTES,
    }
    return tuple(fault for fault, present in found.items() if present)


def safe_name(name: str) -> str:
    """Give the name without path, control and format characters, NFC, at most 255 bytes.

    The extension survives the cut. Safe to store and, escaped, to show; never empty.
    """
    kept = base_name(name)
    if not kept.isprintable():  # nothing that is printable is of those categories
        kept = "".join(
            character
            for character in kept
            if not _is_control(character) and unicodedata.category(character) != _FORMATTING
        )
    kept = unicodedata.normalize("NFC", kept.translate(_REPLACED)).strip(". ")
    if not kept:
        return NAMELESS
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    return _shorten(kept)


def extension(name: str) -> str | None:
    """Give the extension in lower case without the dot; None where the name declares none.

    ``report v1.2`` has none: an extension is short, ASCII, and not a number. Wide letters and
    blanks, which an input method writes, are read as people read them.
    """
    found = _EXTENSION.search(unicodedata.normalize("NFKC", safe_name(name)).strip(". "))
    if found is None or found.group(1).isdigit() or found.start() == 0:
        return None
    return found.group(1).lower()


def base_name(name: str) -> str:
    """Give what follows the last separator of either kind."""
    return _SEPARATORS.split(name)[-1]


def _is_control(character: str) -> bool:
    # Cs: lone surrogates, which no file system and no UTF-8 takes.
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _shorten(name: str) -> str:
    if len(name.encode()) <= NAME_BYTES:
        return name
    found = _EXTENSION.search(name)
    tail = found.group(0) if found else ""
    stem = name[: len(name) - len(tail)].encode()[: NAME_BYTES - len(tail)]
    return stem.decode("utf-8", "ignore") + tail
