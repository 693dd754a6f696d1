"""Where files are kept: a folder, a bucket, or memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPlace:
    """Files in a folder of this machine."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """Files in a bucket; no keys means those that the machine itself has been given."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlace:
    """Files that are gone with the process: tests and trials."""


Place = FolderPlace | BucketPlace | MemoryPlace


def read_place(text: str) -> Place:
    """Give the place that a URL names. Raises ValueError, with words where they help."""
    if text in ("memory:", "memory://"):
        return MemoryPlace()
    parts = urlsplit(text)
    if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1:
        return FolderPlace(path=Path(unquote(parts.path)))
    if parts.scheme != "s3" or not parts.netloc:
        raise ValueError
    query = parse_qs(parts.query, keep_blank_values=True)
    if unknown := set(query) - {"endpoint", "region"}:
        raise ValueError(f"?endpoint=…&region=…, not {', '.join(sorted(unknown))}")
    endpoint = query.get("endpoint", [""])[-1]
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise ValueError("endpoint=http(s)://…")
    return BucketPlace(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        endpoint=endpoint or None,
        region=query.get("region", [""])[-1] or "us-east-1",
    )


def with_keys(place: Place, environment: Mapping[str, str]) -> Place:
    """Give a bucket the endpoint and keys that the usual AWS names hold."""
    if not isinstance(place, BucketPlace):
        return place
    return replace(
        place,
        endpoint=place.endpoint or environment.get("AWS_ENDPOINT_URL") or None,
        access_key=environment.get("AWS_ACCESS_KEY_ID") or None,
        secret_key=environment.get("AWS_SECRET_ACCESS_KEY") or None,
        session_token=environment.get("AWS_SESSION_TOKEN") or None,
    )
