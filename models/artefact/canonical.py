"""JSON in one way only, and an archive in one way only."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from models.artefact.refusal import ArtefactRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The first time that ZIP can write: when a part was packed says nothing here.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def written(value: Any) -> bytes:
    """Write JSON: sorted keys, no blanks, UTF-8, no NaN."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode() + b"\n"


def read(data: bytes, part: str) -> dict[str, Any]:
    """Read an object that `written` wrote. Raises ArtefactRefused for anything else."""
    try:
        value = json.loads(data.decode("utf-8"))
        same = written(value) == data
    except (ValueError, RecursionError) as error:
        seen = type(error).__name__
        raise ArtefactRefused("schema", part, seen=seen, expected="canonical JSON") from None
    if not same or not isinstance(value, dict):
        raise ArtefactRefused("schema", part, seen="other bytes", expected="canonical JSON")
    return value


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts: sorted, without times or rights, the same bytes each time and everywhere.

    Nothing is compressed: another zlib would write other bytes, and what is not packed is no bomb.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            member = zipfile.ZipInfo(name, _LONG_AGO)
            member.create_system = 3
            archive.writestr(member, parts[name])
    return stream.getvalue()
